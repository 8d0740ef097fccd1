/** Makes of the catalogue's files what is published: one document for every bundle and every item, and for what applicants compose. */
import type { ApplicantType } from '../functions/catalogue/applicant-types.ts';
import {
  alwaysRequired,
  commonApplicants,
  compose,
  exampleDelivery,
  formOf,
  itemAmong,
} from '../functions/catalogue/compose.ts';
import { derive } from '../functions/catalogue/derive.ts';
import { holds } from '../functions/catalogue/logic.ts';
import { inDays, longestPath } from '../functions/catalogue/path.ts';
import { type Item, type Service, service as serviceFormat } from '../functions/catalogue/schemas.ts';
import { hoursOfDay } from '../functions/clock/calendar.ts';
import type { LocalText } from '../functions/platform/text.ts';
import { resolveFields } from './fields.ts';
import type { BundleFile, ExampleParts, ItemFile } from './formats.ts';
import { definitionOf, type Tree } from './load.ts';
import { fieldsIn } from './logic-checks.ts';

type Node = Record<string, unknown>;
type Context = {
  tree: Tree;
  fields: Map<string, Node>;
  sections: { code: string; name: LocalText }[];
  hoursOfDay: number;
  partOf: Map<string, string[]>;
};

/** Applicants of examples; no real persons, no real company. */
const applicants: Record<
  ApplicantType,
  { type: ApplicantType; name: string; idNumber: string; phone: string }
> = {
  person: { type: 'person', name: '王建国', idNumber: '330102198503121017', phone: '13857100001' },
  company: {
    type: 'company',
    name: '杭州湖滨市政工程有限公司',
    idNumber: '91330102000010004A',
    phone: '13857100003',
  },
};

const defined = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;

/** Answers of an example: what is compulsory then, what is asked first, and what the conditions rest on. */
function exampleForm(
  service: Service,
  context: Context,
  own: Record<string, unknown>,
): Record<string, unknown> {
  const properties = service.form.properties as Record<string, Node>;
  const names = Object.keys(properties);
  const whole = Object.fromEntries(
    names.map((name) => [name, own[name] ?? context.tree.fields.get(name)?.value.example]),
  );
  const conditions = [
    ...service.items.flatMap(({ when, materials }) => [when, ...materials.map((material) => material.when)]),
    ...Object.values(properties).map((field) => field['x-when']),
  ];
  const askedFirst = new Set([...service.questions, ...conditions.flatMap(fieldsIn), ...Object.keys(own)]);
  const { required } = derive(service, whole);
  const shown = names.filter(
    (name) =>
      required.includes(name) ||
      (askedFirst.has(name) && holds(properties[name]?.['x-when'] as Node | undefined, whole)),
  );
  return Object.fromEntries(shown.map((name) => [name, whole[name]]));
}

function exampleOf(service: Service, context: Context, own: ExampleParts = {}): Record<string, unknown> {
  const applicant = own.applicant ?? applicants[service.applicants[0] ?? 'person'];
  const form = exampleForm(service, context, own.form ?? {});
  const required = derive(service, form).materials.filter((material) => material.required);
  const materials = own.materials ?? required.map(({ code }) => code);
  return {
    service: service.code,
    channel: own.channel ?? 'web',
    language: own.language ?? 'zh',
    applicant,
    form,
    materials: materials.map((code) => ({ code })),
    delivery: own.delivery ?? exampleDelivery(service.delivery[0], applicant),
  };
}

/** Why an item waits for others: what its file says, and what hands out a material that it asks for. */
function waitsForOf(file: ItemFile, { tree }: Context): Record<string, LocalText> {
  const yielded = (file.materials ?? []).flatMap((each) => {
    const material = tree.materials.get(typeof each === 'string' ? each : each.code)?.value;
    const giver = material?.yieldedBy === undefined ? undefined : tree.items.get(material.yieldedBy)?.value;
    if (!material || !giver || giver.code === file.code) return [];
    const because = {
      zh: `“${material.name.zh}”由“${giver.name.zh}”核发`,
      en: `${material.name.en} is what ${giver.name.en} hands out`,
    };
    return [[giver.code, because] as const];
  });
  return Object.fromEntries([...yielded, ...(file.after ?? []).map(({ item, because }) => [item, because])]);
}

function materialsOf(file: ItemFile, { tree }: Context): Item['materials'] {
  return (file.materials ?? []).map((each) => {
    const own = typeof each === 'string' ? { code: each } : each;
    return { required: true, ...defined(own), ...definitionOf(tree.materials, own.code) };
  }) as Item['materials'];
}

/** The one item of an item's document. It waits for nothing: what it would wait for among others is in `waitsFor`. */
function itemOf(file: ItemFile, context: Context): Item {
  return defined({
    code: file.code,
    name: file.name,
    department: file.department,
    limits: file.limits,
    remindBefore: file.remindBefore,
    after: [],
    onRefusal: file.onRefusal ?? 'continues',
    fields: [...file.fields, ...(file.optionalFields ?? [])],
    optionalFields: file.optionalFields ?? [],
    materials: materialsOf(file, context),
    output: file.output,
    needs: file.needs ?? [],
    excludes: file.excludes ?? [],
    waitsFor: waitsForOf(file, context),
    procedures: file.procedures,
    hearing: file.hearing,
    commitment: file.commitment,
    regions: file.regions,
  }) as Item;
}

function formFor(
  name: LocalText,
  items: Item[],
  asks: { required: string[]; optional: string[] },
  { fields, sections }: Context,
): Record<string, unknown> {
  const names = new Set([...items.flatMap((item) => item.fields), ...asks.required, ...asks.optional]);
  const own = Object.fromEntries([...names].map((each) => [each, fields.get(each) as Node]));
  return formOf(name, own, alwaysRequired(items, asks.required, own), sections);
}

function compileItem(file: ItemFile, context: Context): Service {
  const item = itemOf(file, context);
  const service: Service = serviceFormat.parse({
    code: file.code,
    kind: 'item',
    name: file.name,
    summary: file.summary,
    basis: file.basis,
    limits: file.limits,
    applicants: file.applicants,
    visits: file.visits,
    fee: file.fee,
    acceptance: file.acceptance,
    delivery: file.delivery,
    items: [item],
    form: formFor(file.name, [item], { required: [], optional: [] }, context),
    example: {},
    alone: file.alone ?? true,
    partOf: context.partOf.get(file.code) ?? [],
  });
  return { ...service, example: exampleOf(service, context, file.example) };
}

/** An item as a bundle has it: what the bundle says replaces what the item's file says. */
function itemInBundle(
  entry: BundleFile['items'][number],
  codes: ReadonlySet<string>,
  context: Context,
): Item {
  const own = typeof entry === 'string' ? { item: entry } : entry;
  const file = definitionOf(context.tree.items, own.item);
  const item = itemAmong(itemOf(file, context), codes);
  const fromFile = new Set((file.after ?? []).map((relation) => relation.item));
  const kept = item.after.filter(
    (code) => !fromFile.has(code) || item.needs.some((need) => need.item === code),
  );
  const { item: _, limits, after, ...changes } = own;
  return {
    ...item,
    ...defined(changes),
    limits: { ...item.limits, ...defined(limits ?? {}) },
    after: after ? [...new Set([...after, ...kept])] : item.after,
  } as Item;
}

/** Fields that a bundle asks in any case: its own, and its questions, as the plan is derived from the answers. */
function asksOf({ asks = {}, questions = [] }: BundleFile): { required: string[]; optional: string[] } {
  const optional = asks.optional ?? [];
  const asked = questions.filter((name) => !optional.includes(name));
  return { required: [...new Set([...(asks.required ?? []), ...asked])], optional };
}

function compileBundle(file: BundleFile, context: Context): Service {
  const asks = asksOf(file);
  const codes = new Set(file.items.map((entry) => (typeof entry === 'string' ? entry : entry.item)));
  const items = file.items.map((entry) => itemInBundle(entry, codes, context));
  const parts = [...codes].map((code) => definitionOf(context.tree.items, code));
  const service: Service = serviceFormat.parse({
    code: file.code,
    kind: 'bundle',
    name: file.name,
    summary: file.summary,
    basis: file.basis,
    limits: file.limits,
    applicants: file.applicants ?? commonApplicants(parts),
    visits: file.visits,
    fee: file.fee,
    acceptance: file.acceptance,
    jointType: file.jointType,
    delivery: file.delivery,
    items,
    conditions: file.conditions,
    stages: file.stages,
    questions: file.questions,
    asks: asks.required,
    form: formFor(file.name, items, asks, context),
    example: {},
  });
  return { ...service, example: exampleOf(service, context, file.example) };
}

/** The frame of what applicants compose. Its limits are the longest that any composition of the items has. */
function compileFrame(items: Service[], context: Context): Service | undefined {
  const file = context.tree.selfSelected?.value;
  if (!file) return undefined;
  const codes = new Set(items.map(({ code }) => code));
  const all = items.flatMap((part) => part.items).map((item) => itemAmong(item, codes));
  const days = (kind: 'promised' | 'statutory') => ({
    workingDays: inDays(longestPath(all, kind, context.hoursOfDay), context.hoursOfDay),
  });
  const frame: Service = serviceFormat.parse({
    code: file.code,
    kind: 'composed',
    name: file.name,
    summary: file.summary,
    basis: file.basis,
    limits: { statutory: days('statutory'), promised: days('promised') },
    visits: 0,
    fee: 0,
    delivery: ['ems', 'pickup', 'electronic'],
    items: [],
    form: formOf(file.name, {}, new Set(), context.sections),
    example: {},
  });
  // Sections are what the forms composed within it take their order from.
  const withSections = { ...frame, form: { ...frame.form, 'x-sections': context.sections } };
  const parts = items.filter(({ code }) => file.example.items.includes(code));
  const { items: chosen, ...own } = file.example;
  const { example } = compose(parts, withSections, context.hoursOfDay);
  const { materials, ...rest } = defined(own);
  return {
    ...withSections,
    example: {
      ...example,
      items: chosen,
      ...rest,
      ...(materials ? { materials: materials.map((code) => ({ code })) } : {}),
    },
  };
}

/** In which bundles each item is. */
function bundlesByItem({ bundles }: Tree): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [code, { value }] of bundles) {
    for (const entry of value.items) {
      const item = typeof entry === 'string' ? entry : entry.item;
      all.set(item, [...(all.get(item) ?? []), code]);
    }
  }
  return all;
}

/**
 * Every service of a catalogue whose references hold: bundles, what applicants compose, items. The same files give the
 * same documents, to the order of their keys.
 */
export function compile(tree: Tree): Service[] {
  const context: Context = {
    tree,
    fields: resolveFields(tree),
    sections: tree.sections.value,
    hoursOfDay: hoursOfDay(tree.centre.value.openingHours),
    partOf: bundlesByItem(tree),
  };
  const items = [...tree.items.values()].map(({ value }) => compileItem(value, context));
  const bundles = [...tree.bundles.values()].map(({ value }) => compileBundle(value, context));
  const frame = compileFrame(items, context);
  return [...bundles, ...(frame ? [frame] : []), ...items];
}
