/** The trace of whoever read what is not everybody's, and of what operators did: who, in which capacity, what, when. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { expiryOf } from '../platform/synthetic.ts';
import { type Key, table, tableName } from '../platform/table.ts';
import type { Actor } from './events.ts';
import { keys, operationKey } from './keys.ts';

async function record(key: Key, what: Record<string, unknown>, by: Actor, at: Date): Promise<void> {
  await table.send(
    new PutCommand({
      TableName: tableName(),
      Item: { ...key, ...what, by, at: at.toISOString() },
      // A trace is never written over.
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
}

/** Writes it down before the data leave; who cannot be written down reads nothing. */
export const recordRead = (number: string, review: string, by: Actor, at: Date): Promise<void> =>
  record(keys.audit(number, ulid(at.getTime())), { review, ...expiryOf(number) }, by, at);

/** What operators do that no journal tells, or read beyond what the people of a case may. */
export type Deed = 'examine' | 'repair' | 'replay' | 'redrive' | 'shelve';

/** Something done to a case, written down before it is done. @param more ids and words of ours */
export const recordDeed = (
  number: string,
  did: Deed,
  by: Actor,
  at: Date,
  more: Record<string, unknown> = {},
): Promise<void> =>
  record(keys.audit(number, ulid(at.getTime())), { did, ...more, ...expiryOf(number) }, by, at);

/** Something done to no case in particular. */
export const recordOperation = (
  did: Deed,
  by: Actor,
  at: Date,
  more: Record<string, unknown>,
): Promise<void> => record(operationKey(at, ulid(at.getTime())), { did, ...more }, by, at);
