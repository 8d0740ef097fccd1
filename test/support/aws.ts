/** The running deployment from behind: its table, its queues, its functions, as an operator sees them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { endpoints, type Json } from './client.ts';

export const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
export const sqs = new SQSClient({});

/** Outputs of the stacks. */
export function outputs(): Record<string, string> {
  const file = join(process.env.ONEWINDOW_LOCAL_DIR ?? '.local', 'outputs.json');
  const stacks = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
  return Object.assign({}, ...Object.values(stacks));
}

/** A journal entry as its row stands in the table. */
export async function journalRow(number: string, version: number): Promise<Json> {
  const Key = { pk: `APPLICATION#${number}`, sk: `EVENT#${String(version).padStart(6, '0')}` };
  const { Item } = await table.send(new GetCommand({ TableName: outputs().TableName, Key }));
  return Item;
}

/** All rows of a partition. */
export async function partition(pk: string): Promise<Json[]> {
  const { Items } = await table.send(
    new QueryCommand({
      TableName: outputs().TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    }),
  );
  return Items ?? [];
}

/** Queues whose name contains a word. */
export async function queuesNamed(word = ''): Promise<string[]> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ MaxResults: 1000 }));
  return QueueUrls.filter((url) => url.split('/').at(-1)?.includes(word));
}

export async function queueNamed(word: string): Promise<string> {
  const [url, ...others] = await queuesNamed(word);
  if (!url || others.length > 0) throw new Error(`Not exactly one queue is named ${word}: ${url}, ${others}`);
  return url;
}

/** Messages in a queue, in flight ones included. */
export async function depth(QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const found: Record<string, string> = Attributes ?? {};
  const counts = ['', 'NotVisible', 'Delayed'].map((kind) => found[`ApproximateNumberOfMessages${kind}`]);
  return counts.reduce((sum, each) => sum + Number(each ?? 0), 0);
}

/** Moves every message of a dead-letter queue back. What SQS does by itself, which the local cloud does not. */
export async function redrive(from: string, to: string): Promise<void> {
  for (;;) {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10 }),
    );
    if (!Messages?.length) return;
    for (const { Body, ReceiptHandle } of Messages) {
      await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
    }
  }
}

/** Calls a deployed function as its trigger would. @throws Error when it fails */
export async function invoke(name: string, event: unknown): Promise<Json> {
  const { aws } = endpoints();
  const answer = await fetch(`${aws}/2015-03-31/functions/onewindow-local-${name}/invocations`, {
    method: 'POST',
    body: JSON.stringify(event),
  });
  const text = await answer.text();
  if (answer.status !== 200 || answer.headers.has('x-amz-function-error')) {
    throw new Error(`${name} answered ${answer.status} ${text}`);
  }
  return text ? JSON.parse(text) : undefined;
}
