/** Whether what the files name is there, and whether they wait for each other in a circle: what must hold before anything is compiled. */

import { canaryCode } from '../functions/canary/service.ts';
import { commonApplicants } from '../functions/catalogue/compose.ts';
import { inDays } from '../functions/catalogue/path.ts';
import { hoursOfDay } from '../functions/clock/calendar.ts';
import type { BundleFile, Fragment, ItemFile } from './formats.ts';
import type { Entry, Tree } from './load.ts';
import type { Fault, Path } from './source.ts';
import { didYouMean } from './words.ts';

type Known = { what: string; names: ReadonlySet<string> };

const knownOf = (what: string, names: Iterable<string>): Known => ({ what, names: new Set(names) });

/** A fault when a name is not among the known ones. */
function unknownName(
  { source, path }: Entry<unknown>,
  at: Path,
  name: string,
  { what, names }: Known,
): Fault[] {
  if (names.has(name)) return [];
  return [source.fault([...path, ...at], `${name} is no ${what}${didYouMean(name, names)}`)];
}

/** A fault for each name that a list says again. */
const repeated = ({ source, path }: Entry<unknown>, at: Path, names: string[]): Fault[] =>
  names.flatMap((name, i) =>
    names.indexOf(name) < i ? [source.fault([...path, ...at, i], `${name} is there already`)] : [],
  );

/** Shapes that a fragment uses, with the place of each. */
function usesOf(fragment: Fragment, path: Path = []): { name: string; path: Path }[] {
  const own =
    typeof fragment['x-use'] === 'string' ? [{ name: fragment['x-use'], path: [...path, 'x-use'] }] : [];
  const children = Object.entries(fragment.properties ?? {}).flatMap(([name, child]) =>
    usesOf(child, [...path, 'properties', name]),
  );
  return [...own, ...children, ...(fragment.items ? usesOf(fragment.items, [...path, 'items']) : [])];
}

/** The first circle that starts and ends at a name, each step named. */
function circleFrom(start: string, next: (name: string) => string[]): string[] | undefined {
  const seen = new Set<string>();
  const walk = (name: string, way: string[]): string[] | undefined => {
    for (const each of next(name)) {
      if (each === start) return [...way, each];
      if (seen.has(each)) continue;
      seen.add(each);
      const found = walk(each, [...way, each]);
      if (found) return found;
    }
    return undefined;
  };
  return walk(start, [start]);
}

function fieldReferences({ fields, shapes, sections }: Tree): Fault[] {
  const known = knownOf(
    'section',
    sections.value.map(({ code }) => code),
  );
  const shape = knownOf('shape', shapes.keys());
  const users = [...fields.values(), ...shapes.values()];
  const uses = (name: string) => usesOf(shapes.get(name)?.value ?? {}).map((use) => use.name);
  return [
    ...[...fields.values()].flatMap((entry) =>
      unknownName(entry, ['x-section'], entry.value['x-section'], known),
    ),
    ...users.flatMap((entry) =>
      usesOf(entry.value).flatMap(({ name, path }) => unknownName(entry, path, name, shape)),
    ),
    ...[...shapes].flatMap(([name, { source, path }]) => {
      const circle = circleFrom(name, uses);
      return circle ? [source.fault(path, `uses itself: ${circle.join(' uses ')}`)] : [];
    }),
  ];
}

const codesOf = (materials: ItemFile['materials']): string[] =>
  (materials ?? []).map((each) => (typeof each === 'string' ? each : each.code));

/** Whom an item waits for in any plan: what its file says, and who hands out its materials. */
export function predecessorsOf(file: ItemFile, { materials }: Pick<Tree, 'materials'>): string[] {
  const yielded = codesOf(file.materials).flatMap((code) => materials.get(code)?.value.yieldedBy ?? []);
  const named = [...(file.after ?? []), ...(file.needs ?? [])].map(({ item }) => item);
  return [...new Set([...named, ...yielded])].filter((code) => code !== file.code);
}

type Catalogued = { field: Known; material: Known; item: Known; department: Known };

function itemReferences(entry: Entry<ItemFile>, known: Catalogued): Fault[] {
  const { value: file, source } = entry;
  const materials = codesOf(file.materials);
  const optional = file.optionalFields ?? [];
  return [
    ...unknownName(entry, ['department'], file.department, known.department),
    ...file.fields.flatMap((name, i) => unknownName(entry, ['fields', i], name, known.field)),
    ...optional.flatMap((name, i) => unknownName(entry, ['optionalFields', i], name, known.field)),
    ...materials.flatMap((code, i) => unknownName(entry, ['materials', i], code, known.material)),
    ...repeated(entry, ['fields'], file.fields),
    ...repeated(entry, ['optionalFields'], optional),
    ...repeated(entry, ['materials'], materials),
    ...optional.flatMap((name, i) =>
      file.fields.includes(name)
        ? [source.fault(['optionalFields', i], `${name} is among the compulsory fields, too`)]
        : [],
    ),
    ...(['after', 'needs', 'excludes'] as const).flatMap((key) =>
      (file[key] ?? []).flatMap(({ item }, i) => [
        ...unknownName(entry, [key, i, 'item'], item, known.item),
        ...(item === file.code ? [source.fault([key, i, 'item'], `${item} is the item itself`)] : []),
      ]),
    ),
  ];
}

function bundleReferences(entry: Entry<BundleFile>, known: Catalogued, { items }: Tree): Fault[] {
  const { value: file, source } = entry;
  const parts = file.items.map((each) => (typeof each === 'string' ? { item: each } : each));
  const codes = parts.map(({ item }) => item);
  const conditions = (file.conditions ?? []).map(({ code }) => code);
  const here = knownOf('item or condition of this bundle', [...codes, ...conditions]);
  const stage = knownOf(
    'stage of this bundle',
    (file.stages ?? []).map(({ code }) => code),
  );
  const asked = [...(file.asks?.required ?? []), ...(file.asks?.optional ?? []), ...(file.questions ?? [])];
  const files = codes.flatMap((code) => items.get(code)?.value ?? []);
  const ofItems = files.flatMap((file) => [...file.fields, ...(file.optionalFields ?? [])]);
  const ofForm = knownOf('field of this bundle', [...ofItems, ...asked]);
  return [
    ...codes.flatMap((code, i) => unknownName(entry, ['items', i], code, known.item)),
    ...repeated(entry, ['items'], codes),
    ...(files.length > 0 && commonApplicants(files).length === 0
      ? [
          source.fault(
            ['items'],
            'nobody may apply for all of its items: their applicants have nothing in common',
          ),
        ]
      : []),
    ...parts.flatMap((part, i) => [
      ...(part.after ?? []).flatMap((code, j) => unknownName(entry, ['items', i, 'after', j], code, here)),
      ...(part.stage === undefined ? [] : unknownName(entry, ['items', i, 'stage'], part.stage, stage)),
      ...(part.when && !part.because
        ? [source.fault(['items', i, 'when'], `${part.item} needs a because: why it is in the plan then`)]
        : []),
    ]),
    ...(file.conditions ?? []).flatMap(({ code, department }, i) => [
      ...(department
        ? unknownName(entry, ['conditions', i, 'department'], department, known.department)
        : []),
      ...(codes.includes(code) ? [source.fault(['conditions', i, 'code'], `${code} is an item's code`)] : []),
      ...(parts.some(({ after }) => after?.includes(code))
        ? []
        : [source.fault(['conditions', i], `nothing waits for ${code}`)]),
    ]),
    ...repeated(entry, ['conditions'], conditions),
    ...(file.stages ?? []).flatMap(({ lead }, i) =>
      unknownName(entry, ['stages', i, 'lead'], lead, knownOf('item of this bundle', codes)),
    ),
    ...(['required', 'optional'] as const).flatMap((key) =>
      (file.asks?.[key] ?? []).flatMap((name, i) => unknownName(entry, ['asks', key, i], name, known.field)),
    ),
    ...(file.questions ?? []).flatMap((name, i) => unknownName(entry, ['questions', i], name, known.field)),
    ...repeated(entry, ['questions'], file.questions ?? []),
    ...Object.keys(file.example?.form ?? {}).flatMap((name) =>
      unknownName(entry, ['example', 'form', name], name, ofForm),
    ),
    ...(file.example?.materials ?? []).flatMap((code, i) =>
      unknownName(entry, ['example', 'materials', i], code, known.material),
    ),
  ];
}

/** The widest that a time limit may be (functions/clock/schemas.ts). */
const mostDays = 250;

/** Items that wait for each other in a circle, and the chain of items that takes longer than a limit can say. */
function chainFaults(tree: Tree): Fault[] {
  const next = (code: string): string[] => {
    const file = tree.items.get(code)?.value;
    return file ? predecessorsOf(file, tree) : [];
  };
  const named = new Set<string>();
  const circles = [...tree.items].flatMap(([code, { source }]) => {
    const circle = named.has(code) ? undefined : circleFrom(code, next);
    if (!circle) return [];
    for (const each of circle) named.add(each);
    const key = source.lineOf(['needs']) > source.lineOf(['after']) ? 'needs' : 'after';
    return [source.fault([key], `${code} waits for itself: ${circle.join(' waits for ')}`)];
  });
  if (circles.length > 0) return circles;
  const hours = hoursOfDay(tree.centre.value.openingHours);
  const lengths = new Map<string, number>();
  const lengthOf = (code: string): number => {
    const known = lengths.get(code);
    if (known !== undefined) return known;
    const own = inDays(tree.items.get(code)?.value.limits.statutory ?? { workingDays: 0 }, hours);
    const length = own + Math.max(0, ...next(code).map(lengthOf));
    lengths.set(code, length);
    return length;
  };
  return [...tree.items].flatMap(([code, { source }]) =>
    lengthOf(code) > mostDays
      ? [
          source.fault(
            ['limits', 'statutory'],
            `${code} and what it waits for take ${lengthOf(code)} working days, more than ${mostDays}`,
          ),
        ]
      : [],
  );
}

/** What the system publishes beside every catalogue has its code for itself. */
function reservedCodes({ items, bundles, departments }: Tree): Fault[] {
  const rule = `${canaryCode} is a code of the system itself: choose another`;
  const entries = [items.get(canaryCode), bundles.get(canaryCode)];
  const department = departments.value.findIndex(({ code }) => code === canaryCode);
  return [
    ...entries.flatMap((entry) => (entry ? [entry.source.fault(['code'], rule)] : [])),
    ...(department < 0 ? [] : [departments.source.fault([department, 'code'], rule)]),
  ];
}

/** Faults of what the files name. Nothing can be compiled while there is one. */
export function referenceFaults(tree: Tree): Fault[] {
  const departments = tree.departments.value.map(({ code }) => code);
  const known: Catalogued = {
    field: knownOf('field of the catalogue', tree.fields.keys()),
    material: knownOf('material of materials.yaml', tree.materials.keys()),
    item: knownOf('item of the catalogue', tree.items.keys()),
    department: knownOf('department of departments.yaml', departments),
  };
  const selfSelected = tree.selfSelected;
  const faults = [
    ...reservedCodes(tree),
    ...repeated(tree.departments, [], departments),
    ...repeated(
      tree.sections,
      [],
      tree.sections.value.map(({ code }) => code),
    ),
    ...fieldReferences(tree),
    ...[...tree.materials.values()].flatMap((entry) =>
      entry.value.yieldedBy === undefined
        ? []
        : unknownName(entry, ['yieldedBy'], entry.value.yieldedBy, known.item),
    ),
    ...[...tree.items.values()].flatMap((entry) => itemReferences(entry, known)),
    ...[...tree.bundles.values()].flatMap((entry) => bundleReferences(entry, known, tree)),
    ...[...tree.bundles.values()].flatMap(({ value: { code }, source }) => {
      const item = tree.items.get(code);
      return item ? [source.fault(['code'], `${code} is an item's code, in ${item.source.file}`)] : [];
    }),
    ...(selfSelected?.value.example.items ?? []).flatMap((code, i) =>
      unknownName(selfSelected as Entry<unknown>, ['example', 'items', i], code, known.item),
    ),
  ];
  return faults.length > 0 ? faults : chainFaults(tree);
}
