/** What an applicant composes (自主点餐): the items, with what they need, as one service; now, or as a case had it. */
import { hoursOfDay } from '../clock/calendar.ts';
import { Kept } from '../platform/kept.ts';
import type { FieldError } from '../platform/problems.ts';
import type { ApplicantType } from './applicant-types.ts';
import { centre } from './centre.ts';
import { compose } from './compose.ts';
import { type CompositionFault, faultsOf, needsOf } from './derive.ts';
import { currentService, type Edition, serviceAt } from './published.ts';
import type { Service } from './schemas.ts';

/** Editions of items, by code. */
export type Editions = Record<string, string>;

export type Composition = {
  service: Service;
  /** Documents of the items: the chosen ones, and what these need. */
  parts: Service[];
  editions: Editions;
};

/** The same items make the same service, and its form is compiled once. */
const compositions = new Kept<Service>(50);

function composedOf(frame: Edition, parts: Service[], editions: Editions): Promise<Service> {
  const name = JSON.stringify([frame.edition, Object.entries(editions).sort(([a], [b]) => (a < b ? -1 : 1))]);
  return compositions.get(name, async () => compose(parts, frame.service, hoursOfDay(centre.openingHours)));
}

const isItem = ({ service }: Edition): boolean => service.kind === 'item' && !service.hidden;

/**
 * The service that these items make as they are published now; without those of the codes that are no item.
 * @param frame the published document of kind `composed`
 */
export async function composeNow(frame: Edition, chosen: string[]): Promise<Composition> {
  const found = new Map<string, Edition>();
  const itemOf = async (code: string): Promise<Service | undefined> => {
    const edition = await currentService(code);
    if (!edition || !isItem(edition)) return undefined;
    found.set(code, edition);
    return edition.service;
  };
  await needsOf(chosen, itemOf);
  const parts = [...found.values()].map(({ service }) => service);
  const editions = Object.fromEntries([...found].map(([code, { edition }]) => [code, edition]));
  return { service: await composedOf(frame, parts, editions), parts, editions };
}

/** The service that a case was filed with. @throws CorruptRow */
export async function composedAt(frame: Edition, editions: Editions): Promise<Service> {
  const parts = await Promise.all(
    Object.entries(editions).map(([code, edition]) => serviceAt(code, edition)),
  );
  return composedOf(frame, parts, editions);
}

/** A fault of an item is said at the place where it was named; of one that another brought in, of all of them. */
function pointedFaults(items: string[], faults: CompositionFault[]): FieldError[] {
  return faults.map(({ item, detail }) => {
    const i = items.indexOf(item);
    return i < 0
      ? { pointer: '/items', detail: `${item}, which one of them needs: ${detail}` }
      : { pointer: `/items/${i}`, detail };
  });
}

/** What stands against a composition: codes that are no items, and items that do not go together. */
export function compositionErrors(
  items: string[],
  { parts }: Composition,
  applicant?: ApplicantType,
): FieldError[] {
  const known = new Set(parts.map(({ code }) => code));
  return [
    ...items.flatMap((item, i) =>
      known.has(item) ? [] : [{ pointer: `/items/${i}`, detail: 'Not an item of the catalogue' }],
    ),
    ...pointedFaults(items, faultsOf(parts, applicant)),
  ];
}
