/** The one table: its client, and reading many rows of it. Each room keeps the keys of its own rows. */
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

/** Primary key of a row. */
export type Key = { pk: string; sk: string };

const batchAttempts = 6;

/**
 * Rows by their keys (at most 100), in no order; a key without a row is left out. What DynamoDB has no capacity for
 * at the moment is asked for again: a list never silently lacks an entry.
 * @param consistent each as it is now, not as it was a moment ago; not all at one instant
 * @throws Problem unavailable when it still has none after six attempts
 */
export async function readRows(
  wanted: Key[],
  consistent = false,
): Promise<Record<string, NativeAttributeValue>[]> {
  const rows: Record<string, NativeAttributeValue>[] = [];
  if (wanted.length === 0) return rows;
  let RequestItems: BatchGetCommandInput['RequestItems'] = {
    [tableName()]: {
      Keys: wanted.map(({ pk, sk }) => ({ pk, sk })),
      ...(consistent ? { ConsistentRead: true } : {}),
    },
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

/** A stable shard of an id: FNV-1a, so that the same id always meets the same shard. */
export function shardOf(id: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193) >>> 0;
  return hash % shards;
}
