/** A department's decision: what it does to its review, to the reviews behind it, and to the case. */

import type { DomainEvent } from '../cases/events.ts';
import type { Application, Case, Change, Review, TakenDecision } from '../cases/types.ts';
import { allReviews, noChange } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { timeLeft } from '../clock/limits.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { pauseClock, resumeClock } from './pause.ts';
import { cancel, dependants, factsOf, requestFree } from './requests.ts';
import type { Decision } from './schemas.ts';

/** A decision as it came in: its key and digest recognise a repetition. */
export type Submitted = { decision: Decision; key: string; hash: string };

/** Repetitions come soon; so many decisions of one review are remembered. */
const remembered = 4;

/**
 * This very decision, if it was taken before. Same key, other content: a fault of the sender.
 * @throws Problem idempotency-key-reused
 */
export function takenBefore(review: Review, { key, hash }: Submitted): TakenDecision | undefined {
  const taken = review.decisions ?? [];
  const sameKey = taken.find((each) => each.key === key);
  if (sameKey && sameKey.hash !== hash) {
    throw new Problem('idempotency-key-reused', 'This id was used with another decision.');
  }
  const last = taken[0];
  return sameKey ?? (last?.hash === hash && last.status === review.status ? last : undefined);
}

/**
 * Takes a decision at any time while the review is open, overdue or not, and once only.
 * @throws Problem not-found, wrong-state (not asked yet, or decided or cancelled), idempotency-key-reused
 */
export function decide(
  found: Case,
  reviewId: string,
  submitted: Submitted,
  calendar: Calendar,
  at: Date,
): Change {
  const review = allReviews(found.dossier.plan, found.reviews).find(({ id }) => id === reviewId);
  if (!review) throw notFound('review');
  if (takenBefore(review, submitted)) return noChange;
  if (review.status !== 'requested' && review.status !== 'overdue') {
    throw new Problem('wrong-state', `The review is ${review.status}; it takes no decision.`);
  }
  const { outcome } = submitted.decision;
  const status = outcome;
  const taken: Review = {
    ...review,
    status,
    decidedAt: at.toISOString(),
    decisions: [
      { key: submitted.key, hash: submitted.hash, status },
      ...(review.decisions ?? []).slice(0, remembered - 1),
    ],
  };
  switch (outcome) {
    case 'approved':
      return approve(found, taken, submitted.decision, calendar, at);
    case 'refused':
      return refuse(found, taken, submitted.decision, calendar, at);
    case 'correction':
      return askForCorrection(found, taken, submitted.decision, calendar, at);
  }
}

function decided(review: Review, outcome: 'approved' | 'refused', reason?: string): DomainEvent {
  return { type: 'review.decided', outcome, ...(reason ? { reason } : {}), ...factsOf(review) };
}

function approve(found: Case, taken: Review, decision: Decision, calendar: Calendar, at: Date): Change {
  const review = decision.output ? { ...taken, output: decision.output } : taken;
  const next = requestFree(found.dossier.plan, withReview(found.reviews, review), calendar, at);
  return {
    reviews: [review, ...next.reviews],
    events: [decided(review, 'approved', decision.reason), ...next.events],
  };
}

function refuse(found: Case, review: Review, decision: Decision, calendar: Calendar, at: Date): Change {
  const { plan } = found.dossier;
  const planned = plan.find(({ id }) => id === review.id);
  const unreachable = dependants(plan, review.item);
  const reviews = withReview(found.reviews, review);
  const cancelled = cancel(
    { dossier: found.dossier, reviews },
    planned?.onRefusal === 'ends-all' ? () => true : ({ item }) => unreachable.has(item),
  );
  const after = cancelled.reviews.reduce(withReview, reviews);
  return {
    application: backInReview(found.application, after, calendar, at),
    reviews: [review, ...cancelled.reviews],
    events: [decided(review, 'refused', decision.reason), ...cancelled.events],
  };
}

function askForCorrection(
  found: Case,
  taken: Review,
  decision: Decision,
  calendar: Calendar,
  at: Date,
): Change {
  const clock = taken.clock && {
    from: at.toISOString(),
    left: timeLeft(calendar, taken.clock.left, new Date(taken.clock.from), at),
  };
  const { decidedAt, ...open } = taken;
  const review: Review = { ...open, ...(clock ? { clock } : {}) };
  return {
    application: {
      status: 'awaiting-correction',
      ...pauseClock(found.application, 'correction', calendar, at),
    },
    reviews: [review],
    events: [
      {
        type: 'review.correction-asked',
        reason: decision.reason ?? '',
        ...(decision.materials?.length ? { materials: decision.materials } : {}),
        ...factsOf(review),
      },
    ],
  };
}

/** Once no review awaits a correction any more, the case is in review again and its clock runs. */
export function backInReview(
  application: Application,
  reviews: Review[],
  calendar: Calendar,
  at: Date,
): Partial<Application> {
  if (application.status !== 'awaiting-correction') return {};
  if (reviews.some(({ status }) => status === 'correction')) return {};
  return { status: 'in-review', ...resumeClock(application, calendar, at) };
}

export function withReview(reviews: Review[], changed: Review): Review[] {
  const others = reviews.filter(({ id }) => id !== changed.id);
  return [...others, changed];
}
