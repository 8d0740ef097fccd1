/** What the canary's department is told. */
import * as z from 'zod';

/** A webhook, as far as a receiver that decides at once needs it. */
export const canaryWebhook = z
  .looseObject({
    type: z.string().min(1).max(60),
    data: z
      .looseObject({ reviewId: z.string().min(1).max(100), decisionUrl: z.string().min(1).max(500) })
      .meta({ id: 'CanaryRequest' }),
  })
  .meta({ id: 'CanaryWebhook' });
