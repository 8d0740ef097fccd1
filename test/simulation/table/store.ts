/**
 * The rows of a virtual table by partition, each with what a reader who asks for no consistency may still see of
 * it, and its indexes, which follow later.
 */
import type { IndexSchema, TableSchema } from './schema.ts';
import { compare, frozen, isEqual, type Row } from './values.ts';

export type Key = { hash: string; range: string };
/** A change of one row, as a stream tells it. */
export type Change = { key: Key; before: Row | undefined; after: Row | undefined; at: number };
export type Timing = {
  /** Milliseconds since 1970. */
  now: () => number;
  /** How long until an index, or an eventually consistent read, knows of a write; milliseconds. */
  lag: (of: 'index' | 'read') => number;
};

/** Whether a sort key is asked for. */
export type Wanted = (range: string) => boolean;

type Kept = { row: Row | undefined; stale: Row | undefined; freshFrom: number };
type IndexChange = { at: number; id: string; row: Row | undefined };

const idOf = ({ hash, range }: Key): string => `${hash}\n${range}`;

class Index {
  readonly schema: IndexSchema;
  readonly #entries = new Map<string, Row>();
  /** As they will be, once everything has arrived. */
  readonly #final = new Map<string, Row>();
  #coming: IndexChange[] = [];
  #known = 0;

  constructor(schema: IndexSchema) {
    this.schema = schema;
  }

  /** One row's changes arrive in their order, as late as the latest before them. */
  change(id: string, row: Row | undefined, at: number): void {
    const holds = row?.[this.schema.hash] !== undefined && row[this.schema.range] !== undefined;
    if (holds) this.#final.set(id, row);
    else this.#final.delete(id);
    if (!holds && !this.#entries.has(id) && !this.#coming.some((each) => each.id === id)) return;
    const before = this.#coming.findLast((each) => each.id === id)?.at ?? 0;
    this.#coming.push({ at: Math.max(at, before), id, row: holds ? row : undefined });
  }

  get finalRows(): Row[] {
    return [...this.#final.values()];
  }

  rows(now: number): Row[] {
    if (this.#coming.length > 0 || this.#known !== now) this.#catchUp(now);
    return [...this.#entries.values()];
  }

  #catchUp(now: number): void {
    this.#known = now;
    const later: IndexChange[] = [];
    for (const change of this.#coming) {
      if (change.at > now) later.push(change);
      else if (change.row) this.#entries.set(change.id, change.row);
      else this.#entries.delete(change.id);
    }
    this.#coming = later;
  }
}

/** The rows of one partition, with their sort keys in order. */
class Partition {
  readonly #rows = new Map<string, Kept>();
  readonly #ranges: string[] = [];

  get(range: string): Kept | undefined {
    return this.#rows.get(range);
  }

  set(range: string, kept: Kept): void {
    if (!this.#rows.has(range)) this.#ranges.splice(this.#placeOf(range), 0, range);
    this.#rows.set(range, kept);
  }

  #placeOf(range: string): number {
    let [from, to] = [0, this.#ranges.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((compare(this.#ranges[middle], range) ?? 0) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** In the order of the sort key. */
  rows(isWanted: Wanted): Kept[] {
    return this.#ranges.filter(isWanted).map((range) => this.#rows.get(range) as Kept);
  }
}

export class Store {
  readonly name: string;
  readonly schema: TableSchema;
  readonly #timing: Timing;
  readonly #partitions = new Map<string, Partition>();
  readonly #indexes: Map<string, Index>;
  /** Called after each write that changed something. */
  onChange: (change: Change) => void = () => {};

  constructor(name: string, schema: TableSchema, timing: Timing) {
    this.name = name;
    this.schema = schema;
    this.#timing = timing;
    this.#indexes = new Map(Object.entries(schema.indexes).map(([name, each]) => [name, new Index(each)]));
  }

  #seen(kept: Kept | undefined, consistent: boolean): Row | undefined {
    if (!kept) return undefined;
    return consistent || kept.freshFrom <= this.#timing.now() ? kept.row : kept.stale;
  }

  get({ hash, range }: Key, consistent = true): Row | undefined {
    return this.#seen(this.#partitions.get(hash)?.get(range), consistent);
  }

  set(key: Key, after: Row | undefined): void {
    const now = this.#timing.now();
    const before = this.get(key);
    frozen(after);
    if (before === after || (before && after && isEqual(before, after))) return;
    const partition = this.#partitions.get(key.hash) ?? new Partition();
    this.#partitions.set(key.hash, partition);
    const stale = this.#seen(partition.get(key.range), false);
    partition.set(key.range, { row: after, stale, freshFrom: now + this.#timing.lag('read') });
    for (const index of this.#indexes.values())
      index.change(idOf(key), after, now + this.#timing.lag('index'));
    this.onChange({ key, before, after, at: now });
  }

  /** Rows of a partition in the order of their sort key. */
  partition(hash: string, consistent: boolean, isWanted: Wanted): Row[] {
    const kept = this.#partitions.get(hash)?.rows(isWanted) ?? [];
    return kept.map((each) => this.#seen(each, consistent)).filter((row) => row !== undefined);
  }

  index(name: string): IndexSchema | undefined {
    return this.#indexes.get(name)?.schema;
  }

  /** Rows of one partition of an index in the order of its sort key, as far as the index has come. */
  indexPartition(name: string, hash: string, isWanted: Wanted): Row[] {
    const index = this.#indexes.get(name);
    if (!index) return [];
    const { schema } = index;
    return index
      .rows(this.#timing.now())
      .filter((row) => row[schema.hash] === hash && isWanted(String(row[schema.range])))
      .sort((a, b) => compare(a[schema.range], b[schema.range]) || (compare(a.pk, b.pk) ?? 0));
  }

  /** Every row, in no order. */
  all(): Row[] {
    return [...this.#partitions.values()].flatMap((partition) =>
      partition.rows(() => true).flatMap(({ row }) => (row ? [row] : [])),
    );
  }

  /** Index entries as they will be once the indexes have caught up, of rows that have both attributes. */
  indexed(name: string): Row[] {
    return this.#indexes.get(name)?.finalRows ?? [];
  }
}
