/**
 * One plan, one form and one promise out of any set of items: for what an applicant composes, and, when the catalogue
 * is compiled, for bundles.
 */
import { type DeliveryMethod, deliveryMethods } from '../cases/status.ts';
import type { LocalText } from '../platform/text.ts';
import { type ApplicantType, applicantTypes } from './applicant-types.ts';
import { derive } from './derive.ts';
import { longestPath } from './path.ts';
import type { Item, Logic, Service } from './schemas.ts';

type Field = Record<string, unknown> & { 'x-section'?: string; 'x-order'?: number; 'x-when'?: Logic };
type Section = { code: string; name: unknown };
type Fields = Record<string, Field>;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sectionsOf = ({ form }: Service): Section[] => (form['x-sections'] ?? []) as Section[];
const fieldsOf = ({ form }: Service): Fields => (form.properties ?? {}) as Fields;

/** The items in an order in which each comes after what it waits for; among equals by code. */
function inOrder(items: Item[]): Item[] {
  const left = items.toSorted((a, b) => compare(a.code, b.code));
  const ordered: Item[] = [];
  while (left.length > 0) {
    const waiting = new Set(left.map(({ code }) => code));
    const next = left.findIndex(({ after }) => !after.some((code) => waiting.has(code)));
    // A circle: the catalogue's check names it. Here the rest stays by code.
    ordered.push(...left.splice(Math.max(0, next), 1));
  }
  return ordered;
}

/** An item among others: it waits for those of them that it has a reason to wait for. */
export function itemAmong(item: Item, codes: ReadonlySet<string>): Item {
  const reasons = {
    ...item.waitsFor,
    ...Object.fromEntries(item.needs.map((need) => [need.item, need.because])),
  };
  const after = Object.keys(reasons)
    .filter((code) => codes.has(code) && code !== item.code)
    .toSorted(compare);
  const waitsFor = Object.fromEntries(after.map((code) => [code, reasons[code] as LocalText]));
  return { ...item, after, waitsFor };
}

/**
 * A form of these fields, each once, in the order of the sections and within them by `x-order` and name.
 * @param sections every section there is, in order
 */
export function formOf(
  { zh, en }: { zh: string; en: string },
  fields: Fields,
  required: ReadonlySet<string>,
  sections: Section[],
): Record<string, unknown> {
  const rank = new Map(sections.map(({ code }, i) => [code, i]));
  const sectionRank = (field: Field): number => rank.get(field['x-section'] ?? '') ?? sections.length;
  const ordered = Object.entries(fields).toSorted(
    ([nameA, a], [nameB, b]) =>
      sectionRank(a) - sectionRank(b) || (a['x-order'] ?? 0) - (b['x-order'] ?? 0) || compare(nameA, nameB),
  );
  const used = new Set(ordered.map(([, field]) => field['x-section']));
  return {
    type: 'object',
    title: `${zh}申请表`,
    'x-en': `Application: ${en}`,
    'x-sections': sections.filter(({ code }) => used.has(code)),
    additionalProperties: false,
    required: ordered.map(([name]) => name).filter((name) => required.has(name)),
    properties: Object.fromEntries(ordered),
  };
}

/** Fields that are compulsory whatever is answered: of items that always apply, asked in any case. */
export function alwaysRequired(items: Item[], asks: string[], fields: Fields): Set<string> {
  const compulsory = items
    .filter(({ when }) => when === undefined)
    .flatMap((item) => item.fields.filter((name) => !item.optionalFields.includes(name)));
  return new Set([...asks, ...compulsory].filter((name) => fields[name]?.['x-when'] === undefined));
}

/**
 * Ways of delivery that items together offer. What is physical travels in one parcel, so every such item must offer the
 * way; the window hands out anything.
 */
export function commonDelivery(parts: Pick<Service, 'items' | 'delivery'>[]): DeliveryMethod[] {
  const physical = parts.filter(({ items }) => items.some(({ output }) => output?.form === 'physical'));
  const asked = physical.length > 0 ? physical : parts;
  const common = deliveryMethods.filter((way) => asked.every(({ delivery }) => delivery.includes(way)));
  if (common.length > 0) return common;
  return physical.length > 0 ? ['pickup'] : ['electronic'];
}

/** Who may apply for all of these. */
export const commonApplicants = (parts: Pick<Service, 'applicants'>[]): ApplicantType[] =>
  applicantTypes.filter((type) => parts.every(({ applicants }) => applicants.includes(type)));

type Example = {
  applicant?: { type: ApplicantType; name: string; phone: string };
  form?: Record<string, unknown>;
};

/** How an example is delivered: the first way that the service offers. */
export function exampleDelivery(
  method: DeliveryMethod | undefined,
  { name, phone }: { name: string; phone: string },
): Record<string, string> {
  if (method !== 'ems') return { method: method ?? 'electronic' };
  return { method, recipient: name, phone, address: '浙江省杭州市上城区解放路200号3幢201室' };
}

/** The examples of the parts in one body for `POST /applications`. */
function exampleOf(service: Service, parts: Service[], chosen: string[]): Record<string, unknown> {
  const examples = parts.map(({ example }) => example as Example);
  const applicant =
    examples.map((each) => each.applicant).find((each) => each && service.applicants.includes(each.type)) ??
    examples[0]?.applicant;
  const form: Record<string, unknown> = Object.assign({}, ...examples.map((each) => each.form));
  return {
    service: service.code,
    items: chosen,
    channel: 'web',
    language: 'zh',
    applicant,
    form,
    materials: derive(service, form)
      .materials.filter(({ required }) => required)
      .map(({ code }) => ({ code })),
    delivery: exampleDelivery(service.delivery[0], applicant ?? { name: '', phone: '' }),
  };
}

/**
 * The service that these items make together: every field once, every dependency among them, the limits of the longest
 * path. The same set of items gives the same service, in whatever order and however often each is named.
 * @param parts documents of single items, with all that these need ({@link needsOf} in derive.ts)
 * @param frame what the whole is called; its form names every section in order
 * @param hoursOfDay opening hours of a working day, for limits in mixed units
 */
export function compose(parts: Service[], frame: Service, hoursOfDay: number): Service {
  const byCode = new Map(parts.map((part) => [part.code, part]));
  const unique = [...byCode.values()].toSorted((a, b) => compare(a.code, b.code));
  const codes = new Set(byCode.keys());
  const items = inOrder(unique.flatMap((part) => part.items).map((item) => itemAmong(item, codes)));
  const fields: Fields = Object.assign({}, ...unique.map(fieldsOf));
  const asks = [...new Set(unique.flatMap((part) => part.asks))].toSorted(compare);
  const service: Service = {
    ...frame,
    basis: unique.flatMap(({ basis }) => basis),
    limits: {
      statutory: longestPath(items, 'statutory', hoursOfDay),
      promised: longestPath(items, 'promised', hoursOfDay),
    },
    applicants: commonApplicants(unique),
    visits: unique.some(({ visits }) => visits === 1) ? 1 : 0,
    fee: unique.reduce((sum, { fee }) => sum + fee, 0),
    acceptance: unique.some(({ acceptance }) => acceptance === 'by-hand') ? 'by-hand' : 'automatic',
    delivery: commonDelivery(unique),
    items,
    asks,
    form: formOf(frame.name, fields, alwaysRequired(items, asks, fields), sectionsOf(frame)),
  };
  return {
    ...service,
    example: exampleOf(
      service,
      unique,
      items.map(({ code }) => code),
    ),
  };
}
