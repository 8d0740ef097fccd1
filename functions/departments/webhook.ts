/** What a department is told: ids only, no personal data. */
import type { Case, Review } from '../shared/application.ts';
import { isFinal } from '../shared/status.ts';

export const webhookTypes = ['review.requested', 'review.cancelled', 'review.overdue'] as const;
export type WebhookType = (typeof webhookTypes)[number];

/** Whether it is still true: a request that was decided or cancelled meanwhile is not sent any more. */
export function isCurrent(type: WebhookType, review: Review | undefined): boolean {
  if (!review) return false;
  if (type === 'review.cancelled') return review.status === 'cancelled' && review.requestedAt !== undefined;
  return !isFinal(review.status);
}

/** The body of a webhook. */
export function webhookBody(
  type: WebhookType,
  time: string,
  { application, dossier }: Pick<Case, 'application' | 'dossier'>,
  review: Review,
  apiUrl: string,
) {
  return {
    type,
    timestamp: time,
    data: {
      reviewId: review.id,
      application: application.number,
      item: review.item,
      dueAt: review.dueAt ?? null,
      decisionUrl: `${apiUrl}/reviews/${review.id}/decisions`,
      materials: dossier.materials.map(({ code, id }) => (id ? { code, id } : { code })),
    },
  };
}
