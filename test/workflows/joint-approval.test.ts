/**
 * The state machine as it is deployed, executed along every edge of its graph. Only its surroundings are the test's:
 * a table of its own, in which the machine parks its waits and from which it reads the conclusion.
 */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import validate from 'asl-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/client.ts';

const sfn = new SFNClient({});
const dynamo = new DynamoDBClient({});
const table = DynamoDBDocumentClient.from(dynamo);
const name = `workflow-${randomUUID().slice(0, 8)}`;
let stateMachineArn: string;

type State = {
  Next?: string;
  Default?: string;
  End?: boolean;
  Catch?: { Next: string }[];
  Choices?: { Next: string }[];
  Parameters?: { ConditionExpression?: string };
  ItemProcessor?: Graph;
};
type Graph = { StartAt: string; States: Record<string, State> };

const file = readFileSync('statemachines/joint-approval.asl.json', 'utf8');
const graph = JSON.parse(file) as Graph;

/** The definition with its table, and with waits and patience so short that a test can outlast them. */
const definition = file
  .replaceAll(/\$\{TableName\}/g, name)
  .replaceAll(/"TimeoutSeconds": \d+/g, '"TimeoutSeconds": 5')
  .replaceAll('"IntervalSeconds": 2', '"IntervalSeconds": 1')
  .replaceAll('"MaxAttempts": 300', '"MaxAttempts": 1');

const statesOf = ({ States }: Graph): [string, State][] =>
  Object.entries(States).flatMap(([from, state]) => [
    [from, state],
    ...(state.ItemProcessor ? statesOf(state.ItemProcessor) : []),
  ]);

/** Every edge of a graph and of the graphs inside its Maps. */
const edgesOf = (machine: Graph): string[] =>
  statesOf(machine).flatMap(([from, state]) =>
    [
      state.Next,
      state.Default,
      ...(state.Catch ?? []).map(({ Next }) => Next),
      ...(state.Choices ?? []).map(({ Next }) => Next),
    ]
      .filter((to) => to !== undefined)
      .map((to) => `${from} → ${to}`),
  );

beforeAll(async () => {
  await dynamo.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
  await waitUntilTableExists({ client: dynamo, minDelay: 1, maxWaitTime: 20 }, { TableName: name });
  const made = await sfn.send(
    new CreateStateMachineCommand({
      name,
      roleArn: 'arn:aws:iam::000000000000:role/test',
      definition,
    }),
  );
  stateMachineArn = made.stateMachineArn as string;
});

const waitKey = (application: string, review: string) => ({
  pk: `APPLICATION#${application}`,
  sk: `WAIT#${review}`,
});

type Wait = {
  review: string;
  wait: string;
  token: string;
  entered: string;
  retries: number;
  expiresAt: number;
};

const readWait = async (application: string, review: string): Promise<Wait | undefined> => {
  const { Item } = await table.send(
    new GetCommand({ TableName: name, Key: waitKey(application, review), ConsistentRead: true }),
  );
  return Item && ({ ...Item, review } as Wait);
};

const seen = new Map<string, string>();

/** The next wait of a review: its kind is what tells which state the execution is in. */
async function nextWait(application: string, review: string): Promise<Wait> {
  const place = `${application} ${review}`;
  const found = await until(
    `a wait of ${review}`,
    () => readWait(application, review),
    (wait) => wait !== undefined && `${wait.token} ${wait.retries}` !== seen.get(place),
  );
  if (!found) throw new Error(`There is no wait of ${review}.`);
  seen.set(place, `${found.token} ${found.retries}`);
  return found;
}

const succeed = ({ token, review }: Wait): Promise<unknown> =>
  sfn.send(
    new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify({ review, outcome: 'approved' }) }),
  );
const fail = ({ token }: Wait, error: string): Promise<unknown> =>
  sfn.send(new SendTaskFailureCommand({ taskToken: token, error }));

type Execution = { application: string; arn: string };

/** Tokens live for an hour, in seconds since 1970. */
const tokensExpireAt = Math.floor(Date.now() / 1000) + 3600;

/** Starts a round of a case; a case without a conclusion goes on. */
async function start(conclusion: string | undefined, reviews: string[]): Promise<Execution> {
  const application = randomUUID();
  await table.send(
    new PutCommand({
      TableName: name,
      Item: {
        pk: `APPLICATION#${application}`,
        sk: 'APPLICATION',
        status: 'in-review',
        ...(conclusion ? { conclusion } : {}),
      },
    }),
  );
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn,
      name: application,
      input: JSON.stringify({ application, round: 1, reviews, tokensExpireAt: String(tokensExpireAt) }),
    }),
  );
  return { application, arn: executionArn as string };
}

const ended = async (executionArn: string): Promise<string> => {
  const { status, error } = await until(
    'the execution to end',
    () => sfn.send(new DescribeExecutionCommand({ executionArn })),
    (execution) => execution.status !== 'RUNNING',
  );
  return status === 'FAILED' ? `FAILED ${error}` : String(status);
};

const walked = new Set<string>();
const walk = (...states: string[]): void => {
  for (let i = 1; i < states.length; i++) walked.add(`${states[i - 1]} → ${states[i]}`);
};
const decision = 'Await department decision';
const correction = 'Await correction';
const procedure = 'Await end of special procedure';
const escalated = 'Await escalated decision';
const cancelled = 'Review cancelled';
const lost = 'Wait lost';
const end = 'How did it end?';

/** Fails a wait as nobody foresaw, until the machine's patience (here: one repetition) is at an end. */
async function lose(application: string, review: string, wait: Wait): Promise<void> {
  await fail(wait, 'Unforeseen');
  await fail(await nextWait(application, review), 'Unforeseen');
}

describe('the joint approval', () => {
  it('joins all reviews before it reads the conclusion', async () => {
    const { application, arn } = await start('approved', ['r1', 'r2']);
    const [first, second] = [await nextWait(application, 'r1'), await nextWait(application, 'r2')];
    expect(first).toMatchObject({ wait: 'decision', retries: 0, expiresAt: tokensExpireAt });
    expect(first.entered).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    await succeed(first);
    expect((await sfn.send(new DescribeExecutionCommand({ executionArn: arn }))).status).toBe('RUNNING');
    await succeed(second);
    expect(await ended(arn)).toBe('SUCCEEDED');
    walk('Review by every department', 'Read the conclusion', end, 'Approved');
  });

  it('waits for a correction and then for the decision again', async () => {
    const { application, arn } = await start('partly-approved', ['r1']);
    await fail(await nextWait(application, 'r1'), 'CorrectionAsked');
    const waiting = await nextWait(application, 'r1');
    expect(waiting.wait).toBe('correction');
    await succeed(waiting);
    const again = await nextWait(application, 'r1');
    expect(again.wait).toBe('decision');
    await succeed(again);
    expect(await ended(arn)).toBe('SUCCEEDED');
    walk(decision, correction, decision);
    walk(end, 'Partly approved');
  });

  it('waits for the end of a hearing and then for the decision again', async () => {
    const { application, arn } = await start('approved', ['r1']);
    await fail(await nextWait(application, 'r1'), 'ProcedureAnnounced');
    const waiting = await nextWait(application, 'r1');
    expect(waiting.wait).toBe('procedure');
    await succeed(waiting);
    const again = await nextWait(application, 'r1');
    expect(again.wait).toBe('decision');
    await succeed(again);
    expect(await ended(arn)).toBe('SUCCEEDED');
    walk(decision, procedure, decision);
  });

  it('shows an escalated review in a state of its own, where it can still ask for a correction or a hearing', async () => {
    const { application, arn } = await start('refused', ['r1', 'r2', 'r3']);
    const escalate = async (review: string): Promise<Wait> => {
      await fail(await nextWait(application, review), 'Escalated');
      const late = await nextWait(application, review);
      expect(late.wait).toBe('escalated');
      return late;
    };
    await fail(await escalate('r1'), 'CorrectionAsked');
    await succeed(await nextWait(application, 'r1'));
    await fail(await nextWait(application, 'r1'), 'ReviewCancelled');
    await fail(await escalate('r2'), 'ProcedureAnnounced');
    await succeed(await nextWait(application, 'r2'));
    await succeed(await nextWait(application, 'r2'));
    await succeed(await escalate('r3'));
    expect(await ended(arn)).toBe('SUCCEEDED');
    walk(decision, escalated, correction, decision, cancelled);
    walk(escalated, procedure);
    walk(end, 'Refused');
  });

  it('takes a timeout as an escalation, and a withdrawal from there', async () => {
    const { application, arn } = await start('withdrawn', ['r1']);
    await nextWait(application, 'r1');
    const late = await nextWait(application, 'r1');
    expect(late.wait).toBe('escalated');
    await fail(late, 'ReviewCancelled');
    expect(await ended(arn)).toBe('SUCCEEDED');
    walk(decision, escalated, cancelled);
    walk(end, 'Withdrawn');
  });

  it('ends well when the round is decided and the case goes on', async () => {
    const { application, arn } = await start(undefined, ['r1']);
    await succeed(await nextWait(application, 'r1'));
    expect(await ended(arn)).toBe('SUCCEEDED');
    walk(end, 'The case goes on');
  });

  it('is red only when a person must look', async () => {
    const { application, arn } = await start('nonsense', ['r1']);
    await succeed(await nextWait(application, 'r1'));
    expect(await ended(arn)).toBe('FAILED UnknownConclusion');
    walk(end, 'Ended in an unknown way');
  });

  it('is started once under one name', async () => {
    const { application, arn } = await start('approved', ['r1']);
    const again = sfn.send(new StartExecutionCommand({ stateMachineArn, name: application, input: '{}' }));
    await expect(again).rejects.toThrow(/already exists/i);
    await succeed(await nextWait(application, 'r1'));
    expect(await ended(arn)).toBe('SUCCEEDED');
  });
});

describe('a wait', () => {
  it('is parked again after an unforeseen end, with its number of repetitions', async () => {
    const { application, arn } = await start('approved', ['r1']);
    const first = await nextWait(application, 'r1');
    await fail(first, 'Unforeseen');
    const again = await nextWait(application, 'r1');
    expect(again).toMatchObject({ wait: 'decision', entered: first.entered, retries: 1 });
    await succeed(again);
    expect(await ended(arn)).toBe('SUCCEEDED');
  });

  const asked: Record<string, string> = {
    [correction]: 'CorrectionAsked',
    [procedure]: 'ProcedureAnnounced',
    [escalated]: 'Escalated',
  };

  it.each([decision, correction, procedure, escalated])(
    'that is lost (%s) stops no other review, and the execution ends red whatever the conclusion',
    async (state) => {
      const { application, arn } = await start('approved', ['r1', 'r2']);
      const other = await nextWait(application, 'r2');
      const first = await nextWait(application, 'r1');
      const error = asked[state];
      if (error) await fail(first, error);
      await lose(application, 'r1', error ? await nextWait(application, 'r1') : first);
      expect((await sfn.send(new DescribeExecutionCommand({ executionArn: arn }))).status).toBe('RUNNING');
      await succeed(other);
      expect(await ended(arn)).toBe('FAILED UnknownConclusion');
      walk(state, lost);
      walk(end, 'Ended in an unknown way');
    },
  );
});

describe('the row of a wait (fault 2: an older wait replaced a newer token)', () => {
  const conditions = new Set(
    statesOf(graph).flatMap(([, { Parameters }]) => Parameters?.ConditionExpression ?? []),
  );
  const now = '2026-11-24T08:00:00.500Z';

  /** Puts a wait as the definition does. @returns whether it was taken */
  async function park(
    application: string,
    token: string,
    entered: string,
    retries: number,
  ): Promise<boolean> {
    const [ConditionExpression] = conditions;
    try {
      await table.send(
        new PutCommand({
          TableName: name,
          Item: { ...waitKey(application, 'r1'), wait: 'decision', token, entered, retries },
          ConditionExpression,
          ExpressionAttributeValues: { ':entered': entered, ':retries': retries },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }

  it('is written under one and the same condition by every wait', () => {
    expect([...conditions]).toHaveLength(1);
  });

  it.each([
    ['entered earlier', '2026-11-24T08:00:00.499Z', 2, false],
    ['entered earlier, with more repetitions', '2026-11-24T07:59:59.999Z', 9, false],
    ['of an earlier repetition', now, 1, false],
    ['the same once more', now, 2, true],
    ['of a later repetition', now, 3, true],
    ['entered later', '2026-11-24T08:00:00.501Z', 0, true],
  ])('%s: %s, repetition %i: taken %s', async (_, entered, retries, taken) => {
    const application = randomUUID();
    expect(await park(application, 'present', now, 2)).toBe(true);
    expect(await park(application, 'other', entered, retries)).toBe(taken);
    expect((await readWait(application, 'r1'))?.token).toBe(taken ? 'other' : 'present');
  });

  it('refuses Step Functions too: the wait is tried again, then lost, and the newer one stays', async () => {
    const application = randomUUID();
    await park(application, 'newer', '9999-01-01T00:00:00.000Z', 0);
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({
        stateMachineArn,
        name: application,
        input: JSON.stringify({ application, round: 1, reviews: ['r1'], tokensExpireAt: '1' }),
      }),
    );
    expect(await ended(executionArn as string)).toBe('FAILED UnknownConclusion');
    expect((await readWait(application, 'r1'))?.token).toBe('newer');
  });
});

afterAll(() => {
  expect([...walked].toSorted()).toEqual([...new Set(edgesOf(graph))].toSorted());
});

it('is valid Amazon States Language', () => {
  expect(validate(JSON.parse(definition)).errors).toEqual([]);
});
