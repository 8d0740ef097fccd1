/** Reads the catalogue's files into one tree, each entry with its place, and names whatever is not as it should be written. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type * as z from 'zod';
import { readAs } from './format-faults.ts';
import {
  type BundleFile,
  bundleFile,
  centre,
  departmentsFile,
  type Field,
  type Fragment,
  fieldsFile,
  type ItemFile,
  itemFile,
  type Materials,
  materialsFile,
  type Sections,
  type SelfSelectedFile,
  sectionsFile,
  selfSelectedFile,
  shapesFile,
} from './formats.ts';
import { type Fault, type Path, readSource, type Source } from './source.ts';
import { didYouMean } from './words.ts';

/** Something that a file defines, and where. */
export type Entry<T> = { source: Source; path: Path; value: T };

export type Tree = {
  centre: Entry<z.infer<typeof centre>>;
  departments: Entry<z.infer<typeof departmentsFile>>;
  sections: Entry<Sections>;
  shapes: Map<string, Entry<Fragment>>;
  fields: Map<string, Entry<Field>>;
  materials: Map<string, Entry<Materials[string]>>;
  items: Map<string, Entry<ItemFile>>;
  bundles: Map<string, Entry<BundleFile>>;
  selfSelected?: Entry<SelfSelectedFile>;
};

/** @throws Error for a code that the references should have named. */
export function definitionOf<T>(entries: ReadonlyMap<string, Entry<T>>, code: string): T {
  const entry = entries.get(code);
  if (!entry) throw new Error(`The catalogue has no ${code}.`);
  return entry.value;
}

const shapesName = 'fields/shapes.yaml';

/** What lies where, and how it must be written. */
const kinds = [
  { at: /^centre\.yaml$/, format: centre },
  { at: /^departments\.yaml$/, format: departmentsFile },
  { at: /^sections\.yaml$/, format: sectionsFile },
  { at: /^materials\.yaml$/, format: materialsFile },
  { at: /^self-selected\.yaml$/, format: selfSelectedFile },
  { at: /^fields\/shapes\.yaml$/, format: shapesFile },
  { at: /^fields\/[^/]+\.yaml$/, format: fieldsFile },
  { at: /^items\/[^/]+\/[^/]+\.yaml$/, format: itemFile },
  { at: /^bundles\/[^/]+\.yaml$/, format: bundleFile },
] satisfies { at: RegExp; format: z.ZodType }[];

/** Paths of all YAML files of a folder, in order of their names. */
function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.ya?ml$/.test(file) && !file.includes('node_modules/'))
    .toSorted();
}

type Reading = { folder: string; prefix: string; faults: Fault[] };

function read<T>(
  { folder, prefix, faults }: Reading,
  file: string,
  format: z.ZodType<T>,
): Entry<T> | undefined {
  const source = readSource(join(folder, file), prefix + file);
  const found = readAs(source, format);
  faults.push(...found.faults);
  return found.value === undefined ? undefined : { source, path: [], value: found.value };
}

/** The entries of maps in several files; one that is there twice is a fault. */
function mapsOf<T>(
  reading: Reading,
  files: string[],
  format: z.ZodType<Record<string, T>>,
): Map<string, Entry<T>> {
  const all = new Map<string, Entry<T>>();
  for (const file of files) {
    const found = read(reading, file, format);
    for (const [name, value] of Object.entries(found?.value ?? {})) {
      const source = (found as Entry<unknown>).source;
      const known = all.get(name);
      if (known) reading.faults.push(source.fault([name], twice(known)));
      else all.set(name, { source, path: [name], value });
    }
  }
  return all;
}

const twice = ({ source, path }: Entry<unknown>): string =>
  `is defined already, in ${source.file}:${source.lineOf(path)}`;

/** Files of one definition each, by its code, which is the file's name. */
function filesOf<T extends { code: string }>(
  reading: Reading,
  files: string[],
  format: z.ZodType<T>,
): Map<string, Entry<T>> {
  const all = new Map<string, Entry<T>>();
  for (const file of files) {
    const found = read(reading, file, format);
    if (!found) continue;
    const { code } = found.value;
    const known = all.get(code);
    if (code !== basename(file, '.yaml')) {
      reading.faults.push(found.source.fault(['code'], `${code} is not the file's name`));
    } else if (known) {
      reading.faults.push(found.source.fault(['code'], `${code} ${twice(known)}`));
    } else all.set(code, found);
  }
  return all;
}

/** @param prefix how the folder is called in front of its files in faults, with a slash at the end */
export function loadTree(folder: string, prefix = ''): { tree: Tree | undefined; faults: Fault[] } {
  const reading: Reading = { folder, prefix, faults: [] };
  const files = yamlFiles(folder);
  const under = (pattern: RegExp): string[] => files.filter((file) => pattern.test(file));
  for (const file of files.filter((each) => !kinds.some(({ at }) => at.test(each)))) {
    const rule =
      'is no file of a catalogue: they are items/<department>/<item>.yaml, bundles/<bundle>.yaml, fields/<topic>.yaml and a few beside them';
    reading.faults.push({ file: prefix + file, line: 1, place: '', rule });
  }
  const optional = <T>(file: string, format: z.ZodType<T>): Entry<T> | undefined =>
    existsSync(join(folder, file)) ? read(reading, file, format) : undefined;
  const found = {
    centre: read(reading, 'centre.yaml', centre),
    departments: read(reading, 'departments.yaml', departmentsFile),
    sections: read(reading, 'sections.yaml', sectionsFile),
    shapes: mapsOf(reading, under(/^fields\/shapes\.yaml$/), shapesFile),
    fields: mapsOf<Field>(
      reading,
      under(/^fields\/[^/]+\.yaml$/).filter((file) => file !== shapesName),
      fieldsFile as unknown as z.ZodType<Record<string, Field>>,
    ),
    materials: mapsOf(reading, under(/^materials\.yaml$/), materialsFile),
    items: filesOf<ItemFile>(reading, under(/^items\/[^/]+\/[^/]+\.yaml$/), itemFile),
    bundles: filesOf<BundleFile>(reading, under(/^bundles\/[^/]+\.yaml$/), bundleFile),
  };
  const selfSelected = optional('self-selected.yaml', selfSelectedFile);
  const known = found.departments?.value.map(({ code }) => code) ?? [];
  for (const { source, value } of found.items.values()) {
    const department = basename(dirname(source.file));
    if (value.department !== department) {
      const rule = known.includes(value.department)
        ? `${value.department} is not the folder's name, ${department}`
        : `${value.department} is no department of departments.yaml${didYouMean(value.department, known)}`;
      reading.faults.push(source.fault(['department'], rule));
    }
  }
  const { centre: own, departments, sections } = found;
  const isWhole = own && departments && sections && reading.faults.length === 0;
  const tree = isWhole
    ? { ...found, centre: own, departments, sections, ...(selfSelected ? { selfSelected } : {}) }
    : undefined;
  return { tree, faults: reading.faults };
}
