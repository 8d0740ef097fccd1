/** What its people do to a case: corrected, withdrawn. Rules without I/O. */
import { currentReviews, isInForce, plannedOf, pointerOf } from '../cases/reviews.ts';
import { openStatuses } from '../cases/status.ts';
import {
  type Application,
  type Case,
  type Change,
  type Dossier,
  type FollowingMaterial,
  merged,
  noChange,
  type Review,
} from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { standingStillFor } from '../clock/pauses.ts';
import { Problem } from '../platform/problems.ts';
import { acceptanceRequest, accepts, awaiting } from './acceptance.ts';
import { noticedOf, renewed, withFollowing } from './following.ts';
import { cancel, requestEvent, revokeApproved, running } from './requests.ts';
import { openRound } from './rounds.ts';
import { settle } from './settle.ts';

/** What a correction changes: pointers of fields (`/form/…`), codes of materials; and which of the asked it speaks of. */
export type Corrected = {
  dossier: Partial<Dossier>;
  changed: string[];
  mentioned: string[];
  /** What has still to follow after it; absent: as before. */
  following?: FollowingMaterial[];
};

const touches = (pointer: string, field: string): boolean =>
  pointer === field || pointer.startsWith(`${field}/`) || field.startsWith(`${pointer}/`);

/** Whether something in a list of pointers and codes concerns these fields and materials. */
const concerns = (changed: string[], fields: string[], materials: string[]): boolean =>
  changed.some((each) => materials.includes(each) || fields.some((field) => touches(each, field)));

/** Reviews whose notice a correction answers: those that asked for what it speaks of; all when it names nothing. */
function answered(current: Review[], mentioned: string[]): Review[] {
  const asking = current.filter(({ status }) => status === 'correction');
  const spokenOf = asking.filter(({ asked }) => asked && concerns(mentioned, asked.fields, asked.materials));
  return mentioned.length === 0 ? asking : spokenOf;
}

/**
 * The same without reviews that still wait for a material which has not come by its day.
 * @throws Problem invalid-input when nothing is answered because of that
 */
function answeredBy(
  current: Review[],
  mentioned: string[],
  following: Application['following'],
  at: Date,
): Review[] {
  const back = answered(current, mentioned);
  const whole = back.filter((review) => noticedOf(following, review, at).length === 0);
  if (back.length === 0 || whole.length > 0) return whole;
  const missing = back.flatMap((review) => noticedOf(following, review, at));
  throw new Problem(
    'invalid-input',
    'Please correct the fields named below.',
    [...new Set(missing)].map((code) => ({
      pointer: '/materials',
      detail: `The material ${code} is missing`,
    })),
  );
}

/**
 * The correction has arrived. Each review that asked for it goes back to its department with the time that it had
 * left; every other review that sees what changed is requested again with the new version: in place while its
 * department is at work, in a round of its own once it was approved.
 */
export function receiveCorrection(found: Case, given: Corrected, calendar: Calendar, at: Date): Change {
  const { dossier, changed, mentioned } = given;
  const current = currentReviews(found);
  const back = answeredBy(current, mentioned, given.following ?? found.application.following, at);
  if (back.length === 0) return noChange;
  const dossierVersion = found.application.dossierVersion + (changed.length > 0 ? 1 : 0);
  const sees = ({ item }: Review): boolean => {
    const planned = plannedOf(found.dossier, item);
    const fields = planned?.fields.map(pointerOf) ?? [];
    return concerns(changed, fields, planned?.materials ?? []);
  };
  const concerned = current.filter((review) => !back.includes(review) && sees(review));
  const resumed = back.map((review) => {
    const left = review.clock?.left ?? { workingDays: 1 };
    const again = accepts(found, review)
      ? awaiting(review, left, calendar, at)
      : running(review, left, calendar, at);
    return { ...again, requestedAt: at.toISOString(), dossierVersion };
  });
  const others = renewed(found, concerned, dossierVersion, at);
  // What an earlier conclusion granted is changed by an application of its own.
  const again = concerned
    .filter((review) => review.status === 'approved' && !isInForce(found.application, review))
    .map(({ item }) => item);
  const round = again.length > 0 ? openRound(found, again) : undefined;
  return settle(
    found,
    {
      dossier,
      application: {
        dossierVersion,
        ...(given.following ? withFollowing(found.application, given.following) : {}),
        ...round?.application,
      },
      reviews: merged([...resumed, ...others.reviews], round?.reviews),
      events: [
        { type: 'application.corrected', dossierVersion },
        ...resumed.map((review) => (accepts(found, review) ? acceptanceRequest : requestEvent)(review)),
        ...others.events,
        ...(round?.events ?? []),
      ],
    },
    calendar,
    at,
  );
}

/**
 * Takes the case back at any time before its conclusion; every open or waiting review ends as cancelled, and what was
 * approved has no effect.
 * @throws Problem wrong-state when it was concluded once: outputs may be in the applicant's hands
 */
export function withdraw(found: Case, reason: string, calendar: Calendar, at: Date): Change {
  const { application } = found;
  if (!openStatuses.includes(application.status)) return noChange;
  if (application.concludedAt) {
    throw new Problem('wrong-state', 'The application was concluded; it cannot be withdrawn any more.');
  }
  const because = () => ({ because: 'withdrawal' as const });
  const cancelled = cancel(found, because);
  const revoked = revokeApproved(found, because);
  return {
    application: {
      ...standingStillFor([], application, calendar, at),
      status: 'withdrawn',
      conclusion: 'withdrawn',
      concludedAt: at.toISOString(),
    },
    reviews: [...cancelled.reviews, ...revoked.reviews],
    events: [{ type: 'application.withdrawn', reason }, ...cancelled.events, ...revoked.events],
  };
}
