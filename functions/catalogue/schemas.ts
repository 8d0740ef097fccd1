/**
 * The shape of a service as it is compiled from the catalogue's files and published: an item, a bundle of items, or the
 * frame of what applicants compose themselves. The only source of types and validation for whatever reads a service;
 * how the files are written is in catalogue/formats.ts.
 */
import * as z from 'zod';
import { deliveryMethods, hearingOffers } from '../cases/status.ts';
import { limits, reminders, timeLimit } from '../clock/schemas.ts';
import { localText } from '../platform/text.ts';
import { applicantTypes } from './applicant-types.ts';

export const code = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{1,59}$/,
    'must be a code: small letters, digits and hyphens, a letter first, at most 60',
  );

/** The law that a limit rests on. `checked`: somebody read the article and found the limit in it. */
export const basis = z.strictObject({
  law: localText,
  /** Absent where a document has none. */
  article: z.string().min(1).max(60).optional(),
  checked: z.boolean(),
});

/** How long something stays valid once it is issued. */
export const validity = z.strictObject({ months: z.number().int().min(1).max(1200) });

/** What a granted item hands out, and whether it needs a courier. */
export const output = z.strictObject({
  name: localText,
  form: z.enum(['physical', 'electronic']),
  validity: validity.optional(),
});

/** Trust grades: A issued by an authority, B checked at a counter, C uploaded, D self-made. */
export const grade = z.enum(['A', 'B', 'C', 'D']);

/** JSON Logic over the form (functions/catalogue/logic.ts says which operators). */
export const logic = z.record(z.string(), z.unknown());

/** By when a material may follow, counted as the law counts days. */
export const followingLimit = z.strictObject({ workingDays: z.number().int().min(1).max(250) });

/** A material that an item asks for. */
export const material = z.strictObject({
  code,
  name: localText,
  grade,
  /** Compulsory when the item applies, and `when` holds, and nothing in the same plan yields it. */
  required: z.boolean(),
  /** Only a file will do: it is neither held already nor shown on paper. */
  upload: z.literal(true).optional(),
  when: logic.optional(),
  /** Tolerant acceptance (容缺受理): within what it may follow, from the receipt on. */
  later: followingLimit.optional(),
  issuer: localText.optional(),
  validity: validity.optional(),
  /** The item whose output it is. */
  yieldedBy: code.optional(),
});

/** Another item that this one has to do with, and why, in words for the applicant. */
export const relation = z.strictObject({ item: code, because: localText });

/** Special procedures that may occur (Administrative Licensing Law art. 45). */
export const procedures = ['hearing', 'expert-review', 'inspection', 'testing'] as const;

/** Commitment (告知承诺): whether a signed promise may stand for a proof. */
export const commitment = z.strictObject({ allowed: z.boolean(), promise: localText.optional() });

/** Assessed regions in which the item is simplified or not needed. */
export const regions = z.strictObject({
  simplifiedIn: z.array(code).max(100).optional(),
  skippedIn: z.array(code).max(100).optional(),
});

/** One item (事项) inside a service: one department's review. */
export const item = z.strictObject({
  code,
  name: localText,
  department: code,
  limits,
  /** How long before the end of the promised limit its department is reminded, if not as the centre says. */
  remindBefore: timeLimit.optional(),
  /** Items of the same service that must be approved, and conditions that must be met, before this one is requested. */
  after: z.array(code).default([]),
  /** `ends-all`: a refusal cancels the other reviews; `continues`: the rest goes on, the case ends partly approved. */
  onRefusal: z.enum(['ends-all', 'continues']),
  /** Names of the form's fields that this item's department needs: it sees these and no others. */
  fields: z.array(z.string().min(1).max(60)).min(1),
  /** Those of them that may be left empty. */
  optionalFields: z.array(z.string().min(1).max(60)).default([]),
  materials: z.array(material).default([]),
  output: output.optional(),
  /** In the plan only if this holds; always, when absent. */
  when: logic.optional(),
  /** Why it is in the plan, for the applicant. */
  because: localText.optional(),
  stage: code.optional(),
  /** Items without which this one makes no sense: choosing it brings them in. */
  needs: z.array(relation).default([]),
  excludes: z.array(relation).default([]),
  /** By item: why this one waits for it, when both are in one plan. */
  waitsFor: z.record(code, localText).default({}),
  procedures: z.array(z.enum(procedures)).optional(),
  /** Before which decisions the applicant is offered a hearing (arts. 46 and 47). */
  hearing: z.enum(hearingOffers).optional(),
  commitment: commitment.optional(),
  regions: regions.optional(),
});

/**
 * Something outside the departments that items depend on (the land right is acquired, the building is finished): met
 * once it is recorded by its people, or by the department that it belongs to.
 */
export const condition = z.strictObject({ code, name: localText, department: code.optional() });

/** JSON Schema (2020-12) of a form; `x-personal: true` marks a field that is encrypted and masked. */
export const formSchema = z.record(z.string(), z.unknown());

export const deliveryMethod = z.enum(deliveryMethods);

/** A stage of a bundle: its items lie in it, one of them leads, and its days are counted by themselves. */
export const stage = z.strictObject({ code, name: localText, lead: code, counted: timeLimit });

export const serviceKinds = ['item', 'bundle', 'composed'] as const;

/** A service that can be applied for. */
export const service = z.strictObject({
  code,
  /** `composed`: the frame into which an applicant puts items (自主点餐); it has none of its own. */
  kind: z.enum(serviceKinds),
  name: localText,
  summary: localText,
  basis: z.array(basis).default([]),
  limits,
  /** Who may apply. */
  applicants: z
    .array(z.enum(applicantTypes))
    .min(1)
    .default([...applicantTypes]),
  /** Visits to a counter that the applicant needs at most (S18). */
  visits: z.union([z.literal(0), z.literal(1)]),
  fee: z.number().min(0),
  acceptance: z.enum(['automatic', 'by-hand']).default('automatic'),
  jointType: z.enum(['general', 'advance']).default('general'),
  delivery: z.array(deliveryMethod).min(1),
  items: z.array(item),
  conditions: z.array(condition).max(20).default([]),
  stages: z.array(stage).max(20).default([]),
  /** Fields that are asked first: the plan and the materials are derived from them. */
  questions: z.array(z.string().min(1).max(60)).default([]),
  /** Fields that the service itself makes compulsory, whichever of its items apply. */
  asks: z.array(z.string().min(1).max(60)).default([]),
  /** `required` of it is what is compulsory whatever is answered; the rest is derived (derive.ts). */
  form: formSchema,
  /** A complete, valid body for `POST /applications`; checked by a test. */
  example: z.record(z.string(), z.unknown()),
  /** Whether it may be applied for by itself, or only as a part of the bundles that it is in. */
  alone: z.boolean().default(true),
  /** Bundles that it is in. */
  partOf: z.array(code).default([]),
  /** Of the system itself: in no list, and applied for by nobody but the canary. */
  hidden: z.literal(true).optional(),
});

const hours = z.string().min(1).max(100);

/** Whom an operator calls when a department’s system or its reviews stand still. */
export const contact = z.strictObject({
  /** A person, or an office. */
  name: z.string().min(1).max(60),
  phone: z.string().regex(/^\+?\d[\d -]{5,19}\d$/, 'must be a telephone number: digits, spaces and hyphens'),
  email: z.email('must be an e-mail address').max(100),
  /** When somebody answers. */
  hours: z.strictObject({ zh: hours, en: hours }),
});

export const department = z.strictObject({
  code,
  name: localText,
  contact: contact.optional(),
  hidden: z.literal(true).optional(),
});

/** Opening hours of the centre, local time of Asia/Shanghai, on every working day. */
export const openingHours = z
  .array(z.strictObject({ from: z.string().regex(/^\d\d:\d\d$/), to: z.string().regex(/^\d\d:\d\d$/) }))
  .min(1);

export const centre = z.strictObject({
  code,
  name: localText,
  /** Six-digit region code (GB/T 2260), the first part of an application number. */
  region: z.string().regex(/^\d{6}$/),
  openingHours,
  /** How long before the end of its limit a department is reminded of a review, where its item says nothing else. */
  remindBefore: reminders.optional(),
});

/** The whole catalogue, as bundled into the functions. */
export const catalogueFile = z.strictObject({
  centre,
  departments: z.array(department).min(1),
  services: z.array(service).min(1),
});

export type Basis = z.infer<typeof basis>;
export type Following = z.infer<typeof followingLimit>;
export type Material = z.infer<typeof material>;
export type Relation = z.infer<typeof relation>;
export type Stage = z.infer<typeof stage>;
export type Logic = z.infer<typeof logic>;
export type Item = z.infer<typeof item>;
export type Service = z.infer<typeof service>;
export type Contact = z.infer<typeof contact>;
export type Department = z.infer<typeof department>;
export type Centre = z.infer<typeof centre>;
export type CatalogueFile = z.infer<typeof catalogueFile>;
