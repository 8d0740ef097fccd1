/** What a department is told: ids only, no personal data. */
import { plannedOf } from '../cases/reviews.ts';
import type { Case, Review } from '../cases/types.ts';

export const webhookTypes = [
  'review.acceptance-requested',
  'review.requested',
  'review.cancelled',
  'review.overdue',
  'review.supplement-overdue',
  'review.revoked',
  'review.hearing-asked',
  'review.hearing-lapsed',
  'review.due-soon',
  'review.due-changed',
] as const;
export type WebhookType = (typeof webhookTypes)[number];

/** Types that say when a limit ends: true only as long as it ends then. */
const limitTypes: readonly string[] = ['review.due-soon', 'review.due-changed'];

/** Whether what an event says of a review's limit still holds; what says nothing of it does. */
export const saysDue = (type: string, dueAt: unknown, review: Pick<Review, 'dueAt'>): boolean =>
  !limitTypes.includes(type) || dueAt === review.dueAt;

/**
 * Whether it is still true: a request that was decided, cancelled or sent back meanwhile is not sent any more.
 * @param dueAt when the limit ends by what happened
 */
export function isCurrent(type: WebhookType, review: Review, dueAt: unknown): boolean {
  const { status, requestedAt } = review;
  switch (type) {
    case 'review.acceptance-requested':
      return status === 'waiting' && requestedAt !== undefined;
    case 'review.due-soon':
    case 'review.due-changed':
      return (status === 'requested' || status === 'waiting') && saysDue(type, dueAt, review);
    case 'review.cancelled':
      return status === 'cancelled' && requestedAt !== undefined;
    case 'review.revoked':
      return status === 'cancelled';
    case 'review.supplement-overdue':
      return status === 'correction';
    case 'review.overdue':
      return status === 'overdue';
    case 'review.requested':
    case 'review.hearing-asked':
    case 'review.hearing-lapsed':
      return status === 'requested' || status === 'overdue';
  }
}

/** Of what happens while a department is paused: told afterwards, as no later request says it. */
export const isKeptForLater = (type: WebhookType): boolean =>
  type === 'review.cancelled' || type === 'review.revoked';

/** The body of a webhook. */
export function webhookBody(
  type: WebhookType,
  time: string,
  { application, dossier }: Pick<Case, 'application' | 'dossier'>,
  review: Review,
  apiUrl: string,
) {
  const own = plannedOf(dossier, review.item)?.materials ?? [];
  return {
    type,
    timestamp: time,
    data: {
      reviewId: review.id,
      application: application.number,
      item: review.item,
      dueAt: review.dueAt ?? null,
      ...(review.because ? { because: review.because } : {}),
      ...(review.refusedItem ? { refusedItem: review.refusedItem } : {}),
      decisionUrl: `${apiUrl}/reviews/${review.id}/decisions`,
      materials: dossier.materials
        .filter(({ code }) => own.includes(code))
        .map(({ code, id }) => (id ? { code, id } : { code })),
    },
  };
}
