/** When something in a case becomes due, and the alarm that the due index keeps for it. */
import { isOpenPause } from '../clock/pauses.ts';
import { openStatuses } from './status.ts';
import type { Application, Case, FollowingMaterial, Review } from './types.ts';

type Timed = Pick<Case, 'application' | 'reviews' | 'objections'>;

/** How long after a change everything that it causes should have come about. */
export const quietMinutes = 10;

const minutesAfter = (instant: string, minutes: number): string =>
  new Date(new Date(instant).getTime() + minutes * 60_000).toISOString();

/** Instants at which this review becomes due; while its clock stands still, when its procedure has taken too long. */
export function reviewDue(review: Review): string[] {
  if (review.procedure) return review.procedure.until ? [review.procedure.until] : [];
  if (review.status === 'requested' && review.dueAt)
    return [review.dueAt, ...(review.remindAt ? [review.remindAt] : [])];
  if (review.status === 'overdue' && review.escalateAt && !review.escalatedAt) return [review.escalateAt];
  return [];
}

/** Whether a department has to accept it by hand, and has neither done so nor refused to. */
export const isAcceptanceAwaited = ({
  acceptance,
  concludedAt,
}: Pick<Application, 'acceptance' | 'concludedAt'>): boolean =>
  acceptance?.status === 'awaited' && concludedAt === undefined;

/** The instant at which silence means accepted; none while a correction is awaited. */
export function acceptanceDue({ application, reviews }: Pick<Case, 'application' | 'reviews'>): string[] {
  if (!isAcceptanceAwaited(application)) return [];
  const accepting = reviews.find(({ id }) => id === application.acceptance?.review);
  return accepting?.status === 'waiting' && accepting.dueAt ? [accepting.dueAt] : [];
}

/** Whether a review's department is at work on it, so that something missing would stop it. */
export const isAtWork = ({ status, procedure }: Pick<Review, 'status' | 'procedure'>): boolean =>
  (status === 'requested' || status === 'overdue') && !procedure;

/** Materials that may follow and whose day counts; none while nobody works on what asks for them. */
export const awaitedMaterials = ({
  application,
  reviews,
}: Pick<Case, 'application' | 'reviews'>): FollowingMaterial[] =>
  (application.following ?? []).filter(({ items }) =>
    reviews.some((review) => items.includes(review.item) && isAtWork(review)),
  );

/** Instants at which the case itself becomes due; none while its clock stands still, nor after its conclusion. */
export function caseDue(application: Application): string[] {
  if (!openStatuses.includes(application.status) || application.concludedAt) return [];
  if (standsStill(application)) return [];
  if (application.overdue === undefined) return [application.promisedDueAt];
  return application.overdue === 'promised' ? [application.statutoryDueAt] : [];
}

const standsStill = ({ pauses }: Application): boolean => pauses.some(isOpenPause);

/** Whether a due date is to be counted again as soon as a calendar is published; a pause's end counts it in any case. */
const isProvisional = ({ application, reviews }: Timed): boolean =>
  (application.provisional && !application.concludedAt && !standsStill(application)) ||
  reviews.some(({ provisional, status }) => provisional && (status === 'requested' || status === 'waiting'));

/**
 * The instant at which the sweep asks whether the last change has had its effects: once after each change, and again
 * after each repair, every time twice as late.
 */
export function watchDue({ changedAt, watched }: Application): string[] {
  if (!watched || watched.at <= changedAt) return [minutesAfter(changedAt, quietMinutes)];
  return watched.repairs > 0
    ? [minutesAfter(watched.at, quietMinutes * 2 ** Math.min(watched.repairs, 8))]
    : [];
}

/** A parcel of which nothing is heard for so long is looked for. */
const silentMinutes = 5 * 24 * 60;

/** Instants at which a consignment that travels, or was lost and waits for a person, has been silent for too long. */
export function silentDue({ consignments, changedAt, watched }: Application): string[] {
  const travels = consignments.some(({ status }) =>
    ['ordered', 'collected', 'in-transit', 'lost'].includes(status),
  );
  if (!travels) return [];
  const since = minutesAfter(changedAt, silentMinutes);
  return [watched && watched.at >= since ? minutesAfter(watched.at, silentMinutes) : since];
}

/** A day after the last look, for a date that waits for a calendar. */
const calendarDue = (found: Timed): string[] =>
  isProvisional(found) && found.application.watched
    ? [minutesAfter(found.application.watched.at, 24 * 60)]
    : [];

/** An open case is looked at once in so long, even while it waits for nobody but its applicant or the world. */
const openMinutes = 7 * 24 * 60;

/** Whether somebody still has to decide on an objection. */
export const isObjectedTo = ({ objections }: Pick<Case, 'objections'>): boolean =>
  objections.some(({ status }) => status === 'filed');

const openDue = (found: Timed): string[] => {
  const { status, watched } = found.application;
  const isOpen = openStatuses.includes(status) || isObjectedTo(found);
  return isOpen && watched ? [minutesAfter(watched.at, openMinutes)] : [];
};

/** Instants at which the sweep asks whether everything has had its effects. A look moves each of them on. */
export const lookDue = (found: Timed): string[] => [
  ...watchDue(found.application),
  ...silentDue(found.application),
  ...calendarDue(found),
  ...openDue(found),
];

/** The earliest instant (ISO) at which something in the case becomes due; undefined when nothing ever will. */
export function nextDue(found: Timed): string | undefined {
  const { application, reviews } = found;
  return [
    ...acceptanceDue(found),
    ...awaitedMaterials(found).map(({ dueAt }) => dueAt),
    ...reviews.flatMap(reviewDue),
    ...caseDue(application),
    ...lookDue(found),
  ].sort()[0];
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
