/** What the SMS carrier sends. */
import * as z from 'zod/mini';
import { described } from '../platform/described.ts';

/** A delivery receipt; `reference` is the one of our message: application number and message key. */
export const receipt = z
  .object({
    reference: z.string().check(z.minLength(3), z.maxLength(120)),
    status: z.enum(['delivered', 'failed']),
    at: z.optional(z.iso.datetime({ offset: true })),
  })
  .register(described, { id: 'DeliveryReceipt' });

/**
 * `waiting`: the carrier did not take it and it will be sent again; `unknown`: perhaps taken, never sent again;
 * `failed`: the number cannot be reached.
 */
export const messageStatuses = ['sending', 'waiting', 'sent', 'unknown', 'delivered', 'failed'] as const;
export type MessageStatus = (typeof messageStatuses)[number];
