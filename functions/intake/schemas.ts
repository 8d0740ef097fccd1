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

const person = z.strictObject({
  type: z.literal('person'),
  name,
  idNumber: z
    .string()
    .max(18)
    .refine(isCitizenId, 'Not a citizen identity number (GB 11643)')
    .meta({ pattern: '^\\d{17}[\\dX]$' }),
  phone: mobile,
});

const company = z.strictObject({
  type: z.literal('company'),
  name,
  idNumber: z
    .string()
    .max(18)
    .refine(isCreditCode, 'Not a unified social credit code (GB 32100)')
    .meta({ pattern: '^[0-9A-HJ-NPQRTUWXY]{18}$' }),
  phone: mobile,
});

export const applicant = z.discriminatedUnion('type', [person, company]);

/** A courier needs somebody to hand it to; what is collected or electronic does not. */
const delivery = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('ems'),
    recipient: name,
    phone: mobile,
    address: z.string().trim().min(6, 'Too short for an address').max(200),
  }),
  z.strictObject({
    method: z.enum(['pickup', 'electronic']),
    recipient: name.optional(),
    phone: mobile.optional(),
    address: z.string().trim().max(200).optional(),
  }),
]);

const code = z.string().regex(/^[a-z][a-z0-9-]{1,59}$/, 'Not a code of the catalogue');

export const materialReference = z.strictObject({
  code,
  /** Of an upload (`POST /materials`); absent when the material is held already. */
  id: z.string().min(1).max(60).optional(),
});

export const submission = z.strictObject({
  service: code,
  /** Items of a bundle; all of them when absent. */
  items: z.array(code).min(1).max(50).optional(),
  mode: z.literal('general').optional(),
  channel: z.enum(['web', 'phone', 'kiosk', 'counter']),
  /** Language of the messages to the applicant. */
  language: z.enum(['zh', 'en']).default('zh'),
  applicant,
  /** Checked by the service's own schema, which lets nothing nest without end. */
  form: z.record(z.string(), z.unknown()),
  materials: z.array(materialReference).max(100).default([]),
  delivery,
  onBehalfOf: z.string().min(1).max(60).optional(),
});
export type Submission = z.infer<typeof submission>;

export const correction = z
  .strictObject({
    /** Fields that changed; the others stay as they are. */
    form: z.record(z.string(), z.unknown()).optional(),
    materials: z.array(materialReference).max(100).optional(),
  })
  .refine(({ form, materials }) => form !== undefined || materials !== undefined, 'Nothing is corrected');
export type Correction = z.infer<typeof correction>;

export const withdrawal = z.strictObject({ reason: z.string().trim().min(1).max(500) });

export const collection = z.strictObject({ code: z.string().regex(/^\d{8}$/, 'Eight digits') });

export const conversionBody = z.strictObject({
  /** Code of the condition that has come true. */
  condition: z.string().regex(/^[a-z][a-z0-9-]{1,59}$/),
  /** What proves it: the number of a document. */
  evidence: z.string().trim().min(1).max(200).optional(),
});

export const objectionBody = z.strictObject({
  /** Ids of the refused reviews that it is against. */
  reviews: z.array(z.string().min(1).max(100)).min(1).max(50),
  reason: z.string().trim().min(1).max(500),
});

export const objectionDecisionBody = z.strictObject({
  outcome: z.enum(['upheld', 'rejected']),
  reason: z.string().trim().min(1).max(500).optional(),
});

/** A case has few events: an ordinary reader gets them all in one page. */
export const timelineQuery = pageQuery.extend({ limit: pageQuery.shape.limit.default(100) });
