/** A department's inbox: its reviews by due date, open and closed apart, from sharded index partitions. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { inboxShards } from '../cases/keys.ts';
import { isFinal, type ReviewStatus } from '../cases/status.ts';
import type { Review } from '../cases/types.ts';
import { decodeCursor, encodeCursor } from '../platform/paging.ts';
import { Problem } from '../platform/problems.ts';
import { readRows, table, tableName } from '../platform/table.ts';

type Entry = { pk: string; sk: string; inboxSort: string };
export type InboxPage = { items: Review[]; cursor?: string };

async function shardPage(key: string, after: string, limit: number): Promise<Entry[]> {
  const { Items } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      IndexName: 'inbox',
      KeyConditionExpression: 'inboxKey = :key AND inboxSort > :after',
      ExpressionAttributeValues: { ':key': key, ':after': after },
      Limit: limit,
    }),
  );
  return (Items ?? []) as Entry[];
}

function placeOf(cursor: string | undefined): string {
  if (cursor === undefined) return ' ';
  const after = decodeCursor(cursor)?.after;
  if (typeof after === 'string' && after.length > 0 && after.length < 200) return after;
  throw new Problem('malformed-request', 'The cursor is not one that a list of ours returned.');
}

/**
 * One page, soonest due first. Without a status: what is open. Every shard gives its next few; the soonest of all
 * are the page, and the last of them is the cursor.
 */
export async function inboxPage(
  department: string,
  query: { status?: ReviewStatus | undefined; limit: number; cursor?: string | undefined },
): Promise<InboxPage> {
  const phase = query.status && isFinal(query.status) ? 'closed' : 'open';
  const after = placeOf(query.cursor);
  const shards = await Promise.all(
    Array.from({ length: inboxShards }, (_, shard) =>
      shardPage(`INBOX#${department}#${phase}#${shard}`, after, query.limit),
    ),
  );
  const entries = shards
    .flat()
    .sort((a, b) => (a.inboxSort < b.inboxSort ? -1 : 1))
    .slice(0, query.limit);
  const rows = new Map((await readRows(entries)).map((row) => [row.id as string, row as unknown as Review]));
  const items = entries.flatMap(({ sk }) => rows.get(sk.slice('REVIEW#'.length)) ?? []);
  const last = entries.at(-1)?.inboxSort;
  const full = entries.length === query.limit;
  return {
    items: query.status ? items.filter(({ status }) => status === query.status) : items,
    ...(full && last ? { cursor: encodeCursor({ after: last }) } : {}),
  };
}
