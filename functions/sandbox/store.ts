/**
 * The sandbox's own table. It stands for other people's systems, so it keeps what they would keep: the
 * department's copy of its secret, the texts and the phones that the carrier delivered to. Everything but the
 * settings and the parcel counter expires.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { setting } from '../platform/env.ts';
import { table } from '../platform/table.ts';

export type Key = { pk: string; sk: string };
type Row = Record<string, NativeAttributeValue>;

export const sandboxTable = (): string => setting('SANDBOX_TABLE_NAME');

const keptForSeconds = 30 * 24 * 3600;

/** Value of the TTL attribute, epoch seconds. */
export const expiry = (): number => Math.floor(Date.now() / 1000) + keptForSeconds;

export async function readRow(key: Key): Promise<Row | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: sandboxTable(), Key: key, ConsistentRead: true }),
  );
  return Item;
}

/** Writes a row unless there is one with its key. @returns whether it was new. */
export async function writeNew(row: Key & Row): Promise<boolean> {
  return holds(
    table.send(
      new PutCommand({
        TableName: sandboxTable(),
        Item: row,
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );
}

/** Whether a conditional write was carried out; every other failure is passed on. */
export async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
