/**
 * What the code calls equals what is granted, function by function: the commands in the source files that a bundle
 * includes, against the statements of its role. A call without a right fails here, and so does a right without a call.
 */
import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import type { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { bundleAll, entries, type FunctionId } from '../../infra/bundle.ts';
import { configured, type Resource, synthesize } from '../support/stacks.ts';

/** Actions that a command needs, where its name does not say it. */
const actionsOf: Record<string, string[]> = {
  // A transaction of puts is authorized as puts.
  TransactWriteCommand: ['dynamodb:PutItem'],
  GetCommand: ['dynamodb:GetItem'],
  PutCommand: ['dynamodb:PutItem'],
  UpdateCommand: ['dynamodb:UpdateItem'],
  QueryCommand: ['dynamodb:Query'],
  BatchGetCommand: ['dynamodb:BatchGetItem'],
  EncryptCommand: ['kms:Encrypt'],
  DecryptCommand: ['kms:Decrypt'],
  DescribeKeyCommand: ['kms:DescribeKey'],
  GetQueueAttributesCommand: ['sqs:GetQueueAttributes'],
  GetSecretValueCommand: ['secretsmanager:GetSecretValue'],
  CreateSecretCommand: ['secretsmanager:CreateSecret'],
  PutSecretValueCommand: ['secretsmanager:PutSecretValue'],
  DescribeExecutionCommand: ['states:DescribeExecution'],
  SendTaskSuccessCommand: ['states:SendTaskSuccess'],
  SendTaskFailureCommand: ['states:SendTaskFailure'],
  RedriveExecutionCommand: ['states:RedriveExecution'],
  StopExecutionCommand: ['states:StopExecution'],
  ReceiveMessageCommand: ['sqs:ReceiveMessage'],
  DeleteMessageCommand: ['sqs:DeleteMessage'],
  StartExecutionCommand: ['states:StartExecution'],
  PutEventsCommand: ['events:PutEvents'],
  SendMessageCommand: ['sqs:SendMessage'],
  SendMessageBatchCommand: ['sqs:SendMessage'],
  ChangeMessageVisibilityCommand: ['sqs:ChangeMessageVisibility'],
  GetObjectCommand: ['s3:GetObject', 's3:GetObjectVersion'],
  // Written with a tag.
  PutObjectCommand: ['s3:PutObject', 's3:PutObjectTagging'],
  // What is not there is told to those only who may list.
  HeadObjectCommand: ['s3:GetObject', 's3:ListBucket'],
  PutObjectTaggingCommand: ['s3:PutObjectTagging', 's3:PutObjectVersionTagging'],
  AdminGetUserCommand: ['cognito-idp:AdminGetUser'],
  AdminListGroupsForUserCommand: ['cognito-idp:AdminListGroupsForUser'],
  DescribeUserPoolClientCommand: ['cognito-idp:DescribeUserPoolClient'],
  SendTextMessageCommand: ['sms-voice:SendTextMessage'],
};

/** Rights that every function of its kind has, for what AWS does in its name. */
const ambient = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];
/** What the event sources need, granted by the CDK. */
const polling: Record<string, string[]> = {
  queue: [
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
  ],
  stream: [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:SendMessage',
  ],
};

type Statement = { Action: string | string[]; Resource: unknown; Condition?: unknown };
const list = (value: string | string[]): string[] => [value].flat();

const { main, sandbox } = synthesize('integration');
const folder = '.local/least-privilege';
bundleAll(folder, false);

/** Statements of the role of a function. */
function statementsOf(id: FunctionId): Statement[] {
  const role = [main, sandbox]
    .flatMap((stack) => stack?.node.findAll() ?? [])
    .find((each) => each.node.id === id && each.node.tryFindChild('Role'))
    ?.node.findChild('Role');
  const policy = role?.node.findChild('DefaultPolicy').node.defaultChild as CfnPolicy;
  const document = Stack.of(policy).resolve(policy.policyDocument) as { Statement: Statement[] };
  return document.Statement;
}

/** Commands in our own part of a bundle: what the bundler left of it, file by file, is what can run. */
function calledActions(id: FunctionId): string[] {
  const parts = readFileSync(`${folder}/${id}/index.mjs`, 'utf8').split(
    /^\/\/ (?=(?:functions|node_modules)\/)/m,
  );
  const own = parts.filter((part) => part.startsWith('functions/'));
  expect(own.length).toBeGreaterThan(1);
  const commands = own.flatMap((part) =>
    [...part.matchAll(/new (\w+?)\d*\(/g)].map(([, name]) => name ?? ''),
  );
  return [...new Set(commands.filter((name) => name.endsWith('Command')))].flatMap((command) => {
    const actions = actionsOf[command];
    if (!actions) throw new Error(`${command} is not in the table of this test.`);
    return actions;
  });
}

/** A branch that a stage with a carrier's address does not take; the test below looks where it is. */
const notTaken: Partial<Record<FunctionId, string[]>> = { SendSms: ['sms-voice:SendTextMessage'] };

const atRest = (statement: Statement): boolean =>
  JSON.stringify(statement.Condition ?? '').includes('kms:ViaService');

it('lets only those who make and check pick-up codes have their secret', () => {
  const may = (Object.keys(entries) as FunctionId[]).filter((id) =>
    statementsOf(id).some(
      ({ Action, Resource }) =>
        list(Action).includes('secretsmanager:GetSecretValue') &&
        JSON.stringify(Resource).includes('PickupCodes'),
    ),
  );
  expect(may).toEqual(['IntakeApi', 'SendSms']);
});

describe.each(Object.keys(entries) as FunctionId[])('%s', (id) => {
  const statements = statementsOf(id);
  // Whoever takes messages out itself has asked for nothing else than what it calls.
  const consumes = statements.some(({ Action }) => list(Action).includes('sqs:GetQueueUrl'));
  const streams = statements.some(({ Action }) => list(Action).includes('dynamodb:GetRecords'));
  const forPolling = [...(consumes ? (polling.queue ?? []) : []), ...(streams ? (polling.stream ?? []) : [])];

  it('may do exactly what it does', () => {
    const granted = new Set(statements.filter((each) => !atRest(each)).flatMap(({ Action }) => list(Action)));
    const called = calledActions(id).filter((action) => !notTaken[id]?.includes(action));
    const unneeded = [...granted].filter(
      (action) =>
        !called.includes(action) &&
        !ambient.includes(action) &&
        !forPolling.includes(action) &&
        !isStreamKey(id, action),
    );
    expect({ missing: called.filter((action) => !granted.has(action)), unneeded }).toEqual({
      missing: [],
      unneeded: [],
    });
  });

  it('has no right on everything but tracing', () => {
    for (const { Action, Resource } of statements) {
      const everywhere = [Resource].flat().includes('*');
      if (everywhere)
        expect(
          list(Action).every((action) => action.startsWith('xray:') || action === 'dynamodb:ListStreams'),
        ).toBe(true);
      expect(list(Action).some((action) => action.includes('*'))).toBe(false);
    }
  });
});

it('sends an SMS by AWS only from the identity that the settings name', () => {
  const { ofType } = synthesize('production');
  const { smsOriginationIdentity } = configured('production');
  // biome-ignore lint/suspicious/noExplicitAny: templates have no types
  const properties = ([, resource]: [string, Resource]): any => resource.Properties;
  const statements: Statement[] = ofType('AWS::IAM::Policy').flatMap(
    (policy) => properties(policy).PolicyDocument.Statement,
  );
  expect(
    statements.filter(({ Action }) => list(Action).some((action) => action.startsWith('sms-voice:'))),
  ).toEqual([{ Action: 'sms-voice:SendTextMessage', Effect: 'Allow', Resource: smsOriginationIdentity }]);
});

/** The poller of an encrypted table's stream decrypts with the table's key. */
const isStreamKey = (id: FunctionId, action: string): boolean =>
  id === 'Relay' && ['kms:Decrypt', 'kms:DescribeKey'].includes(action);
