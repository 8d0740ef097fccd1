/**
 * Which partitions of the table a function may write, held against what it does write. The local cloud enforces no
 * rights, so the calls of the real handlers are compared with the statements of their roles here.
 */
import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handler as webhook } from '../../functions/departments/deliver-webhook.ts';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { handler as text } from '../../functions/notifications/send-sms.ts';
import { entries, type FunctionId } from '../../infra/bundle.ts';
import { dismantle, whsec } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';
import { Receiver } from '../support/receiver.ts';
import { synthesize } from '../support/stacks.ts';

const writing = /^dynamodb:(Put|Update|Delete|ConditionCheck|BatchWrite|PartiQL)/;
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

/** Rights to write into the table; one that names no partition counts as one for all. */
function rightsOf(id: string): Right[] {
  const statements = policies.filter(([name]) => name === id).flatMap(([, each]) => each);
  return statements
    .filter(({ Resource }) => JSON.stringify(Resource) !== theSandboxes)
    .flatMap(({ Action, Condition }) =>
      [Action]
        .flat()
        .filter((action) => writing.test(action))
        .map((action) => ({
          action,
          partitions: [Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? '*'].flat(),
        })),
    );
}

/** Who writes what: on purpose once more, in one place, to be read. */
const expected: Partial<Record<FunctionId, string[]>> = {
  IntakeApi: ['PutItem APPLICATION#*', 'PutItem IDEMPOTENCY#*', 'UpdateItem LIMIT#*'],
  MaterialsApi: ['UpdateItem LIMIT#*'],
  HandoverApi: ['PutItem APPLICATION#*'],
  ReviewsApi: ['PutItem APPLICATION#*', 'UpdateItem TRIAL#*'],
  DepartmentsApi: [
    'PutItem DELIVERIES#*',
    'PutItem DEPARTMENT',
    'PutItem DEPARTMENT#*',
    'PutItem TRIAL#*',
    'UpdateItem DEPARTMENT',
    'UpdateItem DEPARTMENT#*',
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

describe.each(Object.keys(entries) as FunctionId[])('%s', (id) => {
  it('may write only into the partitions that are its business', () => {
    const rights = rightsOf(id).flatMap(({ action, partitions }) =>
      partitions.map((partition) => `${action.slice('dynamodb:'.length)} ${partition}`),
    );
    expect(rights.toSorted()).toEqual(expected[id] ?? []);
  });
});

it('no role whatever may write anywhere in the table', () => {
  const names = [...new Set(policies.map(([name]) => name))];
  for (const name of names) {
    for (const { action, partitions } of rightsOf(name)) {
      expect(`${name} ${action} ${partitions}`).toMatch(/ [A-Z]+(#\*)?(,[A-Z]+(#\*)?)*$/);
    }
  }
  expect(names).toContain('IntakeApi');
});

/** Rows that a command writes into the main table, each with the action it needs. */
// biome-ignore lint/suspicious/noExplicitAny: the inputs of several commands
function written(name: string, input: any): { action: string; pk: string }[] {
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

describe('what the handlers write is granted to them', () => {
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

  /** Does something as a function, and holds each row it wrote against the function's rights. */
  async function as<T>(id: FunctionId, act: () => Promise<T>): Promise<T> {
    const before = here.cloud.asked.length;
    const answer = await act();
    const rows = here.cloud.asked.slice(before).flatMap(({ name, input }) => written(name, input));
    expect(rows.length, `${id} wrote something`).toBeGreaterThan(0);
    const refused = rows.filter(
      ({ action, pk }) =>
        !rightsOf(id).some(
          (right) => right.action === action && right.partitions.some((each) => covers(each, pk)),
        ),
    );
    expect(refused, id).toEqual([]);
    return answer;
  }

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
    const concluded = await here.concluded();
    await as('IssueOutputs', () => issue(here.message(concluded, 'application.concluded')));
    const { delivery } = await here.read(concluded);
    const { trackingNumber } = delivery;
    const collected = { reference: `${concluded}/1`, trackingNumber, event: 'collected' };
    await as('CourierApi', () => here.signed(whsec('C'), 'POST', '/courier/events', collected));
    here.cloud.answer = () => Response.json({}, { status: 202 });
    await as('SendSms', () => text(here.message(concluded, 'application.accepted')));
    const { reference } = here.cloud.outgoing.at(-1)?.body ?? {};
    const receipt = { reference, status: 'delivered' };
    await as('ReceiptsApi', () => here.signed(whsec('S'), 'POST', '/sms/receipts', receipt));
  });
});
