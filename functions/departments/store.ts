/** Departments as operators have connected them, and how quick their systems are. */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Actor, DomainEvent } from '../cases/events.ts';
import { journalKey } from '../cases/keys.ts';
import { schemaVersion } from '../cases/upgrade.ts';
import { digest } from '../platform/idempotency.ts';
import { Problem } from '../platform/problems.ts';
import { type Key, readRows, table, tableName } from '../platform/table.ts';

const keyOf = (code: string): Key => ({ pk: 'DEPARTMENT', sk: `DEPARTMENT#${code}` });
const partitionOf = (code: string): string => `DEPARTMENT#${code}`;
const renewalKey = (code: string): Key => ({ pk: partitionOf(code), sk: 'RENEWAL' });

export type Connection = {
  webhookUrl?: string;
  paused: boolean;
  /** The system answered 410: it wants no more. Ends with the next setting. */
  gone?: boolean;
  version: number;
  /** Version of the secrets that were made last: who knows older ones reads them again. */
  renewed?: number;
  /** While the system is slow: milliseconds between the starts of two deliveries; 0 or absent: it is not. */
  pace?: number;
  /** While the system is slow: when the next delivery may start. */
  nextStart?: string;
};

/** What an operator sets. */
export type Settings = Pick<Connection, 'webhookUrl' | 'paused' | 'gone'>;

/** The department was written since it was read. */
export class ConnectionChanged extends Error {
  override name = 'ConnectionChanged';
}

/** Whether anything is sent to it at all; if not, its cases are decided in the officers' inbox. */
export const isReachable = ({ webhookUrl, paused, gone }: Connection): boolean =>
  webhookUrl !== undefined && !paused && !gone;

/** Whether it will be reachable again once its pause is over. */
export const isPaused = ({ paused, ...connection }: Connection): boolean =>
  paused && isReachable({ ...connection, paused: false });

const unconnected: Connection = { paused: false, version: 0 };

export async function readConnection(code: string): Promise<Connection> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: keyOf(code), ConsistentRead: true }),
  );
  return (Item as Connection | undefined) ?? unconnected;
}

/** A department's connection, and beside it, in the same request, another row as it is now. */
export async function readConnectionAnd<T>(
  code: string,
  other: Key,
): Promise<[connection: Connection, other: T | undefined]> {
  const key = keyOf(code);
  const rows = await readRows([key, other], true);
  const at = ({ pk, sk }: Key) => rows.find((row) => row.pk === pk && row.sk === sk);
  return [(at(key) as Connection | undefined) ?? unconnected, at(other) as T | undefined];
}

/** All of them, by code; a department that was never set is absent. */
export async function readConnections(): Promise<Map<string, Connection>> {
  const { Items } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keyOf('').pk },
    }),
  );
  return new Map((Items ?? []).map((row) => [String(row.code), row as unknown as Connection]));
}

/** A message by which a department's own system has set something: its id, and a digest of what it said. */
export type SignedSetting = { id: string; hash: string };

const signedKey = (code: string, { id }: SignedSetting): Key => ({
  pk: partitionOf(code),
  sk: `SIGNED#${digest(id)}`,
});

/** Longer than a signature is good for, however wrong the clock of who signed. */
const signedLivesForSeconds = 3600;

/**
 * Whether this very message was taken before: sent again, by whoever captured it, it would undo what came after it.
 * @throws Problem idempotency-key-reused
 */
export async function isTakenBefore(code: string, signed: SignedSetting): Promise<boolean> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: signedKey(code, signed), ConsistentRead: true }),
  );
  if (Item && Item.hash !== signed.hash)
    throw new Problem('idempotency-key-reused', 'This id was used with other settings.');
  return Item !== undefined;
}

const signedPut = (code: string, signed: SignedSetting) => ({
  Put: {
    TableName: tableName(),
    Item: {
      ...signedKey(code, signed),
      hash: signed.hash,
      expiresAt: Math.floor(Date.now() / 1000) + signedLivesForSeconds,
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

type Entry = { by: Actor; event: DomainEvent; signed?: SignedSetting | undefined };

/** Row and journal entry in one transaction, on condition that the row is still what was read. */
async function commit(
  code: string,
  before: Connection,
  row: Partial<Connection>,
  entry: Entry,
): Promise<number> {
  const version = before.version + 1;
  const TableName = tableName();
  const put = {
    TableName,
    Item: { ...row, ...keyOf(code), code, version },
    ...(before.version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          // Also what was announced since: it raises no version.
          ConditionExpression:
            before.renewed === undefined
              ? 'version = :before AND attribute_not_exists(renewed)'
              : 'version = :before AND renewed = :renewed',
          ExpressionAttributeValues: {
            ':before': before.version,
            ...(before.renewed === undefined ? {} : { ':renewed': before.renewed }),
          },
        }),
  };
  const journal = {
    ...journalKey(partitionOf(code), version),
    schema: schemaVersion,
    aggregate: 'department',
    id: code,
    version,
    at: new Date().toISOString(),
    by: entry.by,
    events: [entry.event],
  };
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: put },
          { Put: { TableName, Item: journal } },
          ...(entry.signed ? [signedPut(code, entry.signed)] : []),
        ],
      }),
    );
    return version;
  } catch (error) {
    throw isLostRace(error) ? new ConnectionChanged(code) : error;
  }
}

const lost: (string | undefined)[] = ['ConditionalCheckFailed', 'TransactionConflict'];

const isLostRace = (error: unknown): boolean =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some(({ Code }) => lost.includes(Code));

/**
 * Writes the setting and its journal entry; the entry makes what waits be sent again. A setting begins without a pace.
 * @param before as it was read by whoever decided this
 * @param signed the message that asks for it, where a system does: it is taken once
 * @throws ConnectionChanged when somebody has written since
 */
export async function writeConnection(
  code: string,
  before: Connection,
  { webhookUrl, paused, gone }: Settings,
  by: Actor,
  signed?: SignedSetting,
): Promise<void> {
  const { renewed } = before;
  const event = {
    type: 'department.configured',
    department: code,
    paused,
    ...(webhookUrl ? { webhookUrl } : {}),
    ...(gone ? { gone } : {}),
  } as const;
  await commit(code, before, { webhookUrl, paused, gone, renewed }, { by, event, signed });
}

/**
 * Writes down that a secret is being made or ended, and by whom.
 * @returns the version that the secrets will have
 * @throws ConnectionChanged when somebody has written since
 */
export const recordSecretChange = (
  code: string,
  before: Connection,
  by: Actor,
  event: DomainEvent,
): Promise<number> => commit(code, before, before, { by, event });

/** Whether a conditional write was carried out. */
async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

const update = (
  code: string,
  set: Record<string, string | number>,
  condition: string,
  values: Record<string, string | number>,
): Promise<boolean> =>
  holds(
    table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: keyOf(code),
        UpdateExpression: `SET ${Object.keys(set)
          .map((name) => `${name} = :${name}`)
          .join(', ')}`,
        ConditionExpression: condition,
        ExpressionAttributeValues: {
          ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
          ...values,
        },
      }),
    ),
  );

/** Tells everybody who verifies or signs that the secrets are of this version now. */
export async function announceSecrets(code: string, renewed: number): Promise<void> {
  await update(code, { renewed }, 'attribute_not_exists(renewed) OR renewed < :renewed', {});
}

const after = (at: Date, ms: number): string => new Date(at.getTime() + ms).toISOString();

/** Whether a delivery may start now. To a department with a pace it takes the turn: one of many gets it. */
export async function takeTurn(code: string, connection: Connection, at: Date): Promise<boolean> {
  const { version, pace, nextStart } = connection;
  if (!pace || !nextStart) return true;
  if (nextStart > at.toISOString()) return false;
  return update(code, { nextStart: after(at, pace) }, 'version = :version AND nextStart = :read', {
    ':version': version,
    ':read': nextStart,
  });
}

/**
 * Sets another pace. Of several the slowest stands; it is lowered only by whoever knows it, and an address that was set
 * meanwhile begins without one.
 */
export async function setPace(code: string, known: Connection, pace: number, at: Date): Promise<void> {
  const { version, pace: before = 0 } = known;
  const values = { ':version': version };
  const set = { pace, nextStart: after(at, pace) };
  if (pace > before) {
    await update(
      code,
      set,
      'version = :version AND attribute_not_exists(pace) OR version = :version AND pace < :pace',
      values,
    );
  } else if (pace < before) {
    await update(code, set, 'version = :version AND pace = :before', { ...values, ':before': before });
  }
}

/** Longer than the function that renews may run. */
const renewalMs = 30_000;

/**
 * Keeps others from renewing a department's secrets at the same time; who dies loses it after half a minute.
 * @returns whether it is the holder's now
 */
export const holdRenewal = (code: string, holder: string, at: Date): Promise<boolean> =>
  holds(
    table.send(
      new PutCommand({
        TableName: tableName(),
        Item: { ...renewalKey(code), holder, heldUntil: after(at, renewalMs) },
        ConditionExpression: 'attribute_not_exists(pk) OR heldUntil < :now',
        ExpressionAttributeValues: { ':now': at.toISOString() },
      }),
    ),
  );

export async function releaseRenewal(code: string, holder: string): Promise<void> {
  await holds(
    table.send(
      new PutCommand({
        TableName: tableName(),
        Item: { ...renewalKey(code), heldUntil: '' },
        ConditionExpression: 'holder = :holder',
        ExpressionAttributeValues: { ':holder': holder },
      }),
    ),
  );
}
