/**
 * Consumers that wait for a service that is away: a message that fails comes again after a growing wait, for most
 * of a day, before it goes to the dead-letter queue. A configuration that is mended, or a partner that is back,
 * within that time needs nobody.
 */
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { optionalSetting, setting } from './env.ts';
import { log } from './log.ts';
import { count, type MetricName } from './metrics.ts';
import { type BusMessage, eventQueueHandler } from './queue.ts';

/** Seconds to wait after each failed attempt: ten at first, an hour in the end, eighteen hours in all. */
export const patientSchedule = [10, 30, 60, 120, 300, 600, 1200, 1800, ...Array<number>(17).fill(3600)];

const sqs = new SQSClient({});

const schedule = (): number[] => optionalSetting('RETRY_SECONDS')?.split(',').map(Number) ?? patientSchedule;

/** Seconds of invisibility after the n-th reception (from 1), with up to ten per cent of jitter. */
export function patience(receive: number, waits: number[], random: () => number = Math.random): number {
  const wait = waits[Math.min(Math.max(receive, 1), waits.length) - 1] ?? 60;
  return Math.round(wait * (1 + random() / 10));
}

/** How often a message is received until it belongs into the dead-letter queue: the queue's maxReceiveCount. */
export const receptionsOf = (waits: number[]): number => waits.length + 1;

/** Lets a message come again after its wait. When that cannot be said, the queue's own timeout brings it sooner. */
async function postpone({ receiptHandle, attributes }: SQSRecord): Promise<void> {
  try {
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: setting('RETRY_QUEUE_URL'),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: patience(Number(attributes.ApproximateReceiveCount), schedule()),
      }),
    );
  } catch (error) {
    log.warn('The wait of a message could not be set', { error: (error as Error).name });
  }
}

/** A handler for events that waits patiently; each failed attempt is counted under the name given. */
export const patientHandler = (
  failing: MetricName,
  handle: (message: BusMessage, record: SQSRecord) => Promise<void>,
) =>
  eventQueueHandler(async (message, record) => {
    try {
      await handle(message, record);
    } catch (error) {
      count(failing, message.application);
      await postpone(record);
      throw error;
    }
  });
