/** Rows by an index, whole and a page at a time: for whoever goes through all of them. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Key, readRows, table, tableName } from '../platform/table.ts';
import { dueShards, inboxShards } from './keys.ts';
import type { Application, Review } from './types.ts';

const pageSize = 100;

export type ReviewRow = Review & Key;

async function* pagesOf<R>(index: 'due' | 'inbox', partition: string): AsyncGenerator<R[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.send(
      new QueryCommand({
        TableName: tableName(),
        IndexName: index,
        KeyConditionExpression: '#key = :partition',
        ExpressionAttributeNames: { '#key': `${index}Key` },
        ExpressionAttributeValues: { ':partition': partition },
        Limit: pageSize,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    if (Items.length > 0) yield (await readRows(Items as Key[])) as R[];
    start = LastEvaluatedKey;
  } while (start);
}

/** Goes through every shard of an index side by side. */
async function eachPage<R>(
  index: 'due' | 'inbox',
  count: number,
  prefix: string,
  take: (rows: R[]) => void,
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, shard) => {
      for await (const rows of pagesOf<R>(index, `${prefix}#${shard}`)) take(rows);
    }),
  );
}

/** Headers of all cases that the sweep still has to look at, a page at a time. */
export const eachWatched = (take: (headers: Application[]) => void): Promise<void> =>
  eachPage('due', dueShards, 'DUE', take);

/** Open reviews of a department, in no order. */
export async function openReviews(department: string): Promise<ReviewRow[]> {
  const found: ReviewRow[] = [];
  await eachPage<ReviewRow>('inbox', inboxShards, `INBOX#${department}#open`, (rows) => found.push(...rows));
  return found;
}
