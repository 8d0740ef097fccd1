/** Reading the journal of a case: its timeline. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { table, tableName } from '../platform/table.ts';
import { journalKey, keys } from './keys.ts';
import type { JournalEntry } from './types.ts';
import { entryOf } from './upgrade.ts';

/**
 * Journal entries after a version, oldest first.
 * @param limit entries read at most (each has one to a few events).
 */
export async function readJournal(
  number: string,
  after: number,
  limit: number,
): Promise<{ entries: JournalEntry[]; more: boolean }> {
  const { pk } = keys.application(number);
  const { Items, LastEvaluatedKey } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': pk,
        ':from': journalKey(pk, after + 1).sk,
        ':to': journalKey(pk, 999_999).sk,
      },
      Limit: limit,
    }),
  );
  return { entries: (Items ?? []).map(entryOf), more: LastEvaluatedKey !== undefined };
}

/** Every journal entry of a case after a version, oldest first; all of them unless one is named. */
export async function wholeJournal(number: string, version = 0): Promise<JournalEntry[]> {
  const all: JournalEntry[] = [];
  for (let more = true, after = version; more; after = all.at(-1)?.version ?? after) {
    const page = await readJournal(number, after, 100);
    all.push(...page.entries);
    more = page.more && page.entries.length > 0;
  }
  return all;
}
