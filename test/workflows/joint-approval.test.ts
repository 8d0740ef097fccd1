/**
 * The state machine as it is deployed, executed along every edge of its graph. Only its surroundings are the test's:
 * a queue that the test reads as the department would, and two functions that accept and conclude as they are told.
 */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import validate from 'asl-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/client.ts';

const sfn = new SFNClient({});
const sqs = new SQSClient({});
const name = `workflow-${randomUUID().slice(0, 8)}`;
let queueUrl: string;
let stateMachineArn: string;

type State = {
  Next?: string;
  Default?: string;
  End?: boolean;
  Catch?: { Next: string }[];
  Choices?: { Next: string }[];
  ItemProcessor?: Graph;
};
type Graph = { StartAt: string; States: Record<string, State> };

/** The definition with its surroundings filled in, and with waits so short that a test can outlast them. */
function definitionWith(values: Record<string, string>): string {
  const file = readFileSync('statemachines/joint-approval.asl.json', 'utf8');
  const text = file.replaceAll(/"TimeoutSeconds": \d+/g, '"TimeoutSeconds": 3');
  return Object.entries(values).reduce((now, [key, value]) => now.replaceAll(`\${${key}}`, value), text);
}

/** Every edge of a graph and of the graphs inside its Maps. */
function edgesOf({ States }: Graph): string[] {
  return Object.entries(States).flatMap(([from, state]) => [
    ...[
      state.Next,
      state.Default,
      ...(state.Catch ?? []).map(({ Next }) => Next),
      ...(state.Choices ?? []).map(({ Next }) => Next),
    ]
      .filter((to) => to !== undefined)
      .map((to) => `${from} → ${to}`),
    ...(state.ItemProcessor ? edgesOf(state.ItemProcessor) : []),
  ]);
}

const inline = (code: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/test',
    Code: { ZipFile: code },
  },
});

/** Accepts; and concludes as the word in front of the application's name says. */
async function makeFunctions(): Promise<{ accept: string; conclude: string }> {
  const cloudFormation = new CloudFormationClient({});
  const functionName = (part: string): string => `${name}-${part}`;
  const withName = (part: string, code: string) => {
    const made = inline(code);
    return { ...made, Properties: { ...made.Properties, FunctionName: functionName(part) } };
  };
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: JSON.stringify({
        Resources: {
          Accept: withName(
            'accept',
            "exports.handler = async () => { console.log('accepted'); return { status: 'in-review' }; };",
          ),
          Conclude: withName(
            'conclude',
            "exports.handler = async ({ application }) => { console.log('concluded'); return { status: application.split('_')[0] }; };",
          ),
        },
      }),
    }),
  );
  await waitUntilStackCreateComplete(
    { client: cloudFormation, maxWaitTime: 30, minDelay: 1 },
    { StackName: name },
  );
  const arn = (part: string): string =>
    `arn:aws:lambda:us-east-1:000000000000:function:${functionName(part)}`;
  return { accept: arn('accept'), conclude: arn('conclude') };
}

beforeAll(async () => {
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl as string;
  const { accept, conclude } = await makeFunctions();
  const made = await sfn.send(
    new CreateStateMachineCommand({
      name,
      roleArn: 'arn:aws:iam::000000000000:role/test',
      definition: definitionWith({
        AcceptFunctionArn: accept,
        RecordConclusionFunctionArn: conclude,
        WaitsQueueUrl: queueUrl,
      }),
    }),
  );
  stateMachineArn = made.stateMachineArn as string;
});

type Wait = { application: string; review: string; wait: string; token: string };
const inbox: Wait[] = [];

/** The next wait of a review: its kind is what tells which state the execution is in. */
async function nextWait(application: string, review: string): Promise<Wait> {
  const take = (): Wait | undefined => {
    const at = inbox.findIndex((each) => each.application === application && each.review === review);
    return at < 0 ? undefined : inbox.splice(at, 1)[0];
  };
  const found = await until(
    `a wait of ${review}`,
    async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
      );
      for (const { Body, ReceiptHandle } of Messages) {
        inbox.push(JSON.parse(Body as string) as Wait);
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      }
      return take();
    },
    (wait) => wait !== undefined,
  );
  return found as Wait;
}

const succeed = ({ token }: Wait): Promise<unknown> =>
  sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: '{"outcome":"approved"}' }));
const fail = ({ token }: Wait, error: string): Promise<unknown> =>
  sfn.send(new SendTaskFailureCommand({ taskToken: token, error }));

async function start(conclusion: string, reviews: string[]): Promise<{ application: string; arn: string }> {
  const application = `${conclusion}_${randomUUID().slice(0, 8)}`;
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn,
      name: application,
      input: JSON.stringify({ application, reviews }),
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
const escalated = 'Await escalated decision';
const cancelled = 'Review cancelled';

describe('the joint approval', () => {
  it('joins all reviews before it concludes', async () => {
    const { application, arn } = await start('approved', ['r1', 'r2']);
    const [first, second] = [await nextWait(application, 'r1'), await nextWait(application, 'r2')];
    expect(first).toMatchObject({ application, review: 'r1', wait: 'decision' });
    await succeed(first);
    expect((await sfn.send(new DescribeExecutionCommand({ executionArn: arn }))).status).toBe('RUNNING');
    await succeed(second);
    expect(await ended(arn)).toBe('SUCCEEDED');
    walk(
      'Accept the application',
      'Review by every department',
      'Record conclusion',
      'How did it end?',
      'Approved',
    );
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
    walk('How did it end?', 'Partly approved');
  });

  it('shows an escalated review in a state of its own, where it can still ask for a correction', async () => {
    const { application, arn } = await start('refused', ['r1', 'r2']);
    await fail(await nextWait(application, 'r1'), 'Escalated');
    const late = await nextWait(application, 'r1');
    expect(late.wait).toBe('escalated');
    await fail(late, 'CorrectionAsked');
    await succeed(await nextWait(application, 'r1'));
    await fail(await nextWait(application, 'r1'), 'ReviewCancelled');
    await succeed(await nextWait(application, 'r2'));
    expect(await ended(arn)).toBe('SUCCEEDED');
    walk(decision, escalated, correction, decision, cancelled);
    walk('How did it end?', 'Refused');
  });

  it('takes a timeout as an escalation, and a withdrawal from there', async () => {
    const { application, arn } = await start('withdrawn', ['r1']);
    await nextWait(application, 'r1');
    const late = await nextWait(application, 'r1');
    expect(late.wait).toBe('escalated');
    await fail(late, 'ReviewCancelled');
    expect(await ended(arn)).toBe('SUCCEEDED');
    walk(decision, escalated, cancelled);
    walk('How did it end?', 'Withdrawn');
  });

  it('is red only when a person must look', async () => {
    const { application, arn } = await start('nonsense', ['r1']);
    await succeed(await nextWait(application, 'r1'));
    expect(await ended(arn)).toBe('FAILED UnknownConclusion');
    walk('How did it end?', 'Ended in an unknown way');
  });

  it('is started once under one name', async () => {
    const { application, arn } = await start('approved', ['r1']);
    const again = sfn.send(new StartExecutionCommand({ stateMachineArn, name: application, input: '{}' }));
    await expect(again).rejects.toThrow(/already exists/i);
    await succeed(await nextWait(application, 'r1'));
    expect(await ended(arn)).toBe('SUCCEEDED');
  });
});

afterAll(() => {
  const graph = JSON.parse(readFileSync('statemachines/joint-approval.asl.json', 'utf8')) as Graph;
  expect([...walked].toSorted()).toEqual([...new Set(edgesOf(graph))].toSorted());
});

it('is valid Amazon States Language', () => {
  const substituted = definitionWith({
    AcceptFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:a',
    RecordConclusionFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:b',
    WaitsQueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/waits',
  });
  const result = validate(JSON.parse(substituted));
  expect(result.errors).toEqual([]);
});
