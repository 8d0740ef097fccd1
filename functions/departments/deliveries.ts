/**
 * What has become of each webhook: a row in the case's partition, written when the department has it, and before that
 * only when an attempt has failed. A message that comes again finds what was done about it.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '../cases/keys.ts';
import type { BusMessage } from '../platform/queue.ts';
import { type Key, table, tableName } from '../platform/table.ts';
import type { Delivery } from './standing.ts';

const prefix = 'WEBHOOK#';

/** An event's id without what its row is found by anyway: the application, or on a department's return the review. */
function suffixOf({ id, application }: BusMessage, review: string): string {
  if (id.startsWith(`${application}/`)) return id.slice(application.length + 1);
  return id.endsWith(`/${review}`) ? id.slice(0, -review.length - 1) : id;
}

export const deliveryKey = (message: BusMessage, review: string): Key => ({
  pk: keys.application(message.application).pk,
  sk: `${prefix}${review}#${message.type}#${suffixOf(message, review)}`,
});

/** All webhooks of a case, or of one of its reviews, as far as an attempt was made. */
export async function readDeliveries(number: string, review?: string): Promise<Delivery[]> {
  const from = review === undefined ? prefix : `${prefix}${review}#`;
  const { Items } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': keys.application(number).pk, ':from': from, ':to': `${from}~` },
    }),
  );
  return (Items ?? []) as Delivery[];
}

/** The department has it: true whatever else was written before. */
export async function recordDelivered(key: Key, delivery: Delivery): Promise<void> {
  await table.send(new PutCommand({ TableName: tableName(), Item: { ...key, ...delivery } }));
}

/**
 * Writes down a failed attempt.
 * @returns false when another copy of the message has made one since `before` was read: that one stands.
 */
export async function recordFailed(
  key: Key,
  delivery: Delivery,
  before: Delivery | undefined,
): Promise<boolean> {
  try {
    await table.send(
      new PutCommand({
        TableName: tableName(),
        Item: { ...key, ...delivery },
        ...(before
          ? {
              ConditionExpression: 'attempts = :before',
              ExpressionAttributeValues: { ':before': before.attempts },
            }
          : { ConditionExpression: 'attribute_not_exists(pk)' }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
