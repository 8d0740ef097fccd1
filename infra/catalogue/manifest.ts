/** The rows that a catalogue is published as. No I/O. */
import { ulid } from 'ulid';
import { canaryDepartment, canaryService } from '../../functions/canary/service.ts';
import { type DirectoryEntry, entryOf } from '../../functions/catalogue/directory.ts';
import { editionOf, keys, packed, shards } from '../../functions/catalogue/rows.ts';
import type { CatalogueFile, Service } from '../../functions/catalogue/schemas.ts';
import { shardOf } from '../../functions/platform/table.ts';
import { Failure } from '../local/setup/progress.mjs';
import { sounds } from './sounds.ts';

export type Row = { pk: string; sk: string } & Record<string, unknown>;
export type Catalogue = Pick<CatalogueFile, 'departments' | 'services'>;
/** The edition of each service, by code. */
export type Editions = Record<string, string>;

/** A row of the table has at most 400 KB; some are for its keys. */
const largestRow = 390_000;

/** A catalogue as it is stored. */
export type Manifest = {
  id: string;
  /** Of everything in it, its order included. */
  digest: string;
  count: number;
  editions: Editions;
  /** Documents, then what only this manifest has. */
  rows: Row[];
};

function documentRow(service: Service, edition: string, text: string): Row {
  const bytes = packed(text);
  if (bytes.length > largestRow) {
    throw new Failure(
      `The service ${service.code} takes ${bytes.length} bytes packed, more than the ${largestRow} of a row: make its form smaller.`,
    );
  }
  return { ...keys.document(service.code, edition), packed: bytes };
}

function shardRows(id: string, editions: Editions): Row[] {
  const byShard = Array.from({ length: shards }, (): Editions => ({}));
  for (const [code, edition] of Object.entries(editions)) {
    (byShard[shardOf(code, shards)] as Editions)[code] = edition;
  }
  return byShard.map((each, shard) => ({ ...keys.shard(id, shard), editions: each }));
}

/** What a publication writes anew for lists and search. */
function directory({ services }: Catalogue): DirectoryEntry[] {
  const names = new Map(services.map(({ code, name }) => [code, name]));
  return services
    .filter(({ hidden }) => !hidden)
    .map((service) =>
      entryOf(
        service,
        service.partOf.flatMap((bundle) => names.get(bundle) ?? []),
        sounds,
      ),
    );
}

/** A blob in as few rows as it fits into. */
function parts(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / largestRow);
  return Array.from({ length: count }, (_, i) => bytes.slice(i * largestRow, (i + 1) * largestRow));
}

/** With what the system has of its own: published with every catalogue, whoever wrote it. */
const withOwn = ({ departments, services }: Catalogue): Catalogue => ({
  departments: [...departments, canaryDepartment],
  services: [...services, canaryService],
});

/**
 * The rows of a catalogue under a fresh name: two publishers never write the same, and who dies leaves only what
 * nobody reads.
 * @throws Failure naming a service that is larger than a row
 */
export function manifestOf(written: Catalogue, id = ulid()): Manifest {
  const catalogue = withOwn(written);
  const texts = catalogue.services.map((service) => JSON.stringify(service));
  const named = catalogue.services.map(
    (service, i) => [service, editionOf(texts[i] as string), texts[i] as string] as const,
  );
  const editions = Object.fromEntries(named.map(([{ code }, edition]) => [code, edition]));
  const departments = JSON.stringify(catalogue.departments);
  const entries = packed(JSON.stringify(directory(catalogue)));
  return {
    id,
    digest: editionOf(JSON.stringify([Object.entries(editions), departments])),
    count: written.services.length,
    editions,
    rows: [
      ...named.map(([service, edition, text]) => documentRow(service, edition, text)),
      ...shardRows(id, editions),
      ...parts(entries).map((bytes, part) => ({ ...keys.directory(id, part), packed: bytes })),
      { ...keys.departments(id), packed: packed(departments) },
    ],
  };
}
