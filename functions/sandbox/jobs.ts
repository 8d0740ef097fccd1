/**
 * What the simulated outside world has still to do. Jobs wait in a queue of their own, delayed as its people
 * would delay; they carry ids and codes, no personal data.
 */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { setting } from '../platform/env.ts';
import { departmentBehaviour } from './schemas.ts';

export const sqs = new SQSClient({});

const decideJob = z.object({
  kind: z.literal('decide'),
  application: z.string(),
  department: z.string(),
  review: z.string(),
  decisionUrl: z.string(),
  webhookId: z.string(),
  /** As it was when the request came in. */
  behaviour: departmentBehaviour,
});
const trackJob = z.object({
  kind: z.literal('track'),
  application: z.string(),
  trackingNumber: z.string(),
  step: z.int().check(z.minimum(0)),
});
const receiptJob = z.object({
  kind: z.literal('receipt'),
  application: z.string(),
  reference: z.string(),
  at: z.string(),
});

export const job = z.discriminatedUnion('kind', [decideJob, trackJob, receiptJob]);
export type Job = z.infer<typeof job>;
export type DecideJob = z.infer<typeof decideJob>;
export type TrackJob = z.infer<typeof trackJob>;
export type ReceiptJob = z.infer<typeof receiptJob>;

/** Puts a job into the queue, to be done after so many seconds (at most 900). */
export async function later(work: Job, delaySeconds: number): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: setting('SANDBOX_QUEUE_URL'),
      MessageBody: JSON.stringify(work),
      DelaySeconds: delaySeconds,
    }),
  );
}
