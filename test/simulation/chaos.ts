/** What goes wrong, how often, and until when: drawn anew for each seed, so that some faults meet often and some alone. */
import type { Random } from './random.ts';

export const hour = 3_600_000;
export const day = 24 * hour;

/** Each fault with the probability that it has, at most, at each of its occasions. */
export const faults = {
  'request lost': 0.02,
  'answer lost': 0.02,
  throttled: 0.03,
  'server fault': 0.02,
  'slow call': 0.02,
  crash: 0.03,
  'slow start': 0.05,
  'clock skew': 0.3,
  'index late': 0.05,
  'stale read': 0.3,
  'batch unprocessed': 0.2,
  'record doubled': 0.05,
  'shard late': 0.02,
  'stream away for more than a day': 0.004,
  'message doubled': 0.05,
  'message late': 0.05,
  'deletion lost': 0.02,
  'event doubled': 0.05,
  'event late': 0.05,
  'bus refuses an entry': 0.02,
  'task sent twice': 0.2,
  'task fails to send': 0.03,
  'task sent late': 0.05,
  'schedule missed': 0.1,
  'partner answers 500': 0.1,
  'partner does not answer': 0.05,
  'partner hears and the answer is lost': 0.05,
} as const;
export type Fault = keyof typeof faults;

/** Services that may be away for some hours. */
export const services = [
  'table',
  'bus',
  'queues',
  'workflow',
  'secrets',
  'kms',
  'bucket',
  'courier',
  'carrier',
  'departments',
] as const;
export type Service = (typeof services)[number];
type Outage = { service: Service; from: number; to: number };

export class Chaos {
  readonly #random: Random;
  readonly #rates: Partial<Record<Fault, number>> = {};
  readonly outages: Outage[] = [];
  /** After this instant nothing goes wrong any more. */
  readonly until: number;
  /** How often each fault was injected. */
  readonly injected = new Map<string, number>();
  readonly #now: () => number;

  constructor(random: Random, start: number, now: () => number, isCalm: boolean) {
    this.#random = random;
    this.#now = now;
    this.until = isCalm
      ? start
      : start +
        random.weighted([
          [2, 0.25],
          [3, 2],
          [3, 6],
        ]) *
          day;
    // A third of the faults at a time: what masks another must not always be there.
    const share = random.pick([0, 0.15, 0.35, 0.7]);
    for (const [fault, rate] of Object.entries(faults)) {
      if (random.chance(share)) this.#rates[fault as Fault] = rate * random.pick([0.2, 1, 1, 3]);
    }
    while (random.chance(0.25)) {
      const from = start + random.unit() * (this.until - start);
      const length = random.pick([10 / 60, 1, 1, 3, 5]) * hour;
      this.outages.push({ service: random.pick(services), from, to: Math.min(from + length, this.until) });
    }
  }

  get isOver(): boolean {
    return this.#now() >= this.until;
  }

  count(fault: string): void {
    this.injected.set(fault, (this.injected.get(fault) ?? 0) + 1);
  }

  /** Whether this is to go wrong; counted by whoever makes it so. */
  mayStrike(fault: Fault): boolean {
    const rate = this.#rates[fault];
    return rate !== undefined && !this.isOver && this.#random.chance(rate);
  }

  /** Whether this goes wrong now. */
  strikes(fault: Fault): boolean {
    if (!this.mayStrike(fault)) return false;
    this.count(fault);
    return true;
  }

  isAway(service: Service): boolean {
    const now = this.#now();
    const away = this.outages.some((each) => each.service === service && each.from <= now && now < each.to);
    if (away) this.count(`${service} away`);
    return away;
  }
}
