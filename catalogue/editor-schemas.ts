/**
 * JSON Schemas by which an editor completes and checks the files of the catalogue, made from their formats. What is
 * known (fields, materials, items, …) is offered; a name that is not known yet is left to `check`, which says what
 * could have been meant.
 */
import { posix } from 'node:path';
import * as z from 'zod';
import { operators } from '../functions/catalogue/logic.ts';
import * as formats from './formats.ts';
import type { Tree } from './load.ts';
import { pairs } from './logic-checks.ts';

type Json = { [keyword: string]: unknown };

/** What an editor offers where a name is asked for. */
export type Names = Record<
  'departments' | 'sections' | 'fields' | 'shapes' | 'materials' | 'items',
  string[]
>;

export function namesOf(tree: Tree): Names {
  const sorted = (names: Iterable<string>): string[] => [...names].toSorted();
  return {
    departments: sorted(tree.departments.value.map(({ code }) => code)),
    sections: tree.sections.value.map(({ code }) => code),
    fields: sorted(tree.fields.keys()),
    shapes: sorted(tree.shapes.keys()),
    materials: sorted(tree.materials.keys()),
    items: sorted(tree.items.keys()),
  };
}

/** The kinds of files, and which of them each is the schema of. */
export const kinds = {
  item: { format: formats.itemFile, at: /^items\/[^/]+\/[^/]+\.yaml$/ },
  bundle: { format: formats.bundleFile, at: /^bundles\/[^/]+\.yaml$/ },
  shapes: { format: formats.shapesFile, at: /^fields\/shapes\.yaml$/ },
  fields: { format: formats.fieldsFile, at: /^fields\/(?!shapes\.yaml$)[^/]+\.yaml$/ },
  materials: { format: formats.materialsFile, at: /^materials\.yaml$/ },
  departments: { format: formats.departmentsFile, at: /^departments\.yaml$/ },
  sections: { format: formats.sectionsFile, at: /^sections\.yaml$/ },
  centre: { format: formats.centre, at: /^centre\.yaml$/ },
  'self-selected': { format: formats.selfSelectedFile, at: /^self-selected\.yaml$/ },
} satisfies Record<string, { format: z.ZodType; at: RegExp }>;
export type Kind = keyof typeof kinds;

/** Where in a schema which names are offered: keys as in the files, `*` for each entry of a list or a map. */
const offers: Partial<Record<Kind, [place: string, names: keyof Names][]>> = {
  item: [
    ['department', 'departments'],
    ['fields.*', 'fields'],
    ['optionalFields.*', 'fields'],
    ['materials.*', 'materials'],
    ['materials.*.code', 'materials'],
    ['after.*.item', 'items'],
    ['needs.*.item', 'items'],
    ['excludes.*.item', 'items'],
    ['example.materials.*', 'materials'],
  ],
  bundle: [
    ['items.*', 'items'],
    ['items.*.item', 'items'],
    ['items.*.after.*', 'items'],
    ['conditions.*.department', 'departments'],
    ['stages.*.lead', 'items'],
    ['questions.*', 'fields'],
    ['asks.required.*', 'fields'],
    ['asks.optional.*', 'fields'],
    ['example.materials.*', 'materials'],
  ],
  fields: [
    ['*.x-section', 'sections'],
    ['*.x-use', 'shapes'],
  ],
  materials: [['*.yieldedBy', 'items']],
  'self-selected': [
    ['example.items.*', 'items'],
    ['example.materials.*', 'materials'],
  ],
};

const alternatives = (schema: Json): Json[] =>
  Array.isArray(schema.anyOf) ? (schema.anyOf as Json[]).flatMap(alternatives) : [schema];

function childrenOf(schema: Json, key: string): Json[] {
  const child =
    key === '*' ? (schema.items ?? schema.additionalProperties) : (schema.properties as Json)?.[key];
  return child !== null && typeof child === 'object' ? alternatives(child as Json) : [];
}

/** What a schema says of a place; nothing is an error of whoever named the place. */
function nodesAt(schema: Json, place: string): Json[] {
  const found = place
    .split('.')
    .reduce<Json[]>((nodes, key) => nodes.flatMap((node) => childrenOf(node, key)), [schema]);
  if (found.length === 0) throw new Error(`The schema has nothing at ${place}.`);
  return found;
}

/** Puts the known names beside the pattern that a new one must have. */
function offer(schema: Json, place: string, names: string[]): void {
  const found = nodesAt(schema, place).filter(({ type }) => type === 'string');
  if (found.length === 0) throw new Error(`The schema has no text at ${place}.`);
  for (const node of found) {
    const { pattern } = node;
    delete node.pattern;
    node.anyOf = [{ enum: names }, { pattern }];
  }
}

/** What stands at the top of a file, so that an editor finds its schema. @param file from the catalogue's folder */
export function headerOf(file: string): string | undefined {
  const kind = (Object.keys(kinds) as Kind[]).find((each) => kinds[each].at.test(file));
  const path = kind && posix.relative(posix.dirname(file), `schemas/${kind}.schema.json`);
  return path && `# yaml-language-server: $schema=${path}`;
}

/** Where conditions stand. */
const conditions: Partial<Record<Kind, string[]>> = {
  item: ['materials.*.when'],
  bundle: ['items.*.when'],
  fields: ['*.x-when'],
};

/** What an editor knows of a condition: one operator, how many arguments it has, and which fields there are. */
function conditionOf(fields: string[]): { [name: string]: Json } {
  const argument = { $ref: '#/$defs/Argument' };
  const among = (operator: string): Json => {
    if (operator === 'var') return { anyOf: [{ enum: fields }, { type: 'string' }] };
    return pairs.includes(operator) ? { type: 'array', items: argument, minItems: 2, maxItems: 2 } : argument;
  };
  const condition = {
    type: 'object',
    properties: Object.fromEntries(operators.map((operator) => [operator, among(operator)])),
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  };
  const value = { type: ['string', 'number', 'boolean', 'null'] };
  const list = { type: 'array', items: argument };
  return { Condition: condition, Argument: { anyOf: [{ $ref: '#/$defs/Condition' }, value, list] } };
}

/** Says of every condition of a kind of files what it is made of. */
function describeConditions(schema: Json, kind: Kind, names: Names): void {
  const places = conditions[kind];
  if (!places) return;
  for (const node of places.flatMap((place) => nodesAt(schema, place))) {
    for (const keyword of ['type', 'propertyNames', 'additionalProperties']) delete node[keyword];
    node.$ref = '#/$defs/Condition';
  }
  schema.$defs = { ...(schema.$defs as Json), ...conditionOf(names.fields) };
}

/** The schema of each kind of file, by the name of its file. */
export function editorSchemas(names: Names): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, { format }]) => {
      const { $schema, ...schema } = z.toJSONSchema(format, { io: 'input' }) as Json;
      for (const [place, which] of offers[kind as Kind] ?? []) offer(schema, place, names[which]);
      describeConditions(schema, kind as Kind, names);
      return [`${kind}.schema.json`, { $schema, title: `OneWindow catalogue: ${kind}`, ...schema }];
    }),
  );
}
