/** When something in a case becomes due, and the alarm that the due index keeps for it. */

import { openStatuses } from './status.ts';
import type { Application, Case, Review } from './types.ts';

type Timed = Pick<Case, 'application' | 'reviews'>;

/** Instants at which this review becomes due. */
export function reviewDue(review: Review): string[] {
  if (review.status === 'requested' && review.dueAt) return [review.dueAt];
  if (review.status === 'overdue' && review.escalateAt && !review.escalatedAt) return [review.escalateAt];
  return [];
}

/** Instants at which the case itself becomes due; none while its clock stands still. */
export function caseDue(application: Application): string[] {
  if (application.pauses.some(({ to }) => to === undefined)) return [];
  if (application.overdue === undefined) return [application.promisedDueAt];
  return application.overdue === 'promised' ? [application.statutoryDueAt] : [];
}

/** The earliest instant (ISO) at which something in the case becomes due; undefined when nothing ever will. */
export function nextDue({ application, reviews }: Timed): string | undefined {
  if (!openStatuses.includes(application.status)) return undefined;
  return [...reviews.flatMap(reviewDue), ...caseDue(application)].sort()[0];
}

/**
 * The alarm to keep in the due index. An alarm that rings too early costs one look; moving it costs two index
 * writes. So it is moved only to ring earlier, and set anew by the sweep.
 */
export function alarm(after: Timed): string | undefined {
  const next = nextDue(after);
  const armed = after.application.nextDueAt;
  if (next === undefined || armed === undefined) return next;
  return [armed, next].sort()[0];
}
