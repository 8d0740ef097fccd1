/**
 * Tolerant acceptance (容缺受理): materials that may follow after the acceptance, each by its day. Until it has come, an
 * item that asks for it is not approved. When it has not come by its day it is asked for as a correction is: the clock
 * stands still until it comes. Rules without I/O.
 */
import { isAtWork } from '../cases/alarm.ts';
import type { DomainEvent } from '../cases/events.ts';
import { currentReviews, plannedOf } from '../cases/reviews.ts';
import type { Application, Case, Change, FollowingMaterial, HandedIn, Review } from '../cases/types.ts';
import type { AskedMaterial } from '../catalogue/derive.ts';
import type { Calendar } from '../clock/calendar.ts';
import { dueAt } from '../clock/limits.ts';
import { Problem } from '../platform/problems.ts';
import { acceptanceRequest, accepts } from './acceptance.ts';
import { factsOf, requestEvent, standing } from './requests.ts';
import type { Decision } from './schemas.ts';

/**
 * What has still to follow: what is compulsory, may follow and is not there. What was to follow before keeps its day.
 * @param asked what the items of the case ask for
 * @param from from when on the days of what is new are counted
 */
export function stillFollowing(
  asked: AskedMaterial[],
  handedIn: Pick<HandedIn, 'code'>[],
  before: FollowingMaterial[],
  calendar: Calendar,
  from: Date,
): FollowingMaterial[] {
  const there = new Set(handedIn.map(({ code }) => code));
  return asked.flatMap(({ code, required, later, items }) => {
    if (!required || !later || there.has(code)) return [];
    const known = before.find((each) => each.code === code);
    return [{ code, dueAt: known?.dueAt ?? dueAt(calendar, later, from).dueAt, items }];
  });
}

/** Materials of an item that have not come by their day. */
const missingOf = (following: FollowingMaterial[] | undefined, item: string, at: Date): string[] =>
  (following ?? [])
    .filter((each) => each.items.includes(item) && each.dueAt <= at.toISOString())
    .map(({ code }) => code);

/** What a notice asks a review's applicant for because it has not come by its day. */
export const noticedOf = (
  following: FollowingMaterial[] | undefined,
  { status, item, asked }: Review,
  at: Date,
): string[] =>
  status === 'correction'
    ? missingOf(following, item, at).filter((code) => asked?.materials.includes(code))
    : [];

/** Read by the applicant, as a department's own reason is. */
const missingReason = '容缺后补的材料未按期交齐。 / A material that might follow has not come by its day.';

/** Everybody at work on an item whose material has not come by its day waits for it, with the clock standing still. */
export function noticesOf(
  found: Case,
  calendar: Calendar,
  at: Date,
): Required<Pick<Change, 'reviews' | 'events'>> {
  const { following } = found.application;
  if (!following) return { reviews: [], events: [] };
  const noticed = currentReviews(found).flatMap((review): Review[] => {
    const materials = isAtWork(review) ? missingOf(following, review.item, at) : [];
    if (materials.length === 0) return [];
    const still = standing(review, calendar, at);
    return [{ ...still, status: 'correction', asked: { fields: [], materials }, reason: missingReason }];
  });
  const events = noticed.map(
    (review): DomainEvent => ({
      type: 'review.supplement-overdue',
      materials: review.asked?.materials ?? [],
      ...factsOf(review),
    }),
  );
  return { reviews: noticed, events };
}

/** @throws Problem wrong-state for an approval of what still waits for a material that may follow */
export function requireArrived({ application }: Case, { item }: Review, { outcome }: Decision): void {
  if (outcome !== 'approved') return;
  const awaited = application.following?.find(({ items }) => items.includes(item));
  if (!awaited) return;
  throw new Problem(
    'wrong-state',
    `The material ${awaited.code} may follow until ${awaited.dueAt} and has not come yet: it is approved after that.`,
  );
}

/** The header without what has come; nothing where it had nothing to wait for. */
export const withFollowing = (
  { following: before }: Application,
  following: FollowingMaterial[],
): Partial<Application> => (before || following.length > 0 ? { following } : {});

/** Reviews that see what changed, with the new version: asked again in place, their clocks as they are. */
export function renewed(
  found: Case,
  concerned: Review[],
  dossierVersion: number,
  at: Date,
): { reviews: Review[]; events: DomainEvent[] } {
  const requestedAt = at.toISOString();
  const isOpen = (review: Review): boolean =>
    review.status === 'requested' || review.status === 'overdue' || accepts(found, review);
  const asked = concerned
    .filter((review) => isOpen(review) && review.status !== 'correction')
    .map((review): Review => ({ ...review, requestedAt, dossierVersion }));
  const waiting = concerned
    .filter(({ status }) => status === 'correction')
    .map((review): Review => ({ ...review, dossierVersion }));
  return {
    reviews: [...asked, ...waiting],
    events: asked.map((review) => (accepts(found, review) ? acceptanceRequest : requestEvent)(review)),
  };
}

/** What followed has come: the departments that ask for it are told, and no clock is touched. */
export function receiveSupplement(found: Case, materials: HandedIn[], at: Date): Change {
  const { application, dossier } = found;
  const codes = materials.map(({ code }) => code);
  const dossierVersion = application.dossierVersion + 1;
  const concerned = currentReviews(found).filter(({ item }) =>
    plannedOf(dossier, item)?.materials.some((code) => codes.includes(code)),
  );
  const { reviews, events } = renewed(found, concerned, dossierVersion, at);
  return {
    dossier: { materials: [...dossier.materials, ...materials] },
    application: {
      dossierVersion,
      following: (application.following ?? []).filter(({ code }) => !codes.includes(code)),
    },
    reviews,
    events: [{ type: 'application.supplemented', dossierVersion, materials: codes }, ...events],
  };
}
