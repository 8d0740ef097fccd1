/** A table of the main schema, made for one run of the contract suite. */
import { randomUUID } from 'node:crypto';
import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type KeyNames, mainSchema } from '../table/schema.ts';
import type { Connected } from '../table/table-contract.ts';

const keySchema = ({ hash, range }: KeyNames) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
];

export async function connectTo(client: DynamoDBClient): Promise<Connected> {
  const tableName = `contract-${randomUUID()}`;
  const indexes = Object.entries(mainSchema.indexes);
  const names = [mainSchema.key, ...indexes.map(([, index]) => index)].flatMap(({ hash, range }) => [
    hash,
    range,
  ]);
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keySchema(mainSchema.key),
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
        IndexName,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: index.projection },
      })),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: tableName });
  const table = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return { tableName, send: (command) => table.send(command) };
}
