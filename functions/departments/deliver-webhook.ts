/**
 * Consumer: tells a department's system. The received message itself waits for the next attempt, so nothing is sent
 * twice to retry; the webhook-id is the event's, the same at every attempt. What was done is written down in the
 * department's log: one row when the department has it, and before that one at each attempt that fails. A message
 * that only waits, for its time, for its turn or for the end of a pause, uses up no attempt.
 */
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { system } from '../cases/events.ts';
import { allReviews } from '../cases/reviews.ts';
import { loadCase } from '../cases/store.ts';
import type { Case, Review } from '../cases/types.ts';
import { optionalSetting, setting } from '../platform/env.ts';
import { correlate, log } from '../platform/log.ts';
import { count } from '../platform/metrics.ts';
import { type BusMessage, eventQueueHandler } from '../platform/queue.ts';
import type { Key } from '../platform/table.ts';
import {
  type Delivery,
  deliveryKey,
  recordAttempt,
  recordDelivered,
  recordFailed,
  resendOf,
  webhookIdOf,
} from './deliveries.ts';
import { nextPace, type Share, shareOf, standardAnswerMs, tookOf } from './pace.ts';
import { resendAll } from './resend-all.ts';
import {
  attemptsOf,
  detour,
  hop,
  mostReceptions,
  pausedSeconds,
  standardSchedule,
  waitAfter,
} from './retry.ts';
import { runCheck } from './run-check.ts';
import { type Attempt, isTaken, send } from './send.ts';
import { sendOpen } from './send-open.ts';
import {
  type Connection,
  ConnectionChanged,
  isPaused,
  isReachable,
  readConnection,
  readConnectionAnd,
  setPace,
  takeTurn,
  writeConnection,
} from './store.ts';
import { isCurrent, isKeptForLater, type WebhookType, webhookBody } from './webhook.ts';

const sqs = new SQSClient({});

const schedule = (): number[] =>
  optionalSetting('WEBHOOK_RETRY_SECONDS')?.split(',').map(Number) ?? standardSchedule;

const share = (): Share =>
  shareOf(
    Number(optionalSetting('WEBHOOK_ANSWER_MS') ?? standardAnswerMs),
    Number(optionalSetting('WEBHOOKS_AT_ONCE') ?? 5),
  );

/** Of writing that a department wants no more. */
const mostTries = 5;

const receptionOf = (record: SQSRecord): number => Number(record.attributes.ApproximateReceiveCount);

/** A message and what it is about, as read. */
type Task = {
  message: BusMessage;
  record: SQSRecord;
  type: WebhookType;
  found: Case;
  review: Review;
  connection: Connection;
  key: Key;
  earlier: Delivery | undefined;
};

/** Leaves the message in the queue, to come again after so many seconds. @throws always */
async function later(record: SQSRecord, seconds: number, reason: string): Promise<never> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: setting('WEBHOOK_QUEUE_URL'),
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: seconds,
    }),
  );
  throw new Error(`Comes again in ${seconds} s: ${reason}`);
}

/** Into the dead-letter queue, by our own hand: the queue counts receptions, not attempts. */
const putAside = ({ body }: SQSRecord): Promise<unknown> =>
  sqs.send(new SendMessageCommand({ QueueUrl: setting('WEBHOOK_DEAD_LETTERS_URL'), MessageBody: body }));

/** One attempt. A department that has not answered after a part of the time is set a pace while it is waited for. */
async function attempt({ message, type, found, review, connection, earlier }: Task): Promise<Attempt> {
  const { department } = review;
  const text = JSON.stringify(webhookBody(type, message.time, found, review, setting('API_URL')));
  const limits = share();
  const { pace = 0 } = connection;
  let known = pace;
  let marked: Promise<void> | undefined;
  const slow = setTimeout(() => {
    known = Math.max(pace, limits.basePace);
    marked = setPace(department, connection, known, new Date()).catch((error: Error) =>
      log.warn('The pace could not be set', { reason: error.message }),
    );
  }, limits.slowAfterMs);
  const outgoing = { id: webhookIdOf(message.id), text, answerMs: limits.answerMs };
  // Refused before: perhaps because the department knows only a secret that was made a moment ago.
  const made = await send(department, connection, outgoing, earlier !== undefined).finally(() =>
    clearTimeout(slow),
  );
  await marked;
  if (made.durationMs === 0 && made.status === 'no answer') return made;
  const next = nextPace(pace, tookOf(made.durationMs, made.status !== 'no answer', limits), limits);
  await setPace(department, { ...connection, pace: known }, next, new Date());
  return made;
}

/**
 * 410 Gone: the department wants no more. Its cases go on in the officers' inbox until an operator sets it anew. When
 * others write the department at the same time, it is asked again whether that address still is the one.
 * @throws ConnectionChanged when they do so all the time
 */
async function giveUp({ id, department }: Review, { webhookUrl }: Connection): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const now = await readConnection(department);
    if (now.webhookUrl !== webhookUrl || now.gone) {
      // Set meanwhile: that was the old address's word, and the setting sends everything open to the new one.
      log.info('A 410 of a setting that is no more', { department });
      return;
    }
    try {
      await writeConnection(department, now, { ...now, gone: true }, system);
      break;
    } catch (error) {
      if (!(error instanceof ConnectionChanged) || attempt === mostTries) throw error;
    }
  }
  count('WebhooksGone', id);
  log.error('The department answered 410; nothing more is sent to it', { department });
}

/** An attempt has failed: another one follows, or none any more. */
async function afterFailure(task: Task, made: Omit<Delivery, 'status'>): Promise<void> {
  const { record, key, earlier, review } = task;
  count('WebhooksFailed', review.id);
  const failed = (earlier?.status === 'failing' ? (earlier.failed ?? 0) : 0) + 1;
  const wait = waitAfter(failed, schedule());
  if (wait === undefined) {
    await putAside(record);
    await recordFailed(key, { ...made, status: 'given-up', failed }, earlier);
    log.error('The department did not take a webhook', { attempts: attemptsOf(schedule()) });
    return;
  }
  const nextAt = new Date(Date.now() + wait).toISOString();
  const stands = await recordFailed(key, { ...made, status: 'failing', failed, nextAt }, earlier);
  return later(record, hop(stands ? wait : 1000), String(made.answer ?? 'no answer'));
}

async function tell(task: Task): Promise<void> {
  const { message, type, review, connection, key, earlier } = task;
  const attempted = await attempt(task);
  const { status, durationMs } = attempted;
  const resend = resendOf(message);
  const made = {
    type,
    event: message.id,
    time: message.time,
    review: review.id,
    department: review.department,
    at: new Date().toISOString(),
    attempts: (earlier?.attempts ?? 0) + 1,
    ...(status === 'no answer' ? {} : { answer: status }),
    durationMs,
    ...(resend ? { resend } : {}),
  };
  if (status === 410) {
    await recordAttempt(key, { ...made, status: 'given-up' });
    return giveUp(review, connection);
  }
  if (!isTaken(attempted)) return afterFailure(task, made);
  await recordDelivered(key, { ...made, status: 'delivered' });
  log.info('Webhook delivered', { department: review.department, type, attempts: made.attempts });
}

async function deliver(message: BusMessage, record: SQSRecord): Promise<void> {
  const found = await loadCase(message.application);
  const review = found && allReviews(found).find(({ id }) => id === message.data.review);
  const type = message.type as WebhookType;
  const resend = resendOf(message);
  // What is asked for once more is told as it was, whatever has become of it.
  if (!found || !review || !(resend || isCurrent(type, review, message.data.dueAt))) return;
  const { department } = review;
  const key = deliveryKey({ review, type, time: message.time, event: message.id }, resend);
  const [connection, earlier] = await readConnectionAnd<Delivery>(department, key);
  if (earlier?.status === 'delivered') return;
  if (!isReachable(connection) && !(isPaused(connection) && isKeptForLater(type))) return;
  correlate(message.application, { department });
  const now = new Date();
  const receive = receptionOf(record);
  if (receive >= mostReceptions - 1) return void (await putAside(record));
  if (!isReachable(connection)) return later(record, pausedSeconds, 'the department is paused');
  const wait = earlier?.status === 'failing' ? Date.parse(earlier.nextAt ?? '') - now.getTime() : 0;
  if (wait > 0) return later(record, hop(wait), 'its time has not come');
  if (!(await takeTurn(department, connection, now))) {
    const untilTurn = Date.parse(connection.nextStart ?? '') - now.getTime();
    return later(record, detour(receive, Math.max(0, untilTurn)), 'the department is slow');
  }
  return tell({ message, record, type, found, review, connection, key, earlier });
}

const own: Record<string, (message: BusMessage) => Promise<void>> = {
  'department.configured': sendOpen,
  'department.check': runCheck,
  'deliveries.resend': resendAll,
};

export const handler = eventQueueHandler((message, record) => {
  const handle = Object.hasOwn(own, message.type) ? own[message.type] : undefined;
  return handle ? handle(message) : deliver(message, record);
});
