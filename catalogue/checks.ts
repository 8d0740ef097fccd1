/** What no format can say of a catalogue: that its fields can be asked, its promises kept, and every plan ends and fits. */
import { commonApplicants } from '../functions/catalogue/compose.ts';
import { derive } from '../functions/catalogue/derive.ts';
import { formError, validateForm } from '../functions/catalogue/form.ts';
import { inDays, longestWay } from '../functions/catalogue/path.ts';
import type { Service } from '../functions/catalogue/schemas.ts';
import { dossierBytes, largestDossier, largestPlan } from '../functions/catalogue/size.ts';
import { hoursOfDay } from '../functions/clock/calendar.ts';
import * as law from '../functions/clock/law.ts';
import type { Limits, TimeLimit } from '../functions/clock/schemas.ts';
import { submission } from '../functions/intake/schemas.ts';
import { compile } from './compile.ts';
import { resolveFields } from './fields.ts';
import { fieldFaults } from './form-checks.ts';
import type { BundleFile, Field, ItemFile } from './formats.ts';
import { definitionOf, type Entry, type Tree } from './load.ts';
import { fieldsIn, logicFaults } from './logic-checks.ts';
import type { Fault, Path, Source } from './source.ts';
import { listed, quoteIt } from './words.ts';

type Node = Record<string, unknown>;

const mostMaterials = 50;

const pathOf = (pointer: string): Path => pointer.split('/').slice(1);

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((each, key) => (each as Node | undefined)?.[key], value);

/** A fault of an example, where it stands. A text that YAML made a number of is named as such. */
function exampleFault(source: Source, at: Path, given: unknown, detail: string): Fault {
  const written = typeof given === 'number' ? source.written(at) : undefined;
  return source.fault(at, written === undefined ? `is no valid example: ${detail}` : quoteIt(written, given));
}

/** Faults of a field's example. */
function exampleFaults({ source, path, value }: Entry<Field>, name: string, node: Node): Fault[] {
  const form = { type: 'object', additionalProperties: false, properties: { [name]: node } };
  return validateForm({ form }, { [name]: value.example }).map(({ pointer, detail }) => {
    const inside = pathOf(pointer).slice(2);
    const given = detail === 'Must be of type string' ? valueAt(value.example, inside) : undefined;
    return exampleFault(source, [...path, 'example', ...inside], given, detail);
  });
}

/** Faults of each field as it stands in forms: labels, bounds, privacy, patterns, when it is asked, its example. */
function fieldDefinitionFaults(tree: Tree, fields: Map<string, Node>): Fault[] {
  const form = { type: 'object', properties: Object.fromEntries(fields) };
  return [...tree.fields].flatMap(([name, entry]) => {
    const { source, path, value } = entry;
    const node = fields.get(name) as Node;
    const own = [
      ...fieldFaults(node, [name], `/form/${name}`).map((each) => ({ ...each, path: each.path.slice(1) })),
      ...logicFaults(value['x-when'], form, ['x-when']),
    ].map(({ path: at, rule }) => source.fault([...path, ...at], rule));
    const unusable =
      own.length === 0 ? formError({ type: 'object', properties: { [name]: node } }) : undefined;
    if (unusable) return [source.fault(path, unusable)];
    return own.length > 0 ? own : exampleFaults(entry, name, node);
  });
}

const isLonger = (a: TimeLimit, b: TimeLimit, hours: number): boolean =>
  'openingHours' in a && 'openingHours' in b
    ? a.openingHours > b.openingHours
    : 'openingHours' in b
      ? inDays(a, hours) > Math.floor(b.openingHours / hours)
      : inDays(a, hours) > b.workingDays;

const inWords = (limit: TimeLimit): string =>
  'workingDays' in limit ? `${limit.workingDays} working days` : `${limit.openingHours} opening hours`;

function promiseFaults({ source }: Entry<unknown>, { promised, statutory }: Limits, hours: number): Fault[] {
  if (!isLonger(promised, statutory, hours)) return [];
  return [
    source.fault(
      ['limits', 'promised'],
      `${inWords(promised)} is later than the law allows, ${inWords(statutory)}`,
    ),
  ];
}

/** The time in which somebody accepts by hand is part of the promise. */
function acceptanceFaults(
  { source }: Entry<unknown>,
  { acceptance, limits }: Service,
  hours: number,
): Fault[] {
  const { workingDays } = law.acceptance;
  if (acceptance !== 'by-hand' || isLonger(limits.promised, { workingDays }, hours)) return [];
  return [
    source.fault(
      ['acceptance'],
      `by-hand takes up to ${workingDays} working days: the promise must be longer than that`,
    ),
  ];
}

/** What is physical needs a courier or a window. */
function deliveryFaults({ source }: Entry<unknown>, { items, delivery }: Service): Fault[] {
  const physical = items.find(({ output }) => output?.form === 'physical');
  if (!physical || delivery.some((way) => way !== 'electronic')) return [];
  return [source.fault(['delivery'], `${physical.output?.name.en} is physical: it needs ems or pickup`)];
}

/** Fields that decide whether a field, a material or an item is asked for must be asked themselves. */
function conditionFaults(entry: Entry<ItemFile | BundleFile>, service: Service): Fault[] {
  const { source } = entry;
  const properties = service.form.properties as Record<string, Node>;
  const names = Object.keys(properties);
  const missing = (condition: unknown): string[] =>
    fieldsIn(condition).filter((name) => !names.includes(name));
  const asked = names.flatMap((name) =>
    missing(properties[name]?.['x-when']).map((other) =>
      source.fault(['fields'], `${name} is asked depending on ${other}, which is not asked: add it`),
    ),
  );
  const needed = service.items.flatMap((item) =>
    item.materials.flatMap(({ code, when }) =>
      missing(when).map((other) =>
        source.fault(
          ['materials'],
          `${code} of ${item.code} depends on ${other}, which is not asked: add it`,
        ),
      ),
    ),
  );
  return [...asked, ...needed];
}

/** Faults of what a case of this service can grow to. */
function sizeFaults({ source }: Entry<unknown>, { form, items }: Service): Fault[] {
  const bytes = dossierBytes({ form, items });
  // What hangs on a condition applies instead of something else more often than with it.
  const asked = items.filter(({ when }) => !when).flatMap((item) => item.materials);
  const materials = new Set(asked.filter(({ when }) => !when).map(({ code }) => code));
  return [
    ...(bytes > largestDossier
      ? [
          source.fault(
            ['fields'],
            `a dossier could have ${bytes} bytes, more than ${largestDossier}: lower maxLength or maxItems of its fields`,
          ),
        ]
      : []),
    ...(items.length > largestPlan
      ? [
          source.fault(
            ['items'],
            `a plan may have at most ${largestPlan} items, and this has ${items.length}`,
          ),
        ]
      : []),
    ...(materials.size > mostMaterials
      ? [
          source.fault(
            ['items'],
            `an application may hand in at most ${mostMaterials} materials, and this asks for ${materials.size}`,
          ),
        ]
      : []),
  ];
}

/** The example must be taken by `POST /applications`, as far as its form and materials decide that. */
function exampleOfServiceFaults({ source }: Entry<unknown>, service: Service): Fault[] {
  const parsed = submission.safeParse(service.example);
  const at = (path: Path, rule: string): Fault => source.fault(['example', ...path], rule);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) =>
      exampleFault(source, ['example', ...(path as Path)], valueAt(service.example, path as Path), message),
    );
  }
  const { form, materials, applicant, delivery } = parsed.data;
  const { required, materials: asked } = derive(service, form);
  const handedIn = materials.map(({ code }) => code);
  return [
    ...validateForm({ form: { ...service.form, required } }, form).map(({ pointer, detail }) => {
      const inside = ['form', ...pathOf(pointer).slice(1)];
      const given = detail === 'Must be of type string' ? valueAt(service.example, inside) : undefined;
      return exampleFault(source, ['example', ...inside], given, detail);
    }),
    ...asked
      .filter(({ code, required: must }) => must && !handedIn.includes(code))
      .map(({ code }) => at(['materials'], `the material ${code} is compulsory then`)),
    ...(service.applicants.includes(applicant.type)
      ? []
      : [at(['applicant'], `a ${applicant.type} may not apply (${listed(service.applicants)})`)]),
    ...(service.delivery.includes(delivery.method)
      ? []
      : [at(['delivery'], `${delivery.method} is not offered (${listed(service.delivery)})`)]),
  ];
}

type Compiled<T> = { entry: Entry<T>; service: Service };

/** @param fields an object node of every field there is */
function itemFaults({ entry, service }: Compiled<ItemFile>, fields: Node, hours: number): Fault[] {
  const { source, value: file } = entry;
  return [
    ...promiseFaults(entry, file.limits, hours),
    ...acceptanceFaults(entry, service, hours),
    ...deliveryFaults(entry, service),
    ...(service.alone ? conditionFaults(entry, service) : []),
    ...(file.materials ?? []).flatMap((each, i) =>
      typeof each === 'string'
        ? []
        : logicFaults(each.when, fields, ['materials', i, 'when']).map(({ path, rule }) =>
            source.fault(path, rule),
          ),
    ),
    ...(service.alone || service.partOf.length > 0
      ? []
      : [source.fault(['alone'], 'cannot be applied for: it is not alone, and in no bundle')]),
  ];
}

/** The first circle among the items of a bundle. */
function circleIn({ items }: Service): string | undefined {
  const left = new Map(items.map((item) => [item.code, item.after]));
  const isFree = ([, after]: [string, string[]]): boolean => !after.some((code) => left.has(code));
  for (let free = [...left].find(isFree); free; free = [...left].find(isFree)) left.delete(free[0]);
  return left.size > 0 ? listed(left.keys()) : undefined;
}

/** The items one after another must fit into what the whole promises and what the law allows. */
function pathFaults({ source }: Entry<unknown>, { items, limits }: Service, hours: number): Fault[] {
  return (['promised', 'statutory'] as const).flatMap((kind) => {
    const { limit, codes } = longestWay(items, kind, hours);
    if (!isLonger(limit, limits[kind], hours)) return [];
    const rule = `${inWords(limits[kind])} is less than the ${inWords(limit)} of its items one after another: ${listed(codes)}`;
    return [source.fault(['limits', kind], rule)];
  });
}

function relationFaults({ source, value }: Entry<BundleFile>, { items }: Service): Fault[] {
  const codes = items.map(({ code }) => code);
  return items.flatMap((item, i) => [
    ...item.needs
      .filter((need) => !codes.includes(need.item))
      .map((need) =>
        source.fault(['items', i], `${item.code} needs ${need.item}, which is not in this bundle`),
      ),
    ...item.excludes
      .filter((other) => codes.includes(other.item))
      .filter((other) => !item.when && !items.find(({ code }) => code === other.item)?.when)
      .map((other) => source.fault(['items', i], `${item.code} and ${other.item} exclude each other`)),
    ...(value.stages && item.stage === undefined
      ? [source.fault(['items', i], `${item.code} is in no stage, and this bundle has stages`)]
      : []),
  ]);
}

/** What decides on the plan must have been asked in any case: an answer that is missing would leave items out unseen. */
function questionFaults({ source }: Entry<unknown>, { items, form, asks, questions }: Service): Fault[] {
  const properties = form.properties as Record<string, Node>;
  const asked = new Set([...asks, ...questions, ...(form.required as string[])]);
  return items.flatMap(({ code, when }, i) =>
    [...new Set(fieldsIn(when))]
      .filter((name) => name in properties && !asked.has(name))
      .map((name) => {
        const rule = `${name} decides whether ${code} is in the plan, and may be left out: put it among the questions`;
        return source.fault(['items', i, 'when'], rule);
      }),
  );
}

function bundleFaults({ entry, service }: Compiled<BundleFile>, tree: Tree, hours: number): Fault[] {
  const { source, value: file } = entry;
  const form = service.form as Node;
  const parts = service.items.map(({ code }) => definitionOf(tree.items, code));
  const common = commonApplicants(parts);
  const strangers = (file.applicants ?? []).filter((type) => !common.includes(type));
  const circle = circleIn(service);
  return [
    ...file.items.flatMap((each, i) =>
      typeof each === 'string'
        ? []
        : logicFaults(each.when, form, ['items', i, 'when']).map(({ path, rule }) =>
            source.fault(path, rule),
          ),
    ),
    ...conditionFaults(entry, service),
    ...questionFaults(entry, service),
    ...relationFaults(entry, service),
    ...promiseFaults(entry, file.limits, hours),
    ...(circle
      ? [source.fault(['items'], `these wait for each other in a circle: ${circle}`)]
      : pathFaults(entry, service, hours)),
    ...acceptanceFaults(entry, service, hours),
    ...deliveryFaults(entry, service),
    ...strangers.map((type) => source.fault(['applicants'], `a ${type} may not apply for each of its items`)),
  ];
}

const minutes = (time: string): number => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
};

function centreFaults({ centre: { source, value } }: Tree): Fault[] {
  const times = value.openingHours.flatMap(({ from, to }) => [minutes(from), minutes(to)]);
  const inOrder = times.every((time, i) => time <= 24 * 60 && (i === 0 || time > (times[i - 1] as number)));
  return inOrder ? [] : [source.fault(['openingHours'], 'must follow each other within a day')];
}

/** Faults of every service by itself: its case fits, its example is taken. */
function serviceFaults(entry: Entry<unknown>, service: Service): Fault[] {
  const faults = sizeFaults(entry, service);
  return faults.length > 0 ? faults : exampleOfServiceFaults(entry, service);
}

/** Faults of these services, each by what `own` says of it, and by itself once nothing else is wrong with it. */
const faultsOfEach = <T>(compiled: Compiled<T>[], own: (each: Compiled<T>) => Fault[]): Fault[] =>
  compiled.flatMap((each) => {
    const faults = own(each);
    return faults.length > 0 ? faults : serviceFaults(each.entry, each.service);
  });

/**
 * The services of a catalogue whose references hold, and what stands against them: first of fields, then of items, then
 * of bundles, as what is wrong with one is wrong with what is made of it.
 */
export function checkedServices(tree: Tree): { services: Service[]; faults: Fault[] } {
  const hours = hoursOfDay(tree.centre.value.openingHours);
  const fields = resolveFields(tree);
  const first = [...centreFaults(tree), ...fieldDefinitionFaults(tree, fields)];
  if (first.length > 0) return { services: [], faults: first };
  const services = compile(tree);
  const compiledOf = <T>(entries: ReadonlyMap<string, Entry<T>>, kind: Service['kind']): Compiled<T>[] =>
    services.flatMap((service) => {
      const entry = service.kind === kind ? entries.get(service.code) : undefined;
      return entry ? [{ entry, service }] : [];
    });
  const form = { type: 'object', properties: Object.fromEntries(fields) };
  const ofItems = faultsOfEach(compiledOf(tree.items, 'item'), (each) => itemFaults(each, form, hours));
  if (ofItems.length > 0) return { services, faults: ofItems };
  const faults = faultsOfEach(compiledOf(tree.bundles, 'bundle'), (each) => bundleFaults(each, tree, hours));
  return { services, faults };
}
