/**
 * The applicant's right to a hearing (行政许可法 arts. 46 to 48), where the catalogue says that one is offered before a
 * decision, or before a refusal: the department announces the right; the applicant asks for the hearing within the
 * days of the law, or does not, and the review goes on by itself; a hearing that was asked for is held before anything
 * is decided. It is a special procedure, so the clock stands still from the offer to the end. Rules without I/O.
 */
import { allReviews } from '../cases/reviews.ts';
import { type Case, type Change, noChange, type PlannedReview, type Review } from '../cases/types.ts';
import { type Calendar, shanghaiDay } from '../clock/calendar.ts';
import * as law from '../clock/law.ts';
import { dueAt } from '../clock/limits.ts';
import { Problem } from '../platform/problems.ts';
import { factsOf, running } from './requests.ts';
import type { Decision } from './schemas.ts';
import { settle } from './settle.ts';

/** The name of the procedure, whether it is offered, asked for or announced. */
export const hearing = 'hearing';

/** For which review a hearing is asked for, and why. */
export type HearingRequest = { review: string; reason?: string | undefined };

/** Whether the applicant may still ask for it, or nobody has marked yet that the time is over. */
export const isOffered = (review: Review): boolean =>
  review.hearing !== undefined &&
  review.hearing.askedAt === undefined &&
  review.procedure?.from === review.hearing.offeredAt;

/** Whether it was asked for and has not been held yet. */
const isOwed = ({ hearing: right }: Review): boolean =>
  right?.askedAt !== undefined && right.endedAt === undefined;

/** Whether it was asked for and its department has not named a day yet: then it may do so, and nothing else. */
export const isToBeArranged = (review: Review): boolean =>
  isOwed(review) && review.hearing?.heldOn === undefined && review.procedure?.name === hearing;

/** @throws Problem invalid-input where the catalogue offers none, wrong-state when it was offered before */
function requireOffer(planned: PlannedReview, review: Review): void {
  if (!planned.hearing) {
    throw new Problem('invalid-input', 'The catalogue offers no hearing here.', [
      { pointer: '/outcome', detail: 'Only of an item whose catalogue file says hearing' },
    ]);
  }
  if (review.hearing) throw new Problem('wrong-state', 'The hearing was offered before.');
}

/** @throws Problem wrong-state for a last decision before which a hearing must be offered, or held */
function requireHeard(planned: PlannedReview, review: Review, outcome: 'approved' | 'refused'): void {
  if (isOwed(review))
    throw new Problem(
      'wrong-state',
      'The applicant has asked for a hearing: it is held before the decision.',
    );
  const isDue = planned.hearing === 'before-decision' || outcome === 'refused';
  if (planned.hearing && isDue && !review.hearing) {
    throw new Problem(
      'wrong-state',
      'The applicant has the right to a hearing before this decision: announce it by hearing-offered.',
    );
  }
}

/** @throws Problem wrong-state before the day of the hearing */
function requireHeld(review: Review, at: Date): void {
  const ended = review.procedure?.name ?? review.overrun;
  if (!isOwed(review) || ended !== hearing) return;
  const { heldOn } = review.hearing ?? {};
  if (heldOn === undefined)
    throw new Problem('wrong-state', 'The hearing is asked for: announce its day and its chair.');
  if (shanghaiDay(at) < heldOn) throw new Problem('wrong-state', `The hearing is held on ${heldOn}.`);
}

/** @throws Problem wrong-state, invalid-input when the right to a hearing stands against the decision */
export function requireHearing(planned: PlannedReview, review: Review, decision: Decision, at: Date): void {
  const { outcome } = decision;
  if (isOffered(review))
    throw new Problem('wrong-state', `The applicant may ask for a hearing until ${review.hearing?.until}.`);
  if (outcome === 'hearing-offered') requireOffer(planned, review);
  if (outcome === 'approved' || outcome === 'refused') requireHeard(planned, review, outcome);
  if (outcome === 'procedure-ended') requireHeld(review, at);
  const isArranged = outcome === 'special-procedure' && decision.procedure === hearing && isOwed(review);
  if (!isArranged) return;
  const errors = (['heldOn', 'chair'] as const).flatMap((name) =>
    decision[name] === undefined
      ? [{ pointer: `/${name}`, detail: 'Required of a hearing that was asked for' }]
      : [],
  );
  if (errors.length > 0)
    throw new Problem('invalid-input', 'Say when it is held, and who chairs it.', errors);
}

/** The right is announced: so long the applicant may ask. @param review whose clock stands still */
export function offerHearing(review: Review, { reason }: Decision, calendar: Calendar, at: Date): Change {
  const days = law.hearing.askedWithinWorkingDays;
  const { dueAt: until } = dueAt(calendar, { workingDays: days }, at);
  const { escalateAt, escalatedAt, overrun, ...open } = review;
  const from = at.toISOString();
  const next: Review = {
    ...open,
    status: 'requested',
    hearing: { offeredAt: from, until },
    procedure: { name: hearing, from, days, until },
  };
  const event = { type: 'review.hearing-offered' as const, days, until, ...(reason ? { reason } : {}) };
  return { reviews: [next], events: [{ ...event, ...factsOf(next) }] };
}

/** Nobody has asked for it in time: the review goes on with the time that it had left. */
export function lapsed(review: Review, calendar: Calendar, at: Date): Change {
  const left = review.clock?.left ?? { workingDays: 0 };
  const next = running(review, left, calendar, at);
  return {
    reviews: [next],
    events: [{ type: 'review.hearing-lapsed', dueAt: next.dueAt ?? '', ...factsOf(next) }],
  };
}

/**
 * The applicant asks for the hearing that was offered. Repeated: nothing.
 * @throws Problem invalid-input for a review that is not of this application; wrong-state where none is offered, or
 *   when it is too late
 */
export function askForHearing(
  found: Case,
  { review: id, reason }: HearingRequest,
  calendar: Calendar,
  at: Date,
): Change {
  const review = allReviews(found).find((each) => each.id === id);
  if (!review) {
    throw new Problem('invalid-input', 'The application has no such review.', [
      { pointer: '/review', detail: 'Not the id of a review of this application' },
    ]);
  }
  const { hearing: right, procedure } = review;
  if (right?.askedAt) return noChange;
  if (!right) throw new Problem('wrong-state', 'No hearing is offered in this review.');
  if (!procedure || !isOffered(review) || right.until <= at.toISOString()) {
    throw new Problem('wrong-state', `A hearing was to be asked for until ${right.until}.`);
  }
  const days = law.hearing.heldWithinWorkingDays;
  const { dueAt: until } = dueAt(calendar, { workingDays: days }, at);
  const next: Review = {
    ...review,
    hearing: { ...right, askedAt: at.toISOString() },
    procedure: { ...procedure, days, until },
  };
  const event = { type: 'review.hearing-asked' as const, until, ...(reason ? { reason } : {}) };
  return settle(found, { reviews: [next], events: [{ ...event, ...factsOf(next) }] }, calendar, at);
}
