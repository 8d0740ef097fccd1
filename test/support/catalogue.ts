/** The catalogue of the files, published into whatever table a test has; read and packed once a process. */

import type { CatalogueFile, Service } from '../../functions/catalogue/schemas.ts';
import { manifestOf, type Row } from '../../infra/catalogue/manifest.ts';
import { moveTo } from '../../infra/catalogue/publish.ts';
import { repositoryCatalogue } from '../../infra/catalogue/read.ts';
import type { VirtualTable } from '../simulation/table/virtual-table.ts';

export const catalogue: CatalogueFile = repositoryCatalogue();

/** A service of the files, as it is published. */
export function serviceOf(code: string, { services } = catalogue): Service {
  const found = services.find((each) => each.code === code);
  if (!found) throw new Error(`There is no service ${code} in the catalogue.`);
  return found;
}

const publishedAt = '2026-01-01T00:00:00.000Z';

/** Every row of a first publication. @param more services besides those of the files */
export function publishedRows(more: Service[] = []): Row[] {
  const services = [...catalogue.services, ...more];
  const { id, digest, count, rows } = manifestOf({ ...catalogue, services }, 'MANIFEST');
  const { current, journal } = moveTo(
    { version: 1, manifest: id, publishedAt, count, digest },
    { capacity: 'operator' },
  );
  return [...rows, current, journal];
}

/** The catalogue of the files with services that only tests know, and the rows of its publication. */
export const withServices = (...more: Service[]): { catalogue: CatalogueFile; published: Row[] } => ({
  catalogue: { ...catalogue, services: [...catalogue.services, ...more] },
  published: publishedRows(more),
});

let known: Row[] | undefined;

function firstPublication(): Row[] {
  known ??= publishedRows();
  return known;
}

/** Puts the rows of the published catalogue into a table, past everything that would take notice of it. */
export function seedCatalogue(table: VirtualTable, name = 'main', rows = firstPublication()): void {
  const store = table.store(name);
  const told = store.onChange;
  store.onChange = () => {};
  for (const row of rows) store.set({ hash: row.pk, range: row.sk }, row);
  store.onChange = told;
}
