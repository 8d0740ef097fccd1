/**
 * Before a review's limit ends its department is reminded, once for each end that the limit has had; not while its
 * clock stands still. How long before is kept in the plan. Rules without I/O.
 */
import { plannedOf } from '../cases/reviews.ts';
import type { Case, Change, Review } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { reminderOf } from '../clock/limits.ts';

/** A review with the instant at which its department is reminded, as its clock now is. */
export function withReminder({ dossier }: Pick<Case, 'dossier'>, review: Review, calendar: Calendar): Review {
  const { remindAt: _, ...rest } = review;
  const { clock, dueAt, procedure, remindedFor, status } = review;
  const before = plannedOf(dossier, review.item)?.remindBefore;
  const isRunning = status === 'requested' && !procedure && clock !== undefined;
  if (!before || !isRunning || remindedFor === dueAt) return rest;
  const remindAt = reminderOf(calendar, clock.left, before, new Date(clock.from));
  return remindAt ? { ...rest, remindAt } : rest;
}

/** A change whose reviews are reminded when they are to be. */
export const withReminders = (found: Pick<Case, 'dossier'>, change: Change, calendar: Calendar): Change =>
  change.reviews
    ? { ...change, reviews: change.reviews.map((review) => withReminder(found, review, calendar)) }
    : change;
