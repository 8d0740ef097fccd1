/**
 * The shape of a catalogue file: one applyable service (a single item or a bundle of items) each.
 * The only source of types and validation for everything that reads the catalogue.
 */
import * as z from 'zod';
import { deliveryMethods } from '../cases/status.ts';
import { limits, timeLimit } from '../clock/schemas.ts';
import { localText } from '../platform/text.ts';

const code = z.string().regex(/^[a-z][a-z0-9-]{1,59}$/);

/** A condition in data: JSON Logic over the form. */
const logic = z.record(z.string(), z.unknown());

/** What a granted item hands out, and whether it needs a courier. */
export const output = z.strictObject({
  name: localText,
  form: z.enum(['physical', 'electronic']),
  validity: z.strictObject({ months: z.number().int().min(1) }).optional(),
});

/** The law that sets a limit. `checked: false`: nobody has read it in the original yet. */
export const basis = z.strictObject({ law: localText, article: z.string().min(1), checked: z.boolean() });

/** Why one item depends on another. */
const relation = z.strictObject({ item: code, because: localText });

/** A material asked for, with the trust grade it must have (A issued, B checked, C uploaded, D self-made). */
export const material = z.strictObject({
  code,
  name: localText,
  grade: z.enum(['A', 'B', 'C', 'D']),
  required: z.boolean(),
  /** Asked for only then; JSON Logic over the form. */
  when: logic.optional(),
  /** May follow later (容缺), within so long. */
  later: timeLimit.optional(),
  issuer: localText.optional(),
  /** The item whose output it is. */
  yieldedBy: code.optional(),
});

/** One item (事项) inside a service: one department's review. */
export const item = z.strictObject({
  code,
  name: localText,
  department: code,
  limits,
  /** Items of the same service that must be approved, and conditions that must be met, before this one is requested. */
  after: z.array(code).default([]),
  /** `ends-all`: a refusal cancels the other reviews; `continues`: the rest goes on, the case ends partly approved. */
  onRefusal: z.enum(['ends-all', 'continues']),
  /** Names of the form's fields that this item's department needs: it sees these and no others. */
  fields: z.array(z.string().min(1).max(60)).min(1),
  /** Those of them that may be left out. */
  optionalFields: z.array(z.string().min(1).max(60)).default([]),
  materials: z.array(material).default([]),
  output: output.optional(),
  /** In the plan only then; JSON Logic over the form. */
  when: logic.optional(),
  because: localText.optional(),
  /** The stage of an investment project that it belongs to. */
  stage: code.optional(),
  /** Items without which this one makes no sense. */
  needs: z.array(relation).default([]),
  /** Items that cannot be had together with this one. */
  excludes: z.array(relation).default([]),
});

/**
 * Something outside the departments that items depend on (the land right is acquired, the building is finished): met
 * once it is recorded by its people, or by the department that it belongs to.
 */
export const condition = z.strictObject({ code, name: localText, department: code.optional() });

/** JSON Schema (2020-12) of a form; `x-personal: true` marks a field that is encrypted and masked. */
export const formSchema = z.record(z.string(), z.unknown());

export const deliveryMethod = z.enum(deliveryMethods);

/** A service that can be applied for. */
export const service = z.strictObject({
  code,
  /** `composed`: of any items that the applicant chooses. */
  kind: z.enum(['item', 'bundle', 'composed']),
  name: localText,
  summary: localText,
  basis: z.array(basis).default([]),
  limits,
  applicants: z
    .array(z.enum(['person', 'company']))
    .min(1)
    .default(['person', 'company']),
  /** Visits to a counter that the applicant needs at most (S18). */
  visits: z.union([z.literal(0), z.literal(1)]),
  fee: z.number().min(0),
  acceptance: z.literal('automatic'),
  jointType: z.enum(['general', 'advance']).default('general'),
  delivery: z.array(deliveryMethod).min(1),
  items: z.array(item),
  conditions: z.array(condition).max(20).default([]),
  /** Stages of an investment project, each with its lead item and the time that counts. */
  stages: z.array(z.strictObject({ code, name: localText, lead: code, counted: timeLimit })).default([]),
  /** Fields that are asked first: what is needed is derived from them. */
  questions: z.array(z.string()).default([]),
  form: formSchema,
  /** A complete, valid body for `POST /applications`; checked by a test. */
  example: z.record(z.string(), z.unknown()),
  /** Whether it may be applied for by itself. */
  alone: z.boolean().default(true),
  /** Bundles that an item is part of. */
  partOf: z.array(code).default([]),
});

export const department = z.strictObject({ code, name: localText });

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
});

/** The whole catalogue, as its files say. */
export const catalogueFile = z.strictObject({
  centre,
  departments: z.array(department).min(1),
  services: z.array(service).min(1),
});

export type Basis = z.infer<typeof basis>;
export type Item = z.infer<typeof item>;
export type Service = z.infer<typeof service>;
export type Department = z.infer<typeof department>;
export type Centre = z.infer<typeof centre>;
export type CatalogueFile = z.infer<typeof catalogueFile>;
