/**
 * Special procedures (行政许可法 arts. 45 to 48): a hearing, an expert review, an inspection, a test. Announced with
 * their length, for which the clock stands still; ended by their result. What takes longer than was announced is no
 * longer covered by the notice: the clock runs again, and everybody concerned is told. Rules without I/O.
 */
import type { DomainEvent } from '../cases/events.ts';
import type { Change, Procedure, Review } from '../cases/types.ts';
import { type Calendar, shanghaiDay } from '../clock/calendar.ts';
import * as law from '../clock/law.ts';
import { dueAt } from '../clock/limits.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import { hearing, isToBeArranged } from './hearing.ts';
import { factsOf, running } from './requests.ts';
import type { Decision } from './schemas.ts';

const invalid = (detail: string, errors: FieldError[]): Problem =>
  new Problem('invalid-input', detail, errors);

/** @throws Problem wrong-state, invalid-input when a special procedure is not announced, or not ended, as it must be. */
export function requireProcedure(
  review: Review,
  { outcome, procedure, days, heldOn, chair }: Decision,
): void {
  const isAnnounced = outcome === 'special-procedure';
  const isArranged = isAnnounced && procedure === hearing && isToBeArranged(review);
  if (isAnnounced && !procedure) {
    throw invalid('Say which procedure it is.', [{ pointer: '/procedure', detail: 'Required' }]);
  }
  if (isAnnounced && review.procedure && !isArranged) {
    throw new Problem('wrong-state', `The review is in a special procedure: ${review.procedure.name}.`);
  }
  if (outcome === 'procedure-ended' && !review.procedure && !review.overrun) {
    throw new Problem('wrong-state', 'The review is in no special procedure.');
  }
  if (outcome !== 'procedure-ended' && review.procedure && !isArranged) {
    throw new Problem('wrong-state', 'End the special procedure first, by procedure-ended.');
  }
  const isPlaced = (name: string): boolean =>
    name === 'days' ? isAnnounced || outcome === 'extension' : isAnnounced && procedure === hearing;
  const misplaced = Object.entries({ days, heldOn, chair })
    .filter(([name, value]) => value !== undefined && !isPlaced(name))
    .map(([name]) => ({
      pointer: `/${name}`,
      detail: name === 'days' ? 'Only of a special procedure or an extension' : 'Only of a hearing',
    }));
  if (misplaced.length > 0) throw invalid('This does not belong to the decision.', misplaced);
}

/**
 * What is wrong with the day of a hearing: too soon after its announcement, too late, or no working day. Announced when
 * it cannot be held in time any more, it is held on the first day on which it may be.
 * @param since the days within which it is held: asked for, or announced
 */
function heldOnError(heldOn: string, since: Date, calendar: Calendar, at: Date): FieldError[] {
  const { announcedWorkingDaysAhead, heldWithinWorkingDays } = law.hearing;
  const earliest = shanghaiDay(calendar.addWorkingDays(at, announcedWorkingDaysAhead));
  const within = shanghaiDay(calendar.addWorkingDays(since, heldWithinWorkingDays));
  const latest = within < earliest ? earliest : within;
  const error = (detail: string): FieldError[] => [{ pointer: '/heldOn', detail }];
  if (heldOn < earliest) {
    return error(
      `A hearing is announced ${announcedWorkingDaysAhead} working days ahead: not before ${earliest}`,
    );
  }
  if (heldOn > latest)
    return error(`A hearing is held within ${heldWithinWorkingDays} working days: until ${latest}`);
  return calendar.isWorkingDay(heldOn) ? [] : error('Not a working day');
}

/**
 * The procedure as it is announced: until when it may take, and for a hearing its day and who chairs it.
 * @param subject of the officer who announces it
 * @throws Problem invalid-input for a day on which the law allows no hearing, or a chair who reviews the case
 */
export function announcedProcedure(
  { hearing: right }: Review,
  { procedure: name = '', days = law.specialProcedure.workingDays, heldOn, chair }: Decision,
  subject: string | undefined,
  calendar: Calendar,
  at: Date,
): Procedure {
  const until = dueAt(calendar, { workingDays: days }, at).dueAt;
  const dayErrors = heldOn ? heldOnError(heldOn, new Date(right?.askedAt ?? at), calendar, at) : [];
  const isTooShort = heldOn !== undefined && shanghaiDay(new Date(until)) < heldOn;
  const errors = [
    ...dayErrors,
    ...(isTooShort && dayErrors.length === 0
      ? [{ pointer: '/days', detail: 'The hearing is held after they are over' }]
      : []),
    ...(chair !== undefined && chair === subject
      ? [{ pointer: '/chair', detail: 'A hearing is chaired by somebody who does not review the case' }]
      : []),
  ];
  if (errors.length > 0) throw invalid('The law does not allow the hearing so.', errors);
  return {
    name,
    from: at.toISOString(),
    days,
    until,
    ...(heldOn ? { heldOn } : {}),
    ...(chair ? { chair } : {}),
  };
}

/** @throws Problem forbidden to the chair of a hearing in this review (art. 48: the chair is not the reviewer) */
export function forbidChair({ chairs }: Review, subject: string | undefined): void {
  if (subject !== undefined && chairs?.includes(subject)) {
    throw new Problem('forbidden', 'Who chaired the hearing does not decide the review.');
  }
}

/** Whether a review's procedure takes longer than was announced. */
export const isOverrun = ({ procedure }: Review, at: Date): boolean =>
  procedure?.until !== undefined && procedure.until <= at.toISOString();

/** The clock of a review whose procedure takes too long runs again; its result may still be told. */
export function overrun(review: Review & { procedure: Procedure }, calendar: Calendar, at: Date): Change {
  const { procedure } = review;
  const left = review.clock?.left;
  const next: Review = {
    ...(left ? running(review, left, calendar, at) : { ...review, status: 'requested' }),
    overrun: procedure.name,
  };
  delete next.procedure;
  const event: DomainEvent = {
    type: 'review.procedure-overrun',
    procedure: procedure.name,
    dueAt: next.dueAt ?? '',
    ...factsOf(next),
  };
  return { reviews: [next], events: [event] };
}
