/**
 * The canary on a running stage: it signs in by client credentials at the pool, its case goes through stream, relay,
 * bus, queues and workflow, and its own department decides it. Twice, so that the second tells of the first.
 */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, it } from 'vitest';
import { isSynthetic } from '../../functions/platform/synthetic.ts';
import { invoke, outputs, partition, table } from '../support/aws.ts';
import { anyone, as, endpoints, type Json, sms, until } from '../support/client.ts';

/** The canary's own cases, the newest first. */
async function filed(): Promise<string[]> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: outputs().TableName,
      IndexName: 'list',
      KeyConditionExpression: 'listKey = :key',
      ExpressionAttributeValues: { ':key': `OWNER#${outputs().CanaryClientId}` },
      ScanIndexForward: false,
    }),
  );
  return Items.map(({ pk }) => String(pk).slice('APPLICATION#'.length));
}

const read = async (number: string): Promise<Json> =>
  (await as('operator').get(`/applications/${number}`)).body;

/** Numbers of metrics in the function's log lines. */
async function verdicts(): Promise<string[]> {
  const logs = new CloudWatchLogsClient({});
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({ logGroupName: '/onewindow/local/Canary' }),
  );
  return events.flatMap(({ message = '' }) => message.match(/Canary(Passed|Failed)(?="?:1[,}])/g) ?? []);
}

let number: string;
beforeAll(async () => {
  await invoke('Canary', {});
  [number = ''] = await filed();
});

it('files a case that tells itself apart', () => {
  expect(isSynthetic(number)).toBe(true);
});

it('has it decided by its own department, and handed out', async () => {
  const found = await until(
    'the case to end',
    () => read(number),
    ({ status }) => status === 'completed',
  );
  expect(found).toMatchObject({
    service: 'canary',
    conclusion: 'approved',
    reviews: [{ department: 'canary', status: 'approved' }],
    delivery: { method: 'electronic', status: 'issued' },
  });
  const machine = endpoints().stateMachines.jointApproval;
  const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${number}`;
  await until(
    'its execution to succeed',
    () => new SFNClient({}).send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status === 'SUCCEEDED',
  );
  const deliveries = await partition('DELIVERIES#canary');
  expect(deliveries).toMatchObject([{ status: 'delivered', answer: 204, type: 'review.requested' }]);
});

it('leaves rows that go by themselves', async () => {
  const rows = await partition(`APPLICATION#${number}`);
  expect(rows.length).toBeGreaterThan(7);
  const soon = Date.now() / 1000 + 4 * 24 * 3600;
  for (const { sk, expiresAt } of rows) expect([sk, expiresAt > 0 && expiresAt < soon]).toEqual([sk, true]);
});

it('tells nobody, and is in no list', async () => {
  expect(await sms('13000000000')).toEqual([]);
  const { body } = await as('operator').get('/applications?service=canary');
  expect(body.items).toEqual([]);
  expect((await anyone.get('/catalogue/canary')).status).toBe(404);
});

it('passes the next time', async () => {
  const before = (await verdicts()).length;
  await invoke('Canary', {});
  const after = await until('its verdict', verdicts, (found) => found.length > before);
  expect(after.at(-1)).toBe('CanaryPassed');
});
