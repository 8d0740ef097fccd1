/**
 * The business clock: what "now" means for deadlines and queues. On sandbox stages an operator may move it
 * forward; everywhere else it is the real time. Signatures and retries always use the real time.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { optionalSetting } from './env.ts';
import { keys, table, tableName } from './table.ts';

const freshForMs = 250;
let known: { offsetMs: number; readAt: number } | undefined;

/** The business time, an instant. */
export async function businessNow(): Promise<Date> {
  if (optionalSetting('BUSINESS_CLOCK') !== 'movable') return new Date();
  if (!known || Date.now() - known.readAt > freshForMs) {
    const { Item } = await table.send(
      new GetCommand({ TableName: tableName(), Key: keys.clock, ConsistentRead: true }),
    );
    known = { offsetMs: (Item?.offsetMs as number | undefined) ?? 0, readAt: Date.now() };
  }
  return new Date(Date.now() + known.offsetMs);
}
