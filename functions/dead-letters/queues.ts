/** The dead-letter queues of this stage, as its deployment names them. */
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { setting } from '../platform/env.ts';
import { notFound } from '../platform/problems.ts';
import { type DeadLetters, nameOf } from './letters.ts';

const sqs = new SQSClient({});

/** `<address>` or `<address>><address of the queue that it belongs to>`, separated by commas. */
const known = (): DeadLetters[] =>
  setting('DEAD_LETTER_QUEUES')
    .split(',')
    .map((entry) => {
      const [url = '', source] = entry.split('>');
      return {
        name: nameOf(url),
        url,
        ...(source ? { belongsTo: { name: nameOf(source), url: source } } : {}),
      };
    });

/** The one of a name. @throws Problem not-found */
export function deadLettersOf(name = ''): DeadLetters {
  const found = known().find((each) => each.name === name);
  if (!found) throw notFound('dead-letter queue');
  return found;
}

/** A queue as an operator sees it, with about how many messages wait in it. */
export async function queueView({ name, url, belongsTo }: DeadLetters) {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  const waiting = Number(Attributes.ApproximateNumberOfMessages ?? 0);
  return { name, belongsTo: belongsTo?.name ?? null, waiting };
}

/** All of them, the fullest first. */
export async function queueViews() {
  const views = await Promise.all(known().map(queueView));
  return views.sort((a, b) => b.waiting - a.waiting || (a.name < b.name ? -1 : 1));
}
