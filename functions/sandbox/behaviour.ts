/** What a simulated department does with what it is sent. Rules without I/O. */
import { outputNumber } from './numbers.ts';
import type { DepartmentBehaviour, DepartmentWebhook, ReviewForDecision } from './schemas.ts';

/** A decision as it is sent to OneWindow. */
export type DepartmentDecision = {
  outcome: 'accepted' | 'not-accepted' | 'approved' | 'refused' | 'correction' | 'hearing-offered';
  reason?: string;
  output?: { number: string };
  /** The version of the dossier that was read. */
  dossierVersion?: number;
};

/** A hearing that was asked for is held by people: somebody announces and ends it by the API. */
const asksForDecision: DepartmentWebhook['type'][] = [
  'review.acceptance-requested',
  'review.requested',
  'review.hearing-lapsed',
];

/**
 * What becomes of a webhook: `unavailable` is answered 503 and will be sent again, `work` leads to a decision,
 * `note` is only taken note of.
 * @param attempt counts the deliveries of this webhook-id, from 1.
 */
export function onWebhook(
  behaviour: DepartmentBehaviour,
  type: DepartmentWebhook['type'],
  attempt: number,
): 'unavailable' | 'work' | 'note' {
  if (behaviour === 'flaky' && attempt === 1) return 'unavailable';
  return asksForDecision.includes(type) && behaviour !== 'silent' ? 'work' : 'note';
}

/** Reasons that a real notice could give (Administrative Licensing Law art. 32 and 38: always with a reason). */
const reasons = {
  'not-accepted': 'This matter is not one of this district: please apply where the place lies.',
  refused: 'The conditions of this item are not met: the address given is not one that can be used for it.',
  correction:
    'What was filled in does not agree with the papers handed in. Please check it and send it again.',
};

/**
 * The decision on a review. The same review, asked for the same time, always gets the same one.
 * @param isFirstRequest whether the department was never asked about this review before.
 */
export function decisionOn(
  behaviour: DepartmentBehaviour,
  review: ReviewForDecision,
  isFirstRequest: boolean,
): DepartmentDecision {
  const meant = outcomeOf(behaviour, review, isFirstRequest);
  const decision = isHearingDue(review, meant) ? { outcome: 'hearing-offered' as const } : meant;
  const { dossierVersion } = review;
  return dossierVersion === undefined ? decision : { ...decision, dossierVersion };
}

/** Whether the applicant must be offered a hearing first. */
function isHearingDue({ hearing }: ReviewForDecision, { outcome }: DepartmentDecision): boolean {
  const isLast = outcome === 'approved' || outcome === 'refused';
  if (!hearing || hearing.offeredAt || !isLast) return false;
  return hearing.due === 'before-decision' || outcome === 'refused';
}

function outcomeOf(
  behaviour: DepartmentBehaviour,
  review: ReviewForDecision,
  isFirstRequest: boolean,
): DepartmentDecision {
  if (review.status === 'waiting' && behaviour === 'not-accept')
    return { outcome: 'not-accepted', reason: reasons['not-accepted'] };
  if (review.status === 'waiting' && !(behaviour === 'correct-once' && isFirstRequest))
    return { outcome: 'accepted' };
  if (behaviour === 'refuse') return { outcome: 'refused', reason: reasons.refused };
  if (behaviour === 'correct-once' && isFirstRequest) {
    return { outcome: 'correction', reason: reasons.correction };
  }
  return {
    outcome: 'approved',
    ...(review.output ? { output: { number: outputNumber(review.item, review.id) } } : {}),
  };
}

/** How often the same decision is sent at the same time. */
export const copiesOf = (behaviour: DepartmentBehaviour): number => (behaviour === 'duplicate' ? 2 : 1);
