/**
 * Functions that are called every minute. A sweep with nothing due does nothing, so it is called only when the due
 * index has something, and once an hour whatever it has: a year would else be half a million empty calls. What is
 * called less often only looks and counts, and is left out.
 */
import type { World } from '../world.ts';

const minute = 60_000;
/** A due row that no sweep changes is looked at less and less often. */
const longestGap = 60 * minute;

/** A sort key of the due index begins with its instant. */
const instantOf = (dueSort: string): number => Date.parse(dueSort.slice(0, 24));

export class Schedules {
  readonly #world: World;
  #planned: number | undefined;
  #gap = minute;
  #isRunning = false;
  #isOver = false;

  constructor(world: World) {
    this.#world = world;
  }

  get #targets(): string[] {
    return this.#world.wiring.rules
      .filter(({ everyMs }) => everyMs === minute)
      .flatMap(({ targets }) => targets.flatMap(({ to }) => (to ? [to] : [])));
  }

  end(): void {
    this.#isOver = true;
  }

  /** When the next row of the due index is due, milliseconds; undefined without one. */
  #nextDue(): number | undefined {
    const { table, tableName } = this.#world;
    let least: string | undefined;
    for (const { dueSort } of table.store(tableName).indexed('due')) {
      if (typeof dueSort === 'string' && (least === undefined || dueSort < least)) least = dueSort;
    }
    return least === undefined ? undefined : instantOf(least);
  }

  /** A row was written that has a place in the due index. */
  consider(dueSort: unknown): void {
    if (typeof dueSort === 'string') this.#plan(instantOf(dueSort));
  }

  #look(): void {
    const due = this.#nextDue();
    if (due !== undefined) this.#plan(due);
  }

  /** Plans the next call, by what is due. */
  #plan(due: number): void {
    const { clock } = this.#world;
    if (this.#isOver || this.#isRunning) return;
    const at = Math.ceil(Math.max(due, clock.now + this.#gap) / minute) * minute + 200;
    if (this.#planned !== undefined && this.#planned <= at) return;
    this.#planned = at;
    clock.at(at, () => {
      if (this.#planned !== at) return;
      this.#planned = undefined;
      this.#call().catch((error: unknown) => this.#world.fail(error));
    });
  }

  async #call(): Promise<void> {
    const { chaos, lambda } = this.#world;
    if (this.#isOver) return;
    if (chaos.strikes('schedule missed')) {
      this.#look();
      return;
    }
    this.#isRunning = true;
    const before = this.#nextDue();
    for (const name of this.#targets) await lambda.invoke(name, {}, 'schedule');
    this.#isRunning = false;
    this.#gap = this.#nextDue() === before ? Math.min(this.#gap * 2, longestGap) : minute;
    this.#look();
  }
}
