/**
 * How the catalogue's files are written: the only source of the types, the checks and the editor schemas of each kind of
 * file. What a schema cannot say is in references.ts and checks.ts; docs/catalogue.md explains every key.
 */
import * as z from 'zod';
import { hearingOffers } from '../functions/cases/status.ts';
import { applicantTypes } from '../functions/catalogue/applicant-types.ts';
import {
  basis,
  code,
  commitment,
  condition,
  contact,
  deliveryMethod,
  followingLimit,
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

/** What an editor says of a key. */
const hint = (description: string) => ({ description });

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

const oneCode = code.meta(hint("Small letters, digits and hyphens; the file's name. Never changed"));
const name = localText.meta(hint('For people, in both languages. It stands in the SMS'));
const summary = localText.meta(hint('One sentence for applicants, in both languages'));
const bothLimits = limits.meta(
  hint('statutory (法定时限) and promised (承诺时限), each { workingDays: 20 } or { openingHours: 3.5 }'),
);
const acceptance = z
  .enum(['automatic', 'by-hand'])
  .optional()
  .meta(
    hint('automatic (what it is when left out), or by-hand: a department accepts, within five working days'),
  );

/** A material of an item; the code alone is one that is compulsory. */
const materialOfItem = z.union([
  code,
  z.strictObject({
    code,
    required: z.boolean().optional().meta(hint('false: may be handed in, and need not')),
    /** Only a file will do: it is neither held already nor shown on paper. */
    upload: z.literal(true).optional().meta(hint('Only a file will do')),
    when: jsonLogic.optional().meta(hint('Compulsory only if this holds of the answers')),
    later: followingLimit.optional().meta({ description: 'Tolerant acceptance: within what it may follow' }),
  }),
]);

const related = listOf(relation, 50);
const fee = z.number().min(0).max(1_000_000).meta({ description: 'Yuan' });
const visits = z
  .union([z.literal(0), z.literal(1)])
  .meta({ description: 'Visits to a counter that the applicant needs at most' });
const onRefusal = z
  .enum(['ends-all', 'continues'])
  .meta(
    hint('ends-all: a refusal ends the whole case. continues: it cancels only what comes after this item'),
  );
const who = listOf(z.enum(applicantTypes)).min(1).meta(hint('Who may apply: person, company, or both'));
const ways = listOf(deliveryMethod).min(1).meta(hint('Ways in which what is granted is handed out'));
const laws = listOf(basis, 20)
  .min(1)
  .meta(
    hint(
      'Laws that the limits rest on: law in both languages, article in quotes, checked: somebody has read it',
    ),
  );

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
  code: oneCode,
  name,
  summary,
  department: code.meta(hint("A code of departments.yaml, and the folder's name")),
  basis: laws,
  limits: bothLimits,
  remindBefore: timeLimit
    .optional()
    .meta(
      hint(
        'How long before the end of the promised limit the department is reminded, if not as centre.yaml says',
      ),
    ),
  applicants: who,
  visits,
  fee,
  delivery: ways,
  fields: listOf(fieldName).min(1).meta(hint('Compulsory fields: all that its department sees')),
  optionalFields: listOf(fieldName).optional().meta(hint('Fields that it sees and that may be left empty')),
  materials: listOf(materialOfItem, 50)
    .optional()
    .meta(hint('Codes of materials.yaml, compulsory; or { code, required, when, later, upload }')),
  output: output.optional().meta(hint('What an approval hands out; left out when it is nothing')),
  onRefusal: onRefusal.optional(),
  after: related.optional().meta(hint('Items that come first when both are in one plan')),
  needs: related.optional().meta(hint('Items that it brings in and that come first')),
  excludes: related.optional().meta(hint('Items that cannot be in the same application')),
  alone: z.boolean().optional().meta(hint('false: applied for in bundles only')),
  acceptance,
  procedures: listOf(z.enum(procedures))
    .optional()
    .meta(hint('Special procedures that may occur. Kept and shown')),
  hearing: z
    .enum(hearingOffers)
    .optional()
    .meta(hint('The applicant is offered a hearing before every decision, or before a refusal')),
  commitment: commitment
    .optional()
    .meta(hint('告知承诺: a signed promise may stand for a proof. Kept and shown')),
  regions: regions.optional().meta(hint('Assessed regions: simplifiedIn, skippedIn. Kept and shown')),
  example: z
    .strictObject(exampleParts)
    .optional()
    .meta(hint('Parts of the generated example that should be others')),
});

const changed = { statutory: timeLimit.optional(), promised: timeLimit.optional() };

/** An item of a bundle; the code alone is one that is as its file says. */
const itemOfBundle = z.union([
  code,
  z.strictObject({
    item: code.meta(hint('Code of an item')),
    after: listOf(code, 50)
      .optional()
      .meta(hint('Items and conditions of this bundle that it waits for, instead of those of its own file')),
    onRefusal: onRefusal.optional(),
    limits: z.strictObject(changed).optional().meta(hint('Limits that are others in this bundle')),
    when: jsonLogic
      .optional()
      .meta(hint('In the plan only if this holds of the answers: { "==": [{ var: hasSignboard }, true] }')),
    because: localText.optional().meta(hint('Tells the applicant why it is in the plan then')),
    stage: code.optional().meta(hint('Code of one of the stages')),
  }),
]);

export const bundleFile = z.strictObject({
  code: oneCode,
  name,
  summary,
  basis: laws,
  limits: bothLimits,
  applicants: who.optional().meta(hint('Who may apply; left out: whoever may apply for each of its items')),
  visits,
  fee,
  delivery: ways,
  acceptance,
  jointType: z
    .enum(['general', 'advance'])
    .optional()
    .meta(hint('general: concluded after every review. advance: kept, not carried out yet')),
  items: listOf(itemOfBundle, 50)
    .min(1)
    .meta(
      hint(
        'A code alone is the item as its file says; or { item, after, onRefusal, limits, stage, when, because }',
      ),
    ),
  conditions: listOf(condition, 20)
    .optional()
    .meta(hint('What outside the departments must come true; items name it in after')),
  stages: listOf(stage, 20).optional().meta(hint('Stages of the plan; then every item says its stage')),
  questions: listOf(fieldName, 20)
    .optional()
    .meta(hint('Fields that are asked first, and compulsory: what a when of an item rests on')),
  asks: z
    .strictObject({ required: listOf(fieldName).optional(), optional: listOf(fieldName).optional() })
    .optional()
    .meta(hint('Other fields of the bundle itself, or that it makes compulsory')),
  example: z
    .strictObject({ ...exampleParts, form: z.record(fieldName, z.unknown()).optional() })
    .optional()
    .meta(hint('Parts of the generated example that should be others; form by field')),
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
