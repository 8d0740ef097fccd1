/** The catalogue as bundled into the functions. Checked when it was built, so that loading costs no schema. */
import data from '#catalogue' with { type: 'json' };
import { calendarFor } from '../clock/calendar.ts';
import type { LocalText } from '../platform/text.ts';
import type { CatalogueFile, Department, Item, Service } from './schemas.ts';

const { centre, departments, services: all } = data as unknown as CatalogueFile;
/** Bundles, and the items that are in none: the items of a bundle are applied for as parts of it. */
const services = all.filter(
  ({ kind, partOf }) => kind === 'bundle' || (kind === 'item' && partOf.length === 0),
);

/** What can be applied for: a service, or one item out of a bundle. */
export type Entry = {
  code: string;
  kind: Service['kind'];
  name: LocalText;
  /** The service by which it is applied for. */
  service: Service;
  /** The part of that service which it is: all items of it, or one. */
  items: Item[];
  /** The bundle that an item is part of. */
  partOf?: string;
};

/** A service, followed by its items when it is a bundle. */
export const entriesOf = (service: Service): Entry[] => [
  { code: service.code, kind: service.kind, name: service.name, service, items: service.items },
  ...(service.kind === 'item'
    ? []
    : service.items.map(
        (item): Entry => ({
          code: item.code,
          kind: 'item',
          name: item.name,
          service,
          items: [item],
          partOf: service.code,
        }),
      )),
];

const entries = services.flatMap(entriesOf);
const entryByCode = new Map(entries.map((entry) => [entry.code, entry]));
const serviceByCode = new Map(services.map((service) => [service.code, service]));
const departmentByCode = new Map(departments.map((department) => [department.code, department]));

export const catalogue = {
  centre,
  departments,
  /** Services and the items of bundles, in the order in which they are listed. */
  entries,
  service: (code: string): Service | undefined => serviceByCode.get(code),
  department: (code: string): Department | undefined => departmentByCode.get(code),
  entry: (code: string): Entry | undefined => entryByCode.get(code),
};

/** Working days and opening hours of the catalogue's centre. */
export const calendar = calendarFor(centre.openingHours);
