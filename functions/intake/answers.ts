/** What applicants get. Tests hold every handler's answers against these. */
import * as z from 'zod';
import {
  applicationStatuses,
  conclusions,
  conditionStatuses,
  consignmentStatuses,
  deliveryMethods,
  outcomes,
  reviewStatuses,
} from '../cases/status.ts';
import { pauseCauses } from '../clock/pauses.ts';
import { id, instant, page } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

const pause = z.object({
  from: instant,
  to: instant.optional(),
  cause: z.enum(pauseCauses),
  review: id.optional(),
});

const day = z.iso.date().meta({ description: 'In Asia/Shanghai' });

export const clock = z
  .object({
    limits: z.array(
      z.object({
        scope: z.string().meta({ description: '`case`, or the id of a review' }),
        kind: z.enum(['promised', 'statutory']),
        dueAt: instant,
        provisional: z.boolean(),
        running: z
          .boolean()
          .meta({ description: 'false: the clock stands still, and `dueAt` is what it was before' }),
        counted: z.array(
          z.object({
            day,
            minutes: z.number().int().optional().meta({ description: 'Of a limit in opening hours' }),
            makeUp: z
              .literal(true)
              .optional()
              .meta({ description: 'A weekend day worked in exchange (调休)' }),
          }),
        ),
        notCounted: z.array(z.object({ day, because: z.enum(['weekend', 'holiday', 'pause']) })),
        pauses: z.array(pause),
        because: localText,
      }),
    ),
  })
  .meta({ id: 'Clock' });

export const applicationSummary = z
  .object({
    id,
    number: z.string(),
    service: z.string(),
    status: z.enum(applicationStatuses),
    version: z.number().int(),
    submittedAt: instant,
    dueAt: instant,
    conclusion: z
      .enum(conclusions)
      .optional()
      .meta({ description: 'How it ended; stays while outputs travel, and after completion' }),
  })
  .meta({ id: 'ApplicationSummary' });

const review = z.object({
  id,
  item: z.string(),
  name: localText.optional(),
  department: z.string(),
  status: z.enum(reviewStatuses),
  /** 0 while it lies behind a condition that is not met. */
  round: z.number().int(),
  dueAt: instant.nullable(),
  outcome: z.enum(outcomes).optional().meta({ description: 'What the department said last' }),
  reason: z.string().optional().meta({ description: 'Why, in its own words' }),
  dossierVersion: z.number().int().optional(),
  decidedAt: instant.optional(),
  asked: z.object({ fields: z.array(z.string()), materials: z.array(z.string()) }).optional(),
  extension: z.object({ days: z.number().int(), at: instant }).optional(),
  procedure: z
    .object({
      name: z.string(),
      from: instant,
      days: z.number().int().optional(),
      until: instant.optional(),
      heldOn: z.string().optional(),
    })
    .optional(),
  because: z.enum(['withdrawal', 'refusal']).optional().meta({ description: 'Why it was cancelled' }),
  refusedItem: z.string().optional().meta({ description: 'The item whose refusal cancelled it' }),
});

const output = z.object({
  item: z.string(),
  name: localText,
  form: z.enum(['physical', 'electronic']),
  facts: z.looseObject({ number: z.string() }).optional(),
});

const condition = z.object({
  code: z.string(),
  name: localText,
  status: z.enum(conditionStatuses),
  metAt: instant.optional(),
});

const consignment = z.object({
  id,
  method: z.enum(deliveryMethods),
  status: z.enum(consignmentStatuses),
  trackingNumber: z.string().optional(),
  outputs: z.array(output),
});

const objection = z.object({
  id,
  reviews: z.array(id),
  status: z.enum(['filed', 'upheld', 'rejected']),
  filedAt: instant,
  decidedAt: instant.optional(),
});

export const application = applicationSummary
  .extend({
    channel: z.string(),
    language: z.enum(['zh', 'en']),
    applicant: z.object({ type: z.string(), name: z.string(), idNumber: z.string(), phone: z.string() }),
    form: z.record(z.string(), z.unknown()),
    materials: z.array(z.object({ code: z.string(), id: z.string().optional() })),
    onBehalfOf: z.string().optional(),
    dossierVersion: z.number().int(),
    round: z.number().int(),
    reviews: z.array(review),
    derivation: z
      .array(z.object({ item: z.string(), applies: z.boolean(), because: localText.optional() }))
      .meta({ description: 'Why an item is in the plan, or is not, as far as it followed from the answers' }),
    conditions: z.array(condition),
    clock: z.object({
      receivedAt: instant,
      dueAt: instant,
      statutoryDueAt: instant,
      provisional: z.boolean(),
      running: z.boolean(),
      pauses: z.array(pause),
      overdue: z.enum(['promised', 'statutory']).nullable(),
    }),
    delivery: z.object({
      method: z.enum(deliveryMethods),
      status: z.enum(consignmentStatuses),
      trackingNumber: z.string().optional(),
      parcel: z.number().int().optional(),
      recipient: z.string().optional(),
      phone: z.string().optional(),
      address: z.string().optional(),
    }),
    consignments: z.array(consignment),
    objections: z.array(objection),
    outputs: z.array(output),
    licences: z.array(z.never()).meta({ description: 'Signed documents; none are issued yet' }),
    concludedAt: instant.nullable(),
  })
  .meta({ id: 'Application', description: 'Personal fields are masked' });

export const applicationList = page(applicationSummary);

export const timeline = page(
  z
    .looseObject({ at: instant, by: z.string(), version: z.number().int(), type: z.string() })
    .meta({ id: 'TimelineItem' }),
);
