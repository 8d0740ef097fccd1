/**
 * A name, an identity number, a phone and an address that occur nowhere else go through a whole business opening,
 * with a correction, an officer's look and a parcel. Then they are looked for wherever the system leaves a trace.
 */
import { randomInt, randomUUID } from 'node:crypto';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCitizenId } from '../../../functions/platform/codes.ts';
import { outputs, queuesNamed, sqs, table } from '../../support/aws.ts';
import {
  as,
  behave,
  endpoints,
  exampleOf,
  type Json,
  newPhone,
  read,
  resetDepartments,
  reviewOf,
  sms,
  timeline,
  until,
  untilStatus,
} from '../../support/client.ts';
import { connect, connectSandbox } from '../../support/department.ts';

/** An identity number of nobody, with its right check character. */
function identity(): string {
  const body = `33010219${randomInt(60, 99)}0${randomInt(1, 9)}1${randomInt(0, 9)}${randomInt(100, 999)}`;
  return [...'0123456789X'].map((check) => body + check).find(isCitizenId) as string;
}

const letters = (count: number): string =>
  Array.from({ length: count }, () => String.fromCodePoint(0x9f00 + randomInt(0x80))).join('');

const planted = {
  name: `鼹${letters(4)}`,
  idNumber: identity(),
  phone: newPhone(),
  address: `浙江省杭州市上城区${letters(5)}弄${randomInt(1_000, 9_999)}号`,
};

/** The ways in which a value may have been written down. */
const writings = Object.entries(planted).flatMap(([what, value]) => {
  const escaped = [...value]
    .map((each) => (each > '~' ? `\\u${each.charCodeAt(0).toString(16)}` : each))
    .join('');
  const all = [
    value,
    escaped,
    encodeURIComponent(value),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
  ];
  return [...new Set(all)].map((text) => ({ what, text }));
});

/** What of the planted values a text holds; the text itself is not repeated. */
const leaks = (where: string, text: string): string[] =>
  writings.filter((each) => text.includes(each.text)).map(({ what }) => `${what} in ${where}`);

const asText = (value: unknown): string =>
  JSON.stringify(value, (_, each) =>
    each instanceof Uint8Array || each?.type === 'Buffer' ? Buffer.from(each.data ?? each).toString() : each,
  );

const eventBridge = new EventBridgeClient({});
const rule = `planted-${randomUUID().slice(0, 8)}`;
let bus: string;
let heard: string;
let number: string;

beforeAll(async () => {
  await resetDepartments();
  bus = outputs().BusName as string;
  heard = (await sqs.send(new CreateQueueCommand({ QueueName: rule }))).QueueUrl as string;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: heard, AttributeNames: ['QueueArn'] }),
  );
  const pattern = { EventBusName: bus, EventPattern: JSON.stringify({ source: [{ prefix: '' }] }) };
  await eventBridge.send(new PutRuleCommand({ Name: rule, ...pattern }));
  const target = { Id: 'planted', Arn: Attributes?.QueueArn };
  await eventBridge.send(new PutTargetsCommand({ Rule: rule, EventBusName: bus, Targets: [target] }));
  number = await walk();
});

afterAll(async () => {
  await eventBridge.send(new RemoveTargetsCommand({ Rule: rule, EventBusName: bus, Ids: ['planted'] }));
  await eventBridge.send(new DeleteRuleCommand({ Name: rule, EventBusName: bus }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl: heard }));
  await connectSandbox('bank');
  await resetDepartments();
});

/** The whole way, with the planted person in every place that takes one. */
async function walk(): Promise<string> {
  await behave('market-supervision', 'correct-once');
  await connect('bank', { webhookUrl: null });
  const { name, idNumber, phone, address } = planted;
  const body = await exampleOf('business-opening');
  const applicant = as('applicant');
  const person = { name, idNumber, phone };
  const delivery = { method: 'ems', recipient: name, phone, address };
  const form = {
    ...body.form,
    legalRepresentative: person,
    financeContact: person,
    members: [{ name, idNumber, contribution: 1 }],
  };
  const made = await applicant.post('/applications', {
    ...body,
    form,
    delivery,
    applicant: { type: 'person', ...person },
  });
  const id = made.body.number;
  // What is wrong is told as well: no answer may repeat a value.
  const wrong = {
    ...body,
    applicant: { type: 'person', ...person, idNumber: `${idNumber}9`, shoeSize: name },
  };
  const refused = await applicant.post('/applications', wrong);
  expect(refused.status).toBe(422);
  expect(leaks('a refusal', JSON.stringify(refused.body))).toEqual([]);
  await untilStatus(id, 'awaiting-correction');
  await applicant.post(`/applications/${id}/corrections`, {
    form: { legalRepresentative: { ...person, name: `${name}一` } },
  });
  const bank = await untilRequested(id, 'bank');
  const officer = as('officer', 'bank');
  const review = await officer.get(`/reviews/${bank.id}`);
  expect(review.body.applicant).toEqual({ type: 'person', ...person });
  await officer.post(`/reviews/${bank.id}/decisions`, { outcome: 'approved', output: { number: 'B-1' } });
  await untilStatus(id, 'completed');
  return id;
}

async function untilRequested(id: string, department: string): Promise<Json> {
  for (;;) {
    const review = reviewOf(await read(id), department);
    if (review.status === 'requested') return review;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('personal data', () => {
  it('would be found however it is written', () => {
    const { name, phone } = planted;
    for (const text of [name, encodeURIComponent(name), Buffer.from(name).toString('base64'), phone]) {
      expect(leaks('here', `before ${text} after`)).toHaveLength(1);
    }
    expect(leaks('a row', asText({ sealed: [Buffer.from(phone)] }))).toEqual(['phone in a row']);
    expect(leaks('nowhere', `${name.slice(0, 1)}** ${phone.slice(0, 3)}****${phone.slice(-4)}`)).toEqual([]);
  });

  it('did go the whole way', async () => {
    const messages = await until(
      'the messages',
      () => sms(planted.phone),
      (list) => list.length >= 4,
    );
    expect(messages.length).toBeGreaterThanOrEqual(4);
    expect((await read(number)).reviews.every(({ status }: Json) => status === 'approved')).toBe(true);
  });

  it('is masked in every answer to its own people', async () => {
    for (const role of ['applicant', 'operator'] as const) {
      const one = await as(role).get(`/applications/${number}`);
      const items = await as(role).get(`/applications/${number}/timeline`);
      expect(leaks('the application', JSON.stringify(one.body))).toEqual([]);
      expect(leaks('the timeline', JSON.stringify(items.body))).toEqual([]);
    }
    expect(leaks('the list', JSON.stringify((await as('applicant').get('/applications')).body))).toEqual([]);
    expect((await timeline(number)).length).toBeGreaterThan(20);
    expect(leaks('an SMS', JSON.stringify((await sms(planted.phone)).map(({ text }) => text)))).toEqual([]);
  });

  it('is in no log of ours', async () => {
    const logs = new CloudWatchLogsClient({});
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ limit: 50 }));
    const groups = logGroups
      .map((group) => group.logGroupName as string)
      .filter((name) => !/Sandbox/.test(name));
    const found: string[] = [];
    let mentions = 0;
    for (const logGroupName of groups) {
      let nextToken: string | undefined;
      do {
        const page = await logs.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
        for (const { message = '' } of page.events ?? []) {
          if (message.includes(number)) mentions += 1;
          found.push(...leaks(logGroupName, message));
        }
        nextToken = page.nextToken;
      } while (nextToken);
    }
    expect(groups.filter((name) => name.startsWith('/onewindow/local/')).length).toBeGreaterThan(10);
    expect(mentions).toBeGreaterThan(10);
    expect(found).toEqual([]);
  });

  it('is in no event on the bus', async () => {
    const bodies = await messagesIn(heard);
    const text = bodies.join('\n');
    expect(text.split(number).length).toBeGreaterThan(20);
    expect(leaks('the bus', text)).toEqual([]);
  });

  it('is in no queue and no dead-letter queue', async () => {
    const queues = await queuesNamed();
    expect(queues.length).toBeGreaterThan(9);
    for (const queue of queues) expect(leaks(queue, (await messagesIn(queue)).join('\n'))).toEqual([]);
  });

  it('is in no input, output or history of an execution', async () => {
    const sfn = new SFNClient({});
    const machine = endpoints().stateMachines.jointApproval;
    const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${number}`;
    const { input = '', output = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(JSON.parse(input)).toEqual({
      application: number,
      round: 1,
      reviews: [1, 2, 3, 4, 5].map((n) => `${number}-${n}`),
      tokensExpireAt: expect.stringMatching(/^\d{10}$/),
    });
    expect(leaks('input and output', input + output)).toEqual([]);
    let nextToken: string | undefined;
    let history = '';
    do {
      const page = await sfn.send(
        new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true, nextToken }),
      );
      history += JSON.stringify(page.events);
      nextToken = page.nextToken;
    } while (nextToken);
    expect(history).toContain(number);
    expect(leaks('the history', history)).toEqual([]);
  });

  it('is in the table sealed and masked only', async () => {
    const found: string[] = [];
    let rows = 0;
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await table.send(new ScanCommand({ TableName: outputs().TableName, ExclusiveStartKey }));
      for (const row of page.Items ?? []) {
        if (row.pk === `APPLICATION#${number}`) rows += 1;
        found.push(...leaks(`${row.pk} ${row.sk}`, asText(row)));
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(rows).toBeGreaterThan(15);
    expect(found).toEqual([]);
  });
});

/** The bodies of all messages in a queue, which stay there. */
async function messagesIn(QueueUrl: string): Promise<string[]> {
  const seen = new Map<string, string>();
  for (let empty = 0; empty < 3; ) {
    const before = seen.size;
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 2 }),
    );
    for (const { MessageId = '', Body = '' } of Messages) seen.set(MessageId, Body);
    if (seen.size === before) empty += 1;
  }
  return [...seen.values()];
}
