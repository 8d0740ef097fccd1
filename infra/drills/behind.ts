/** The cloud from behind, as whoever breaks something reaches it, and as a drill looks whether it is broken. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Stand, until } from './stand.ts';

const tableOf = ({ client }: Stand) => DynamoDBDocumentClient.from(new DynamoDBClient(client));

/** The row with the token by which the case's first review is released. */
const waitOf = ({ outputs }: Stand, number: string) => ({
  TableName: outputs.TableName,
  Key: { pk: `APPLICATION#${number}`, sk: `WAIT#${number}-1` },
});

/** Waits until the execution of a case waits for its first review. */
export async function untilWaiting(stand: Stand, number: string): Promise<void> {
  const table = tableOf(stand);
  await until(
    'the execution to wait',
    () => table.send(new GetCommand(waitOf(stand, number))),
    ({ Item }) => Item !== undefined,
  );
}

export const deleteWait = (stand: Stand, number: string) =>
  tableOf(stand).send(new DeleteCommand(waitOf(stand, number)));

const executionArn = ({ endpoints }: Stand, name: string): string =>
  `${endpoints.stateMachines.jointApproval.replace(':stateMachine:', ':execution:')}:${name}`;

export const stopExecution = (stand: Stand, name: string) =>
  new SFNClient(stand.client).send(new StopExecutionCommand({ executionArn: executionArn(stand, name) }));

export const untilAborted = (stand: Stand, name: string) =>
  until(
    `the execution ${name} to be stopped`,
    async () => {
      const query = new DescribeExecutionCommand({ executionArn: executionArn(stand, name) });
      return (await new SFNClient(stand.client).send(query)).status;
    },
    (status) => status === 'ABORTED',
  );

/** The address of the queue with this in its name. */
export async function queueUrl(stand: Stand, word: string): Promise<string> {
  const { QueueUrls = [] } = await new SQSClient(stand.client).send(
    new ListQueuesCommand({ MaxResults: 1000 }),
  );
  const url = QueueUrls.find((each) => each.includes(word));
  if (!url) throw new Error(`There is no queue ${word}.`);
  return url;
}

/** How many messages lie in a queue. */
export async function messagesIn(stand: Stand, url: string): Promise<number> {
  const query = { QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages' as const] };
  const { Attributes } = await new SQSClient(stand.client).send(new GetQueueAttributesCommand(query));
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** Name of the rule that runs the sweep. */
export async function sweepRule(stand: Stand): Promise<string> {
  const { Rules = [] } = await new EventBridgeClient(stand.client).send(new ListRulesCommand({}));
  const found = Rules.find(({ Name = '' }) => Name.includes('EveryMinute'));
  if (!found?.Name) throw new Error('There is no rule of the sweep.');
  return found.Name;
}

const configuration = (id: string): string => `functions/onewindow-local-${id}/configuration`;

/** A variable of a function. */
export const variable = async (stand: Stand, id: string, name: string): Promise<string> =>
  (await stand.lambda('GET', configuration(id))).Environment.Variables[name];

/** Sets a variable of a function, and leaves the others. */
export async function setVariable(stand: Stand, id: string, name: string, value: string): Promise<void> {
  const { Environment } = await stand.lambda('GET', configuration(id));
  await stand.lambda('PUT', configuration(id), {
    Environment: { Variables: { ...Environment.Variables, [name]: value } },
  });
}

/** The mapping by which the relay reads the stream. */
export async function streamMapping(stand: Stand): Promise<string> {
  const { EventSourceMappings } = await stand.lambda(
    'GET',
    'event-source-mappings/?FunctionName=onewindow-local-Relay',
  );
  return EventSourceMappings[0].UUID;
}

export const switchMapping = (stand: Stand, uuid: string, on: boolean) =>
  stand.lambda('PUT', `event-source-mappings/${uuid}`, { Enabled: on });
