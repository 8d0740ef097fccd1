/** The event bus: each entry to the targets of every rule that it matches, at least once, in no order. */
import type { World } from '../world.ts';
import { matches } from './patterns.ts';
import type { Rule, Target } from './wiring.ts';

export type Entry = { Source?: string; DetailType?: string; Detail?: string; Time?: Date };

const mostEntries = 10;
const hour = 3_600_000;

export class Bus {
  readonly #world: World;
  readonly #rules: Rule[];
  #made = 0;
  /** When an event was first taken, by its id: `<number>/<version>/<n>`. */
  readonly taken = new Map<string, number>();

  constructor(world: World, rules: Rule[]) {
    this.#world = world;
    this.#rules = rules.filter(({ pattern }) => pattern);
  }

  /** @returns what PutEvents answers */
  put(entries: Entry[]): Record<string, unknown> {
    const { chaos } = this.#world;
    if (entries.length < 1 || entries.length > mostEntries) {
      throw Object.assign(new Error('1 to 10 entries'), { name: 'ValidationException' });
    }
    const results = entries.map((entry) => {
      if (chaos.strikes('bus refuses an entry'))
        return { ErrorCode: 'ThrottlingException', ErrorMessage: 'Later' };
      this.#take(entry);
      return { EventId: `event-${this.#made}` };
    });
    return { Entries: results, FailedEntryCount: results.filter((each) => 'ErrorCode' in each).length };
  }

  #take(entry: Entry): void {
    const { chaos, random, clock } = this.#world;
    const event = {
      version: '0',
      id: `event-${++this.#made}`,
      'detail-type': entry.DetailType,
      source: entry.Source,
      time: (entry.Time ?? new Date(clock.now)).toISOString(),
      detail: JSON.parse(entry.Detail ?? '{}'),
    };
    const id = String(event.detail.id);
    if (!this.taken.has(id)) this.taken.set(id, clock.now);
    for (const rule of this.#rules) {
      if (!matches(rule.pattern, event)) continue;
      for (const target of rule.targets) {
        const late = chaos.strikes('event late') ? random.about(0.5 * hour) : 0;
        this.#deliver(target, event, late + 20 + random.about(150));
        if (chaos.strikes('event doubled')) this.#deliver(target, event, random.about(5_000));
      }
    }
  }

  /** A target that is away is tried again for a day. */
  #deliver(target: Target, event: Record<string, unknown>, inMs: number): void {
    const { clock, chaos, queues, lambda, random } = this.#world;
    clock.in(inMs, () => {
      if (target.to) {
        lambda.invoke(target.to, event, `${event.id}`).catch((error: unknown) => this.#world.fail(error));
        return;
      }
      if (chaos.isAway('queues')) {
        this.#deliver(target, event, 60_000 + random.about(60_000));
        return;
      }
      const body = target.inputPath ? event[target.inputPath.replace('$.', '')] : event;
      queues.get(target.queue ?? '')?.send(JSON.stringify(body), { group: target.group });
    });
  }
}
