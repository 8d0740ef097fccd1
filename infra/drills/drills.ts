/**
 * The runbook, tried: each drill brings a fault about, waits for its alarm, does what the row of docs/operations.md
 * says, in at most three commands, and ends with the case ended.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
} from '@aws-sdk/client-eventbridge';
import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Json, type Stand, until } from './stand.ts';

export type Drill = {
  /** In a few words. */
  what: string;
  /** The alarm of infra/alarms that rings; none, where nothing is to be done. */
  alarm?: string;
  /** Takes a minute or more of real time. */
  slow?: true;
  /** @returns the number of the case that must have ended */
  run: (stand: Stand, rang: () => void) => Promise<string>;
};

const department = 'market-supervision';
const approval = { outcome: 'approved', output: { number: 'DRILL-1' } };
const client = ({ endpoints: { aws, region } }: Stand) => ({ endpoint: aws, region });

/** The case's one review is decided by an officer, in the inbox. */
async function decideByOfficer(stand: Stand, number: string): Promise<void> {
  const officer = await stand.as('officer', department);
  await stand.api(`an officer of ${department} decides in the inbox`, () =>
    officer('POST', `/reviews/${number}-1/decisions`, approval),
  );
}

const untilAsked = (stand: Stand, number: string): Promise<Json> =>
  until(
    `${department} to be asked`,
    () => stand.read(number),
    ({ reviews }) =>
      reviews.some((review: Json) => review.department === department && review.status === 'requested'),
  );

async function untilWaiting(stand: Stand, number: string): Promise<void> {
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(client(stand)));
  const wait = { pk: `APPLICATION#${number}`, sk: `WAIT#${number}-1` };
  await until(
    'the execution to wait',
    () =>
      table.send(
        new QueryCommand({
          TableName: stand.outputs.TableName,
          KeyConditionExpression: 'pk = :pk AND sk = :sk',
          ExpressionAttributeValues: { ':pk': wait.pk, ':sk': wait.sk },
        }),
      ),
    ({ Items = [] }) => Items.length > 0,
  );
}

const executionArn = ({ endpoints }: Stand, name: string): string =>
  `${endpoints.stateMachines.jointApproval.replace(':stateMachine:', ':execution:')}:${name}`;

async function executionStatus(stand: Stand, name: string): Promise<string> {
  const query = new DescribeExecutionCommand({ executionArn: executionArn(stand, name) });
  return (await new SFNClient(client(stand)).send(query)).status ?? '';
}

async function trackingNumber(stand: Stand, number: string, parcel = 1): Promise<string> {
  const found = await until(
    `parcel ${parcel} to be ordered`,
    () => stand.read(number),
    ({ consignments }) => consignments.some((each: Json) => each.status === 'ordered' && each.trackingNumber),
  );
  return found.consignments.find((each: Json) => each.status === 'ordered').trackingNumber;
}

/** The applicant fetches what lies at the window, with the code of the last SMS. */
async function collect(stand: Stand, number: string, phone: string): Promise<void> {
  const operator = await stand.as('operator');
  const { items } = await until(
    'the code to arrive',
    () => operator<{ items: { text: string }[] }>('GET', `/sandbox/sms?phone=${phone}&limit=100`),
    (found) => found.items.some(({ text }) => /\b\d{8}\b/.test(text)),
  );
  const codes = items.flatMap(({ text }) => /\b\d{8}\b/.exec(text)?.[0] ?? []);
  const applicant = await stand.as('applicant');
  let last: unknown;
  for (const code of new Set(codes)) {
    try {
      await applicant('POST', `/applications/${number}/collection`, { code });
      return;
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function queueUrl(stand: Stand, word: string): Promise<string> {
  const { QueueUrls = [] } = await new SQSClient(client(stand)).send(
    new ListQueuesCommand({ MaxResults: 1000 }),
  );
  const url = QueueUrls.find((each) => each.includes(word));
  if (!url) throw new Error(`There is no queue ${word}.`);
  return url;
}

/** Sets a variable of a function; the value before it is what puts it right again. */
async function setVariable(stand: Stand, id: string, name: string, value: string): Promise<string> {
  const path = `functions/onewindow-local-${id}/configuration`;
  const { Environment } = await stand.lambda('GET', path);
  const before = Environment.Variables[name];
  await stand.lambda('PUT', path, {
    Environment: { Variables: { ...Environment.Variables, [name]: value } },
  });
  return before;
}

async function streamMapping(stand: Stand): Promise<string> {
  const { EventSourceMappings } = await stand.lambda(
    'GET',
    'event-source-mappings/?FunctionName=onewindow-local-Relay',
  );
  return EventSourceMappings[0].UUID;
}

async function sweepRule(stand: Stand): Promise<string> {
  const { Rules = [] } = await new EventBridgeClient(client(stand)).send(new ListRulesCommand({}));
  const name = Rules.map(({ Name = '' }) => Name).find((each) => each.includes('EveryMinute'));
  if (!name) throw new Error('There is no rule of the sweep.');
  return name;
}

export const drills: Record<string, Drill> = {
  'silent-department': {
    what: 'A department decides nothing, and does not react to its reminder',
    alarm: 'ReviewsEscalated',
    run: async (stand, rang) => {
      await stand.behave(department, 'silent');
      const { number } = await stand.submit();
      await untilAsked(stand, number);
      await stand.pass(4 * 24 * 60);
      await stand.untilCounted('ReviewsOverdue');
      await stand.pass(4 * 24 * 60);
      await stand.untilCounted('ReviewsEscalated');
      rang();
      const named = await stand.ops('escalated');
      if (!named.includes(number)) throw new Error('The case is not named.');
      await decideByOfficer(stand, number);
      await stand.behave(department, 'approve');
      return number;
    },
  },
  'sms-refusing': {
    what: 'The carrier refuses numbers by the dozen',
    alarm: 'MessagesRefused',
    run: async (stand, rang) => {
      await stand.control('/carrier', { behaviour: 'refuse' });
      const numbers: string[] = [];
      for (let i = 0; i < 6; i++) numbers.push((await stand.submit()).number);
      const [number = ''] = numbers;
      await stand.untilCounted('MessagesRefused', 11);
      rang();
      await stand.control('/carrier', { behaviour: 'deliver' });
      const story = await stand.ops('case', number);
      if (!/application\.accepted +failed/.test(story)) throw new Error('The refused SMS is not named.');
      return number;
    },
  },
  'sms-unsure': {
    what: 'The carrier takes an SMS and does not answer in time: it is asked again with the same reference',
    run: async (stand) => {
      await stand.control('/carrier', { behaviour: 'timeout-once' });
      const { number, phone } = await stand.submit();
      await stand.untilCounted('MessagesFailing');
      await stand.control('/carrier', { behaviour: 'deliver' });
      await stand.untilStatus(number, 'completed');
      const operator = await stand.as('operator');
      const { items } = await operator<{ items: { text: string }[] }>('GET', `/sandbox/sms?phone=${phone}`);
      if (new Set(items.map(({ text }) => text)).size !== items.length) throw new Error('An SMS came twice.');
      return number;
    },
  },
  'sms-wrong-secret': {
    what: 'Our secret is not the one that the carrier knows: it refuses what we sign',
    alarm: 'MessagesFailing',
    slow: true,
    run: async (stand, rang) => {
      const wrong = 'onewindow/local/CourierSecret';
      const right = await setVariable(stand, 'SendSms', 'SMS_SECRET_ARN', wrong);
      const { number } = await stand.submit();
      await stand.untilCounted('MessagesFailing', 2);
      rang();
      await stand.aws('lambda update-function-configuration … SMS_SECRET_ARN=<the right one>', () =>
        setVariable(stand, 'SendSms', 'SMS_SECRET_ARN', right),
      );
      await stand.untilCounted('MessagesSent', 1, 180_000);
      return number;
    },
  },
  'parcel-returned': {
    what: 'Nobody was at home: the parcel comes back and lies at the window',
    run: async (stand) => {
      const { number, phone } = await stand.submit();
      await stand.control(`/ems/${await trackingNumber(stand, number)}/events`, { event: 'returned' });
      await stand.untilStatus(number, 'ready-for-pickup');
      await collect(stand, number, phone);
      return number;
    },
  },
  'parcel-lost-thrice': {
    what: 'The courier loses a parcel, and the two after it',
    alarm: 'ParcelsGivenUp',
    run: async (stand, rang) => {
      const { number, phone } = await stand.submit();
      for (let parcel = 1; parcel <= 3; parcel++)
        await stand.control(`/ems/${await trackingNumber(stand, number, parcel)}/events`, { event: 'lost' });
      await stand.untilCounted('ParcelsGivenUp');
      rang();
      await stand.ops('anew', number);
      await stand.untilStatus(number, 'ready-for-pickup');
      await collect(stand, number, phone);
      return number;
    },
  },
  'execution-stopped': {
    what: 'Somebody stops an execution: the case goes on without it',
    alarm: 'ExecutionsAborted',
    run: async (stand, rang) => {
      await stand.behave(department, 'silent');
      const { number } = await stand.submit();
      await untilWaiting(stand, number);
      const stop = new StopExecutionCommand({ executionArn: executionArn(stand, number) });
      await new SFNClient(client(stand)).send(stop);
      await until(
        'the execution to be stopped',
        () => executionStatus(stand, number),
        (is) => is === 'ABORTED',
      );
      rang();
      const story = await stand.ops('case', number);
      if (!story.includes(`${number}  ABORTED`)) throw new Error('The stopped execution is not named.');
      await decideByOfficer(stand, number);
      await stand.behave(department, 'approve');
      return number;
    },
  },
  'token-deleted': {
    what: 'The row with the token of a wait is gone: the execution outlives its case',
    alarm: 'CasesStuck',
    run: async (stand, rang) => {
      await stand.behave(department, 'silent');
      const { number } = await stand.submit();
      await untilWaiting(stand, number);
      const table = DynamoDBDocumentClient.from(new DynamoDBClient(client(stand)));
      const Key = { pk: `APPLICATION#${number}`, sk: `WAIT#${number}-1` };
      await table.send(new DeleteCommand({ TableName: stand.outputs.TableName, Key }));
      await stand.behave(department, 'approve');
      const officer = await stand.as('officer', department);
      await officer('POST', `/reviews/${number}-1/decisions`, approval);
      await stand.untilStatus(number, 'completed');
      await waitForWatch(stand, number);
      rang();
      const named = await stand.ops('stuck');
      if (!named.includes(number)) throw new Error('The case is not named.');
      await stand.ops('repair', number);
      await until(
        'the execution to end',
        () => executionStatus(stand, number),
        (is) => is === 'ABORTED',
      );
      return number;
    },
  },
  'relay-off': {
    what: 'The relay is switched off: nothing that is written has any effect',
    alarm: 'CasesStuck',
    run: async (stand, rang) => {
      const uuid = await streamMapping(stand);
      await stand.lambda('PUT', `event-source-mappings/${uuid}`, { Enabled: false });
      const { number } = await stand.submit();
      await waitForWatch(stand, number);
      rang();
      await stand.aws(`lambda update-event-source-mapping --enabled --uuid ${uuid}`, () =>
        stand.lambda('PUT', `event-source-mappings/${uuid}`, { Enabled: true }),
      );
      await stand.ops('repair', number);
      return number;
    },
  },
  'sweep-off': {
    what: 'The sweep is switched off: nothing becomes overdue, nothing is repaired',
    alarm: 'SweepSilent',
    slow: true,
    run: async (stand, rang) => {
      const events = new EventBridgeClient(client(stand));
      const Name = await sweepRule(stand);
      await events.send(new DisableRuleCommand({ Name }));
      const { number } = await stand.submit();
      const before = (await stand.lines('Sweep')).length;
      await new Promise((resolve) => setTimeout(resolve, 125_000));
      const after = (await stand.lines('Sweep')).length;
      if (after > before) throw new Error('The sweep still runs.');
      rang();
      await stand.aws(`events enable-rule --name ${Name}`, () =>
        events.send(new EnableRuleCommand({ Name })),
      );
      await until(
        'the sweep to run',
        async () => (await stand.lines('Sweep')).length,
        (lines) => lines > after,
        130_000,
      );
      return number;
    },
  },
  'department-down': {
    what: 'A department’s system does not answer',
    alarm: 'DepartmentsUnreached',
    run: async (stand, rang) => {
      const operator = await stand.as('operator');
      const { webhookUrl } = await operator<{ webhookUrl: string }>('GET', `/departments/${department}`);
      const connect = (url: string) =>
        operator('PUT', `/departments/${department}`, { webhookUrl: url, paused: false });
      await connect('http://127.0.0.1:9/');
      const { number } = await stand.submit();
      await stand.untilCounted('WebhooksFailed', 3);
      await until(
        'the census to name it',
        async () => {
          await stand.invoke('Census');
          return stand.counted('DepartmentsUnreachedNow' as never);
        },
        (count) => count > 0,
      );
      rang();
      const state = await stand.ops('department', department);
      if (!/webhooks not taken/.test(state)) throw new Error('What it does not take is not named.');
      await stand.api(`PUT /departments/${department} with its address, when it is back`, () =>
        connect(webhookUrl),
      );
      return number;
    },
  },
  'courier-down': {
    what: 'The courier does not answer',
    alarm: 'ParcelsFailing',
    run: async (stand, rang) => {
      const right = await setVariable(stand, 'IssueOutputs', 'COURIER_URL', 'http://127.0.0.1:9/');
      const { number } = await stand.submit();
      await stand.untilCounted('ParcelsFailing', 2);
      rang();
      const story = await stand.ops('case', number);
      if (!/system owes consignment 1/.test(story)) throw new Error('What waits is not named.');
      // It is back: every order is repeated by itself.
      await setVariable(stand, 'IssueOutputs', 'COURIER_URL', right);
      return number;
    },
  },
  'poison-message': {
    what: 'A message that nobody can read lies in a queue, and in the end in its dead letters',
    alarm: 'DeadLetters-Messages',
    run: async (stand, rang) => {
      const sqs = new SQSClient(client(stand));
      const [QueueUrl, deadLetters] = await Promise.all([
        queueUrl(stand, 'NotificationsMessagesQueue'),
        queueUrl(stand, 'NotificationsMessagesDeadLetters'),
      ]);
      const timeout = (VisibilityTimeout: string) =>
        sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }));
      await timeout('1');
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
      // Others are not held up by it.
      const { number } = await stand.submit();
      await until(
        'it to be put aside',
        async () => {
          const query = { QueueUrl: deadLetters, AttributeNames: ['All' as const] };
          const { Attributes } = await sqs.send(new GetQueueAttributesCommand(query));
          return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
        },
        (count) => count > 0,
        120_000,
      );
      rang();
      await timeout('180');
      await stand.ops('dead-letters');
      const name = deadLetters.split('/').at(-1) ?? '';
      await stand.ops('dead-letters', 'shelve', name, '--because', 'a drill: nobody can read it');
      return number;
    },
  },
};

/** The watch looks ten minutes after a change, and again after 20, 40 and 80: the fourth finding rings. */
async function waitForWatch(stand: Stand, number: string): Promise<void> {
  for (const minutes of [11, 21, 41, 81]) {
    await stand.pass(minutes);
    await until(
      `${number} to be looked at`,
      async () => (await Promise.all([stand.counted('CasesRepaired'), stand.counted('CasesStuck')])).join(),
      (seen) => seen !== '0,0',
    );
  }
  await stand.untilCounted('CasesStuck');
}
