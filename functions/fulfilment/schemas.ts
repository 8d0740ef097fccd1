/** What the courier sends and answers. */
import * as z from 'zod';
import { isCourierNumber } from '../platform/codes.ts';

export const trackingNumber = z
  .string()
  .max(13)
  .refine(isCourierNumber, 'Not a courier number (UPU S10)')
  .meta({ pattern: '^[A-Z]{2}\\d{9}[A-Z]{2}$' });

/** A tracking event; `reference` is the one of our order: application number and parcel. */
export const courierEvent = z
  .object({
    reference: z.string().min(3).max(64),
    trackingNumber,
    event: z.enum(['collected', 'in-transit', 'delivered', 'returned', 'lost']),
    at: z.iso.datetime({ offset: true }).optional(),
  })
  .meta({ id: 'TrackingEvent' });
export type CourierEvent = z.infer<typeof courierEvent>;

export const courierAnswer = z.object({ trackingNumber });
