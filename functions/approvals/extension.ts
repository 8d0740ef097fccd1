/**
 * The extension of a limit (行政许可法 art. 42): once, by at most so many working days as the law gives, approved by
 * somebody in charge, its reason told to the applicant. Rules without I/O.
 */
import { type Application, type Case, type Change, noChange, type Review } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import * as law from '../clock/law.ts';
import { dueAt, extended, isNothing, type LimitKind, limitKinds } from '../clock/limits.ts';
import { extendedBy, isLimitOver } from '../clock/pauses.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import { factsOf } from './requests.ts';
import type { Decision } from './schemas.ts';
import { after, and } from './settle.ts';

/** How many working days the law allows; more where several departments handle a matter jointly. */
function mostDays({ dossier }: Case): number {
  const departments = new Set(dossier.plan.map(({ department }) => department));
  return departments.size > 1 ? law.extension.jointWorkingDays : law.extension.workingDays;
}

/** Whether nothing is left of a review's limit: whether or not the sweep has marked it yet, or its clock stood still since. */
const isReviewOver = ({ status, dueAt, clock }: Review, at: Date): boolean =>
  status === 'overdue' ||
  (dueAt !== undefined && dueAt <= at.toISOString()) ||
  (clock !== undefined && isNothing(clock.left));

type Asked = { days: number; reason: string; approvedBy: string };

/** @throws Problem invalid-input by pointer, wrong-state when it is too late or was extended before */
function asked(found: Case, review: Review, given: Decision, subject: string | undefined, at: Date): Asked {
  const { days = 0, reason = '', approvedBy = '' } = given;
  const most = mostDays(found);
  const errors: FieldError[] = [
    ...(days < 1 ? [{ pointer: '/days', detail: 'Required' }] : []),
    ...(days > most ? [{ pointer: '/days', detail: `The law allows ${most} working days` }] : []),
    ...(reason ? [] : [{ pointer: '/reason', detail: 'Required: the applicant is told why' }]),
    ...(approvedBy ? [] : [{ pointer: '/approvedBy', detail: 'Required: an extension is approved' }]),
    ...(approvedBy && approvedBy === subject
      ? [{ pointer: '/approvedBy', detail: 'Approved by somebody else than who asks for it' }]
      : []),
  ];
  if (errors.length > 0)
    throw new Problem('invalid-input', 'The law does not allow the extension so.', errors);
  if (review.extension) throw new Problem('wrong-state', 'The limit of this review was extended before.');
  if (isReviewOver(review, at)) {
    throw new Problem('wrong-state', 'The limit is over: an extension is told before.');
  }
  return { days, reason, approvedBy };
}

/** One limit of the case goes as far as the longest extension of a review. What is over is not extended. */
function ofLimit(
  application: Application,
  kind: LimitKind,
  days: number,
  calendar: Calendar,
  at: Date,
): Change {
  const before = application.extendedBy?.[kind] ?? 0;
  if (days <= before || isLimitOver(application, kind, at)) return noChange;
  const longer = extendedBy(days - before, kind, application, calendar);
  return {
    application: { extendedBy: { ...application.extendedBy, [kind]: days }, ...longer },
    events: [{ type: 'application.extended', limit: kind, days, dueAt: longer[`${kind}DueAt`] }],
  };
}

/** Each of the case's own two limits by itself: the promise may be over long before the law's. */
function ofCase(found: Case, days: number, calendar: Calendar, at: Date): Change {
  if (found.application.concludedAt) return noChange;
  return limitKinds.reduce<Change>((change, kind) => {
    const { application } = after(found, change);
    return and(change, ofLimit(application, kind, days, calendar, at));
  }, noChange);
}

/**
 * A review whose limit is extended, and the case with it.
 * @throws Problem invalid-input, wrong-state
 */
export function extend(
  found: Case,
  review: Review,
  given: Decision,
  subject: string | undefined,
  calendar: Calendar,
  at: Date,
): Change {
  const { days, reason, approvedBy } = asked(found, review, given, subject, at);
  const { clock } = review;
  const left = clock && extended(calendar, clock.left, days);
  const due = clock && left && dueAt(calendar, left, new Date(clock.from));
  const { provisional, ...rest } = review;
  const next: Review = {
    ...rest,
    extension: { days, at: at.toISOString(), approvedBy },
    ...(clock && left && due
      ? {
          clock: { from: clock.from, left },
          dueAt: due.dueAt,
          ...(due.provisional ? { provisional: true } : {}),
        }
      : {}),
  };
  const whole = ofCase(found, days, calendar, at);
  return {
    ...whole,
    reviews: [next],
    events: [
      { type: 'review.extended', days, dueAt: next.dueAt ?? '', reason, approvedBy, ...factsOf(next) },
      ...whole.events,
    ],
  };
}
