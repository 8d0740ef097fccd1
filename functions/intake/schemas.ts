/** What applicants send. The only source of types, validation and OpenAPI of these calls. */
import * as z from 'zod';
import { isCitizenId, isCreditCode, isMobile } from '../platform/codes.ts';
import { pageQuery } from '../platform/queries.ts';

const name = z.string().trim().min(1).max(100);
const mobile = z
  .string()
  .max(20)
  .refine(isMobile, 'Not a mobile number: 11 digits, the first 1, the second 3 to 9')
  .meta({ pattern: '^1[3-9]\\d{9}$' });

const person = z
  .strictObject({
    type: z.literal('person'),
    name,
    idNumber: z
      .string()
      .max(18)
      .refine(isCitizenId, 'Not a citizen identity number (GB 11643)')
      .meta({ pattern: '^\\d{17}[\\dX]$' }),
    phone: mobile,
  })
  .meta({ id: 'Person' });

const company = z
  .strictObject({
    type: z.literal('company'),
    name,
    idNumber: z
      .string()
      .max(18)
      .refine(isCreditCode, 'Not a unified social credit code (GB 32100)')
      .meta({ pattern: '^[0-9A-HJ-NPQRTUWXY]{18}$' }),
    phone: mobile,
  })
  .meta({ id: 'Company' });

export const applicant = z.discriminatedUnion('type', [person, company]).meta({ id: 'Applicant' });

/** A courier needs somebody to hand it to; what is collected or electronic does not. */
const delivery = z
  .discriminatedUnion('method', [
    z
      .strictObject({
        method: z.literal('ems'),
        recipient: name,
        phone: mobile,
        address: z.string().trim().min(6, 'Too short for an address').max(200),
      })
      .meta({ id: 'ByCourier' }),
    z
      .strictObject({
        method: z.enum(['pickup', 'electronic']),
        recipient: name.optional(),
        phone: mobile.optional(),
        address: z.string().trim().max(200).optional(),
      })
      .meta({ id: 'WithoutCourier' }),
  ])
  .meta({ id: 'Delivery' });

const code = z.string().regex(/^[a-z][a-z0-9-]{1,59}$/, 'Not a code of the catalogue');

export const materialReference = z
  .strictObject({
    code,
    id: z.string().min(1).max(60).optional().meta({
      description: 'Of an upload (`POST /materials`). Absent: it is held already, or shown on paper',
    }),
  })
  .meta({ id: 'Material' });

/** Checked by the service's own schema, which lets nothing nest without end. */
const form = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As the JSON Schema `form` of the catalogue entry says' });

export const submission = z
  .strictObject({
    service: code,
    items: z
      .array(code)
      .min(1)
      .max(50)
      .optional()
      .meta({ description: 'Of a bundle; all of them when absent' }),
    mode: z.literal('general').optional(),
    channel: z.enum(['web', 'phone', 'kiosk', 'counter']),
    language: z.enum(['zh', 'en']).default('zh').meta({ description: 'Of the messages to the applicant' }),
    applicant,
    form,
    materials: z.array(materialReference).max(100).default([]),
    delivery,
    onBehalfOf: z.string().min(1).max(60).optional(),
  })
  .meta({ id: 'Submission' });
export type Submission = z.infer<typeof submission>;

export const correction = z
  .strictObject({
    form: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'Fields that changed; the others stay as they are' }),
    materials: z.array(materialReference).max(100).optional(),
  })
  .refine(({ form, materials }) => form !== undefined || materials !== undefined, 'Nothing is corrected')
  .meta({ id: 'Correction' });
export type Correction = z.infer<typeof correction>;

export const withdrawal = z
  .strictObject({ reason: z.string().trim().min(1).max(500) })
  .meta({ id: 'Withdrawal' });

export const collection = z
  .strictObject({ code: z.string().regex(/^\d{8}$/, 'Eight digits') })
  .meta({ id: 'Collection' });

export const conversionBody = z
  .strictObject({
    condition: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,59}$/, 'Not a code')
      .meta({ description: 'Code of the condition that has come true' }),
    evidence: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'What proves it: the number of a document' }),
  })
  .meta({ id: 'Conversion' });

export const objectionBody = z
  .strictObject({
    reviews: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(50)
      .meta({ description: 'Ids of the refused reviews that it is against' }),
    reason: z.string().trim().min(1).max(500),
  })
  .meta({ id: 'NewObjection' });

export const objectionDecisionBody = z
  .strictObject({
    outcome: z.enum(['upheld', 'rejected']),
    reason: z.string().trim().min(1).max(500).optional(),
  })
  .meta({ id: 'ObjectionDecision' });

/** A case has few events: an ordinary reader gets them all in one page. */
export const timelineQuery = pageQuery.extend({ limit: pageQuery.shape.limit.default(100) });
