/**
 * Consumer: tells a department's system. The received message itself waits for the next attempt, so nothing is
 * written or sent twice to retry; the webhook-id is the event's, the same at every attempt.
 */
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { loadCase } from '../cases/store.ts';
import { allReviews } from '../cases/reviews.ts';
import type { Review } from '../cases/types.ts';

import { optionalSetting, setting } from '../platform/env.ts';
import { digest } from '../platform/idempotency.ts';
import { correlate, log } from '../platform/log.ts';
import { count } from '../platform/metrics.ts';
import { type BusMessage, eventQueueHandler } from '../platform/queue.ts';
import { validSecrets } from '../platform/secrets.ts';
import { sign } from '../platform/signing.ts';
import { post } from './destination.ts';
import { inboxPage } from './inbox.ts';
import { sendsAt, standardSchedule, waitAfter } from './retry.ts';
import { secretIdOf } from './secrets.ts';
import { type Connection, readConnection, writeConnection } from './store.ts';
import { isCurrent, type WebhookType, webhookBody } from './webhook.ts';

const sqs = new SQSClient({});

/** Standard Webhooks: 15 to 30 seconds. */
const answerWithinMs = 15_000;

const schedule = (): number[] =>
  optionalSetting('WEBHOOK_RETRY_SECONDS')?.split(',').map(Number) ?? standardSchedule;

/** Leaves the message in the queue, to come again after the schedule's wait. @throws always */
async function later(record: SQSRecord, receive: number, reason: string): Promise<never> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: setting('WEBHOOK_QUEUE_URL'),
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: waitAfter(receive, schedule()),
    }),
  );
  throw new Error(`Not delivered at reception ${receive}: ${reason}`);
}

async function attempt(
  url: string,
  id: string,
  secrets: string[],
  body: unknown,
): Promise<number | 'no answer'> {
  const text = JSON.stringify(body);
  if (secrets.length === 0) return 'no answer';
  const headers = { 'content-type': 'application/json', ...sign(secrets, id, text) };
  try {
    return await post(url, headers, text, answerWithinMs);
  } catch (error) {
    log.warn('The department did not answer', { reason: (error as Error).message });
    return 'no answer';
  }
}

/** 410 Gone: the department wants no more. Its cases go on in the officers' inbox until an operator sets it anew. */
async function giveUp(department: string, connection: Connection): Promise<void> {
  count('WebhooksGone');
  log.error('The department answered 410; nothing more is sent to it', { department });
  const { version: _, ...rest } = connection;
  await writeConnection(department, { ...rest, gone: true }, { capacity: 'system' });
}

async function deliver(message: BusMessage, record: SQSRecord): Promise<void> {
  const receive = Number(record.attributes.ApproximateReceiveCount);
  const found = await loadCase(message.application);
  const review =
    found && allReviews(found).find(({ id }) => id === message.data.review);
  const type = message.type as WebhookType;
  if (!found || !review || !isCurrent(type, review)) return;
  const connection = await readConnection(review.department);
  if (!connection.webhookUrl || connection.paused || connection.gone) return;
  if (!sendsAt(receive, schedule())) return later(record, receive, 'waiting');
  const body = webhookBody(type, message.time, found, review, setting('API_URL'));
  const id = `msg_${digest(message.id).slice(0, 27)}`;
  correlate(message.application, { department: review.department });
  // Refused before: perhaps because the department knows only a secret that was made a moment ago.
  const secrets = await validSecrets(secretIdOf(review.department), receive > 1);
  const status = await attempt(connection.webhookUrl, id, secrets, body);
  if (status === 410) return giveUp(review.department, connection);
  if (status !== 'no answer' && status >= 200 && status <= 299) {
    log.info('Webhook delivered', { department: review.department, type, receive });
    return;
  }
  count('WebhooksFailed');
  return later(record, receive, String(status));
}

/** A request as the bus would bring it, for a review that nobody could be told of before. */
const requestOf = (review: Review, cause: BusMessage) => ({
  'detail-type': 'review.requested',
  detail: {
    // A department that comes back gets one webhook a review and setting, however often this is repeated.
    id: `${cause.id}/${review.id}`,
    time: cause.time,
    subject: review.id,
    data: { application: review.id.slice(0, review.id.lastIndexOf('-')), review: review.id },
  },
});

/** A department was connected or resumed: everything open in its inbox is sent. */
async function sendOpen(cause: BusMessage): Promise<void> {
  const department = String(cause.data.department);
  const connection = await readConnection(department);
  if (!connection.webhookUrl || connection.paused || connection.gone) return;
  let cursor: string | undefined;
  do {
    const page = await inboxPage(department, { limit: 10, cursor });
    const open = page.items.filter(({ status }) => status === 'requested' || status === 'overdue');
    if (open.length > 0) {
      const { Failed } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: setting('WEBHOOK_QUEUE_URL'),
          Entries: open.map((review, i) => ({
            Id: String(i),
            MessageBody: JSON.stringify(requestOf(review, cause)),
          })),
        }),
      );
      if (Failed?.length) throw new Error(`${Failed.length} messages were not queued.`);
    }
    cursor = page.cursor;
  } while (cursor);
}

export const handler = eventQueueHandler((message, record) =>
  message.type === 'department.configured' ? sendOpen(message) : deliver(message, record),
);
