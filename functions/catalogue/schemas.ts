/**
 * The shape of a catalogue file: one applyable service (a single item or a bundle of items) each.
 * The only source of types and validation for everything that reads the catalogue.
 */
import * as z from 'zod';
import { deliveryMethods } from '../cases/status.ts';
import { limits } from '../clock/schemas.ts';
import { localText } from '../platform/text.ts';

const code = z.string().regex(/^[a-z][a-z0-9-]{1,59}$/);

/** What a granted item hands out, and whether it needs a courier. */
export const output = z.strictObject({ name: localText, form: z.enum(['physical', 'electronic']) });

/** A material asked for, with the trust grade it must have (A issued, B checked, C uploaded, D self-made). */
export const material = z.strictObject({
  code,
  name: localText,
  grade: z.enum(['A', 'B', 'C', 'D']),
  required: z.boolean(),
  /** Only a file will do: it is neither held already nor shown on paper. */
  upload: z.boolean().default(false),
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
  materials: z.array(material).default([]),
  output: output.optional(),
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
  kind: z.enum(['item', 'bundle']),
  name: localText,
  summary: localText,
  limits,
  /** Visits to a counter that the applicant needs at most (S18). */
  visits: z.union([z.literal(0), z.literal(1)]),
  fee: z.number().min(0),
  acceptance: z.literal('automatic'),
  jointType: z.enum(['general', 'advance']).default('general'),
  delivery: z.array(deliveryMethod).min(1),
  items: z.array(item).min(1),
  conditions: z.array(condition).max(20).default([]),
  form: formSchema,
  /** A complete, valid body for `POST /applications`; checked by a test. */
  example: z.record(z.string(), z.unknown()),
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

/** The whole catalogue, as bundled into the functions. */
export const catalogueFile = z.strictObject({
  centre,
  departments: z.array(department).min(1),
  services: z.array(service).min(1),
});

export type Item = z.infer<typeof item>;
export type Service = z.infer<typeof service>;
export type Department = z.infer<typeof department>;
export type Centre = z.infer<typeof centre>;
export type CatalogueFile = z.infer<typeof catalogueFile>;
