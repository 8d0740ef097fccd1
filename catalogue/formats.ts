/**
 * How the catalogue's files are written: the only source of the types, the checks and the editor schemas of each kind of
 * file. What a schema cannot say is in references.ts and checks.ts; docs/catalogue.md explains every key.
 */
import * as z from 'zod';
import {
  applicantTypes,
  basis,
  code,
  commitment,
  condition,
  contact,
  deliveryMethod,
  grade,
  output,
  procedures,
  regions,
  relation,
  stage,
  validity,
} from '../functions/catalogue/schemas.ts';
import { limits, timeLimit } from '../functions/clock/schemas.ts';
import { localText } from '../functions/platform/text.ts';

export { centre } from '../functions/catalogue/schemas.ts';

/** A list without a bound is no list of a catalogue. */
const listOf = <T extends z.ZodType>(each: T, most = 100) => z.array(each).max(most);

export const fieldName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{1,59}$/, 'must be a name in camelCase: letters and digits, a small letter first');

/** JSON Logic over the form: one operator with what it is applied to. */
const jsonLogic = z
  .record(z.string(), z.unknown())
  .meta({ description: 'JSON Logic over the form: { "==": [ { var: companyType }, partnership ] }' });

const labels = z.record(z.string(), localText).meta({ description: 'Both labels of each value of enum' });
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** How a page asks for a field. */
export const inputs = [
  'text',
  'textarea',
  'number',
  'select',
  'radio',
  'checkbox',
  'date',
  'address',
  'people',
] as const;

/** Formats that functions/catalogue/form.ts checks. */
export const formats = ['citizen-id', 'credit-code', 'mobile', 'date'] as const;

/** A piece of a form, at any depth: JSON Schema 2020-12, of the keywords that can be shown, sealed and stored. */
const fragmentShape = {
  type: z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object']).optional(),
  title: z.string().min(1).optional().meta({ description: 'The Chinese label' }),
  'x-en': z.string().min(1).optional().meta({ description: 'The English label' }),
  description: z.string().min(1).optional().meta({ description: 'The Chinese hint' }),
  'x-en-description': z.string().min(1).optional().meta({ description: 'The English hint' }),
  'x-use': fieldName.optional().meta({ description: 'A shape of shapes.yaml that this takes over' }),
  enum: listOf(scalar, 300).optional(),
  'x-labels': labels.optional(),
  const: scalar.optional(),
  format: z.enum(formats).optional(),
  pattern: z.string().min(1).max(300).optional(),
  minLength: z.number().int().min(0).optional(),
  maxLength: z.number().int().min(1).optional(),
  'x-personal': z
    .boolean()
    .optional()
    .meta({ description: 'true: encrypted at rest and masked; false: looks personal and is not' }),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  multipleOf: z.number().positive().optional(),
  minItems: z.number().int().min(0).optional(),
  maxItems: z.number().int().min(1).optional(),
  uniqueItems: z.boolean().optional(),
  get items(): z.ZodOptional<z.ZodType<Fragment>> {
    return fragment.optional();
  },
  get properties(): z.ZodOptional<z.ZodRecord<typeof fieldName, z.ZodType<Fragment>>> {
    return z.record(fieldName, fragment).optional();
  },
  required: listOf(fieldName).optional(),
  additionalProperties: z.literal(false).optional(),
};

export type Fragment = {
  [keyword: string]: unknown;
  items?: Fragment;
  properties?: Record<string, Fragment>;
};

export const fragment: z.ZodType<Fragment> = z
  .lazy(() => z.strictObject(fragmentShape) as unknown as z.ZodType<Fragment>)
  .meta({ id: 'Fragment' });

/** A field of the catalogue: a fragment, with what a page needs to ask it well. */
export const field = z.strictObject({
  ...Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(fragmentShape)).map(([key, { value, get }]) => [
      key,
      value ?? get?.call(fragmentShape),
    ]),
  ),
  'x-section': code.meta({ description: 'Code of a section of sections.yaml' }),
  'x-order': z
    .number()
    .int()
    .min(1)
    .max(9999)
    .optional()
    .meta({ description: 'Place within the section; by default after those that say one' }),
  'x-input': z.enum(inputs).optional().meta({ description: 'How a page asks for it' }),
  'x-when': jsonLogic
    .optional()
    .meta({ description: 'Asked only when this holds (JSON Logic over the form)' }),
  example: z.unknown().meta({ description: 'A valid value; of no real person' }),
});

export const fieldsFile = z.record(fieldName, field);
export const shapesFile = z.record(fieldName, fragment);

export const sectionsFile = listOf(z.strictObject({ code, name: localText })).min(1);
export const departmentsFile = z
  .array(
    z.strictObject({
      code,
      name: localText,
      contact: contact.optional().meta({ description: 'Whom an operator calls when it stands still' }),
    }),
  )
  .min(1)
  .max(500);

export const materialsFile = z.record(
  code,
  z.strictObject({
    name: localText,
    grade: grade.meta({
      description: 'A issued by an authority, B checked at a counter, C uploaded, D self-made',
    }),
    issuer: localText.optional(),
    validity: validity.optional(),
    yieldedBy: code.optional().meta({
      description: 'The item whose output it is: not handed in when that item is in the same plan',
    }),
  }),
);

/** A material of an item; the code alone is one that is compulsory. */
const materialOfItem = z.union([
  code,
  z.strictObject({
    code,
    required: z.boolean().optional(),
    /** Only a file will do: it is neither held already nor shown on paper. */
    upload: z.literal(true).optional(),
    when: jsonLogic.optional(),
    later: timeLimit.optional().meta({ description: 'Tolerant acceptance: within what it may follow' }),
  }),
]);

const related = listOf(relation, 50);
const fee = z.number().min(0).max(1_000_000).meta({ description: 'Yuan' });
const visits = z
  .union([z.literal(0), z.literal(1)])
  .meta({ description: 'Visits to a counter that the applicant needs at most' });
const onRefusal = z.enum(['ends-all', 'continues']);
const who = listOf(z.enum(applicantTypes)).min(1);
const ways = listOf(deliveryMethod).min(1);
const laws = listOf(basis, 20).min(1);

/** Parts of the body for `POST /applications` that replace the generated ones. */
const exampleParts = {
  channel: z.enum(['web', 'phone', 'kiosk', 'counter']).optional(),
  language: z.enum(['zh', 'en']).optional(),
  applicant: z
    .strictObject({ type: z.enum(applicantTypes), name: z.string(), idNumber: z.string(), phone: z.string() })
    .optional(),
  materials: listOf(code, 50).optional(),
  delivery: z
    .strictObject({
      method: deliveryMethod,
      recipient: z.string().optional(),
      phone: z.string().optional(),
      address: z.string().optional(),
    })
    .optional(),
};

export const itemFile = z.strictObject({
  code,
  name: localText,
  summary: localText,
  department: code,
  basis: laws,
  limits,
  applicants: who,
  visits,
  fee,
  delivery: ways.meta({ description: 'Ways in which its output is handed out' }),
  fields: listOf(fieldName).min(1).meta({ description: 'Compulsory fields: all that its department sees' }),
  optionalFields: listOf(fieldName).optional(),
  materials: listOf(materialOfItem, 50).optional(),
  output: output.optional(),
  onRefusal: onRefusal.optional(),
  after: related.optional().meta({ description: 'Items that come first when both are in one plan' }),
  needs: related.optional().meta({ description: 'Items that it brings in and that come first' }),
  excludes: related.optional(),
  alone: z.boolean().optional().meta({ description: 'false: applied for in bundles only' }),
  acceptance: z.enum(['automatic', 'by-hand']).optional(),
  procedures: listOf(z.enum(procedures)).optional(),
  commitment: commitment.optional(),
  regions: regions.optional(),
  example: z.strictObject(exampleParts).optional(),
});

const changed = { statutory: timeLimit.optional(), promised: timeLimit.optional() };

/** An item of a bundle; the code alone is one that is as its file says. */
const itemOfBundle = z.union([
  code,
  z.strictObject({
    item: code,
    after: listOf(code, 50).optional(),
    onRefusal: onRefusal.optional(),
    limits: z.strictObject(changed).optional(),
    when: jsonLogic.optional(),
    because: localText.optional(),
    stage: code.optional(),
  }),
]);

export const bundleFile = z.strictObject({
  code,
  name: localText,
  summary: localText,
  basis: laws,
  limits,
  applicants: who.optional(),
  visits,
  fee,
  delivery: ways,
  acceptance: z.enum(['automatic', 'by-hand']).optional(),
  jointType: z.enum(['general', 'advance']).optional(),
  items: listOf(itemOfBundle, 50).min(1),
  conditions: listOf(condition, 20).optional(),
  stages: listOf(stage, 20).optional(),
  questions: listOf(fieldName, 20).optional().meta({ description: 'Fields that are asked first' }),
  asks: z
    .strictObject({ required: listOf(fieldName).optional(), optional: listOf(fieldName).optional() })
    .optional()
    .meta({ description: 'Fields of the bundle itself that no item has' }),
  example: z.strictObject({ ...exampleParts, form: z.record(fieldName, z.unknown()).optional() }).optional(),
});

export const selfSelectedFile = z.strictObject({
  code: z.literal('self-selected'),
  name: localText,
  summary: localText,
  basis: laws,
  example: z
    .strictObject({ ...exampleParts, items: listOf(code, 50).min(1) })
    .meta({ description: 'The items that the example applies for' }),
});

export type ItemFile = z.infer<typeof itemFile>;
export type BundleFile = z.infer<typeof bundleFile>;
export type SelfSelectedFile = z.infer<typeof selfSelectedFile>;
export type Field = Fragment & { 'x-section': string; 'x-order'?: number; example: unknown };
export type Materials = z.infer<typeof materialsFile>;
export type Sections = z.infer<typeof sectionsFile>;
export type ExampleParts = NonNullable<BundleFile['example']>;
