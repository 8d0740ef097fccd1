/** Departments as operators have connected them. */
import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Actor } from '../cases/events.ts';
import { journalKey } from '../cases/keys.ts';
import { type Key, table, tableName } from '../platform/table.ts';

const keyOf = (code: string): Key => ({ pk: 'DEPARTMENT', sk: `DEPARTMENT#${code}` });

export type Connection = {
  webhookUrl?: string;
  paused: boolean;
  /** The system answered 410: it wants no more. Ends with the next setting. */
  gone?: boolean;
  version: number;
};

const unconnected: Connection = { paused: false, version: 0 };

export async function readConnection(code: string): Promise<Connection> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: keyOf(code), ConsistentRead: true }),
  );
  return (Item as Connection | undefined) ?? unconnected;
}

/** All of them, by code; a department that was never set is absent. */
export async function readConnections(): Promise<Map<string, Connection>> {
  const { Items } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keyOf('').pk },
    }),
  );
  return new Map((Items ?? []).map((row) => [String(row.code), row as unknown as Connection]));
}

/**
 * Writes the setting and its journal entry in one transaction; the entry makes what waits be sent again.
 * @throws TransactionCanceledException when somebody else wrote at the same time
 */
export async function writeConnection(
  code: string,
  next: Omit<Connection, 'version'>,
  by: Actor,
): Promise<void> {
  const { version } = await readConnection(code);
  const TableName = tableName();
  await table.send(
    new TransactWriteCommand({
      TransactItems: [
        {
          Put: {
            TableName,
            Item: { ...keyOf(code), code, ...next, version: version + 1 },
            ConditionExpression: 'attribute_not_exists(pk) OR version = :before',
            ExpressionAttributeValues: { ':before': version },
          },
        },
        {
          Put: {
            TableName,
            Item: {
              ...journalKey(`DEPARTMENT#${code}`, version + 1),
              department: code,
              version: version + 1,
              at: new Date().toISOString(),
              by,
              events: [{ type: 'department.configured', department: code }],
            },
          },
        },
      ],
    }),
  );
}
