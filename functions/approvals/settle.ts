/**
 * What follows from a change of reviews and conditions, whoever made it: which departments are asked next, for what
 * reasons the clock stands still, the status of the case, and its conclusion. All of it in the transaction of the
 * change itself, so that nothing has to come after it for the case to go on.
 */
import { isAcceptanceAwaited } from '../cases/alarm.ts';
import { conclusionsOf, currentReviews, isInForce } from '../cases/reviews.ts';
import { type ApplicationStatus, type Conclusion, isFinal } from '../cases/status.ts';
import { type Application, type Case, type Change, merged, type Review } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { type Standstill, standingStillFor } from '../clock/pauses.ts';
import { newConsignments, statusOfConsignments } from '../fulfilment/consignments.ts';
import { noticesOf } from './following.ts';
import { withReminders } from './reminders.ts';
import { cancelUnreachable, requestFree, revokeApproved } from './requests.ts';

const corrections = (current: Review[]): Standstill[] =>
  current.flatMap(({ id, status }) => (status === 'correction' ? [{ cause: 'correction', review: id }] : []));

/** Why the clock of the case stands still, from its reviews as they are. */
function standstills(current: Review[]): Standstill[] {
  const own = [
    ...corrections(current),
    ...current.flatMap(({ id, procedure }): Standstill[] =>
      procedure ? [{ cause: 'special-procedure', review: id }] : [],
    ),
  ];
  return statusOfReviews(current) === 'awaiting-condition' ? [...own, { cause: 'condition' }] : own;
}

/** The status of a case that is not concluded: two causes at once have one answer, the applicant's own turn first. */
export function statusOfReviews(current: Review[]): ApplicationStatus {
  if (current.some(({ status }) => status === 'correction')) return 'awaiting-correction';
  if (current.some(({ procedure }) => procedure)) return 'special-procedure';
  const isAsked = current.some(({ status }) => status === 'requested' || status === 'overdue');
  return isAsked ? 'in-review' : 'awaiting-condition';
}

/** The item whose refusal ends the whole case; what an earlier conclusion granted stays in force all the same. */
function endedBy({ dossier, reviews }: Pick<Case, 'dossier' | 'reviews'>): string | undefined {
  const endsAll = new Set(
    dossier.plan.filter(({ onRefusal }) => onRefusal === 'ends-all').map(({ item }) => item),
  );
  return currentReviews({ dossier, reviews }).find(
    ({ item, status }) => status === 'refused' && endsAll.has(item),
  )?.item;
}

/** How a case ends whose reviews are all final. The latest round of each item counts. */
export function conclusionOf(
  found: Pick<Case, 'application' | 'dossier' | 'reviews'>,
): Exclude<Conclusion, 'withdrawn'> {
  const ended = endedBy(found) !== undefined;
  const current = currentReviews(found);
  const approved = current.filter(
    (review) => review.status === 'approved' && (!ended || isInForce(found.application, review)),
  );
  if (approved.length === current.length) return 'approved';
  return approved.length > 0 ? 'partly-approved' : 'refused';
}

/**
 * The conclusion: its event, the end of every pause, what has no effect after a refusal, what is handed out. A later
 * round that grants nothing new leaves the case where the consignments of the earlier ones are.
 */
function concluded(found: Case, calendar: Calendar, at: Date): Change {
  const { application } = found;
  const conclusion = conclusionOf(found);
  const refusedItem = endedBy(found);
  const revoked = revokeApproved(found, () =>
    refusedItem === undefined ? undefined : { because: 'refusal', refusedItem },
  );
  const handedOut =
    conclusion === 'refused' ? [] : newConsignments(after(found, { ...revoked, application: {} }));
  const consignments = [...application.consignments, ...handedOut];
  const isNew = handedOut.length > 0 || consignments.length === 0;
  const status = isNew ? conclusion : (statusOfConsignments(consignments) ?? conclusion);
  return {
    application: {
      ...(application.concludedAt
        ? { earlierConclusions: conclusionsOf(application) }
        : standingStillFor([], application, calendar, at)),
      status,
      conclusion,
      concludedAt: at.toISOString(),
      consignments,
    },
    reviews: revoked.reviews,
    events: [
      ...revoked.events,
      { type: 'application.concluded', status: conclusion },
      ...(status === 'completed' ? [{ type: 'application.completed' as const }] : []),
    ],
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

/** Before the acceptance nobody is asked yet, and nothing stops the clock but the one notice that there may be. */
function stillSubmitted({ application, dossier, reviews }: Case, calendar: Calendar, at: Date): Change {
  const reasons = corrections(currentReviews({ dossier, reviews }));
  return {
    application: {
      status: reasons.length > 0 ? 'awaiting-correction' : 'submitted',
      ...standingStillFor(reasons, application, calendar, at),
    },
    events: [],
  };
}

/** The case as a change makes it. */
export const after = (found: Case, { application, reviews, dossier }: Change): Case => ({
  ...found,
  application: { ...found.application, ...application },
  dossier: { ...found.dossier, ...dossier },
  reviews: merged(found.reviews, reviews),
});

/** Two changes as one: the second was decided upon what the first made. */
export const and = (first: Change, second: Change): Change => ({
  ...first,
  application: { ...first.application, ...second.application },
  reviews: merged(first.reviews ?? [], second.reviews),
  events: [...first.events, ...second.events],
});

/** A change with everything that follows from it. A change without events stays one. */
export function settle(found: Case, change: Change, calendar: Calendar, at: Date): Change {
  if (change.events.length === 0) return change;
  const changed = after(found, change);
  if (isAcceptanceAwaited(changed.application)) return and(change, stillSubmitted(changed, calendar, at));
  const cancelled = and(change, cancelUnreachable(changed));
  const requested = and(cancelled, requestFree(after(found, cancelled), calendar, at));
  const asked = and(requested, noticesOf(after(found, requested), calendar, at));
  const next = after(found, asked);
  const current = currentReviews(next);
  const isOver = current.every(({ status }) => isFinal(status));
  const last: Change = isOver
    ? concluded(next, calendar, at)
    : { application: goingOn(next.application, current, calendar, at), events: [] };
  return withReminders(next, and(asked, last), calendar);
}
