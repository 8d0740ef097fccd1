/**
 * Publishing: documents and manifest first, under a name that nobody knows, then one transaction that moves the
 * pointer and writes the journal. Who dies in between has published nothing; of two at once, one wins and the other is
 * told. Rolling back is the same move, to a manifest of before.
 */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Actor } from '../../functions/cases/events.ts';
import { journalKey } from '../../functions/cases/keys.ts';
import type { JournalEntry } from '../../functions/cases/types.ts';
import { entryOf, schemaVersion } from '../../functions/cases/upgrade.ts';
import { aggregateId, keys, type Pointer, partition, unpacked } from '../../functions/catalogue/rows.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import type { Key } from '../../functions/platform/table.ts';
import { Failure } from '../local/setup/progress.mjs';
import { type Catalogue, type Editions, manifestOf, type Row } from './manifest.ts';

/** The last so many versions can be gone back to; the manifests of older ones are cleared away. */
export const keptVersions = 50;

/** A manifest that is not published after so long never will be. */
const draftLivesMs = 24 * 3600 * 1000;

const atOnce = 16;

/** One of the versions that were current. */
export type Version = Pointer & { by: Actor; rolledBackTo?: number };

/** Somebody else has published since the pointer was read. */
export class Overtaken extends Failure {}

const overtaken =
  'Somebody else publishes at the same time: see "npm run catalogue -- versions", and publish again if yours is still wanted.';

const lost: (string | undefined)[] = ['ConditionalCheckFailed', 'TransactionConflict'];

const isLostRace = (error: unknown): boolean =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some(({ Code }) => lost.includes(Code));

/** Does something with each, some at a time. */
async function forEach<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items].reverse();
  const next = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}

/** The row of the pointer, and the journal entry that tells of its move. @param by who moves it */
export function moveTo(pointer: Pointer, by: Actor, rolledBackTo?: number): { current: Row; journal: Row } {
  const { version, publishedAt: at, manifest, count, digest } = pointer;
  const event = {
    type: 'catalogue.published',
    manifest,
    count,
    digest,
    ...(rolledBackTo === undefined ? {} : { rolledBackTo }),
  };
  return {
    current: { ...keys.current(), ...pointer },
    journal: {
      ...journalKey(partition, version),
      schema: schemaVersion,
      aggregate: 'catalogue',
      id: aggregateId,
      version,
      at,
      by,
      events: [event],
    },
  };
}

function versionOf(entry: JournalEntry): Version {
  const event = entry.events.find((each) => each.type === 'catalogue.published');
  if (!event) throw new TypeError(`Version ${entry.version} of the catalogue tells of no publication.`);
  const { type: _, ...facts } = event;
  return { version: entry.version, publishedAt: entry.at, by: entry.by, ...facts };
}

export class Publisher {
  readonly #table: DynamoDBDocumentClient;
  readonly #name: string;
  readonly #by: Actor;

  /** @param by who publishes, for the journal */
  constructor(table: DynamoDBDocumentClient, tableName: string, by: Actor = { capacity: 'operator' }) {
    this.#table = table;
    this.#name = tableName;
    this.#by = by;
  }

  async #get(Key: Key): Promise<Row | undefined> {
    const command = new GetCommand({ TableName: this.#name, Key, ConsistentRead: true });
    return (await this.#table.send(command)).Item as Row | undefined;
  }

  /** Rows of a partition whose sort key begins so, all of them unless a limit is named. */
  async #query(pk: string, sk: string, limit?: number): Promise<Row[]> {
    const rows: Row[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await this.#table.send(
        new QueryCommand({
          TableName: this.#name,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
          ...(limit === undefined ? {} : { Limit: limit, ScanIndexForward: false }),
          ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
        }),
      );
      rows.push(...((page.Items ?? []) as Row[]));
      ExclusiveStartKey = limit === undefined ? page.LastEvaluatedKey : undefined;
    } while (ExclusiveStartKey);
    return rows;
  }

  readonly #put = (Item: Row) => this.#table.send(new PutCommand({ TableName: this.#name, Item }));
  readonly #delete = ({ pk, sk }: Key) =>
    this.#table.send(new DeleteCommand({ TableName: this.#name, Key: { pk, sk } }));

  /** What is current; undefined before the first publication. */
  async current(): Promise<Pointer | undefined> {
    const row = await this.#get(keys.current());
    if (!row) return undefined;
    const { pk, sk, ...pointer } = row;
    return pointer as unknown as Pointer;
  }

  /** The versions that can be gone back to, the latest first. */
  async versions(): Promise<Version[]> {
    return this.#latest(keptVersions);
  }

  async #latest(count: number): Promise<Version[]> {
    return (await this.#query(partition, 'EVENT#', count)).map(entryOf).map(versionOf);
  }

  /** Editions of a manifest, by code. */
  async editions(manifest: string): Promise<Editions> {
    const rows = await this.#query(keys.shard(manifest, 0).pk, 'SHARD#');
    return Object.assign({}, ...rows.map((row) => row.editions as Editions));
  }

  /** A service at an edition. @throws CorruptRow */
  async service(code: string, edition: string): Promise<Service> {
    const key = keys.document(code, edition);
    return unpacked<Service>(key, (await this.#get(key))?.packed, edition);
  }

  /**
   * Publishes a catalogue. The same as the current one is written again and not published: what was damaged is
   * mended so.
   * @returns the version that is current then, and whether it is a new one
   * @throws Overtaken when somebody else has published meanwhile; Failure for a service larger than a row
   */
  async publish(catalogue: Catalogue): Promise<{ pointer: Pointer; isNew: boolean }> {
    const base = await this.current();
    const made = manifestOf(catalogue);
    if (base?.digest === made.digest) {
      await forEach(manifestOf(catalogue, base.manifest).rows, this.#put);
      return { pointer: base, isNew: false };
    }
    const publishedAt = new Date().toISOString();
    await this.#put({ ...keys.draft(made.id), at: publishedAt });
    await forEach(made.rows, this.#put);
    const { id: manifest, count, digest } = made;
    const pointer = { version: (base?.version ?? 0) + 1, manifest, publishedAt, count, digest };
    await this.#move(base, pointer, { isDraft: true });
    // It is published: what cannot be cleared away now is by the next publisher.
    await this.#clearAway().catch(() => {});
    return { pointer, isNew: true };
  }

  /**
   * Makes an earlier version current again, as a new version: its predecessor unless one is named.
   * @throws Failure when there is no such version, or none that is kept; Overtaken
   */
  async rollBack(version?: number): Promise<Pointer> {
    const base = await this.current();
    if (!base) throw new Failure('No catalogue has been published on this stage yet.');
    const versions = await this.versions();
    const target =
      version === undefined
        ? versions.find(({ manifest }) => manifest !== base.manifest)
        : versions.find((each) => each.version === version);
    if (!target) {
      const kept = versions.map((each) => each.version).join(', ');
      throw new Failure(
        version === undefined
          ? 'There is no earlier version to go back to.'
          : `There is no version ${version} to go back to; there are ${kept}.`,
      );
    }
    const { manifest, count, digest } = target;
    const publishedAt = new Date().toISOString();
    const pointer = { version: base.version + 1, manifest, publishedAt, count, digest };
    await this.#move(base, pointer, { rolledBackTo: target.version });
    return pointer;
  }

  /** The one transaction that publishes. A draft that is being cleared away cannot be published. */
  async #move(
    base: Pointer | undefined,
    next: Pointer,
    { isDraft = false, rolledBackTo }: { isDraft?: boolean; rolledBackTo?: number },
  ): Promise<void> {
    const TableName = this.#name;
    const { current, journal } = moveTo(next, this.#by, rolledBackTo);
    const unmoved = base
      ? { ConditionExpression: 'version = :base', ExpressionAttributeValues: { ':base': base.version } }
      : { ConditionExpression: 'attribute_not_exists(pk)' };
    const endOfDraft = {
      Delete: {
        TableName,
        Key: keys.draft(next.manifest),
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(isDead)',
      },
    };
    const command = new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: current, ...unmoved } },
        { Put: { TableName, Item: journal, ConditionExpression: 'attribute_not_exists(pk)' } },
        ...(isDraft ? [endOfDraft] : []),
      ],
    });
    try {
      await this.#table.send(command);
    } catch (error) {
      throw isLostRace(error) ? new Overtaken(overtaken) : error;
    }
  }

  /** Deletes the rows of manifests that nobody can go back to, and of drafts whose publisher died. */
  async #clearAway(): Promise<void> {
    const versions = await this.#latest(keptVersions + 10);
    const kept = new Set(versions.slice(0, keptVersions).map(({ manifest }) => manifest));
    const old = new Set(versions.slice(keptVersions).map(({ manifest }) => manifest));
    for (const manifest of old) if (!kept.has(manifest)) await this.#deleteManifest(manifest);
    const drafts = await this.#query(partition, 'DRAFT#');
    const tooOld = new Date(Date.now() - draftLivesMs).toISOString();
    for (const draft of drafts.filter(({ at }) => String(at) < tooOld)) {
      // Marked first, so that its publisher, should it still live, cannot publish half of a manifest.
      await this.#put({ ...draft, isDead: true });
      await this.#deleteManifest(draft.sk.slice('DRAFT#'.length));
      await this.#delete(draft);
    }
  }

  async #deleteManifest(manifest: string): Promise<void> {
    const { pk } = keys.departments(manifest);
    const kinds = ['SHARD#', 'DIRECTORY#', 'DEPARTMENTS'];
    for (const kind of kinds) await forEach(await this.#query(pk, kind), this.#delete);
  }
}
