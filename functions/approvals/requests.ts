/** Requests to departments: which reviews are free, and what cancels them. */

import type { DomainEvent } from '../cases/events.ts';
import { isFinal } from '../cases/status.ts';
import type { Case, PlannedReview, Review } from '../cases/types.ts';
import { allReviews } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { dueAt } from '../clock/limits.ts';

export type ReviewChange = { reviews: Review[]; events: DomainEvent[] };

/** What an event says of a review. */
export const factsOf = ({ id, item, department, status }: Review) => ({
  review: id,
  item,
  department,
  status,
});

/** A review as it is once requested, its clock running from `at`. */
function requested(planned: PlannedReview, review: Review, calendar: Calendar, at: Date): Review {
  const clock = { from: at.toISOString(), left: planned.limits.promised };
  return {
    ...review,
    status: 'requested',
    requestedAt: at.toISOString(),
    clock,
    dueAt: dueAt(calendar, clock.left, at).dueAt,
  };
}

/** Every review that waits and whose predecessors are all approved is requested now. */
export function requestFree(
  plan: PlannedReview[],
  rows: Review[],
  calendar: Calendar,
  at: Date,
): ReviewChange {
  const reviews = allReviews(plan, rows);
  const approved = new Set(reviews.filter(({ status }) => status === 'approved').map(({ item }) => item));
  const free = plan.flatMap((planned, i) => {
    const review = reviews[i] as Review;
    const isFree = review.status === 'waiting' && planned.after.every((item) => approved.has(item));
    return isFree ? [requested(planned, review, calendar, at)] : [];
  });
  return {
    reviews: free,
    events: free.map((review) => ({
      type: 'review.requested',
      ...factsOf(review),
      dueAt: review.dueAt as string,
    })),
  };
}

/** Cancels the reviews that a test names, as far as they are still open or waiting. */
export function cancel(found: Pick<Case, 'dossier' | 'reviews'>, which: (review: Review) => boolean) {
  const reviews = allReviews(found.dossier.plan, found.reviews)
    .filter((review) => !isFinal(review.status) && which(review))
    .map((review): Review => ({ ...review, status: 'cancelled' }));
  const events: DomainEvent[] = reviews.map((review) => ({ type: 'review.cancelled', ...factsOf(review) }));
  return { reviews, events };
}

/** Items that cannot be reached any more once `item` is refused: everything that comes after it. */
export function dependants(plan: PlannedReview[], item: string): Set<string> {
  const found = new Set<string>();
  const visit = (code: string): void => {
    for (const planned of plan) {
      if (!planned.after.includes(code) || found.has(planned.item)) continue;
      found.add(planned.item);
      visit(planned.item);
    }
  };
  visit(item);
  return found;
}
