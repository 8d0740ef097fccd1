/**
 * The rows of the published catalogue. A document (one service) is named by its content and never changes; a manifest
 * names the edition of each service and is written once; one pointer says which manifest is current.
 */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Key, shardOf } from '../platform/table.ts';

/** The partition of the pointer and of the journal: the journal is the list of versions. */
export const partition = 'CATALOGUE';
/** The aggregate's id in its journal and on the bus. */
export const aggregateId = 'catalogue';

/** Which manifest is current. Only the transaction that writes the journal moves it. */
export type Pointer = {
  /** From 1, raised by each publication and each rollback. */
  version: number;
  manifest: string;
  /** ISO 8601. */
  publishedAt: string;
  /** Services in it. */
  count: number;
  /** Of everything in it: the same content has the same. */
  digest: string;
};

/** A manifest's rows with the editions: so many, whatever the number of services, so that each is small. */
export const shards = 16;

const manifestPartition = (manifest: string): string => `${partition}#${manifest}`;
const padded = (shard: number): string => String(shard).padStart(2, '0');

export const keys = {
  current: (): Key => ({ pk: partition, sk: 'CURRENT' }),
  /** Of a manifest that is being written: who dies leaves it, and the next publisher clears up. */
  draft: (manifest: string): Key => ({ pk: partition, sk: `DRAFT#${manifest}` }),
  shard: (manifest: string, shard: number): Key => ({
    pk: manifestPartition(manifest),
    sk: `SHARD#${padded(shard)}`,
  }),
  shardOf: (manifest: string, code: string): Key => keys.shard(manifest, shardOf(code, shards)),
  /** What lists and search need, in as few rows as it fits into. */
  directory: (manifest: string, part: number): Key => ({
    pk: manifestPartition(manifest),
    sk: `DIRECTORY#${padded(part)}`,
  }),
  departments: (manifest: string): Key => ({ pk: manifestPartition(manifest), sk: 'DEPARTMENTS' }),
  document: (code: string, edition: string): Key => ({ pk: `SERVICE#${code}`, sk: edition }),
};

/** The name of a content: SHA-256 of its text, base64url. */
export const editionOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

export const packed = (text: string): Uint8Array => new Uint8Array(gzipSync(text));

/** A row is not what was published: nothing is served from it. */
export class CorruptRow extends Error {
  override name = 'CorruptRow';
  constructor({ pk, sk }: Key, because: string) {
    super(`The catalogue's row ${pk} ${sk} ${because}: publish the catalogue again.`);
  }
}

/**
 * What a row holds.
 * @param edition that it must have, where it is named by its content
 * @throws CorruptRow
 */
export function unpacked<T>(key: Key, bytes: unknown, edition?: string): T {
  if (!(bytes instanceof Uint8Array)) throw new CorruptRow(key, 'is missing');
  let text: string;
  try {
    text = gunzipSync(bytes).toString();
  } catch {
    throw new CorruptRow(key, 'cannot be unpacked');
  }
  if (edition !== undefined && editionOf(text) !== edition) throw new CorruptRow(key, 'has another content');
  return JSON.parse(text) as T;
}
