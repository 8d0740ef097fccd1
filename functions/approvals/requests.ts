/** Requests to departments: which reviews are free, and what cancels or revokes them. */
import type { Because, DomainEvent } from '../cases/events.ts';
import { currentReviews, dependantsOf, isInForce, isMet, plannedOf } from '../cases/reviews.ts';
import { isFinal } from '../cases/status.ts';
import type { Application, Case, PlannedReview, Review } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { dueAt, timeLeft } from '../clock/limits.ts';
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
  const { escalateAt, escalatedAt, asked, reason, procedure, provisional, ...rest } = review;
  const due = dueAt(calendar, left, at);
  return {
    ...rest,
    status: 'requested',
    clock: { from: at.toISOString(), left },
    dueAt: due.dueAt,
    ...(due.provisional ? { provisional: true } : {}),
  };
}

/** A review whose clock stands still from `at`, or does so already. */
export function standing(review: Review, calendar: Calendar, at: Date): Review {
  if (!review.clock || review.procedure) return review;
  const { from, left } = review.clock;
  return {
    ...review,
    clock: { from: at.toISOString(), left: timeLeft(calendar, left, new Date(from), at) },
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

/** Why what waits for an ended review is cancelled; undefined for a review that has not ended so. */
function becauseOf({ item, status, because, refusedItem }: Review): Because | undefined {
  if (status === 'refused') return { because: 'refusal', refusedItem: item };
  if (status !== 'cancelled') return undefined;
  return because === 'withdrawal' ? { because } : { because: 'refusal', refusedItem: refusedItem ?? item };
}

/** Cancels what waits for a review that will not be approved any more. */
export function cancelUnreachable(found: Pick<Case, 'dossier' | 'reviews'>): ReviewChange {
  const reasons = new Map<string, Because>();
  for (const review of currentReviews(found)) {
    const because = becauseOf(review);
    if (!because) continue;
    for (const item of dependantsOf(found.dossier.plan, [review.item])) {
      if (!reasons.has(item)) reasons.set(item, because);
    }
  }
  return cancel(found, ({ item, status }) => (status === 'waiting' ? reasons.get(item) : undefined));
}

/** For a review that is to end, why; undefined for one that is not. */
export type Ending = (review: Review) => Because | undefined;

const ended = ({ review, because }: { review: Review; because: Because }): Review => ({
  ...review,
  status: 'cancelled',
  ...because,
});

const withCause = (reviews: Review[], ending: Ending) =>
  reviews.flatMap((review) => {
    const because = ending(review);
    return because ? [{ review, because }] : [];
  });

/** Cancels the reviews for which there is a cause, as far as they are still open or waiting. */
export function cancel(found: Pick<Case, 'dossier' | 'reviews'>, ending: Ending): ReviewChange {
  const open = currentReviews(found).filter(({ status }) => !isFinal(status));
  const cancelled = withCause(open, ending).map(({ review, because }) => {
    const { procedure, asked, reason, ...rest } = review;
    return { review: rest, because };
  });
  return {
    reviews: cancelled.map(ended),
    events: cancelled.map((each) => ({
      type: 'review.cancelled',
      ...factsOf(ended(each)),
      ...each.because,
    })),
  };
}

/**
 * Takes back what was approved, of the reviews for which there is a cause: the case as a whole is refused or
 * withdrawn, or what they rest on is refused, so they have no effect. What an earlier conclusion granted stays in
 * force.
 */
export function revokeApproved(found: Reviewed, ending: Ending): ReviewChange {
  const approved = currentReviews(found).filter(
    (each) => each.status === 'approved' && !isInForce(found.application, each),
  );
  const revoked = withCause(approved, ending);
  return {
    reviews: revoked.map(ended),
    events: revoked.map((each) => ({ type: 'review.revoked', ...factsOf(ended(each)), ...each.because })),
  };
}

type Reviewed = Pick<Case, 'dossier' | 'reviews'> & { application: Pick<Application, 'concludedAt'> };
