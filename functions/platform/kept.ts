/** What a function keeps in memory from one invocation to the next: so many values at most, the least used go first. */
export class Kept<T> {
  readonly #values = new Map<string, T>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The value kept under a name, or what `make` gives, which is kept from then on. A failure is not kept. */
  async get(name: string, make: () => Promise<T>): Promise<T> {
    // Calls that wait for the same value each make it: one that dies while it waits must hold up no other.
    const value = this.#values.get(name) ?? (await make());
    this.#values.delete(name);
    this.#values.set(name, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest);
    return value;
  }

  clear(): void {
    this.#values.clear();
  }
}
