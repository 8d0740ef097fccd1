/** Which dead-letter queues a stage has, as they are named in the account. */
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type DeadLetters, mostAtOnce, nameOf } from '../../functions/dead-letters/letters.ts';

const sqs = new SQSClient({});

export type Waiting = DeadLetters & { waiting: number };

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

/** All of a stage, the fullest first. */
export async function deadLetterQueues(stage: string): Promise<Waiting[]> {
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

/** Does something that moves so many messages at a time, until there are no more. @returns how many */
export async function untilEmpty(move: () => Promise<number>): Promise<number> {
  let count = 0;
  for (let moved = mostAtOnce; moved >= mostAtOnce; count += moved) moved = await move();
  return count;
}
