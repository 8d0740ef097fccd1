/** Validation of a service's form by its JSON Schema, with answers that an applicant can act on. */
import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import { isReadable, unreadable } from '../platform/characters.ts';
import { isCitizenId, isCreditCode, isMobile } from '../platform/codes.ts';
import { type FieldError, mostErrors } from '../platform/problems.ts';
import type { Service } from './schemas.ts';

/** Formats that a catalogue file may use, and what is said of a value that is none. */
export const formats: Record<string, { check: (value: string) => boolean; detail: string }> = {
  'citizen-id': { check: isCitizenId, detail: 'Not a citizen identity number (GB 11643)' },
  'credit-code': { check: isCreditCode, detail: 'Not a unified social credit code (GB 32100)' },
  mobile: { check: isMobile, detail: 'Not a mobile number: 11 digits, the first 1, the second 3 to 9' },
  date: { check: isDate, detail: 'Not a date: YYYY-MM-DD' },
};

function isDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

/** What a form says beyond JSON Schema; docs/catalogue.md explains each word. */
const vocabulary = [
  'x-en',
  'x-en-description',
  'x-labels',
  'x-personal',
  'x-section',
  'x-sections',
  'x-order',
  'x-input',
  'x-when',
];

function newAjv(options: Options): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: true, ...options });
  ajv.addVocabulary(vocabulary);
  for (const [name, { check }] of Object.entries(formats)) ajv.addFormat(name, { validate: check });
  return ajv;
}

/** Forms were held against the JSON Schema of schemas when they were built; again would cost 50 ms of a cold start. */
const atRunTime: Options = { meta: false, validateSchema: false };
let ajv: Ajv2020 | undefined;
/** By the form itself, for as long as its service is kept. */
const compiled = new WeakMap<object, ValidateFunction>();

function validatorOf(form: Record<string, unknown>): ValidateFunction {
  const known = compiled.get(form);
  if (known) return known;
  ajv ??= newAjv(atRunTime);
  const validate = ajv.compile(form);
  // It would keep every form that it has ever seen: what was published before, and what applicants compose.
  ajv.removeSchema(form);
  compiled.set(form, validate);
  return validate;
}

/** Holds a form against the JSON Schema of schemas, for the build. */
let thorough: Ajv2020 | undefined;

/** What is wrong with a form's schema itself, for the build; undefined when it can be used. */
export function formError(form: Record<string, unknown>): string | undefined {
  try {
    thorough ??= newAjv({});
    thorough.compile(form);
    validatorOf(form);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const list = (values: unknown): string => (values as unknown[]).join(', ');

const details: Record<string, (params: Record<string, unknown>) => string> = {
  required: () => 'Required',
  additionalProperties: () => 'Not a known field',
  type: ({ type }) => `Must be of type ${type}`,
  enum: ({ allowedValues }) => `Must be one of: ${list(allowedValues)}`,
  const: ({ allowedValue }) => `Must be ${allowedValue}`,
  minLength: ({ limit }) => `Needs at least ${limit} characters`,
  maxLength: ({ limit }) => `May have at most ${limit} characters`,
  minItems: ({ limit }) => `Needs at least ${limit} entries`,
  maxItems: ({ limit }) => `May have at most ${limit} entries`,
  uniqueItems: ({ i, j }) => `Entries ${Number(j) + 1} and ${Number(i) + 1} are the same`,
  minimum: ({ limit }) => `Must be at least ${limit}`,
  maximum: ({ limit }) => `Must be at most ${limit}`,
  pattern: ({ pattern }) => `Must match ${pattern}`,
  format: ({ format }) => formats[String(format)]?.detail ?? `Must be of format ${format}`,
};

function fieldError({ keyword, params, instancePath }: ErrorObject): FieldError {
  const own = params.missingProperty ?? params.additionalProperty;
  const pointer = `/form${instancePath}${typeof own === 'string' ? `/${escaped(own)}` : ''}`;
  return { pointer, detail: details[keyword]?.(params) ?? 'Not valid' };
}

type Node = {
  type?: string;
  maxLength?: number;
  maxItems?: number;
  items?: Node;
  properties?: Record<string, Node>;
};

/** A text that may be longer than this may have lines. */
const oneLine = 200;

/**
 * A copy no larger than the form can be: what is beyond is one error, and is not validated piece by piece. The
 * validator names everything that is wrong, so what it gets must be bounded.
 */
function withinBounds(value: unknown, node: Node, pointer: string, errors: FieldError[]): unknown {
  if (typeof value === 'string') {
    if (!isReadable(value, (node.maxLength ?? 0) > oneLine)) errors.push({ pointer, detail: unreadable });
    return value;
  }
  if (Array.isArray(value)) {
    const { items = {}, maxItems: limit = 0 } = node;
    if (value.length > limit && node.type === 'array') {
      errors.push({ pointer, detail: `May have at most ${limit} entries` });
    }
    return value.slice(0, limit).map((each, i) => withinBounds(each, items, `${pointer}/${i}`, errors));
  }
  if (value === null || typeof value !== 'object') return value;
  const known = node.properties ?? {};
  const entries = Object.entries(value);
  const unknown = entries.filter(([name]) => !Object.hasOwn(known, name)).slice(0, mostErrors);
  const expected = entries.flatMap(([name, child]) => {
    const schema = Object.hasOwn(known, name) ? known[name] : undefined;
    return schema
      ? [[name, withinBounds(child, schema, `${pointer}/${escaped(name)}`, errors)] as const]
      : [];
  });
  return Object.fromEntries([...expected, ...unknown.map(([name]) => [name, null] as const)]);
}

const isMissingField = ({ keyword, instancePath }: ErrorObject): boolean =>
  keyword === 'required' && instancePath === '';

/** Compulsory fields that are not there. */
const missing = (form: unknown, required: string[]): FieldError[] =>
  form === null || typeof form !== 'object'
    ? []
    : required
        .filter((name) => !Object.hasOwn(form, name))
        .map((name) => ({ pointer: `/form/${escaped(name)}`, detail: 'Required' }));

/**
 * Every field of a form that is wrong or missing, all at once; empty when the form is right. Pointers are into the
 * body of the application (`/form/…`); the values themselves are never repeated.
 * @param required names of the fields that are compulsory, as derived; what the form itself says, when absent
 */
export function validateForm(
  service: Pick<Service, 'form'>,
  form: unknown,
  required?: string[],
): FieldError[] {
  const validate = validatorOf(service.form);
  const errors: FieldError[] = [];
  const bounded = withinBounds(form, service.form, '/form', errors);
  const found = validate(bounded) ? [] : (validate.errors ?? []);
  if (!required) return [...errors, ...found.map(fieldError)];
  const others = found.filter((error) => !isMissingField(error)).map(fieldError);
  return [...errors, ...missing(form, required), ...others];
}
