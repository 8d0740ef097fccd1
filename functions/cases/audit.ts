/** The trace of whoever read whole personal data: who, in which capacity, which review, when. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { expiryOf } from '../platform/synthetic.ts';
import { table, tableName } from '../platform/table.ts';
import type { Actor } from './events.ts';
import { keys } from './keys.ts';

/** Writes it down before the data leave; who cannot be written down reads nothing. */
export async function recordRead(number: string, review: string, by: Actor, at: Date): Promise<void> {
  await table.send(
    new PutCommand({
      TableName: tableName(),
      Item: {
        ...keys.audit(number, ulid(at.getTime())),
        review,
        by,
        at: at.toISOString(),
        ...expiryOf(number),
      },
      // A trace is never written over.
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
}
