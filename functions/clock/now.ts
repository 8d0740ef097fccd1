/**
 * The business clock: what "now" means for deadlines and queues. On sandbox stages an operator may move it
 * forward; everywhere else it is the real time. Signatures and retries always use the real time.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { optionalSetting } from '../platform/env.ts';
import { type Key, table, tableName } from '../platform/table.ts';

/** Where the business clock's offset lies. */
export const clockKey: Key = { pk: 'CLOCK', sk: 'CLOCK' };

/** The business time, an instant. Never kept: whoever moved the clock expects it to have moved. */
export async function businessNow(): Promise<Date> {
  if (optionalSetting('BUSINESS_CLOCK') !== 'movable') return new Date();
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: clockKey, ConsistentRead: true }),
  );
  return new Date(Date.now() + ((Item?.offsetMs as number | undefined) ?? 0));
}
