/**
 * JSON Schemas by which an editor completes and checks the files of the catalogue, made from their formats. What is
 * known (fields, materials, items, …) is offered; a name that is not known yet is left to `check`, which says what
 * could have been meant.
 */
import { posix } from 'node:path';
import * as z from 'zod';
import * as formats from './formats.ts';
import type { Tree } from './load.ts';

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

/** Puts the known names beside the pattern that a new one must have. */
function offer(schema: Json, place: string, names: string[]): void {
  const found = place
    .split('.')
    .reduce<Json[]>((nodes, key) => nodes.flatMap((node) => childrenOf(node, key)), [schema])
    .filter(({ type }) => type === 'string');
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

/** The schema of each kind of file, by the name of its file. */
export function editorSchemas(names: Names): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, { format }]) => {
      const { $schema, ...schema } = z.toJSONSchema(format, { io: 'input' }) as Json;
      for (const [place, which] of offers[kind as Kind] ?? []) offer(schema, place, names[which]);
      return [`${kind}.schema.json`, { $schema, title: `OneWindow catalogue: ${kind}`, ...schema }];
    }),
  );
}
