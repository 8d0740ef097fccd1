/** The list of a user's applications. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { indexKeys, keys } from '../cases/keys.ts';
import type { Application } from '../cases/types.ts';
import { decodeCursor, encodeCursor } from '../platform/paging.ts';
import { Problem } from '../platform/problems.ts';
import { readRows, table, tableName } from '../platform/table.ts';

/** Newest first. The index holds keys only; the headers of one page are read by one batch. */
export async function listApplications(
  owner: string,
  limit: number,
  cursor: string | undefined,
): Promise<{ items: Application[]; cursor?: string }> {
  const { listKey } = indexKeys.list(owner, '', '');
  const { Items = [], LastEvaluatedKey } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      IndexName: 'list',
      KeyConditionExpression: 'listKey = :owner',
      ExpressionAttributeValues: { ':owner': listKey },
      ScanIndexForward: false,
      Limit: limit,
      ...(cursor ? { ExclusiveStartKey: startKey(owner, cursor) } : {}),
    }),
  );
  // An entry of a party lies beside the header that it stands for.
  const rows = await readRows(Items.map(({ pk }) => ({ pk: String(pk), sk: 'APPLICATION' })));
  const headers = new Map(rows.map((row) => [row.pk as string, row as unknown as Application]));
  return {
    items: Items.flatMap(({ pk }) => headers.get(pk as string) ?? []),
    ...(LastEvaluatedKey
      ? { cursor: encodeCursor({ at: LastEvaluatedKey.listSort, sk: LastEvaluatedKey.sk }) }
      : {}),
  };
}

/** The cursor holds only a place in the caller's own list, so that a forged one reaches nobody else's. */
function startKey(subject: string, cursor: string): Record<string, string> {
  const { listKey } = indexKeys.list(subject, '', '');
  const partySk = keys.party('', subject).sk;
  const at = decodeCursor(cursor)?.at;
  const number = typeof at === 'string' ? /^[\d:.TZ-]{24}#([\w-]{1,64})$/.exec(at)?.[1] : undefined;
  if (typeof at !== 'string' || !number) {
    throw new Problem('malformed-request', 'The cursor is not one that a list of ours returned.');
  }
  const sk = decodeCursor(cursor)?.sk;
  return { listKey, listSort: at, pk: `APPLICATION#${number}`, sk: sk === 'APPLICATION' ? sk : partySk };
}
