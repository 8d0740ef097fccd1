/** What the canary's department is told. */
import * as z from 'zod/mini';
import { described } from '../platform/described.ts';

const text = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));

/** A webhook, as far as a receiver that decides at once needs it. */
export const canaryWebhook = z
  .looseObject({
    type: text(60),
    data: z
      .looseObject({ reviewId: text(100), decisionUrl: text(500) })
      .register(described, { id: 'CanaryRequest' }),
  })
  .register(described, { id: 'CanaryWebhook' });
