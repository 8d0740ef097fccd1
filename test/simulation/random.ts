/** The one source of chance: a seeded generator that decides every choice of a history. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const tens = (n: number): number => 2 ** n;

export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed | 0);
    // Neighbouring seeds begin alike; a few draws part them.
    for (let i = 0; i < 8; i++) this.#generator.next();
  }

  /** From 0 up to 1, without 1. */
  unit(): number {
    return (this.#generator.next() >>> 0) / tens(32);
  }

  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.unit() * (to - from + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return probability > 0 && this.unit() < probability;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    const found = list[this.int(0, list.length - 1)];
    if (found === undefined && list.length === 0) throw new Error('Nothing to pick from.');
    return found as T;
  }

  /** One of several, by weight. */
  weighted<T>(list: readonly (readonly [weight: number, value: T])[]): T {
    const total = list.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.unit() * total;
    for (const [weight, value] of list) {
      left -= weight;
      if (left < 0) return value;
    }
    return this.pick(list)[1];
  }

  /** The list in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    const out: T[] = [];
    while (left.length > 0) out.push(...left.splice(this.int(0, left.length - 1), 1));
    return out;
  }

  /** A waiting time in milliseconds, short ones far likelier than long ones. */
  about(typicalMs: number): number {
    return Math.ceil(typicalMs * -Math.log(1 - this.unit()));
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let i = 0; i < length; i++) bytes[i] = this.int(0, 255);
    return bytes;
  }

  /** A generator of its own, so that who asks for more choices changes nobody else's. */
  branch(): Random {
    return new Random(this.#generator.next());
  }
}
