/** What the queues have put aside: looked at, and brought back. Every consumer reads the present state first. */
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { Problem } from '../platform/problems.ts';
import { table, tableName } from '../platform/table.ts';

const sqs = new SQSClient({});

/** A dead-letter queue, and the queue that it belongs to; the stream's own has none. */
export type DeadLetters = { name: string; url: string; belongsTo?: { name: string; url: string } };

/** The name of a queue is the end of its address. */
export const nameOf = (url: string): string => url.split('/').at(-1) ?? url;

/** So many messages are moved at a time. */
export const mostAtOnce = 100;

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
export async function look({ url }: Pick<DeadLetters, 'url'>): Promise<Letter[]> {
  return (await receive(url, 0)).map(letterOf);
}

/** Takes messages out one by one, each once `move` has brought it where it belongs. @returns how many */
async function take(url: string, move: (message: Message) => Promise<unknown>): Promise<number> {
  let count = 0;
  while (count < mostAtOnce) {
    const batch = await receive(url, 60);
    if (batch.length === 0) break;
    for (const message of batch) {
      await move(message);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
      count += 1;
    }
  }
  return count;
}

/**
 * Brings a queue's messages back to where they belong: sent first and taken away afterwards, so that one may come
 * twice and none is lost.
 * @returns how many; about `mostAtOnce` of them: there may be more
 * @throws Problem wrong-state for the stream's own queue, which holds places in the stream and no messages
 */
export async function redrive({ name, url, belongsTo }: DeadLetters): Promise<number> {
  if (!belongsTo) {
    throw new Problem(
      'wrong-state',
      `The queue ${name} belongs to no other: it holds places in the stream. Mend the cause, then replay the journal since then.`,
    );
  }
  return take(url, ({ Body = '' }) =>
    sqs.send(new SendMessageCommand({ QueueUrl: belongsTo.url, MessageBody: Body })),
  );
}

/**
 * Takes a queue's messages out for good, each written down before with who did it and why: in the partition
 * `SHELF#<queue>` of the table. Ids only, as in the queue.
 * @returns how many; about `mostAtOnce` of them: there may be more
 */
export async function shelve({ name, url }: DeadLetters, because: string, who: string): Promise<number> {
  return take(url, (message) => {
    const { id, ...letter } = letterOf(message);
    const at = new Date().toISOString();
    const row = { pk: `SHELF#${name}`, sk: `${at}#${id}`, ...letter, because, who, body: message.Body };
    return table.send(new PutCommand({ TableName: tableName(), Item: row }));
  });
}
