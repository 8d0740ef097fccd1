/**
 * Reading the published catalogue: the current version, one service of it, the service of a running case. What is
 * named by its content or written once is kept for as long as the function lives; which version is current is asked
 * again every few seconds. A service costs three reads the first time and none afterwards, however many there are.
 */
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { journalKey } from '../cases/keys.ts';
import { Kept } from '../platform/kept.ts';
import { Problem } from '../platform/problems.ts';
import { type Key, table, tableName } from '../platform/table.ts';
import type { DirectoryEntry } from './directory.ts';
import { CorruptRow, keys, type Pointer, partition, unpacked } from './rows.ts';
import type { Department, Service } from './schemas.ts';

type Row = Record<string, NativeAttributeValue>;

/** A service as it was published at some time. Its edition names its content. */
export type Edition = { service: Service; edition: string };

/** A publication is seen by everybody after so long. By the real time, not the business clock. */
export const pointerLivesMs = 5_000;

let current: { pointer: Pointer; readAt: number } | undefined;
const manifests = new Kept<string>(20);
const shards = new Kept<Record<string, string>>(64);
const documents = new Kept<Service>(200);
const directories = new Kept<DirectoryEntry[]>(2);
const departmentLists = new Kept<Department[]>(4);

/** Forgets everything that was read, as a new process would know nothing. */
export function forgetCatalogue(): void {
  current = undefined;
  for (const kept of [manifests, shards, documents, directories, departmentLists]) kept.clear();
}

async function read(key: Key): Promise<Row | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: key, ConsistentRead: true }),
  );
  return Item;
}

/** @throws Problem unavailable before the first publication */
export async function currentVersion(): Promise<Pointer> {
  const age = current ? Date.now() - current.readAt : -1;
  if (current && age >= 0 && age < pointerLivesMs) return current.pointer;
  const readAt = Date.now();
  const pointer = (await read(keys.current())) as Pointer | undefined;
  if (!pointer) throw new Problem('unavailable', 'No catalogue has been published on this stage yet.');
  current = { pointer, readAt };
  return pointer;
}

/** The manifest of a version that was current once; undefined when there is none. */
async function manifestOf(version: number): Promise<string | undefined> {
  const pointer = await currentVersion();
  if (version === pointer.version) return pointer.manifest;
  if (version > pointer.version) return undefined;
  const manifest = await manifests.get(String(version), async () => {
    const entry = await read(journalKey(partition, version));
    return (entry?.events as { manifest: string }[] | undefined)?.[0]?.manifest ?? '';
  });
  return manifest || undefined;
}

/** The edition of a service in a manifest. */
async function editionIn(manifest: string, code: string): Promise<string | undefined> {
  const key = keys.shardOf(manifest, code);
  const editions = await shards.get(`${key.pk} ${key.sk}`, async () => {
    const found = (await read(key))?.editions as Record<string, string> | undefined;
    if (!found) throw new CorruptRow(key, 'is missing');
    return found;
  });
  return Object.hasOwn(editions, code) ? editions[code] : undefined;
}

/**
 * A service at an edition: that of a running case, whatever has been published since.
 * @throws CorruptRow when it is not there as it was published
 */
export function serviceAt(code: string, edition: string): Promise<Service> {
  const key = keys.document(code, edition);
  return documents.get(`${code} ${edition}`, async () =>
    unpacked<Service>(key, (await read(key))?.packed, edition),
  );
}

/** Codes are these; anything else may be longer than a key, and need not be looked for. */
const codePattern = /^[a-z][a-z0-9-]{1,59}$/;

/**
 * A service as it is published now; undefined when there is none of that code.
 * @throws Problem unavailable before the first publication; CorruptRow
 */
export async function currentService(code: string): Promise<Edition | undefined> {
  if (!codePattern.test(code)) return undefined;
  const { manifest } = await currentVersion();
  const edition = await editionIn(manifest, code);
  return edition === undefined ? undefined : { service: await serviceAt(code, edition), edition };
}

/** All rows of a manifest whose sort key begins so, in order. */
async function rowsOf({ pk, sk }: Key): Promise<Row[]> {
  const rows: Row[] = [];
  let ExclusiveStartKey: Row | undefined;
  do {
    const page = await table.send(
      new QueryCommand({
        TableName: tableName(),
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    rows.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return rows;
}

/**
 * The directory of a version, in the order of lists; undefined when it is not kept any more, or never was.
 * @throws CorruptRow when that of the current version is missing
 */
export async function directoryOf(version: number): Promise<DirectoryEntry[] | undefined> {
  const manifest = await manifestOf(version);
  if (manifest === undefined) return undefined;
  const key = { pk: keys.directory(manifest, 0).pk, sk: 'DIRECTORY#' };
  const missing = new CorruptRow(key, 'is missing');
  try {
    return await directories.get(manifest, async () => {
      const parts = await rowsOf(key);
      if (parts.length === 0) throw missing;
      return unpacked<DirectoryEntry[]>(key, Buffer.concat(parts.map((part) => part.packed as Uint8Array)));
    });
  } catch (error) {
    if (error !== missing || version === (await currentVersion()).version) throw error;
    return undefined;
  }
}

/** Every department that decides something in the current catalogue. */
export async function currentDepartments(): Promise<Department[]> {
  const { manifest } = await currentVersion();
  const key = keys.departments(manifest);
  return departmentLists.get(manifest, async () => unpacked<Department[]>(key, (await read(key))?.packed));
}
