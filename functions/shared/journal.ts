/** Reading the journal of a case: its timeline. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { JournalEntry } from './application.ts';
import { keys, table, tableName } from './table.ts';

/**
 * Journal entries after a version, oldest first.
 * @param limit entries read at most (each has one to a few events).
 */
export async function readJournal(
  number: string,
  after: number,
  limit: number,
): Promise<{ entries: JournalEntry[]; more: boolean }> {
  const { Items, LastEvaluatedKey } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': keys.application(number).pk,
        ':from': keys.event(number, after + 1).sk,
        ':to': keys.event(number, 999_999).sk,
      },
      Limit: limit,
    }),
  );
  return { entries: (Items ?? []) as unknown as JournalEntry[], more: LastEvaluatedKey !== undefined };
}
