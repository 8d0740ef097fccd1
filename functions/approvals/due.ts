/** What the sweep does with a case whose alarm rang: reviews overdue or escalated, the case's own two limits. */
import { caseDue, reviewDue } from '../cases/alarm.ts';
import type { DomainEvent } from '../cases/events.ts';
import { openStatuses } from '../cases/status.ts';
import type { Application, Case, Change, Review } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { factsOf } from './requests.ts';

/** An overdue review is escalated to an operator when it has been so for this many opening minutes: one day. */
const defaultEscalateAfterMinutes = 420;

/** Marks what is due at `at`. A review that is overdue, and even escalated, can still be decided. */
export function markDue(
  found: Case,
  calendar: Calendar,
  at: Date,
  escalateAfterMinutes = defaultEscalateAfterMinutes,
): Change {
  const now = at.toISOString();
  const reviews: Review[] = [];
  const events: DomainEvent[] = [];
  for (const review of found.reviews.filter((each) => reviewDue(each).some((due) => due <= now))) {
    const marked: Review =
      review.status === 'requested'
        ? {
            ...review,
            status: 'overdue',
            escalateAt: calendar.addOpeningMinutes(at, escalateAfterMinutes).toISOString(),
          }
        : { ...review, escalatedAt: now };
    reviews.push(marked);
    const type = marked.escalatedAt ? 'review.escalated' : 'review.overdue';
    events.push({ type, ...factsOf(marked) });
  }
  const application: Partial<Application> = {};
  if (
    openStatuses.includes(found.application.status) &&
    caseDue(found.application).some((due) => due <= now)
  ) {
    const limit = found.application.statutoryDueAt <= now ? 'statutory' : 'promised';
    application.overdue = limit;
    events.push({ type: 'application.overdue', limit });
  }
  return { application, reviews, events };
}
