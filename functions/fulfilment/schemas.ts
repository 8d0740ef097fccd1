/** What the courier sends and answers. */
import * as z from 'zod/mini';
import { isCourierNumber } from '../platform/codes.ts';
import { described } from '../platform/described.ts';

export const trackingNumber = z
  .string()
  .check(z.maxLength(13), z.refine(isCourierNumber, 'Not a courier number (UPU S10)'))
  .register(described, { pattern: '^[A-Z]{2}\\d{9}[A-Z]{2}$' });

/** A tracking event; `reference` is the one of our order: application number and parcel. */
export const courierEvent = z
  .object({
    reference: z.string().check(z.minLength(3), z.maxLength(64)),
    trackingNumber,
    event: z.enum(['collected', 'in-transit', 'delivered', 'returned', 'lost']),
    at: z.optional(z.iso.datetime({ offset: true })),
  })
  .register(described, { id: 'TrackingEvent' });
export type CourierEvent = z.infer<typeof courierEvent>;

export const courierAnswer = z.object({ trackingNumber });
