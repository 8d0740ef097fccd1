/** What happened, line by line. Its digest is what two runs of one seed are compared by. */
import { createHash } from 'node:crypto';

export class History {
  readonly lines: string[] = [];
  readonly #digest = createHash('sha256');
  #count = 0;
  readonly #keeps: boolean;

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  get count(): number {
    return this.#count;
  }

  add(line: string): void {
    this.#count += 1;
    this.#digest.update(line).update('\n');
    if (this.#keeps) this.lines.push(line);
  }

  /** Hexadecimal; to be asked for once, at the end. */
  digest(): string {
    return this.#digest.digest('hex');
  }
}
