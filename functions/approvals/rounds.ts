/**
 * Rounds. The reviews that can be reached without an outside condition form a round; a condition met, an objection
 * upheld, a correction of what was approved already: each opens a round for the reviews concerned and leaves the
 * others as they are. Rules without I/O.
 */

import { isAcceptanceAwaited } from '../cases/alarm.ts';
import type { DomainEvent } from '../cases/events.ts';
import {
  conclusionsOf,
  currentReviews,
  dependantsOf,
  isMet,
  plannedOf,
  reviewIdIn,
} from '../cases/reviews.ts';
import { openStatuses } from '../cases/status.ts';
import {
  type Application,
  type Case,
  type Change,
  noChange,
  type Objection,
  type Review,
} from '../cases/types.ts';
import { type Calendar, shanghaiDay } from '../clock/calendar.ts';
import * as law from '../clock/law.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { settle } from './settle.ts';

/** A condition that has come true, and what proves it: the number of a document. */
export type Conversion = { condition: string; evidence?: string | undefined };
/** Refused reviews, by id, and why the applicant objects. */
export type Objecting = { reviews: string[]; reason: string };
export type ObjectionDecision = { outcome: 'upheld' | 'rejected'; reason?: string | undefined };

/** A round for these items: a new review each, waiting for its turn. */
export function openRound({ application, dossier }: Case, items: string[]): Change & { reviews: Review[] } {
  const round = application.round + 1;
  const reviews = items.flatMap((item): Review[] => {
    const planned = plannedOf(dossier, item);
    if (!planned) return [];
    const { department } = planned;
    return [{ id: reviewIdIn(planned, round), item, department, round, status: 'waiting' }];
  });
  const opened: DomainEvent = { type: 'round.opened', round, reviews: reviews.map(({ id }) => id) };
  return { application: { round }, reviews, events: [opened] };
}

/** Items that lie behind a condition which is not met. */
function blockedBy({ dossier }: Case, conditions: Case['application']['conditions']): Set<string> {
  const open = dossier.conditions.map(({ code }) => code).filter((code) => !isMet(conditions, code));
  return dependantsOf(dossier.plan, open);
}

/** Items that lie behind conditions which are all met now, and that were in no round yet. */
function reachedBy(found: Case, conditions: Case['application']['conditions']): string[] {
  const blocked = blockedBy(found, conditions);
  return currentReviews(found)
    .filter(({ item, round, status }) => round === 0 && status === 'waiting' && !blocked.has(item))
    .map(({ item }) => item);
}

/**
 * A condition has come true: it is recorded with what proves it, and what waited for it becomes a round. Repeated:
 * nothing.
 * @throws Problem invalid-input for a condition that the case does not have
 */
export function meetCondition(
  found: Case,
  { condition: code, evidence }: Conversion,
  calendar: Calendar,
  at: Date,
): Change {
  const { application } = found;
  const condition = application.conditions.find((each) => each.code === code);
  if (!condition) {
    throw new Problem('invalid-input', 'The application has no such condition.', [
      {
        pointer: '/condition',
        detail: `One of ${application.conditions.map((each) => each.code).join(', ')}`,
      },
    ]);
  }
  if (condition.status === 'met') return noChange;
  if (isAcceptanceAwaited(application)) {
    throw new Problem('wrong-state', 'The application is not accepted yet.');
  }
  if (!openStatuses.includes(application.status)) {
    throw new Problem('wrong-state', `The application is ${application.status}.`);
  }
  const conditions = application.conditions.map((each) =>
    each.code === code
      ? { code, status: 'met' as const, metAt: at.toISOString(), ...(evidence ? { evidence } : {}) }
      : each,
  );
  const reached = reachedBy(found, conditions);
  const round = reached.length > 0 ? openRound(found, reached) : noChange;
  const met: DomainEvent = { type: 'condition.met', condition: code, ...(evidence ? { evidence } : {}) };
  const change: Change = {
    ...round,
    application: { conditions, ...round.application },
    events: [met, ...round.events],
  };
  return settle(found, change, calendar, at);
}

/** The last instant of the n-th day after an instant's, both days in Asia/Shanghai. ISO 8601 in UTC. */
function endOfDay(instant: string, n: number): string {
  const midnight = new Date(`${shanghaiDay(new Date(instant))}T00:00:00+08:00`).getTime();
  return new Date(midnight + (n + 1) * 24 * 3600_000 - 1).toISOString();
}

/** A refusal is told by the conclusion that follows it; one in a round that still goes on is told as it is made. */
function objectionUntil(application: Application, { decidedAt = '' }: Review): string {
  const toldAt = conclusionsOf(application).find((instant) => instant >= decidedAt) ?? decidedAt;
  return endOfDay(toldAt, law.objection.withinDays);
}

/**
 * An objection to refusals, as a row of its own; whatever else goes on is not touched. It is possible for the days
 * that the law gives after the conclusion that told the refusal.
 * @throws Problem wrong-state before the conclusion and when its time is over; invalid-input for reviews that are not refused or objected to
 */
export function fileObjection(found: Case, { reviews, reason }: Objecting, at: Date): Change {
  const { application, objections } = found;
  if (!application.concludedAt || application.status === 'withdrawn') {
    throw new Problem('wrong-state', 'An objection is possible once the application is concluded.');
  }
  const refused = new Map(
    currentReviews(found).flatMap((review) =>
      review.status === 'refused' ? [[review.id, objectionUntil(application, review)]] : [],
    ),
  );
  const over = reviews.flatMap((id) => refused.get(id) ?? []).find((until) => at.toISOString() > until);
  if (over) throw new Problem('wrong-state', `An objection was possible until ${over}.`);
  const known = new Set(objections.flatMap((objection) => objection.reviews));
  const errors = reviews.flatMap((id, i) => {
    if (known.has(id)) return [{ pointer: `/reviews/${i}`, detail: 'There is an objection to it already' }];
    return refused.has(id) ? [] : [{ pointer: `/reviews/${i}`, detail: 'Not a refused review' }];
  });
  if (errors.length > 0) throw new Problem('invalid-input', 'Please correct the fields named below.', errors);
  const objection: Objection = {
    id: String(objections.length + 1),
    reviews,
    status: 'filed',
    filedAt: at.toISOString(),
  };
  return {
    objections: [objection],
    events: [{ type: 'objection.filed', objection: objection.id, reviews, reason }],
  };
}

/**
 * Items that an upheld objection opens again: those objected to, and what was cancelled because of them. What waits
 * for another refusal stays cancelled.
 */
function reopenedBy(found: Case, objection: Objection): string[] {
  const { plan } = found.dossier;
  const current = currentReviews(found);
  const objected = current.filter(({ id }) => objection.reviews.includes(id)).map(({ item }) => item);
  const endedAll = plan.some(({ item, onRefusal }) => objected.includes(item) && onRefusal === 'ends-all');
  const behind = dependantsOf(plan, objected);
  const refused = current.filter(({ id, status }) => status === 'refused' && !objection.reviews.includes(id));
  const unreachable = dependantsOf(
    plan,
    refused.map(({ item }) => item),
  );
  return current
    .filter(
      ({ item, status }) =>
        objected.includes(item) ||
        (status === 'cancelled' && (endedAll || behind.has(item)) && !unreachable.has(item)),
    )
    .map(({ item }) => item);
}

/**
 * A round for the items that an upheld objection opens again. What lies behind an open condition is in none: it waits
 * for that condition as it did before it was cancelled.
 */
function reopen(found: Case, items: string[]): Change {
  const blocked = blockedBy(found, found.application.conditions);
  const round = openRound(
    found,
    items.filter((item) => !blocked.has(item)),
  );
  const waiting = currentReviews(found)
    .filter(({ item }) => items.includes(item) && blocked.has(item))
    .map((review): Review => ({ ...review, status: 'waiting' }));
  if (waiting.length === 0) return round;
  return {
    ...round,
    reviews: [...round.reviews, ...waiting],
    events: round.events.map((event) => ({ ...event, waiting: waiting.map(({ id }) => id) })),
  };
}

/**
 * The decision on an objection, by somebody who did not decide before. Upheld, it opens a round. Repeated with the
 * same outcome: nothing.
 * @param subject of the person who decides it
 * @throws Problem not-found; forbidden to who decided a review that it is against; wrong-state once decided otherwise
 */
export function decideObjection(
  found: Case,
  id: string,
  { outcome, reason }: ObjectionDecision,
  subject: string,
  calendar: Calendar,
  at: Date,
): Change {
  const objection = found.objections.find((each) => each.id === id);
  if (!objection) throw notFound('objection');
  if (objection.status === outcome) return noChange;
  if (objection.status !== 'filed') throw new Problem('wrong-state', `The objection is ${objection.status}.`);
  const items = new Set(
    found.reviews.filter(({ id }) => objection.reviews.includes(id)).map(({ item }) => item),
  );
  // In whichever round they decided it.
  const against = found.reviews.filter(({ item }) => items.has(item));
  if (against.some(({ decidedBy }) => decidedBy === subject)) {
    throw new Problem('forbidden', 'An objection is decided by somebody who did not decide before.');
  }
  const decided: Objection = { ...objection, status: outcome, decidedAt: at.toISOString() };
  const told: DomainEvent = {
    type: 'objection.decided',
    objection: id,
    outcome,
    ...(reason ? { reason } : {}),
  };
  if (outcome === 'rejected') return { objections: [decided], events: [told] };
  const round = reopen(found, reopenedBy(found, objection));
  return settle(found, { ...round, objections: [decided], events: [told, ...round.events] }, calendar, at);
}
