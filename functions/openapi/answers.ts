/** What the API answers, as schemas. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { applicationStatuses, deliveryStatuses, reviewStatuses } from '../cases/status.ts';
import { deliveryMethod } from '../catalogue/schemas.ts';
import { mostErrors, problemTypes } from '../platform/problems.ts';
import { localText } from '../platform/text.ts';

const instant = z.iso.datetime({ offset: true }).meta({ description: 'ISO 8601, with offset' });
const id = z.string().min(1).meta({ description: 'Opaque' });
const cursor = z
  .string()
  .optional()
  .meta({ description: 'Present when there are more; hand it back as `cursor`' });

const page = <T extends z.ZodType>(items: T) => z.object({ items: z.array(items), cursor });

export const problem = z
  .object({
    type: z.enum(problemTypes.map((type) => `urn:onewindow:problem:${type}` as const)),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'JSON pointer into the body or query' }),
          detail: z.string(),
        }),
      )
      .max(mostErrors)
      .optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

/** What API Gateway itself answers, before any function runs. */
export const gatewayMessage = z.object({ message: z.string().nullish() }).meta({ id: 'GatewayMessage' });

const timeLimit = z.union([z.object({ workingDays: z.number() }), z.object({ openingHours: z.number() })]);
const limits = z.object({ statutory: timeLimit, promised: timeLimit });

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
      method: deliveryMethod,
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

export const inboxReview = z
  .object({
    id,
    item: z.string(),
    department: z.string(),
    status: z.enum(reviewStatuses),
    dueAt: instant.nullable(),
    requestedAt: instant,
    decidedAt: instant.optional(),
    escalatedAt: instant.optional(),
  })
  .meta({ id: 'InboxReview' });
export const inbox = page(inboxReview);

export const reviewDetails = z
  .object({
    id,
    application: z.string(),
    service: z.string(),
    item: z.string(),
    name: localText.optional(),
    department: z.string(),
    status: z.enum(reviewStatuses),
    dueAt: instant.nullable(),
    applicant: z.object({ type: z.string(), name: z.string(), idNumber: z.string(), phone: z.string() }),
    form: z.record(z.string(), z.unknown()),
    materials: z.array(
      z.object({ code: z.string(), id: z.string().optional(), downloadUrl: z.string().optional() }),
    ),
    output: z.object({ name: localText, form: z.string() }).optional(),
  })
  .meta({ id: 'ReviewDetails', description: 'What a department needs to decide; personal fields are whole' });

export const decisionAnswer = z.object({ review: id, status: z.enum(reviewStatuses) });

export const department = z
  .object({
    code: z.string(),
    name: localText,
    webhookUrl: z.string().nullable(),
    paused: z.boolean(),
    gone: z
      .boolean()
      .meta({ description: 'Its system answered 410; nothing more is sent until it is set anew' }),
  })
  .meta({ id: 'Department' });
export const departmentList = page(department);
export const newSecret = z.object({ secret: z.string().meta({ description: 'Shown this once' }) });

const item = z.looseObject({ code: z.string(), name: localText, department: z.string(), limits });
export const catalogueEntry = z
  .looseObject({ code: z.string(), kind: z.enum(['item', 'bundle']), name: localText })
  .meta({ id: 'CatalogueEntry' });
export const catalogueList = page(catalogueEntry);
export const catalogueService = z
  .looseObject({
    code: z.string(),
    kind: z.enum(['item', 'bundle']),
    name: localText,
    limits,
    items: z.array(item).optional(),
    departments: z.array(z.looseObject({ code: z.string(), name: localText })).optional(),
    form: z.record(z.string(), z.unknown()).optional().meta({ description: 'JSON Schema 2020-12' }),
    example: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'A valid body for POST /applications' }),
  })
  .meta({ id: 'CatalogueService' });
export const promise = z.looseObject({ dueAt: instant, statutoryDueAt: instant, provisional: z.boolean() });

export const materialPlace = z.object({
  id,
  code: z.string(),
  uploadUrl: z.string(),
  method: z.literal('PUT'),
  headers: z
    .record(z.string(), z.string())
    .meta({ description: 'To be sent with the file exactly as they are' }),
  contentType: z.string(),
});
export const trackingAnswer = z.object({ reference: z.string(), status: z.enum(deliveryStatuses) });
export const receiptAnswer = z.object({ reference: z.string(), applied: z.boolean() });
export const health = z.looseObject({ status: z.string() });
