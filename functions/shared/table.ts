/** The one table: its client and its keys. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { setting } from './env.ts';
import { Problem } from './problems.ts';

export const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

export const tableName = (): string => setting('TABLE_NAME');

type Key = { pk: string; sk: string };

/** The version as it stands in a sort key: six digits, so that the journal sorts by it. */
const padded = (version: number): string => String(version).padStart(6, '0');

export const keys = {
  application: (number: string): Key => ({ pk: `APPLICATION#${number}`, sk: 'APPLICATION' }),
  dossier: (number: string): Key => ({ pk: `APPLICATION#${number}`, sk: 'DOSSIER' }),
  review: (number: string, review: string): Key => ({ pk: `APPLICATION#${number}`, sk: `REVIEW#${review}` }),
  event: (number: string, version: number): Key => ({
    pk: `APPLICATION#${number}`,
    sk: `EVENT#${padded(version)}`,
  }),
  token: (number: string, review: string): Key => ({ pk: `APPLICATION#${number}`, sk: `TOKEN#${review}` }),
  message: (number: string, key: string): Key => ({ pk: `APPLICATION#${number}`, sk: `MESSAGE#${key}` }),
  idempotency: (user: string, key: string): Key => ({ pk: `IDEMPOTENCY#${user}#${key}`, sk: 'IDEMPOTENCY' }),
  department: (code: string): Key => ({ pk: 'DEPARTMENT', sk: `DEPARTMENT#${code}` }),
  material: (id: string): Key => ({ pk: `MATERIAL#${id}`, sk: 'MATERIAL' }),
  clock: { pk: 'CLOCK', sk: 'CLOCK' } as Key,
};

const batchAttempts = 6;

/**
 * Rows by their keys (at most 100), in no order; a key without a row is left out. What DynamoDB has no capacity for
 * at the moment is asked for again: a list never silently lacks an entry.
 * @throws Problem unavailable when it still has none after six attempts
 */
export async function readRows(wanted: Key[]): Promise<Record<string, NativeAttributeValue>[]> {
  const rows: Record<string, NativeAttributeValue>[] = [];
  if (wanted.length === 0) return rows;
  let RequestItems: BatchGetCommandInput['RequestItems'] = {
    [tableName()]: { Keys: wanted.map(({ pk, sk }) => ({ pk, sk })) },
  };
  for (let attempt = 1; attempt <= batchAttempts; attempt++) {
    const answer: BatchGetCommandOutput = await table.send(new BatchGetCommand({ RequestItems }));
    rows.push(...(answer.Responses?.[tableName()] ?? []));
    if (!answer.UnprocessedKeys?.[tableName()]) return rows;
    RequestItems = answer.UnprocessedKeys;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
  }
  throw new Problem('unavailable', 'Too much is asked for at the moment. Please try again shortly.');
}

/** Hot partitions of an index are spread over this many shards. */
export const inboxShards = 4;
export const dueShards = 8;

/** A stable shard of an id: FNV-1a, so that the same id always meets the same shard. */
export function shardOf(id: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193) >>> 0;
  return hash % shards;
}

export const indexKeys = {
  /** Applications of the user who submitted them, by time. */
  list: (owner: string, submittedAt: string, number: string) => ({
    listKey: `OWNER#${owner}`,
    listSort: `${submittedAt}#${number}`,
  }),
  /** A department's reviews, open and closed apart, by due date. */
  inbox: (department: string, phase: 'open' | 'closed', review: string, dueAt: string) => ({
    inboxKey: `INBOX#${department}#${phase}#${shardOf(review, inboxShards)}`,
    inboxSort: `${dueAt}#${review}`,
  }),
  /** Whatever the sweep must look at, by time. */
  due: (number: string, at: string) => ({
    dueKey: `DUE#${shardOf(number, dueShards)}`,
    dueSort: `${at}#${number}`,
  }),
};
