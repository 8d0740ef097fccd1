/** What the SMS carrier sends. */
import * as z from 'zod';

/** A delivery receipt; `reference` is the one of our message: application number and message key. */
export const receipt = z
  .object({
    reference: z.string().min(3).max(120),
    status: z.enum(['delivered', 'failed']),
    at: z.iso.datetime({ offset: true }).optional(),
  })
  .meta({ id: 'DeliveryReceipt' });

/**
 * `waiting`: the carrier did not take it and it will be sent again; `unknown`: perhaps taken, never sent again;
 * `failed`: the number cannot be reached.
 */
export const messageStatuses = ['sending', 'waiting', 'sent', 'unknown', 'delivered', 'failed'] as const;
export type MessageStatus = (typeof messageStatuses)[number];
