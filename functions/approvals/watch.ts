/**
 * Nothing waits unseen: what a change should have brought about, and has left no trace, is found here. Every outward
 * effect leaves one: an execution its waits, a webhook and an SMS their rows, an output its consignment. A journal
 * entry whose effect is missing is carried once more; everything behind it may be repeated. Rules without I/O.
 */
import type { DomainEvent } from '../cases/events.ts';
import { isFinal, type ReviewStatus } from '../cases/status.ts';
import type { Application, Case, JournalEntry } from '../cases/types.ts';
import { saysDue } from '../departments/webhook.ts';
import { hasSomethingToSend } from '../fulfilment/delivery.ts';

/** What was found in the case's partition, in the departments' logs and settings, and in Step Functions. */
export type Traces = {
  /** Sort keys of the rows WAIT#, MESSAGE#; and WEBHOOK#, one for each webhook in a department's log. */
  rows: string[];
  /** Departments that webhooks are sent to at present. */
  reachable: ReadonlySet<string>;
  /** Rounds whose execution still runs. */
  running: ReadonlySet<number>;
  /** Event types that the applicant is told of by SMS. */
  told: ReadonlySet<string>;
};

export type Missing = 'execution' | 'webhook' | 'message' | 'outputs';
/** An effect that has left no trace, and the journal entry that causes it again. */
export type Finding = { missing: Missing; version: number };

const sendsOutputs = (event: DomainEvent): boolean =>
  (event.type === 'application.concluded' && event.status !== 'refused') || event.type === 'parcel.lost';

type Webhook = Extract<DomainEvent, { review: string }>['type'];
/** In which statuses a review's department still has to know of it. */
const current: Partial<Record<Webhook, readonly ReviewStatus[]>> = {
  'review.acceptance-requested': ['waiting'],
  'review.requested': ['requested', 'overdue'],
  'review.overdue': ['overdue'],
  'review.supplement-overdue': ['correction'],
  'review.cancelled': ['cancelled'],
  'review.revoked': ['cancelled'],
  'review.due-soon': ['requested'],
  'review.due-changed': ['requested', 'waiting'],
  'review.hearing-asked': ['requested', 'overdue'],
  'review.hearing-lapsed': ['requested', 'overdue'],
};

/** Step Functions runs so many iterations of an inline Map at a time: one beyond them begins when another is through. */
const waitsAtOnce = 40;

class Watch {
  readonly #found: Case;
  readonly #traces: Traces;

  constructor(found: Case, traces: Traces) {
    this.#found = found;
    this.#traces = traces;
  }

  #has(sk: string): boolean {
    return this.#traces.rows.includes(sk);
  }

  /** The department was told by this very event. */
  #isTold(review: string, type: string, id: string): boolean {
    return this.#has(`WEBHOOK#${review}#${type}#${id}`);
  }

  #webhook(event: DomainEvent, id: string): Missing[] {
    if (!('review' in event)) return [];
    const review = this.#found.reviews.find((each) => each.id === event.review);
    const statuses = current[event.type];
    if (!review?.requestedAt || !statuses?.includes(review.status)) return [];
    if ('dueAt' in event && !saysDue(event.type, event.dueAt, review)) return [];
    if (!this.#traces.reachable.has(review.department)) return [];
    return this.#isTold(review.id, event.type, id) ? [] : ['webhook'];
  }

  #message(event: DomainEvent, id: string): Missing[] {
    const isTold =
      event.type === 'application.concluded' ? event.status === 'refused' : this.#traces.told.has(event.type);
    return !isTold || this.#has(`MESSAGE#${id}`) ? [] : ['message'];
  }

  /** A round whose reviews are all decided, and whose execution has ended or never was, needs none any more. */
  #isOver({ round, reviews }: Extract<DomainEvent, { type: 'round.opened' }>): boolean {
    const isDecided = (id: string): boolean =>
      this.#found.reviews.some((review) => review.id === id && isFinal(review.status));
    return reviews.every(isDecided) && !this.#traces.running.has(round);
  }

  /** An execution that began has a wait for each review that it has begun with; one that ended has left them. */
  #execution(event: DomainEvent): Missing[] {
    if (event.type !== 'round.opened' || this.#isOver(event)) return [];
    const begun = event.reviews.filter((review) => this.#has(`WAIT#${review}`)).length;
    return begun >= Math.min(event.reviews.length, waitsAtOnce) ? [] : ['execution'];
  }

  /** Outputs that wait to be sent are sent by the last entry that asks for it. */
  #outputs(event: DomainEvent, isLast: boolean): Missing[] {
    return isLast && sendsOutputs(event) && hasSomethingToSend(this.#found) ? ['outputs'] : [];
  }

  of(entry: JournalEntry, isLast: boolean): Finding[] {
    const missing = entry.events.flatMap((event, i) => {
      const id = `${entry.version}/${i}`;
      return [
        ...this.#execution(event),
        ...this.#webhook(event, id),
        ...this.#message(event, id),
        ...this.#outputs(event, isLast),
      ];
    });
    return [...new Set(missing)].map((each) => ({ missing: each, version: entry.version }));
  }
}

/** Everything of these entries that has left no trace. */
export function missingEffects(found: Case, entries: JournalEntry[], traces: Traces): Finding[] {
  const watch = new Watch(found, traces);
  const last = entries.findLast(({ events }) => events.some(sendsOutputs));
  return entries.flatMap((entry) => watch.of(entry, entry === last));
}

/**
 * Reviews whose wait was not released: their round is decided, and its execution still runs. Whichever entry should
 * have released them may lie far back, so it is not asked for.
 */
export function unreleased({ reviews }: Pick<Case, 'reviews'>, { rows, running }: Traces): string[] {
  return reviews
    .filter(({ id, round }) => running.has(round) && rows.includes(`WAIT#${id}`))
    .map(({ id }) => id);
}

/** After so many repairs without effect, a person must look. */
export const mostRepairs = 3;

/** Whether repeating has not helped. */
export const isStuck = ({ watched }: Pick<Application, 'watched'>): boolean =>
  (watched?.repairs ?? 0) > mostRepairs;

/** Whether it is past its promise or past the law's limit, and not concluded. */
export const isLate = ({ overdue, concludedAt }: Pick<Application, 'overdue' | 'concludedAt'>): boolean =>
  overdue !== undefined && concludedAt === undefined;
