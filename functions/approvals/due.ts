/** What the sweep does with a case whose alarm rang: reviews overdue or escalated, the case's own two limits. */
import { caseDue, reviewDue } from '../cases/alarm.ts';
import type { DomainEvent } from '../cases/events.ts';
import { currentReviews } from '../cases/reviews.ts';
import { type Application, type Case, type Change, noChange, type Review } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { dueAt } from '../clock/limits.ts';
import { recounted } from '../clock/pauses.ts';
import { acceptBySilence } from './acceptance.ts';
import { noticesOf } from './following.ts';
import { isOffered, lapsed } from './hearing.ts';
import { isOverrun, overrun } from './procedures.ts';
import { withReminder } from './reminders.ts';
import { factsOf } from './requests.ts';
import { after, and, settle } from './settle.ts';

/** An overdue review is escalated to an operator when it has been so for this many opening minutes: one day. */
const defaultEscalateAfterMinutes = 420;

/**
 * Every special procedure that takes longer than was announced, and every hearing that nobody asked for, with what
 * follows for the clock of the case.
 */
function markOverrun(found: Case, calendar: Calendar, at: Date): Change {
  const changes = currentReviews(found).flatMap((review) => {
    const { procedure } = review;
    if (!procedure || !isOverrun(review, at)) return [];
    return [
      isOffered(review) ? lapsed(review, calendar, at) : overrun({ ...review, procedure }, calendar, at),
    ];
  });
  return settle(found, changes.reduce(and, noChange), calendar, at);
}

/** What might follow and has not come by its day. */
const markMissing = (found: Case, calendar: Calendar, at: Date): Change =>
  settle(found, noticesOf(found, calendar, at), calendar, at);

/** Marks what is due at `at`. A review that is overdue, and even escalated, can still be decided. */
export function markDue(found: Case, calendar: Calendar, at: Date, escalateAfterMinutes?: number): Change {
  const accepted = acceptBySilence(found, calendar, at);
  const asked = and(accepted, markMissing(after(found, accepted), calendar, at));
  const marked = and(asked, markOverrun(after(found, asked), calendar, at));
  return and(marked, markLimits(after(found, marked), calendar, at, escalateAfterMinutes));
}

/** A review that is due: its department is reminded, or it is overdue, or so for so long that an operator is told. */
function markReview(
  { remindAt, ...review }: Review,
  calendar: Calendar,
  at: Date,
  escalateAfterMinutes: number,
): { marked: Review; event: DomainEvent } {
  const now = at.toISOString();
  if (review.status !== 'requested') {
    const marked = { ...review, escalatedAt: now };
    return { marked, event: { type: 'review.escalated', ...factsOf(marked) } };
  }
  const { dueAt = '' } = review;
  if (dueAt > now) {
    const marked = { ...review, remindedFor: dueAt };
    return { marked, event: { type: 'review.due-soon', dueAt, ...factsOf(marked) } };
  }
  const escalateAt = calendar.addOpeningMinutes(at, escalateAfterMinutes).toISOString();
  const marked: Review = { ...review, status: 'overdue', escalateAt };
  return { marked, event: { type: 'review.overdue', ...factsOf(marked) } };
}

function markLimits(
  found: Case,
  calendar: Calendar,
  at: Date,
  escalateAfterMinutes = defaultEscalateAfterMinutes,
): Change {
  const now = at.toISOString();
  const reviews: Review[] = [];
  const events: DomainEvent[] = [];
  const { recount, counted } = recountDue(found, calendar);
  for (const review of currentReviews({ ...found, reviews: counted })) {
    if (!reviewDue(review).some((due) => due <= now) || review.procedure) continue;
    const { marked, event } = markReview(review, calendar, at, escalateAfterMinutes);
    reviews.push(marked);
    events.push(event);
  }
  const next = { ...found.application, ...recount.application };
  const application: Partial<Application> = { ...recount.application };
  if (caseDue(next).some((due) => due <= now)) {
    const limit = next.statutoryDueAt <= now ? 'statutory' : 'promised';
    application.overdue = limit;
    events.push({ type: 'application.overdue', limit });
  }
  const marked = new Set(reviews.map(({ id }) => id));
  return {
    application,
    reviews: [...(recount.reviews ?? []).filter(({ id }) => !marked.has(id)), ...reviews],
    events: [...recount.events, ...events],
  };
}

/** What has moved is told; what is certain now and stays as it was, only written down. */
function recountEvents(
  { application: before, reviews: known }: Case,
  application: Partial<Application>,
  reviews: Review[],
): DomainEvent[] {
  const dueAt = application.promisedDueAt ?? before.promisedDueAt;
  const moved = reviews.filter(({ id, dueAt }) =>
    known.some((each) => each.id === id && each.dueAt !== dueAt),
  );
  const events: DomainEvent[] = moved.map((review) => ({
    type: 'review.due-changed',
    dueAt: review.dueAt ?? '',
    ...factsOf(review),
  }));
  if (dueAt !== before.promisedDueAt) return [{ type: 'application.due-changed', dueAt }, ...events];
  const isChanged = Object.keys(application).length > 0 || reviews.length > 0;
  return isChanged && moved.length === 0 ? [{ type: 'application.due-confirmed', dueAt }] : events;
}

/** Provisional dates counted again, once the calendar that they waited for is published. */
function recountDue(found: Case, calendar: Calendar): { recount: Change; counted: Review[] } {
  const application = found.application.concludedAt ? {} : recounted(found.application, calendar);
  const reviews = found.reviews.flatMap((review): Review[] => {
    // One that waits with a clock has to be accepted.
    const isRunning = review.status === 'requested' || review.status === 'waiting';
    if (!review.provisional || !review.clock || !isRunning || review.procedure) return [];
    const { provisional, ...rest } = review;
    const due = dueAt(calendar, review.clock.left, new Date(review.clock.from));
    return due.provisional ? [] : [withReminder(found, { ...rest, dueAt: due.dueAt }, calendar)];
  });
  return {
    recount: { application, reviews, events: recountEvents(found, application, reviews) },
    counted: found.reviews.map((review) => reviews.find(({ id }) => id === review.id) ?? review),
  };
}
