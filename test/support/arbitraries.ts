/** Values that a JSON Schema allows, and values that somebody careless or wicked sends instead. */
import fc from 'fast-check';
import type { Json } from './client.ts';
import type { Schema } from './openapi.ts';

type Any = fc.Arbitrary<Json>;

/** Texts on which programs have stumbled. */
const nasty = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\u202e',
    '\ud800',
    '\u{1f3e2}',
    '../../etc/passwd',
    "' OR 1=1 --",
    '<script>alert(1)</script>',
    '%{(#a=1)}',
    '{{7*7}}',
    '__proto__',
    'constructor',
    'toString',
    'null',
    'undefined',
    'NaN',
    '-0',
    '1e309',
    '9007199254740993',
    '2026-02-30T25:61:00Z',
    '+275760-09-13T00:00:00.000Z',
    'http://127.0.0.1:1/',
    '#',
    'APPLICATION',
    'EVENT#000001',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer({ min: 1, max: 5_000 }).map((length) => 'x'.repeat(length)),
);
const nastyNumber = fc.constantFrom(-1, 0, 0.5, -0, 1e308, 2 ** 53, -(2 ** 53), 101, 999_999_999_999);

/** Anything that JSON can say. */
export const anyJson: Any = fc.oneof(
  nasty,
  nastyNumber,
  fc.constantFrom(null, true, false, [], {}, [[]], [null], { '': '' }),
  fc.jsonValue({ maxDepth: 3 }),
);

const bounded = (value: string, { minLength = 0, maxLength = 5_000 }: Schema): string =>
  value.length >= minLength ? value.slice(0, maxLength) : value.padEnd(minLength, 'x');

function text(schema: Schema): Any {
  if (schema.format === 'date-time') {
    const [min, max] = [new Date('1999-01-01'), new Date('2101-01-01')];
    return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
  }
  if (schema.format === 'uri') return fc.webUrl();
  if (schema.pattern)
    return fc.stringMatching(new RegExp(schema.pattern)).map((value) => bounded(value, schema));
  return fc
    .oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), nasty)
    .map((value) => bounded(value, schema));
}

function object(schema: Schema, root: Schema): Any {
  const required = new Set<string>(schema.required ?? []);
  const known = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, child]) => [name, valid(child, root)]),
  );
  const named = fc.record(known, { requiredKeys: Object.keys(known).filter((name) => required.has(name)) });
  if (!schema.additionalProperties) return named;
  const more = fc.dictionary(fc.string({ maxLength: 10 }), valid(schema.additionalProperties, root), {
    maxKeys: 3,
  });
  return fc.tuple(more, named).map(([extra, own]) => ({ ...extra, ...own }));
}

/** Values that a schema allows. @param root the document that its references point into */
export function valid(schema: Schema, root: Schema): Any {
  if (schema === true || Object.keys(schema).length === 0) return anyJson;
  if (schema.$ref) {
    const found = schema.$ref
      .slice(2)
      .split('/')
      .reduce((node: Schema, part: string) => node[part], root);
    return valid(found, root);
  }
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return fc.oneof(...either.map((each: Schema) => valid(each, root)));
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type: string) => valid({ ...schema, type }, root)));
  }
  const { minimum = -1e6, maximum = 1e6, minItems = 0, maxItems = 5 } = schema;
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: Math.max(minimum, -1e9), max: Math.min(maximum, 1e9) });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valid(schema.items ?? {}, root), {
        minLength: minItems,
        maxLength: Math.min(maxItems, minItems + 5),
      });
    default:
      return object(schema, root);
  }
}

type Path = (string | number)[];

/** Every place in a value. */
function places(value: Json, here: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [here];
  return [here, ...Object.entries(value).flatMap(([name, child]) => places(child, [...here, name]))];
}

function changed(value: Json, path: Path, change: (old: Json) => Json): Json {
  const [name, ...rest] = path;
  if (name === undefined) return change(value);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const next = changed(copy[name], rest, change);
  if (next === undefined) delete copy[name];
  else copy[name] = next;
  return Array.isArray(copy) ? copy.filter((each) => each !== undefined) : copy;
}

/** One to three slips in a value: something replaced, left out, added or wrapped. */
export function spoiled(base: Any): Any {
  const slip = fc.record({
    at: fc.nat(1_000),
    kind: fc.constantFrom('replace', 'replace', 'leave out', 'add', 'wrap'),
    name: fc.oneof(fc.string({ maxLength: 8 }), nasty),
    value: anyJson,
  });
  return fc.tuple(base, fc.array(slip, { minLength: 1, maxLength: 3 })).map(([value, slips]) =>
    slips.reduce((now, { at, kind, name, value: other }) => {
      const all = places(now);
      const path = all[at % all.length] ?? [];
      return changed(now, path, (old) => {
        if (kind === 'leave out') return path.length === 0 ? null : undefined;
        if (kind === 'wrap') return [old];
        const takes = old !== null && typeof old === 'object' && !Array.isArray(old);
        return kind === 'add' && takes ? { ...old, [name]: other } : other;
      });
    }, structuredClone(value)),
  );
}
