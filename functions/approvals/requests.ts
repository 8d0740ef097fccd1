/** Requests to departments: which reviews are free, and what cancels or revokes them. */
import type { DomainEvent } from '../cases/events.ts';
import { currentReviews, dependantsOf, isInForce, isMet, plannedOf } from '../cases/reviews.ts';
import { isFinal } from '../cases/status.ts';
import type { Application, Case, PlannedReview, Review } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { dueAt } from '../clock/limits.ts';
import type { TimeLimit } from '../clock/schemas.ts';

export type ReviewChange = { reviews: Review[]; events: DomainEvent[] };

/** What an event says of a review. */
export const factsOf = ({ id, item, department, status }: Review) => ({
  review: id,
  item,
  department,
  status,
});

/** The event that asks a department. */
export const requestEvent = (review: Review): DomainEvent => ({
  type: 'review.requested',
  ...factsOf(review),
  dueAt: review.dueAt ?? '',
  dossierVersion: review.dossierVersion ?? 1,
});

/** A review with its clock running from `at`, so much time left; a request is overdue and escalated anew. */
export function running(review: Review, left: TimeLimit, calendar: Calendar, at: Date): Review {
  const { escalateAt, escalatedAt, asked, procedure, provisional, ...rest } = review;
  const due = dueAt(calendar, left, at);
  return {
    ...rest,
    status: 'requested',
    clock: { from: at.toISOString(), left },
    dueAt: due.dueAt,
    ...(due.provisional ? { provisional: true } : {}),
  };
}

/** A review as it is once requested, with the dossier of that version. */
const requested = (
  planned: PlannedReview,
  review: Review,
  dossierVersion: number,
  calendar: Calendar,
  at: Date,
): Review => ({
  ...running(review, planned.limits.promised, calendar, at),
  requestedAt: at.toISOString(),
  dossierVersion,
  firstDossierVersion: dossierVersion,
});

type Requestable = Pick<Case, 'dossier' | 'reviews'> & {
  application: Pick<Application, 'conditions' | 'dossierVersion'>;
};

/** Every review of an opened round that waits, and whose predecessors are approved and met, is requested now. */
export function requestFree(found: Requestable, calendar: Calendar, at: Date): ReviewChange {
  const { application, dossier } = found;
  const current = currentReviews(found);
  const approved = new Set(current.filter(({ status }) => status === 'approved').map(({ item }) => item));
  const isDone = (code: string): boolean => approved.has(code) || isMet(application.conditions, code);
  const reviews = current.flatMap((review) => {
    const planned = plannedOf(dossier, review.item);
    const isFree = planned && review.status === 'waiting' && review.round > 0 && planned.after.every(isDone);
    return isFree ? [requested(planned, review, application.dossierVersion, calendar, at)] : [];
  });
  return { reviews, events: reviews.map(requestEvent) };
}

/** Cancels what waits for a review that will not be approved any more. */
export function cancelUnreachable(found: Pick<Case, 'dossier' | 'reviews'>): ReviewChange {
  const ended = currentReviews(found).filter(({ status }) => status === 'refused' || status === 'cancelled');
  const unreachable = dependantsOf(
    found.dossier.plan,
    ended.map(({ item }) => item),
  );
  return cancel(found, ({ item, status }) => status === 'waiting' && unreachable.has(item));
}

/** Cancels the reviews that a test names, as far as they are still open or waiting. */
export function cancel(found: Pick<Case, 'dossier' | 'reviews'>, which: (review: Review) => boolean) {
  const reviews = currentReviews(found)
    .filter((review) => !isFinal(review.status) && which(review))
    .map(({ procedure, asked, ...review }): Review => ({ ...review, status: 'cancelled' }));
  const events: DomainEvent[] = reviews.map((review) => ({ type: 'review.cancelled', ...factsOf(review) }));
  return { reviews, events };
}

/**
 * Takes back what was approved, of the reviews that a test names: the case as a whole is refused or withdrawn, or
 * what they rest on is refused, so they have no effect. What an earlier conclusion granted stays in force.
 */
export function revokeApproved(
  found: Reviewed,
  which: (review: Review) => boolean = () => true,
): ReviewChange {
  const reviews = currentReviews(found)
    .filter((each) => each.status === 'approved' && !isInForce(found.application, each) && which(each))
    .map((review): Review => ({ ...review, status: 'cancelled' }));
  return { reviews, events: reviews.map((review) => ({ type: 'review.revoked', ...factsOf(review) })) };
}

type Reviewed = Pick<Case, 'dossier' | 'reviews'> & { application: Pick<Application, 'concludedAt'> };
