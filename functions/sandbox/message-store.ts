/** Messages that the simulated SMS carrier has delivered, by phone. */
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { table } from '../platform/table.ts';
import type { CarrierBehaviour, CarrierMessage } from './schemas.ts';
import { expiry, type Key, readRow, sandboxTable, writeNew } from './store.ts';

const carrierKey: Key = { pk: 'CARRIER', sk: 'SETTING' };
const referenceKey = (reference: string): Key => ({ pk: `MESSAGE#${reference}`, sk: 'MESSAGE' });
const phoneKey = (phone: string): string => `PHONE#${phone}`;

export type ReceivedMessage = { at: string; phone: string; text: string; application: string };

export async function readCarrier(): Promise<CarrierBehaviour> {
  return ((await readRow(carrierKey))?.behaviour as CarrierBehaviour | undefined) ?? 'deliver';
}

export async function writeCarrier(behaviour: CarrierBehaviour): Promise<void> {
  await table.send(new PutCommand({ TableName: sandboxTable(), Item: { ...carrierKey, behaviour } }));
}

/**
 * Keeps a message, once a reference.
 * @param at when it comes in, if it is new.
 * @returns when it first came in, and whether that is now.
 */
export async function keepMessage(
  message: CarrierMessage,
  at: string,
): Promise<{ isNew: boolean; at: string }> {
  const { reference, phone, text, application } = message;
  const key = referenceKey(reference);
  const isNew = await writeNew({ ...key, at, expiresAt: expiry() });
  const first = isNew ? at : ((await readRow(key))?.at as string);
  // Also when repeated: the first time may have ended just before this. The same key, so the same message.
  await writeNew({
    pk: phoneKey(phone),
    sk: `${first}#${reference}`,
    ...{ at: first, phone, text, application },
    expiresAt: expiry(),
  });
  return { isNew, at: first };
}

/** What a phone received, oldest first. @param after sort key of the last one read */
export async function messagesTo(
  phone: string,
  limit: number,
  after?: string,
): Promise<{ items: ReceivedMessage[]; last?: string }> {
  const pk = phoneKey(phone);
  const { Items, LastEvaluatedKey } = await table.send(
    new QueryCommand({
      TableName: sandboxTable(),
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      Limit: limit,
      ...(after === undefined ? {} : { ExclusiveStartKey: { pk, sk: after } }),
    }),
  );
  const items = ((Items ?? []) as ReceivedMessage[]).map(({ at, phone, text, application }) => ({
    at,
    phone,
    text,
    application,
  }));
  return { items, ...(LastEvaluatedKey ? { last: LastEvaluatedKey.sk as string } : {}) };
}
