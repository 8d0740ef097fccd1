/**
 * Every consumer dies after each of its awaited calls, and its record is delivered again. The functions run here, in
 * this process, against real tables, queues, keys and executions of the local cloud that nobody else consumes;
 * courier, carrier and department are a server in this process that remembers what it got.
 */

import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateStateMachineCommand, DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../functions/cases/events.ts';
import type { Case, JournalEntry } from '../../../functions/cases/types.ts';
import { courierNumber } from '../../../functions/platform/codes.ts';
import { Publisher } from '../../../infra/catalogue/publish.ts';
import { settingsOf } from '../../../infra/settings.ts';
import { catalogue } from '../../support/catalogue.ts';
import { exampleOf } from '../../support/client.ts';
import { killedAfter } from '../../support/crash.ts';

type Handler = (event: never) => Promise<unknown>;
type Outside = { path: string; reference: string };

const outside: Outside[] = [];
let server: Server;
let rooms: Awaited<ReturnType<typeof loadFunctions>>;

/** Loaded after the environment is set: the functions read it when they are called. */
async function loadFunctions() {
  const handlerOf = (module: { handler: unknown }): Handler => module.handler as Handler;
  return {
    relay: handlerOf(await import('../../../functions/relay/handler.ts')),
    webhook: handlerOf(await import('../../../functions/departments/deliver-webhook.ts')),
    outputs: handlerOf(await import('../../../functions/fulfilment/issue-outputs.ts')),
    sms: handlerOf(await import('../../../functions/notifications/send-sms.ts')),
    store: await import('../../../functions/cases/store.ts'),
    journal: await import('../../../functions/cases/journal.ts'),
    events: await import('../../../functions/relay/cloud-events.ts'),
    submit: await import('../../../functions/intake/submit.ts'),
    check: await import('../../../functions/intake/check.ts'),
    decide: await import('../../../functions/approvals/decide.ts'),
    centre: await import('../../../functions/catalogue/centre.ts'),
    table: await import('../../../functions/platform/table.ts'),
    departments: await import('../../../functions/departments/store.ts'),
  };
}

async function makeCloud(url: string): Promise<void> {
  const name = `crash-${randomUUID().slice(0, 8)}`;
  const dynamo = new DynamoDBClient({});
  const key = (attribute: string, type: 'HASH' | 'RANGE') => ({ AttributeName: attribute, KeyType: type });
  const indexes = ['list', 'inbox', 'due'];
  await dynamo.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      AttributeDefinitions: ['pk', 'sk', ...indexes.flatMap((each) => [`${each}Key`, `${each}Sort`])].map(
        (attribute) => ({ AttributeName: attribute, AttributeType: 'S' as const }),
      ),
      GlobalSecondaryIndexes: indexes.map((each) => ({
        IndexName: each,
        KeySchema: [key(`${each}Key`, 'HASH'), key(`${each}Sort`, 'RANGE')],
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      })),
    }),
  );
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 20, minDelay: 1 }, { TableName: name });
  await new EventBridgeClient({}).send(new CreateEventBusCommand({ Name: name }));
  const secrets = new SecretsManagerClient({});
  const whsec = `whsec_${Buffer.from(name.padEnd(32, 'x')).toString('base64')}`;
  const SecretString = JSON.stringify({ secrets: [{ secret: whsec, createdAt: new Date().toISOString() }] });
  const secret = async (id: string): Promise<string> =>
    (await secrets.send(new CreateSecretCommand({ Name: id, SecretString }))).ARN as string;
  const shared = await secret(`${name}/shared`);
  await secret(`${name}/departments/market-supervision`);
  const { QueueUrl } = await new SQSClient({}).send(new CreateQueueCommand({ QueueName: name }));
  const { stateMachineArn } = await new SFNClient({}).send(
    new CreateStateMachineCommand({
      name,
      roleArn: 'arn:aws:iam::000000000000:role/test',
      definition: JSON.stringify({
        StartAt: 'Await',
        States: {
          Await: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
            Parameters: { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token' } },
            End: true,
          },
        },
      }),
    }),
  );
  const { KeyMetadata } = await new KMSClient({}).send(new CreateKeyCommand({}));
  Object.assign(process.env, {
    TABLE_NAME: name,
    LIMITS: JSON.stringify(settingsOf('local').limits),
    BUS_NAME: name,
    STATE_MACHINE_ARN: stateMachineArn,
    PERSONAL_KEY_ARN: KeyMetadata?.Arn,
    PEPPER_SECRET_ARN: shared,
    PICKUP_SECRET_ARN: shared,
    COURIER_SECRET_ARN: shared,
    SMS_SECRET_ARN: shared,
    DEPARTMENT_SECRETS_PREFIX: `${name}/departments/`,
    WEBHOOK_QUEUE_URL: QueueUrl,
    WEBHOOK_DEAD_LETTERS_URL: QueueUrl,
    RETRY_QUEUE_URL: QueueUrl,
    API_URL: url,
    COURIER_URL: `${url}/courier`,
    SMS_URL: `${url}/sms`,
    PRIVATE_DESTINATIONS: 'allowed',
  });
}

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const reference = JSON.parse(text).reference ?? request.headers['webhook-id'];
      outside.push({ path: request.url ?? '', reference });
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ trackingNumber: courierNumber(1) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await makeCloud(url);
  rooms = await loadFunctions();
  await new Publisher(rooms.table.table, rooms.table.tableName()).publish(catalogue);
  await rooms.departments.writeConnection(
    'market-supervision',
    { paused: false, version: 0 },
    { webhookUrl: `${url}/webhook`, paused: false },
    { capacity: 'operator' },
  );
});

afterAll(() => {
  server.close();
});

const by = { capacity: 'system' as const };
const at = new Date();
const onlyRegistration = { items: ['business-registration'] };

async function accepted(changes: object = onlyRegistration): Promise<Case> {
  const { submit, check, store } = rooms;
  const checked = await check.checkSubmission(await exampleOf('business-opening', changes), { subject: 'u' });
  const number = submit.newNumber('330102', at);
  const { created, events } = await submit.newCase(
    number,
    checked,
    { subject: 'u', roles: ['applicant'], departments: [] },
    at,
  );
  await store.commit(undefined, created, { events, by, at });
  return created;
}

async function step(
  found: Case,
  change: (now: Case) => ReturnType<typeof rooms.decide.decide>,
): Promise<Case> {
  return (await rooms.store.changeCase(found.application.number, change, { by })) as Case;
}
async function approved(): Promise<Case> {
  return step(await accepted(), (now) =>
    rooms.decide.decide(
      now,
      `${now.application.number}-1`,
      { decision: { outcome: 'approved', output: { number: 'N-1' } }, key: 'k', hash: 'h' },
      rooms.centre.calendar,
      at,
    ),
  );
}
const entriesOf = async (number: string): Promise<JournalEntry[]> =>
  (await rooms.journal.readJournal(number, 0, 100)).entries;

async function message(found: Case, type: DomainEvent['type']): Promise<SQSEvent> {
  const entries = await entriesOf(found.application.number);
  const detail = entries.flatMap(rooms.events.cloudEvents).find((event) => event.type === type);
  const body = JSON.stringify({ 'detail-type': type, detail });
  return {
    Records: [{ messageId: 'm', body, attributes: { ApproximateReceiveCount: '1' } }],
  } as unknown as SQSEvent;
}

/** Delivers a record to a function that dies after its n-th call, for every n there is, and then once more, whole. */
async function dieEverywhere(
  handler: Handler,
  prepare: () => Promise<{ event: unknown; check: () => Promise<void> }>,
): Promise<number> {
  for (let n = 1; ; n++) {
    const { event, check } = await prepare();
    const died = await killedAfter(n, () => handler(event as never));
    const again = (await handler(event as never)) as { batchItemFailures?: unknown[] } | undefined;
    expect(again?.batchItemFailures ?? []).toEqual([]);
    await check();
    if (!died) return n - 1;
  }
}

const sent = (path: string, number: string): string[] =>
  outside
    .filter((each) => each.path === path && each.reference.includes(number))
    .map(({ reference }) => reference);

describe('a consumer that dies after any of its calls loses and doubles nothing', () => {
  it('relay of a submission', async () => {
    const deaths = await dieEverywhere(rooms.relay, async () => {
      const { application } = await accepted();
      const [entry] = await entriesOf(application.number);
      const event = {
        Records: [{ dynamodb: { NewImage: marshall(entry, { removeUndefinedValues: true }) } }],
      };
      return {
        event: event as unknown as DynamoDBStreamEvent,
        check: async () => {
          const arn = `${process.env.STATE_MACHINE_ARN?.replace(':stateMachine:', ':execution:')}:${application.number}`;
          const execution = await new SFNClient({}).send(new DescribeExecutionCommand({ executionArn: arn }));
          expect(execution.status).toBe('RUNNING');
        },
      };
    });
    expect(deaths).toBeGreaterThanOrEqual(2);
  });

  it('relay of a new wait', async () => {
    await dieEverywhere(rooms.relay, async () => {
      const { application } = await approved();
      const row = { pk: `APPLICATION#${application.number}`, sk: `WAIT#${application.number}-1` };
      const NewImage = marshall({ ...row, wait: 'decision', token: randomUUID() });
      return { event: { Records: [{ dynamodb: { NewImage } }] }, check: async () => undefined };
    });
  });

  it('order of a parcel', async () => {
    const deaths = await dieEverywhere(rooms.outputs, async () => {
      const found = await approved();
      const { number } = found.application;
      return {
        event: await message(found, 'application.concluded'),
        check: async () => {
          expect(new Set(sent('/courier', number))).toEqual(new Set([`${number}/1`]));
          const entries = await entriesOf(number);
          expect(
            entries.flatMap(({ events }) => events).filter(({ type }) => type === 'parcel.ordered'),
          ).toHaveLength(1);
        },
      };
    });
    expect(deaths).toBeGreaterThanOrEqual(4);
  });

  it('SMS', async () => {
    const deaths = await dieEverywhere(rooms.sms, async () => {
      const found = await accepted();
      return {
        event: await message(found, 'application.accepted'),
        // Handed over again only with the reference on which the carrier de-duplicates.
        check: async () => expect(new Set(sent('/sms', found.application.number)).size).toBe(1),
      };
    });
    expect(deaths).toBeGreaterThanOrEqual(4);
  });

  it('webhook', async () => {
    await dieEverywhere(rooms.webhook, async () => {
      const found = await accepted();
      const before = outside.length;
      return {
        event: await message(found, 'review.requested'),
        check: async () => {
          const ids = outside.slice(before).map(({ reference }) => reference);
          expect(new Set(ids).size).toBe(1);
        },
      };
    });
  });
});
