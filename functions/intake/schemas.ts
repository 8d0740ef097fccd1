/** What applicants send. The only source of types, validation and OpenAPI of these calls. */
import * as z from 'zod/mini';
import { isCitizenId, isCreditCode, isMobile } from '../platform/codes.ts';
import { described } from '../platform/described.ts';

const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));
const mobile = z
  .string()
  .check(
    z.maxLength(20),
    z.refine(isMobile, 'Not a mobile number: 11 digits, the first 1, the second 3 to 9'),
  )
  .register(described, { pattern: '^1[3-9]\\d{9}$' });

const person = z
  .strictObject({
    type: z.literal('person'),
    name,
    idNumber: z
      .string()
      .check(z.maxLength(18), z.refine(isCitizenId, 'Not a citizen identity number (GB 11643)'))
      .register(described, { pattern: '^\\d{17}[\\dX]$' }),
    phone: mobile,
  })
  .register(described, { id: 'Person' });

const company = z
  .strictObject({
    type: z.literal('company'),
    name,
    idNumber: z
      .string()
      .check(z.maxLength(18), z.refine(isCreditCode, 'Not a unified social credit code (GB 32100)'))
      .register(described, { pattern: '^[0-9A-HJ-NPQRTUWXY]{18}$' }),
    phone: mobile,
  })
  .register(described, { id: 'Company' });

export const applicant = z
  .discriminatedUnion('type', [person, company])
  .register(described, { id: 'Applicant' });

/** A courier needs somebody to hand it to; what is collected or electronic does not. */
const delivery = z
  .discriminatedUnion('method', [
    z
      .strictObject({
        method: z.literal('ems'),
        recipient: name,
        phone: mobile,
        address: z.string().check(z.trim(), z.minLength(6, 'Too short for an address'), z.maxLength(200)),
      })
      .register(described, { id: 'ByCourier' }),
    z
      .strictObject({
        method: z.enum(['pickup', 'electronic']),
        recipient: z.optional(name),
        phone: z.optional(mobile),
        address: z.optional(z.string().check(z.trim(), z.maxLength(200))),
      })
      .register(described, { id: 'WithoutCourier' }),
  ])
  .register(described, { id: 'Delivery' });

/** Why something is asked for, or decided. */
const reason = z.string().check(z.trim(), z.minLength(1), z.maxLength(500));

const code = z.string().check(z.regex(/^[a-z][a-z0-9-]{1,59}$/, 'Not a code of the catalogue'));

export const materialReference = z
  .strictObject({
    code,
    id: z.optional(z.string().check(z.minLength(1), z.maxLength(60))).register(described, {
      description: 'Of an upload (`POST /materials`). Absent: it is held already, or shown on paper',
    }),
  })
  .register(described, { id: 'Material' });

/** Checked by the service's own schema, which lets nothing nest without end. */
const form = z
  .record(z.string(), z.unknown())
  .register(described, { description: 'As the JSON Schema `form` of the catalogue entry says' });

export const submission = z
  .strictObject({
    service: code,
    items: z
      .optional(z.array(code).check(z.minLength(1), z.maxLength(50)))
      .register(described, { description: 'Of a bundle; all of them when absent' }),
    mode: z.optional(z.literal('general')),
    channel: z.enum(['web', 'phone', 'kiosk', 'counter']),
    language: z
      ._default(z.enum(['zh', 'en']), 'zh')
      .register(described, { description: 'Of the messages to the applicant' }),
    applicant,
    form,
    materials: z._default(z.array(materialReference).check(z.maxLength(100)), []),
    delivery,
    onBehalfOf: z.optional(z.string().check(z.minLength(1), z.maxLength(60))),
  })
  .register(described, { id: 'Submission' });
export type Submission = z.infer<typeof submission>;

export const correction = z
  .strictObject({
    form: z
      .optional(z.record(z.string(), z.unknown()))
      .register(described, { description: 'Fields that changed; the others stay as they are' }),
    materials: z.optional(z.array(materialReference).check(z.maxLength(100))),
  })
  .check(
    z.refine(({ form, materials }) => form !== undefined || materials !== undefined, 'Nothing is corrected'),
  )
  .register(described, { id: 'Correction' });
export type Correction = z.infer<typeof correction>;

export const supplement = z
  .strictObject({ materials: z.array(materialReference).check(z.minLength(1), z.maxLength(100)) })
  .register(described, { id: 'Supplement' });
export type Supplement = z.infer<typeof supplement>;

export const withdrawal = z.strictObject({ reason }).register(described, { id: 'Withdrawal' });

export const collection = z
  .strictObject({ code: z.string().check(z.regex(/^\d{8}$/, 'Eight digits')) })
  .register(described, { id: 'Collection' });

export const conversionBody = z
  .strictObject({
    condition: z
      .string()
      .check(z.regex(/^[a-z][a-z0-9-]{1,59}$/, 'Not a code'))
      .register(described, { description: 'Code of the condition that has come true' }),
    evidence: z
      .optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(200)))
      .register(described, { description: 'What proves it: the number of a document' }),
  })
  .register(described, { id: 'Conversion' });

export const objectionBody = z
  .strictObject({
    reviews: z
      .array(z.string().check(z.minLength(1), z.maxLength(100)))
      .check(z.minLength(1), z.maxLength(50))
      .register(described, { description: 'Ids of the refused reviews that it is against' }),
    reason,
  })
  .register(described, { id: 'NewObjection' });

export const hearingBody = z
  .strictObject({
    review: z
      .string()
      .check(z.minLength(1), z.maxLength(100))
      .register(described, { description: 'Id of the review in which it is offered' }),
    reason: z.optional(reason),
  })
  .register(described, { id: 'HearingRequest' });

export const objectionDecisionBody = z
  .strictObject({
    outcome: z.enum(['upheld', 'rejected']),
    reason: z.optional(reason),
  })
  .register(described, { id: 'ObjectionDecision' });
