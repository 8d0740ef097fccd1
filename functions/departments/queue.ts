/** What the webhooks' queue is handed besides the events of the bus: repetitions on request, and checks. */
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { setting } from '../platform/env.ts';
import type { Delivery } from './deliveries.ts';

const sqs = new SQSClient({});

/** A message as the bus would bring it. */
export type Message = {
  'detail-type': string;
  detail: { id: string; time: string; subject: string; data: Record<string, unknown> };
};

/** The event of a delivery once more; `resend` names the request, so that its repetition sends nothing twice. */
export const resendMessage = ({ type, event, time, review }: Delivery, resend: string): Message => ({
  'detail-type': type,
  detail: {
    id: event,
    time,
    subject: review,
    data: { application: review.slice(0, review.lastIndexOf('-')), review, resend },
  },
});

/** @param delaySeconds at most 900 */
export async function enqueue(message: Message, delaySeconds = 0): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: setting('WEBHOOK_QUEUE_URL'),
      MessageBody: JSON.stringify(message),
      DelaySeconds: delaySeconds,
    }),
  );
}

const perBatch = 10;
/** A department that comes back is not met by everything at once: five webhooks a second. */
const secondsPerBatch = 2;
const longestDelaySeconds = 900;

/**
 * Queues many, five a second.
 * @param delaySeconds of the first
 * @returns the delay of what comes next
 */
export async function enqueueAll(messages: Message[], delaySeconds: number): Promise<number> {
  let delay = delaySeconds;
  for (let from = 0; from < messages.length; from += perBatch) {
    const { Failed } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: setting('WEBHOOK_QUEUE_URL'),
        Entries: messages.slice(from, from + perBatch).map((message, i) => ({
          Id: String(i),
          MessageBody: JSON.stringify(message),
          DelaySeconds: Math.min(delay, longestDelaySeconds),
        })),
      }),
    );
    if (Failed?.length) throw new Error(`${Failed.length} messages were not queued.`);
    delay += secondsPerBatch;
  }
  return delay;
}
