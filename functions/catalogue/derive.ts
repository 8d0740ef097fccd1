/** What follows from the answers: which items apply, and which fields and materials are compulsory then. */
import type { LocalText } from '../platform/text.ts';
import type { ApplicantType } from './applicant-types.ts';
import { holds } from './logic.ts';
import type { Following, Item, Logic, Material, Service } from './schemas.ts';
import { dossierBytes, largestDossier, largestPlan } from './size.ts';

/** A material that items ask for. `items`: whose it is. */
export type AskedMaterial = {
  code: string;
  required: boolean;
  items: string[];
  /** It may follow: every item that it is compulsory for says so. The fewest days count. */
  later?: Following;
};

export type Derivation = {
  /** Codes of the items that apply, in the catalogue's order. */
  items: string[];
  /** Materials that these items ask for; a compulsory one must be handed in, at once or within the days of `later`. */
  materials: AskedMaterial[];
  /** Names of the form's fields that are compulsory, in the form's order. */
  required: string[];
  /** For every item of the service: whether it applies, and why or why not. */
  reasons: { item: string; applies: boolean; because?: LocalText }[];
};

type Answers = Record<string, unknown>;
type Field = { 'x-when'?: Logic };

const fieldsOf = ({ form }: Service): [string, Field][] =>
  Object.entries((form.properties ?? {}) as Record<string, Field>);

/** These codes with all that follows from them, by `next`. */
function closure(codes: Iterable<string>, next: (code: string) => string[]): Set<string> {
  const found = new Set<string>();
  const add = (code: string): void => {
    if (found.has(code)) return;
    found.add(code);
    next(code).forEach(add);
  };
  for (const code of codes) add(code);
  return found;
}

/** What an item brings in: what it needs; in a bundle, of which a part is applied for, also what it waits for. */
function entailedBy({ kind }: Service, item: Item | undefined): string[] {
  if (!item) return [];
  const needed = item.needs.map((relation) => relation.item);
  return kind === 'bundle' ? [...needed, ...item.after] : needed;
}

/** Why an item applies: by its own condition, or for the sake of an item that needs it. */
function becauseOf(item: Item, applying: Item[]): LocalText | undefined {
  return (
    item.because ??
    applying.flatMap(({ needs }) => needs).find((relation) => relation.item === item.code)?.because
  );
}

/** Items that apply: of those chosen (all, when none is) the ones whose condition holds, and what these need. */
function applyingItems(service: Service, form: Answers, chosen: string[] | undefined): Item[] {
  const byCode = new Map(service.items.map((item) => [item.code, item]));
  const candidates = chosen
    ? closure(chosen, (code) => entailedBy(service, byCode.get(code)))
    : new Set(byCode.keys());
  const holding = service.items.filter(({ code, when }) => candidates.has(code) && holds(when, form));
  const applying = closure(
    holding.map(({ code }) => code),
    (code) => (byCode.get(code)?.needs ?? []).map((relation) => relation.item),
  );
  return service.items.filter(({ code }) => applying.has(code));
}

/** By when it may follow, if each item so far that it is compulsory for lets it follow. */
function laterOf(
  known: AskedMaterial | undefined,
  { required, later }: Pick<Material, 'required' | 'later'>,
): { later?: Following } {
  if (!required) return known?.later ? { later: known.later } : {};
  if (!later) return {};
  if (!known?.required) return { later };
  if (!known.later) return {};
  return { later: { workingDays: Math.min(known.later.workingDays, later.workingDays) } };
}

function materialsOf(applying: Item[], form: Answers): Derivation['materials'] {
  const planned = new Set(applying.map(({ code }) => code));
  const materials = new Map<string, Derivation['materials'][number]>();
  for (const item of applying) {
    for (const material of item.materials) {
      const { code, required, when, yieldedBy } = material;
      const isYielded = yieldedBy !== undefined && yieldedBy !== item.code && planned.has(yieldedBy);
      if (isYielded || !holds(when, form)) continue;
      const known = materials.get(code);
      materials.set(code, {
        code,
        required: required || known?.required === true,
        items: [...(known?.items ?? []), item.code],
        ...laterOf(known, material),
      });
    }
  }
  return [...materials.values()];
}

/** Compulsory fields of the applying items and of the service itself, each only when it is asked at all. */
function requiredFields(service: Service, applying: Item[], form: Answers): string[] {
  const compulsory = new Set([
    ...service.asks,
    ...applying.flatMap(({ fields, optionalFields }) =>
      fields.filter((name) => !optionalFields.includes(name)),
    ),
  ]);
  return fieldsOf(service)
    .filter(([name, field]) => compulsory.has(name) && holds(field['x-when'], form))
    .map(([name]) => name);
}

/**
 * What follows from the answers given so far.
 * @param form the answers; a question that is not answered yet makes the conditions on it fail
 * @param chosen codes of the items that are applied for; all of the service when absent
 */
export function derive(service: Service, form: Answers, chosen?: string[]): Derivation {
  const applying = applyingItems(service, form, chosen);
  return {
    items: applying.map(({ code }) => code),
    materials: materialsOf(applying, form),
    required: requiredFields(service, applying, form),
    reasons: service.items.map((item) => {
      const because = becauseOf(item, applying);
      return { item: item.code, applies: applying.includes(item), ...(because ? { because } : {}) };
    }),
  };
}

/** The chosen codes with those of all items that they need, directly or through others. */
export async function needsOf(
  codes: string[],
  itemOf: (code: string) => Promise<Service | undefined>,
): Promise<string[]> {
  const found = new Set<string>();
  let next = codes;
  while (next.length > 0) {
    for (const code of next) found.add(code);
    const services = await Promise.all(next.map(itemOf));
    const needed = services.flatMap((service) => service?.items[0]?.needs ?? []).map(({ item }) => item);
    next = [...new Set(needed)].filter((code) => !found.has(code));
  }
  return [...found];
}

/** What stands against putting items into one application. `item`: the one that it is about. */
export type CompositionFault = { item: string; detail: string; because?: LocalText };

/** Items that are too many for one case: for its plan, or what may be answered to all of them would outgrow its row. */
function sizeFaults(parts: Service[]): CompositionFault[] {
  const properties = Object.assign({}, ...parts.map(({ form }) => form.properties));
  const items = parts.flatMap((part) => part.items);
  const last = parts.at(-1);
  const fits =
    items.length <= largestPlan &&
    dossierBytes({ form: { type: 'object', properties }, items }) <= largestDossier;
  if (!last || fits) return [];
  return [{ item: last.code, detail: 'Too many items for one application: apply for some of them apart' }];
}

/**
 * What stands against applying for these items together: one that is applied for in bundles only, two that exclude each
 * other, one that such an applicant may not apply for, nobody who may apply for all, and more than a case can hold.
 * @param parts documents of single items
 * @param applicant who applies, when that is known
 */
export function faultsOf(parts: Service[], applicant?: ApplicantType): CompositionFault[] {
  const codes = new Set(parts.map(({ code }) => code));
  const own = parts.flatMap(({ code, alone, partOf, applicants, items }): CompositionFault[] => [
    ...(alone ? [] : [{ item: code, detail: `Is applied for as part of ${partOf.join(', ')}` }]),
    ...(applicant === undefined || applicants.includes(applicant)
      ? []
      : [{ item: code, detail: `A ${applicant} may not apply for it` }]),
    ...items
      .flatMap(({ excludes }) => excludes)
      .filter(({ item }) => codes.has(item))
      .map(({ item, because }) => ({
        item: code,
        detail: `Cannot go together with ${item}: ${because.en}`,
        because,
      })),
  ]);
  const [first] = parts;
  const common = first?.applicants.filter((type) =>
    parts.every(({ applicants }) => applicants.includes(type)),
  );
  const stands = [...own, ...sizeFaults(parts)];
  if (!first || applicant !== undefined || common?.length !== 0) return stands;
  const stranger = parts.find(
    ({ applicants }) => !applicants.some((type) => first.applicants.includes(type)),
  );
  const item = (stranger ?? first).code;
  return [...stands, { item, detail: 'Nobody may apply for all of these items together' }];
}
