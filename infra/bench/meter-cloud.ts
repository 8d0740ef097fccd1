/**
 * A place for functions that run in this process: a table, bus, keys and secrets of their own in the local cloud,
 * which nobody else consumes, and a server that stands for departments, courier and carrier.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { settingsOf } from '../settings.ts';

export type Received = { path: string; body: Record<string, unknown> };
export type Outside = { url: string; received: Received[]; close: () => void };

/** A server that takes everything, remembers it, and answers as a courier does. */
export async function openOutside(trackingNumber: string): Promise<Outside> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ trackingNumber }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received, close: () => server.close() };
}

const indexes = ['list', 'inbox', 'due'];
const key = (name: string, type: 'HASH' | 'RANGE') => ({ AttributeName: name, KeyType: type });

/** The table as the data stack makes it, without its stream. */
async function makeTable(TableName: string): Promise<void> {
  const client = new DynamoDBClient({});
  const attributes = ['pk', 'sk', ...indexes.flatMap((index) => [`${index}Key`, `${index}Sort`])];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      AttributeDefinitions: attributes.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index,
        KeySchema: [key(`${index}Key`, 'HASH'), key(`${index}Sort`, 'RANGE')],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
  );
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 20 }, { TableName });
}

const oneWait = {
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } },
};

/**
 * Makes the place and sets the environment that functions read. Load the functions afterwards.
 * @returns the one secret by which all sides sign.
 */
export async function makePlace(url: string, departments: readonly string[]): Promise<string> {
  const name = `meter-${randomUUID().slice(0, 8)}`;
  await makeTable(name);
  await new EventBridgeClient({}).send(new CreateEventBusCommand({ Name: name }));
  const secret = `whsec_${Buffer.from(name.padEnd(32, 'x')).toString('base64')}`;
  const SecretString = JSON.stringify({ secrets: [{ secret, createdAt: new Date().toISOString() }] });
  const secrets = new SecretsManagerClient({});
  for (const each of ['shared', ...departments.map((code) => `departments/${code}`)]) {
    await secrets.send(new CreateSecretCommand({ Name: `${name}/${each}`, SecretString }));
  }
  const { QueueUrl } = await new SQSClient({}).send(new CreateQueueCommand({ QueueName: name }));
  const { stateMachineArn } = await new SFNClient({}).send(
    new CreateStateMachineCommand({
      name,
      roleArn: 'arn:aws:iam::000000000000:role/meter',
      definition: JSON.stringify(oneWait),
    }),
  );
  const { KeyMetadata } = await new KMSClient({}).send(new CreateKeyCommand({}));
  Object.assign(process.env, {
    TABLE_NAME: name,
    LIMITS: JSON.stringify(settingsOf('local').limits),
    BUS_NAME: name,
    STATE_MACHINE_ARN: stateMachineArn,
    PERSONAL_KEY_ARN: KeyMetadata?.Arn,
    PEPPER_SECRET_ARN: `${name}/shared`,
    PICKUP_SECRET_ARN: `${name}/shared`,
    COURIER_SECRET_ARN: `${name}/shared`,
    SMS_SECRET_ARN: `${name}/shared`,
    DEPARTMENT_SECRETS_PREFIX: `${name}/departments/`,
    WEBHOOK_QUEUE_URL: QueueUrl,
    WEBHOOK_DEAD_LETTERS_URL: QueueUrl,
    MATERIALS_BUCKET: name,
    API_URL: url,
    COURIER_URL: `${url}/courier`,
    SMS_URL: `${url}/sms`,
    PRIVATE_DESTINATIONS: 'allowed',
  });
  return secret;
}
