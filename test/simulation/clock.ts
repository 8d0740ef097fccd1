/**
 * Virtual time: a queue of what happens when. Nothing waits; the clock jumps from one happening to the next. Two that
 * fall on the same millisecond happen in the order in which they were planned.
 */

export type Planned = { at: number; order: number; run: () => void; cancelled: boolean };

export class VirtualClock {
  /** Milliseconds since 1970. */
  now: number;
  #order = 0;
  readonly #heap: Planned[] = [];

  constructor(start: number) {
    this.now = start;
  }

  /** Happenings that are still to come, cancelled ones included. */
  get pending(): number {
    return this.#heap.length;
  }

  at(instant: number, run: () => void): Planned {
    const planned = { at: Math.max(instant, this.now), order: this.#order++, run, cancelled: false };
    this.#heap.push(planned);
    this.#rise(this.#heap.length - 1);
    return planned;
  }

  in(ms: number, run: () => void): Planned {
    return this.at(this.now + Math.max(0, ms), run);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.in(ms, resolve));
  }

  /** When the next thing happens; undefined when nothing will. */
  get nextAt(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.at;
  }

  /** Time goes by although nothing happens in it. */
  passTo(instant: number): void {
    this.now = Math.max(this.now, instant);
  }

  /** Goes on to the next happening and lets it happen. @returns false when there is none */
  step(): boolean {
    this.#dropCancelled();
    const next = this.#take();
    if (!next) return false;
    this.now = next.at;
    next.run();
    return true;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) this.#take();
  }

  #before(i: number, j: number): boolean {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (!a || !b) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(i: number, j: number): void {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (!a || !b) return;
    this.#heap[i] = b;
    this.#heap[j] = a;
  }

  #rise(from: number): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#before(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #take(): Planned | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (!first || !last || this.#heap.length === 0) return first;
    this.#heap[0] = last;
    let i = 0;
    for (;;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (this.#before(child, least)) least = child;
      if (least === i) return first;
      this.#swap(i, least);
      i = least;
    }
  }
}
