/** HTTP: the department of the synthetic cases. It is told as any other, and decides at once. */

import { setting } from '../platform/env.ts';
import { type Answer, apiHandler, parse, type Request } from '../platform/http.ts';
import { correlate, log } from '../platform/log.ts';
import { Problem } from '../platform/problems.ts';
import { requireSignature } from '../platform/signed.ts';
import type { calls } from './calls.ts';
import { approve, Refused, secretId } from './onewindow.ts';
import { canaryWebhook } from './schemas.ts';

/** @throws Problem bad-signature, invalid-input; unavailable when it could not decide: the webhook comes again */
async function receive(request: Request): Promise<Answer> {
  await requireSignature(secretId(), request, { purpose: 'event' });
  const { type, data } = parse(canaryWebhook, request.body);
  const { reviewId, decisionUrl } = data;
  correlate(reviewId.slice(0, reviewId.lastIndexOf('-')), { review: reviewId });
  if (!decisionUrl.startsWith(`${setting('API_URL')}/`)) {
    throw new Problem('invalid-input', 'The decision is sent nowhere else.', [
      { pointer: '/data/decisionUrl', detail: 'Not an address of this API' },
    ]);
  }
  if (type !== 'review.requested') return { status: 204 };
  try {
    await approve(reviewId, decisionUrl, request.headers['webhook-id'] ?? '');
  } catch (error) {
    // Decided, cancelled or withdrawn meanwhile: there is nothing left to say.
    const isOver = error instanceof Refused && error.status === 409;
    log.warn('The review was not decided', { because: (error as Error).message });
    if (!isOver) throw new Problem('unavailable', 'The review could not be decided. Please repeat.');
  }
  return { status: 204 };
}

export const handler = apiHandler<typeof calls>({ 'POST /canary/webhooks': receive });
