/**
 * Every minute: whatever is due by the business clock. One case that cannot be handled never stops the others;
 * it is logged, counted as this function's error, and met again at the next sweep.
 */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { nextDue } from '../cases/alarm.ts';
import { dueShards } from '../cases/keys.ts';
import { changeCase, rearm } from '../cases/store.ts';
import { calendar } from '../catalogue/catalogue.ts';
import { businessNow } from '../clock/now.ts';
import { optionalSetting } from '../platform/env.ts';
import { correlate, faultOf, log } from '../platform/log.ts';
import { count } from '../platform/metrics.ts';
import { table, tableName } from '../platform/table.ts';
import { markDue } from './due.ts';

/** Cases looked at in one shard and sweep; what is left is met a minute later. */
const perShard = 100;

async function dueNumbers(shard: number, now: string): Promise<string[]> {
  const { Items } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      IndexName: 'due',
      KeyConditionExpression: 'dueKey = :shard AND dueSort < :now',
      // '~' sorts after the '#' that follows an instant, so an alarm of this very instant is included.
      ExpressionAttributeValues: { ':shard': `DUE#${shard}`, ':now': `${now}~` },
      Limit: perShard,
    }),
  );
  return (Items ?? []).map(({ pk }) => String(pk).slice('APPLICATION#'.length));
}

async function look(number: string): Promise<void> {
  correlate(number);
  const escalateAfter = optionalSetting('ESCALATE_AFTER_OPENING_MINUTES');
  const after = await changeCase(
    number,
    (found, at) => markDue(found, calendar, at, escalateAfter ? Number(escalateAfter) : undefined),
    { by: { kind: 'system' } },
  );
  if (!after) return;
  for (const { status, escalatedAt } of after.reviews) {
    if (status !== 'overdue') continue;
    log.warn(escalatedAt ? 'A review is escalated to the operators' : 'A review is overdue');
    count(escalatedAt ? 'ReviewsEscalated' : 'ReviewsOverdue');
  }
  await rearm(after.application, nextDue(after));
}

/** @throws AggregateError with the cases that failed, after all others are done. */
export async function handler(): Promise<void> {
  const at = await businessNow();
  const shards = await Promise.all(
    Array.from({ length: dueShards }, (_, shard) => dueNumbers(shard, at.toISOString())),
  );
  const failures: unknown[] = [];
  for (const number of shards.flat()) {
    try {
      await look(number);
    } catch (error) {
      log.error('This case could not be swept', { error: faultOf(error) });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} cases could not be swept.`);
}
