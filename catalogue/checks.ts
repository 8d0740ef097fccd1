/** What a schema cannot say of the catalogue: that its files fit each other and that every form can be shown. */
import { formError } from '../functions/catalogue/form.ts';
import type { CatalogueFile, Item, Service } from '../functions/catalogue/schemas.ts';
import type { TimeLimit } from '../functions/clock/schemas.ts';
import { fieldFaults, isNode, largestBytes } from './form-checks.ts';

/** A row of the table has at most 400 KB; a dossier grows by corrections, and what is to come. */
const largestDossier = 200_000;
/** Applicant, delivery, fifty materials, and what else is no part of the form or the plan. */
const besidesForm = 30_000;

/** Faults of what a case of this service can grow to. */
function sizeFaults({ form, items }: Service): string[] {
  // The plan repeats of each item more or less what the catalogue says.
  const plan = 2 * Buffer.byteLength(JSON.stringify(items));
  const bytes = Math.ceil(largestBytes(form, '/form') + plan + besidesForm);
  return bytes > largestDossier
    ? [`form: a dossier could have ${bytes} bytes, more than ${largestDossier}: lower maxLength or maxItems`]
    : [];
}

/** Codes of items that wait for each other in a circle, directly or through others. */
function itemsInCycles(items: Item[]): string[] {
  const after = new Map(items.map((item) => [item.code, item.after]));
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (after.get(from) ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  return items.map(({ code }) => code).filter((code) => reaches(code, code, new Set()));
}

const isDays = (limit: TimeLimit): limit is { workingDays: number } => 'workingDays' in limit;
const amount = (limit: TimeLimit): number => (isDays(limit) ? limit.workingDays : limit.openingHours);

/** Faults of limits: the items one after another must fit into what the whole service promises. */
function limitFaults({ items, limits }: Service, kind: 'statutory' | 'promised'): string[] {
  const whole = limits[kind];
  if (items.some((item) => isDays(item.limits[kind]) !== isDays(whole))) return [];
  const byCode = new Map(items.map((item) => [item.code, item]));
  const endOf = (item: Item): number =>
    amount(item.limits[kind]) +
    Math.max(0, ...item.after.map((code) => byCode.get(code)).map((before) => (before ? endOf(before) : 0)));
  const longest = Math.max(...items.map(endOf));
  return longest > amount(whole)
    ? [`limits.${kind}: ${amount(whole)} is less than the ${longest} of its items one after another`]
    : [];
}

/** Faults of one service: unknown departments, unknown or circular dependencies, a form that cannot be shown. */
export function serviceFaults(service: Service, departments: ReadonlySet<string>): string[] {
  const { items, kind, code, form, example } = service;
  const codes = items.map((item) => item.code);
  const conditions = service.conditions.map((condition) => condition.code);
  const names = isNode(form.properties) ? Object.keys(form.properties) : [];
  const cycles = itemsInCycles(items);
  const invalid = formError(form);
  return [
    ...codes
      .filter((each, i) => codes.indexOf(each) !== i)
      .map((each) => `items: ${each} is there more than once`),
    ...(kind === 'item' && (items.length !== 1 || codes[0] !== code)
      ? [`items: a service of kind item has one item, with the service's code ${code}`]
      : []),
    ...(kind === 'bundle' && codes.includes(code) ? [`items: ${code} is the bundle's own code`] : []),
    ...items.flatMap((item, i) => [
      ...(departments.has(item.department)
        ? []
        : [`items.${i}.department: ${item.department} is not in departments.yaml`]),
      ...item.after
        .filter((each) => !codes.includes(each) && !conditions.includes(each))
        .map((each) => `items.${i}.after: ${each} is neither an item nor a condition of this service`),
      ...item.fields
        .filter((each) => !names.includes(each))
        .map((each) => `items.${i}.fields: ${each} is not a field of the form`),
    ]),
    ...names
      .filter((name) => !items.some(({ fields }) => fields.includes(name)))
      .map((name) => `form.properties.${name}: no item needs it`),
    ...service.conditions.flatMap((condition, i) => [
      ...(codes.includes(condition.code) ? [`conditions.${i}: ${condition.code} is an item's code`] : []),
      ...(items.some(({ after }) => after.includes(condition.code))
        ? []
        : [`conditions.${i}: nothing waits for ${condition.code}`]),
      ...(condition.department && !departments.has(condition.department)
        ? [`conditions.${i}.department: ${condition.department} is not in departments.yaml`]
        : []),
    ]),
    ...cycles.map((each) => `items: ${each} waits for itself`),
    ...(cycles.length > 0 ? [] : [...limitFaults(service, 'promised'), ...limitFaults(service, 'statutory')]),
    ...(form.type === 'object' ? [] : ['form.type: must be object']),
    ...fieldFaults(form, 'form', '/form'),
    ...sizeFaults(service),
    ...(invalid ? [`form: ${invalid}`] : []),
    ...(example.service === code ? [] : [`example.service: must be ${code}`]),
  ];
}

const minutes = (time: string): number => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
};

/** Faults between files: a code used twice, opening hours that are not one after another. */
export function catalogueFaults({ centre, departments, services }: CatalogueFile): string[] {
  const codes = services.flatMap(({ code, kind, items }) =>
    kind === 'item' ? [code] : [code, ...items.map((item) => item.code)],
  );
  const names = departments.map(({ code }) => code);
  const times = centre.openingHours.flatMap(({ from, to }) => [minutes(from), minutes(to)]);
  return [
    ...codes
      .filter((code, i) => codes.indexOf(code) !== i)
      .map((code) => `The code ${code} is used more than once.`),
    ...names
      .filter((code, i) => names.indexOf(code) !== i)
      .map((code) => `The department ${code} is there more than once.`),
    ...(times.every((time, i) => time <= 24 * 60 && (i === 0 || time > (times[i - 1] as number)))
      ? []
      : ['The opening hours of the centre must follow each other.']),
  ];
}
