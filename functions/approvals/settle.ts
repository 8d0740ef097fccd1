/**
 * What follows from a change of reviews and conditions, whoever made it: which departments are asked next, for what
 * reasons the clock stands still, the status of the case, and its conclusion. All of it in the transaction of the
 * change itself, so that nothing has to come after it for the case to go on.
 */
import type { DomainEvent } from '../cases/events.ts';
import { currentReviews } from '../cases/reviews.ts';
import { type ApplicationStatus, type Conclusion, isFinal } from '../cases/status.ts';
import { type Application, type Case, type Change, merged, type Review } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { type Standstill, standingStillFor } from '../clock/pauses.ts';
import { newConsignments } from '../fulfilment/consignments.ts';
import { requestFree, revokeApproved } from './requests.ts';

/** Why the clock of the case stands still, from its reviews as they are. */
function standstills(current: Review[]): Standstill[] {
  const own = current.flatMap(({ id, status, procedure }): Standstill[] => [
    ...(status === 'correction' ? [{ cause: 'correction' as const, review: id }] : []),
    ...(procedure ? [{ cause: 'special-procedure' as const, review: id }] : []),
  ]);
  return statusOfReviews(current) === 'awaiting-condition' ? [...own, { cause: 'condition' }] : own;
}

/** The status of a case that is not concluded: two causes at once have one answer, the applicant's own turn first. */
export function statusOfReviews(current: Review[]): ApplicationStatus {
  if (current.some(({ status }) => status === 'correction')) return 'awaiting-correction';
  if (current.some(({ procedure }) => procedure)) return 'special-procedure';
  const isAsked = current.some(({ status }) => status === 'requested' || status === 'overdue');
  return isAsked ? 'in-review' : 'awaiting-condition';
}

/** How a case ends whose reviews are all final. The latest round of each item counts. */
export function conclusionOf(found: Pick<Case, 'dossier' | 'reviews'>): Exclude<Conclusion, 'withdrawn'> {
  const endsAll = new Set(
    found.dossier.plan.filter(({ onRefusal }) => onRefusal === 'ends-all').map(({ item }) => item),
  );
  const current = currentReviews(found);
  if (current.some(({ item, status }) => status === 'refused' && endsAll.has(item))) return 'refused';
  const approved = current.filter(({ status }) => status === 'approved').length;
  if (approved === current.length) return 'approved';
  return approved > 0 ? 'partly-approved' : 'refused';
}

/** The conclusion: its event, the end of every pause, what has no effect after a refusal, what is handed out. */
function concluded(found: Case, calendar: Calendar, at: Date): Change {
  const { application } = found;
  const conclusion = conclusionOf(found);
  const revoked = conclusion === 'refused' ? revokeApproved(found) : { reviews: [], events: [] };
  const isGranted = conclusion !== 'refused';
  return {
    application: {
      ...(application.concludedAt ? {} : standingStillFor([], application, calendar, at)),
      status: conclusion,
      conclusion,
      concludedAt: at.toISOString(),
      ...(isGranted ? { consignments: [...application.consignments, ...newConsignments(found)] } : {}),
    },
    reviews: revoked.reviews,
    events: [...revoked.events, { type: 'application.concluded', status: conclusion }],
  };
}

function goingOn(
  application: Application,
  current: Review[],
  calendar: Calendar,
  at: Date,
): Partial<Application> {
  // A later round has the clocks of its reviews; the clock of the case ended with its conclusion.
  const clock = application.concludedAt
    ? {}
    : standingStillFor(standstills(current), application, calendar, at);
  return { status: statusOfReviews(current), ...clock };
}

const after = (found: Case, { application, reviews, dossier }: Change): Case => ({
  ...found,
  application: { ...found.application, ...application },
  dossier: { ...found.dossier, ...dossier },
  reviews: merged(found.reviews, reviews),
});

const and = (first: Change, second: Change): Change => ({
  ...first,
  application: { ...first.application, ...second.application },
  reviews: merged(first.reviews ?? [], second.reviews),
  events: [...first.events, ...second.events],
});

/** A change with everything that follows from it. A change without events stays one. */
export function settle(found: Case, change: Change, calendar: Calendar, at: Date): Change {
  if (change.events.length === 0) return change;
  const requests = requestFree(after(found, change), calendar, at);
  const asked = and(change, { reviews: requests.reviews, events: requests.events satisfies DomainEvent[] });
  const next = after(found, asked);
  const current = currentReviews(next);
  if (current.every(({ status }) => isFinal(status))) return and(asked, concluded(next, calendar, at));
  return and(asked, { application: goingOn(next.application, current, calendar, at), events: [] });
}
