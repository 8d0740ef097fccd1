/** The reviews of a case as its plan and its rows give them. */
import type { Application, Case, Condition, Dossier, PlannedReview, Review } from './types.ts';

type Reviewed = Pick<Case, 'dossier' | 'reviews'>;

/** A review of the first round that has no row yet. */
const unrequested = ({ id, item, department }: PlannedReview, round: number): Review => ({
  id,
  item,
  department,
  round,
  status: 'waiting',
});

/** Items that depend, directly or through others, on one of these items or conditions. */
export function dependantsOf(plan: PlannedReview[], codes: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const visit = (code: string): void => {
    for (const { item, after } of plan) {
      if (!after.includes(code) || found.has(item)) continue;
      found.add(item);
      visit(item);
    }
  };
  for (const code of codes) visit(code);
  return found;
}

/** Items of the plan that lie behind a condition, met or not: they come in a later round. */
const behindConditions = ({ plan, conditions }: Pick<Dossier, 'plan' | 'conditions'>): Set<string> =>
  dependantsOf(
    plan,
    conditions.map(({ code }) => code),
  );

/** The reviews that can be reached without an outside condition: the first round. */
export function firstRound(dossier: Pick<Dossier, 'plan' | 'conditions'>): PlannedReview[] {
  const later = behindConditions(dossier);
  return dossier.plan.filter(({ item }) => !later.has(item));
}

/** For each item of the plan, in its order, the review of its latest round; what has no row yet is waiting. */
export function currentReviews({ dossier, reviews }: Reviewed): Review[] {
  const latest = new Map<string, Review>();
  for (const review of reviews) {
    const known = latest.get(review.item);
    if (!known || known.round <= review.round) latest.set(review.item, review);
  }
  const later = behindConditions(dossier);
  return dossier.plan.map(
    (planned) => latest.get(planned.item) ?? unrequested(planned, later.has(planned.item) ? 0 : 1),
  );
}

/** Every review of every round: in the plan's order, each item's rounds one after another. */
export function allReviews(found: Reviewed): Review[] {
  const current = currentReviews(found);
  const order = new Map(current.map(({ item }, i) => [item, i]));
  const earlier = found.reviews.filter((review) => !current.includes(review));
  return [...earlier, ...current].sort(
    (a, b) => (order.get(a.item) ?? 0) - (order.get(b.item) ?? 0) || a.round - b.round,
  );
}

/** The part of the plan that a review is of. */
export const plannedOf = ({ plan }: Pick<Dossier, 'plan'>, item: string): PlannedReview | undefined =>
  plan.find((planned) => planned.item === item);

/** JSON pointer of a field of the form, by its name. */
export const pointerOf = (field: string): string =>
  `/form/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;

export const isMet = (conditions: Condition[], code: string): boolean =>
  conditions.some((condition) => condition.code === code && condition.status === 'met');

/** The application's number is the review's id without its last part. */
export const numberOfReview = (review: string): string =>
  review.slice(0, Math.max(0, review.lastIndexOf('-')));

/** What follows the application's number in a review's id: shorter, where the number is known. */
export const placeOf = (review: string): string => review.slice(review.lastIndexOf('-') + 1);

/** Id of an item's review in a round. */
export const reviewIdIn = (planned: PlannedReview, round: number): string =>
  round === 1 ? planned.id : `${planned.id}.${round}`;

/** The execution of a round. */
export const executionName = (number: string, round: number): string =>
  round === 1 ? number : `${number}.${round}`;

/** Whether departments are at work on it after it was concluded once: a later round. */
export const isReopened = ({ concludedAt }: Application): boolean => concludedAt !== undefined;

/** Instants at which it was concluded, the first time first. */
export const conclusionsOf = ({ earlierConclusions = [], concludedAt }: Application): string[] =>
  concludedAt === undefined ? [] : [...earlierConclusions, concludedAt];

/**
 * Whether it was granted by an earlier conclusion: what is handed out stands, whatever a later round brings, until it
 * is revoked by an act of its own.
 */
export const isInForce = (
  { concludedAt }: Pick<Application, 'concludedAt'>,
  { status, decidedAt }: Review,
): boolean =>
  status === 'approved' && concludedAt !== undefined && decidedAt !== undefined && decidedAt <= concludedAt;
