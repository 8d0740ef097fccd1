/** Holds a file against its format, and says what is wrong in sentences. */
import * as z from 'zod';
import type { Fault, Path, Source } from './source.ts';
import { didYouMean, kindOf, kindOfValue, listed, quoteIt } from './words.ts';

type Issue = z.core.$ZodIssue;
type JsonSchema = {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  required?: string[];
};

const schemas = new WeakMap<z.ZodType, JsonSchema>();

function jsonSchemaOf(format: z.ZodType): JsonSchema {
  const known = schemas.get(format);
  if (known) return known;
  const schema = z.toJSONSchema(format, { io: 'input' }) as JsonSchema;
  schemas.set(format, schema);
  return schema;
}

/** The ways of writing that a format knows at a place. */
function waysAt(root: JsonSchema, path: Path): JsonSchema[] {
  const open = (schema: JsonSchema): JsonSchema[] => {
    const name = schema.$ref?.split('/').at(-1);
    const target = name === undefined ? schema : root.$defs?.[name];
    return target?.anyOf ? target.anyOf.flatMap(open) : target ? [target] : [];
  };
  const into = (schema: JsonSchema, key: string | number): JsonSchema[] => {
    const own = schema.properties?.[String(key)];
    const rest = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
    return own ? [own] : typeof key === 'number' && schema.items ? [schema.items] : rest;
  };
  return path.reduce<JsonSchema[]>(
    (nodes, key) => nodes.flatMap((node) => into(node, key)).flatMap(open),
    open(root),
  );
}

/** Keys that a format knows at a place. */
const keysAt = (root: JsonSchema, path: Path): string[] => [
  ...new Set(waysAt(root, path).flatMap(({ properties }) => Object.keys(properties ?? {}))),
];

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (each, key) =>
      each !== null && typeof each === 'object' ? (each as Record<string, unknown>)[key] : undefined,
    value,
  );

/** The issues of the way of writing that comes nearest, with their whole paths. */
function flat(issue: Issue, base: Path = []): Issue[] {
  const path = [...base, ...(issue.path as Path)];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const values = issue.errors.flat().flatMap((each) => (each.code === 'invalid_value' ? each.values : []));
    if (values.length === issue.errors.length)
      return [{ ...issue, code: 'invalid_value', values, path } as Issue];
    const isOther = (errors: Issue[]): boolean =>
      errors.some(({ code, path: at }) => code === 'invalid_type' && at.length === 0);
    const nearest = issue.errors.find((errors) => !isOther(errors)) ?? issue.errors[0] ?? [];
    return nearest.flatMap((each) => flat(each, path));
  }
  return [{ ...issue, path } as Issue];
}

/** How a map is written at a place, by the keys that it must have; nothing where any names may be its keys. */
function mapAt(format: z.ZodType, path: Path): string | undefined {
  const keys = waysAt(jsonSchemaOf(format), path)[0]?.required ?? [];
  return keys.length === 0 ? undefined : `written as { ${keys.map((key) => `${key}: …`).join(', ')} }`;
}

/** Between the parts of a list or map these separate nothing. */
const foreignSigns = /[，：；“”]/;

/** A sentence for one issue. */
function ruleOf(issue: Issue, source: Source, format: z.ZodType): string {
  const path = issue.path as Path;
  const value = valueAt(source.value, path);
  if (value === undefined && issue.code !== 'unrecognized_keys') return 'is missing';
  switch (issue.code) {
    case 'invalid_type': {
      const written = source.written(path);
      if (issue.expected === 'string' && written !== undefined) return quoteIt(written, value);
      const map = issue.expected === 'object' ? mapAt(format, path) : undefined;
      return `must be ${map ?? kindOf(issue.expected)}, and is ${kindOfValue(value)}`;
    }
    case 'invalid_value':
      return `${JSON.stringify(value)} must be one of ${listed(issue.values)}${didYouMean(String(value), issue.values.map(String))}`;
    case 'invalid_format':
      return `${JSON.stringify(value)} ${issue.message}${foreignSigns.test(String(value)) ? '; type , : and " with the English keyboard' : ''}`;
    case 'invalid_key':
      return `${path.at(-1)} ${issue.issues[0]?.message ?? 'is no name'}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `may have at most ${issue.maximum} entries`
        : issue.origin === 'string'
          ? `may have at most ${issue.maximum} characters`
          : `must be at most ${issue.maximum}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `needs at least ${issue.minimum} ${issue.minimum === 1 ? 'entry' : 'entries'}`
        : issue.origin === 'string'
          ? 'must not be empty'
          : `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    default:
      return issue.message;
  }
}

/** Whether a key is what follows a comma inside { }: it has no colon, so no value is written. */
const isAfterComma = (source: Source, path: Path): boolean =>
  valueAt(source.value, path) === null && source.written(path) === undefined;

/** What the file says, held against its format; the faults when it does not fit. */
export function readAs<T>(source: Source, format: z.ZodType<T>): { value?: T; faults: Fault[] } {
  if (source.broken.length > 0) return { faults: source.broken };
  const parsed = format.safeParse(source.value);
  if (parsed.success) return { value: parsed.data, faults: [] };
  const root = jsonSchemaOf(format);
  const meant = new Set<string>();
  const issues = parsed.error.issues.flatMap((issue) => flat(issue));
  const unknown = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const path = issue.path as Path;
    return issue.keys.map((key) => {
      if (isAfterComma(source, [...path, key])) {
        return source.fault(path, `"${key}" is no key here: a text with a comma in it belongs in quotes`);
      }
      const known = keysAt(root, path);
      const hint = didYouMean(key, known);
      meant.add([...path, /mean (\S+)\?/.exec(hint)?.[1]].join('.'));
      const rule = `is no key here${hint || ` (known are ${listed(known)})`}`;
      return source.fault([...path, key], rule);
    });
  });
  const others = issues
    .filter((issue) => issue.code !== 'unrecognized_keys' && !meant.has(issue.path.join('.')))
    .map((issue) => source.fault(issue.path as Path, ruleOf(issue, source, format)));
  const faults = [...unknown, ...others].toSorted((a, b) => a.line - b.line);
  return { faults };
}
