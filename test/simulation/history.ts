/** What happened, line by line. Its digest is what two runs of one seed are compared by. */
import { createHash } from 'node:crypto';

/** Lines are digested many at a time; characters. */
const chunk = 16_384;

export class History {
  readonly lines: string[] = [];
  readonly #digest = createHash('sha256');
  #count = 0;
  #untold = '';
  readonly #keeps: boolean;

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  get count(): number {
    return this.#count;
  }

  add(line: string): void {
    this.#count += 1;
    this.#untold += `${line}\n`;
    if (this.#untold.length > chunk) this.#tell();
    if (this.#keeps) this.lines.push(line);
  }

  #tell(): void {
    this.#digest.update(this.#untold);
    this.#untold = '';
  }

  /** Hexadecimal; to be asked for once, at the end. */
  digest(): string {
    this.#tell();
    return this.#digest.digest('hex');
  }
}
