/** What the queues have put aside: looked at, and brought back. Every consumer reads the present state first. */
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { table, tableName } from '../../functions/platform/table.ts';
import { Failure } from '../local/setup/progress.mjs';

const sqs = new SQSClient({});

/** A dead-letter queue, and the queue that it belongs to; the stream's own has none. */
export type DeadLetters = {
  name: string;
  url: string;
  belongsTo?: { name: string; url: string };
  waiting: number;
};

const nameOf = (url: string): string => url.split('/').at(-1) ?? url;

async function attributesOf(url: string): Promise<Record<string, string>> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  return Attributes as Record<string, string>;
}

async function queueUrls(stage: string): Promise<string[]> {
  const urls: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await sqs.send(
      new ListQueuesCommand({
        QueueNamePrefix: `OneWindow-${stage}`,
        MaxResults: 100,
        ...(NextToken ? { NextToken } : {}),
      }),
    );
    urls.push(...(page.QueueUrls ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return urls;
}

export async function deadLetterQueues(stage: string): Promise<DeadLetters[]> {
  const queues = await Promise.all(
    (await queueUrls(stage)).map(async (url) => ({ url, attributes: await attributesOf(url) })),
  );
  const sourceOf = new Map(
    queues.flatMap(({ url, attributes: { RedrivePolicy } }) =>
      RedrivePolicy ? [[String(JSON.parse(RedrivePolicy).deadLetterTargetArn), url] as const] : [],
    ),
  );
  return queues
    .filter(
      ({ url, attributes }) => sourceOf.has(attributes.QueueArn ?? '') || nameOf(url).includes('DeadLetters'),
    )
    .map(({ url, attributes }) => {
      const source = sourceOf.get(attributes.QueueArn ?? '');
      return {
        name: nameOf(url),
        url,
        ...(source ? { belongsTo: { name: nameOf(source), url: source } } : {}),
        waiting: Number(attributes.ApproximateNumberOfMessages ?? 0),
      };
    })
    .sort((a, b) => b.waiting - a.waiting || (a.name < b.name ? -1 : 1));
}

export type Letter = { id: string; type: string; application: string; sentAt: string; receptions: number };

function letterOf({ MessageId = '', Body = '{}', Attributes = {} }: Message): Letter {
  const body = ((): Record<string, unknown> => {
    try {
      return JSON.parse(Body);
    } catch {
      return {};
    }
  })();
  const detail = (body.detail ?? body) as { type?: string; application?: string };
  return {
    id: MessageId,
    type: String(detail.type ?? body['detail-type'] ?? 'unknown'),
    application: String(detail.application ?? ''),
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    receptions: Number(Attributes.ApproximateReceiveCount ?? 0),
  };
}

const receive = (url: string, visibilitySeconds: number): Promise<Message[]> =>
  sqs
    .send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: visibilitySeconds,
        MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
      }),
    )
    .then(({ Messages = [] }) => Messages);

/** Up to ten of its messages, left where they are. */
export async function look({ url }: DeadLetters): Promise<Letter[]> {
  return (await receive(url, 0)).map(letterOf);
}

/**
 * Brings all of a queue's messages back to where they belong: sent first and taken away afterwards, so that one may
 * come twice and none is lost.
 * @returns how many
 * @throws Failure for the stream's own queue, which holds places in the stream and no messages
 */
export async function redrive({ name, url, belongsTo }: DeadLetters): Promise<number> {
  if (!belongsTo) {
    throw new Failure(
      `${name} belongs to no queue: it holds places in the stream. Mend the cause, then npm run ops -- replay --since <instant>.`,
    );
  }
  let count = 0;
  for (let batch = await receive(url, 60); batch.length > 0; batch = await receive(url, 60)) {
    for (const { Body = '', ReceiptHandle } of batch) {
      await sqs.send(new SendMessageCommand({ QueueUrl: belongsTo.url, MessageBody: Body }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
      count += 1;
    }
  }
  return count;
}

/**
 * Takes all of a queue's messages out for good, each written down before with who did it and why: in the partition
 * `SHELF#<queue>` of the table. Ids only, as in the queue.
 * @returns how many
 */
export async function shelve({ name, url }: DeadLetters, because: string, who: string): Promise<number> {
  let count = 0;
  for (let batch = await receive(url, 60); batch.length > 0; batch = await receive(url, 60)) {
    for (const message of batch) {
      const { id, ...letter } = letterOf(message);
      const at = new Date().toISOString();
      const row = { pk: `SHELF#${name}`, sk: `${at}#${id}`, ...letter, because, who, body: message.Body };
      await table.send(new PutCommand({ TableName: tableName(), Item: row }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
      count += 1;
    }
  }
  return count;
}
