/** What applicants get. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { applicationStatuses, deliveryMethods, deliveryStatuses, reviewStatuses } from '../cases/status.ts';
import { id, instant, page } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

export const applicationSummary = z
  .object({
    id,
    number: z.string(),
    service: z.string(),
    status: z.enum(applicationStatuses),
    version: z.number().int(),
    submittedAt: instant,
    dueAt: instant,
  })
  .meta({ id: 'ApplicationSummary' });

const review = z.object({
  id,
  item: z.string(),
  name: localText.optional(),
  department: z.string(),
  status: z.enum(reviewStatuses),
  dueAt: instant.nullable(),
  decidedAt: instant.optional(),
});

const output = z.object({
  item: z.string(),
  name: localText,
  form: z.enum(['physical', 'electronic']),
  facts: z.looseObject({ number: z.string() }).optional(),
});

export const application = applicationSummary
  .extend({
    channel: z.string(),
    language: z.enum(['zh', 'en']),
    applicant: z.object({ type: z.string(), name: z.string(), idNumber: z.string(), phone: z.string() }),
    form: z.record(z.string(), z.unknown()),
    materials: z.array(z.object({ code: z.string(), id: z.string().optional() })),
    onBehalfOf: z.string().optional(),
    reviews: z.array(review),
    clock: z.object({
      receivedAt: instant,
      dueAt: instant,
      statutoryDueAt: instant,
      provisional: z.boolean(),
      running: z.boolean(),
      pauses: z.array(z.object({ from: instant, to: instant.optional(), cause: z.string() })),
      overdue: z.enum(['promised', 'statutory']).nullable(),
    }),
    delivery: z.object({
      method: z.enum(deliveryMethods),
      status: z.enum(deliveryStatuses),
      trackingNumber: z.string().optional(),
      parcel: z.number().int().optional(),
      recipient: z.string().optional(),
      phone: z.string().optional(),
      address: z.string().optional(),
    }),
    outputs: z.array(output),
    concludedAt: instant.nullable(),
  })
  .meta({ id: 'Application', description: 'Personal fields are masked' });

export const applicationList = page(applicationSummary);

export const timeline = page(
  z
    .looseObject({ at: instant, by: z.string(), version: z.number().int(), type: z.string() })
    .meta({ id: 'TimelineItem' }),
);
