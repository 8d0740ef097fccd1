/**
 * Which partitions of the table a function may read and write, held against what it does. The local cloud enforces no
 * rights, so the calls of the real handlers are compared with the statements of their roles here.
 */
import { marshall } from '@aws-sdk/util-dynamodb';
import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetCatalogue } from '../../functions/catalogue/published.ts';
import { handler as webhook } from '../../functions/departments/deliver-webhook.ts';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { handler as text } from '../../functions/notifications/send-sms.ts';
import { handler as relay } from '../../functions/relay/handler.ts';
import { entries, type FunctionId } from '../../infra/bundle.ts';
import { dismantle, whsec } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';
import { Receiver } from '../support/receiver.ts';
import { synthesize } from '../support/stacks.ts';

const writing = /^dynamodb:(Put|Update|Delete|ConditionCheck|BatchWrite|PartiQL)/;
const reading = /^dynamodb:(GetItem|BatchGetItem|Query|Scan)$/;
type Statement = { Action: string | string[]; Resource: unknown; Condition?: Record<string, never> };
type Right = { action: string; partitions: string[] };

const { main, sandbox } = synthesize('integration');
/** The sandbox keeps its own table as it likes. */
const theSandboxes = JSON.stringify(sandbox?.resolve((sandbox.node.findChild('Table') as Table).tableArn));

/** The policies of our roles, by the construct that has the role. */
const policies = [main, sandbox].flatMap((stack) =>
  (stack?.node.findAll() ?? [])
    .filter((each) => each.node.id === 'DefaultPolicy')
    .map((each): [string, Statement[]] => {
      const policy = each.node.defaultChild as CfnPolicy;
      const document = Stack.of(policy).resolve(policy.policyDocument) as { Statement: Statement[] };
      return [each.node.scope?.node.scope?.node.id ?? '', document.Statement];
    }),
);

/** Rights to the table, not to its indexes; one that names no partition counts as one for all. */
function rightsOf(id: string, kind: RegExp): Right[] {
  const statements = policies.filter(([name]) => name === id).flatMap(([, each]) => each);
  return statements
    .filter(({ Resource }) => JSON.stringify(Resource) !== theSandboxes)
    .filter(({ Resource }) => !JSON.stringify(Resource).includes('/index/'))
    .flatMap(({ Action, Condition }) =>
      [Action]
        .flat()
        .filter((action) => kind.test(action))
        .map((action) => ({
          action,
          partitions: [Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? '*'].flat(),
        })),
    );
}

/** Who writes what: on purpose once more, in one place, to be read. */
const expected: Partial<Record<FunctionId, string[]>> = {
  IntakeApi: ['PutItem APPLICATION#*', 'PutItem IDEMPOTENCY#*', 'UpdateItem LIMIT#*'],
  MaterialsApi: ['PutItem IDEMPOTENCY#*', 'UpdateItem LIMIT#*'],
  HandoverApi: ['PutItem APPLICATION#*'],
  OperationsApi: [
    'PutItem APPLICATION#*',
    'PutItem IDEMPOTENCY#*',
    'PutItem OPERATIONS#*',
    'UpdateItem APPLICATION#*',
  ],
  DeadLettersApi: ['PutItem IDEMPOTENCY#*', 'PutItem OPERATIONS#*', 'PutItem SHELF#*'],
  ReviewsApi: ['PutItem APPLICATION#*', 'UpdateItem TRIAL#*'],
  DepartmentsApi: [
    'PutItem DELIVERIES#*',
    'PutItem DEPARTMENT',
    'PutItem DEPARTMENT#*',
    'PutItem TRIAL#*',
    'UpdateItem DEPARTMENT',
    'UpdateItem DEPARTMENT#*',
    'UpdateItem LIMIT#*',
  ],
  Sweep: ['PutItem APPLICATION#*', 'UpdateItem APPLICATION#*'],
  Census: ['UpdateItem HEARTBEAT'],
  DeliverWebhook: [
    'PutItem DELIVERIES#*',
    'PutItem DEPARTMENT',
    'PutItem DEPARTMENT#*',
    'PutItem TRIAL#*',
    'UpdateItem DEPARTMENT',
    'UpdateItem DEPARTMENT#*',
    'UpdateItem TRIAL#*',
  ],
  IssueOutputs: ['PutItem APPLICATION#*'],
  CourierApi: ['PutItem APPLICATION#*'],
  SendSms: ['PutItem APPLICATION#*', 'UpdateItem APPLICATION#*'],
  ReceiptsApi: ['UpdateItem APPLICATION#*'],
  SandboxApi: ['UpdateItem CLOCK'],
};

const named = (rights: Right[]): string[] =>
  rights
    .flatMap(({ action, partitions }) =>
      partitions.map((partition) => `${action.slice('dynamodb:'.length)} ${partition}`),
    )
    .toSorted();

describe.each(Object.keys(entries) as FunctionId[])('%s', (id) => {
  it('may write only into the partitions that are its business', () => {
    expect(named(rightsOf(id, writing))).toEqual(expected[id] ?? []);
  });
});

/** Who may be asked by anybody, or has to do with one kind of rows, and so may read no other. */
const read: Partial<Record<FunctionId | 'JointApproval', string[]>> = {
  CatalogueApi: [
    'GetItem CATALOGUE',
    'GetItem CATALOGUE#*',
    'GetItem CLOCK',
    'GetItem SERVICE#*',
    'Query CATALOGUE',
    'Query CATALOGUE#*',
    'Query SERVICE#*',
  ],
  HealthApi: ['GetItem CATALOGUE', 'GetItem HEALTH'],
  MaterialsApi: ['GetItem IDEMPOTENCY#*'],
  DeadLettersApi: ['GetItem IDEMPOTENCY#*'],
  Relay: ['BatchGetItem APPLICATION#*'],
  JointApproval: ['GetItem APPLICATION#*'],
  IssueOutputs: ['GetItem APPLICATION#*', 'GetItem CLOCK', 'Query APPLICATION#*'],
  CourierApi: ['GetItem APPLICATION#*', 'GetItem CLOCK', 'Query APPLICATION#*'],
  ReceiptsApi: [],
  SandboxApi: ['GetItem CLOCK'],
  SandboxWork: ['GetItem CLOCK'],
};

it.each(Object.entries(read))('%s may read nothing else', (id, partitions) => {
  expect(named(rightsOf(id, reading))).toEqual(partitions);
});

it('no role whatever may write anywhere in the table', () => {
  const names = [...new Set(policies.map(([name]) => name))];
  for (const name of names) {
    for (const { action, partitions } of rightsOf(name, writing)) {
      expect(`${name} ${action} ${partitions}`).toMatch(/ [A-Z]+(#\*)?(,[A-Z]+(#\*)?)*$/);
    }
  }
  expect(names).toContain('IntakeApi');
});

type Touched = { action: string; pk: string };

/** Partitions of the main table that a command reads, each with the action it needs. */
// biome-ignore lint/suspicious/noExplicitAny: the inputs of several commands
function readBy(name: string, input: any): Touched[] {
  if (name === 'BatchGetCommand') {
    const keys: { pk: string }[] = input.RequestItems.main?.Keys ?? [];
    return keys.map(({ pk }) => ({ action: 'dynamodb:BatchGetItem', pk }));
  }
  if (input.TableName !== 'main' || input.IndexName) return [];
  if (name === 'GetCommand') return [{ action: 'dynamodb:GetItem', pk: input.Key.pk }];
  if (name !== 'QueryCommand') return [];
  return [{ action: 'dynamodb:Query', pk: input.ExpressionAttributeValues[':pk'] }];
}

/** Rows that a command writes into the main table, each with the action it needs. */
// biome-ignore lint/suspicious/noExplicitAny: the inputs of several commands
function written(name: string, input: any): Touched[] {
  if (name === 'TransactWriteCommand') {
    return input.TransactItems.flatMap((item: Record<string, unknown>) =>
      Object.entries(item).flatMap(([kind, each]) => written(`${kind}Command`, each)),
    );
  }
  if (input.TableName !== 'main' || !/^(Put|Update|Delete|ConditionCheck)Command$/.test(name)) return [];
  const action = `dynamodb:${name.replace('Command', '')}Item`;
  return [{ action, pk: String((input.Item ?? input.Key).pk) }];
}

const covers = (pattern: string, pk: string): boolean =>
  pattern.endsWith('*') ? pk.startsWith(pattern.slice(0, -1)) : pk === pattern;

describe('what the handlers read and write is granted to them', () => {
  let receiver: Receiver;
  let here: OneWindow;
  beforeAll(async () => {
    receiver = await new Receiver().open();
    here = new OneWindow({ PRIVATE_DESTINATIONS: 'allowed' });
  });
  afterAll(async () => {
    dismantle();
    await receiver.close();
  });

  /** The journal of a case as the stream brings it. */
  const journalOf = (number: string): DynamoDBStreamEvent => ({
    Records: here.cloud.rows
      .filter(({ pk, sk }) => pk === `APPLICATION#${number}` && String(sk).startsWith('EVENT#'))
      .map((row) => ({
        eventName: 'INSERT',
        dynamodb: { NewImage: marshall(row, { removeUndefinedValues: true }) },
      })) as DynamoDBStreamEvent['Records'],
  });

  /** Does something as a function, and holds each partition that it touched against the function's rights. */
  async function as<T>(id: FunctionId, act: () => Promise<T>): Promise<T> {
    const before = here.cloud.asked.length;
    const answer = await act();
    const rows = here.cloud.asked
      .slice(before)
      .flatMap(({ name, input }) => [...readBy(name, input), ...written(name, input)]);
    expect(rows.length, `${id} touched something`).toBeGreaterThan(0);
    const refused = rows.filter(
      ({ action, pk }) =>
        ![...rightsOf(id, writing), ...rightsOf(id, reading)].some(
          (right) => right.action === action && right.partitions.some((each) => covers(each, pk)),
        ),
    );
    expect(refused, id).toEqual([]);
    return answer;
  }

  it('to anybody who asks', async () => {
    forgetCatalogue();
    const items = 'items=business-registration,tax-registration';
    for (const path of ['', '/business-opening', '/business-opening/promise', `/self-selected?${items}`]) {
      forgetCatalogue();
      await as('CatalogueApi', () => here.send('GET', `/catalogue${path}`));
    }
    forgetCatalogue();
    await as('HealthApi', () => here.send('GET', '/health'));
  });

  it('from the form to the door', async () => {
    const department = 'market-supervision';
    const connect = () => here.as('operator').put(`/departments/${department}`, { webhookUrl: receiver.url });
    await as('DepartmentsApi', connect);
    const submit = () =>
      here.as('applicant').post('/applications', here.example(), { 'idempotency-key': 'once' });
    expect((await as('IntakeApi', submit)).status).toBe(201);
    const number = await here.accepted();
    receiver.answer = () => 410;
    await as('DeliverWebhook', () => webhook(here.message(number, 'review.requested')));
    const approved = { outcome: 'approved', output: { number: 'N-1' } };
    await as('ReviewsApi', () => here.decide(`${number}-1`, department, approved));
    const handOver = () =>
      here.as('operator').post(`/reviews/${number}-2/handover`, { officer: 'officer-2' });
    expect((await as('HandoverApi', handOver)).status).toBe(200);
    for (const path of ['', '/repair'])
      await as('OperationsApi', () => here.as('operator').get(`/operations/cases/${number}${path}`));
    await as('OperationsApi', () => here.as('operator').get(`/operations/departments/${department}`));
    await as('OperationsApi', () => here.as('operator').get('/operations/escalated'));
    const key = (name: string) => ({ 'idempotency-key': name });
    const since = { since: '2026-01-01T00:00:00Z' };
    const repair = () => here.as('operator').post(`/operations/cases/${number}/repair`, {}, key('repair'));
    expect((await as('OperationsApi', repair)).status).toBe(200);
    const replay = () => here.as('operator').post('/operations/replays', since, key('replay'));
    expect((await as('OperationsApi', replay)).status).toBe(200);
    here.cloud.queues.set('https://queue.test/webhooks-dead-letters', [
      { id: '1', body: '{}', sentAt: '2026' },
    ]);
    const shelve = () =>
      here
        .as('operator')
        .post('/operations/dead-letters/webhooks-dead-letters/shelving', { because: 'No' }, key('shelve'));
    expect((await as('DeadLettersApi', shelve)).body.shelved).toBe(1);
    const concluded = await here.concluded();
    await as('IssueOutputs', () => issue(here.message(concluded, 'application.concluded')));
    const { delivery } = await here.read(concluded);
    const { trackingNumber } = delivery;
    const collected = { reference: `${concluded}/1`, trackingNumber, event: 'collected' };
    await as('CourierApi', () => here.signed(whsec('C'), 'POST', '/courier/events', collected));
    here.cloud.answer = () => Response.json({}, { status: 202 });
    await as('Relay', () => relay(journalOf(concluded)));
    await as('SendSms', () => text(here.message(concluded, 'application.accepted')));
    const { reference } = here.cloud.outgoing.at(-1)?.body ?? {};
    const receipt = { reference, status: 'delivered' };
    await as('ReceiptsApi', () => here.signed(whsec('S'), 'POST', '/sms/receipts', receipt));
  });
});
