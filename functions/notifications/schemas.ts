/** What the SMS carrier sends. */
import * as z from 'zod';

/** A delivery receipt; `reference` is the one of our message: application number and message key. */
export const receipt = z.object({
  reference: z.string().min(3).max(120),
  status: z.enum(['delivered', 'failed']),
  at: z.iso.datetime({ offset: true }).optional(),
});

export const messageStatuses = ['sending', 'sent', 'unknown', 'delivered', 'failed'] as const;
export type MessageStatus = (typeof messageStatuses)[number];
