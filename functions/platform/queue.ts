/** What every queue consumer shares: parsing, correlation, and failing message by message. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { correlate, faultOf, log } from './log.ts';

/**
 * A handler for messages of one shape. A message that fails is reported alone; the queue brings it again and in
 * the end puts it into its dead-letter queue.
 */
export function queueHandler<T extends { application?: string }>(
  schema: z.ZodMiniType<T>,
  handle: (message: T, record: SQSRecord) => Promise<void>,
) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of event.Records) {
      log.resetKeys();
      try {
        const message = schema.parse(JSON.parse(record.body));
        if (message.application) correlate(message.application);
        await handle(message, record);
        log.info('Message handled', { receive: Number(record.attributes?.ApproximateReceiveCount ?? 1) });
      } catch (error) {
        log.error('The message is left to the queue', { error: faultOf(error) });
        failed.push({ itemIdentifier: record.messageId });
      }
    }
    return { batchItemFailures: failed };
  };
}

const published = z.object({
  'detail-type': z.string(),
  detail: z.object({
    id: z.string(),
    time: z.string(),
    subject: z.string(),
    data: z.looseObject({ application: z._default(z.string(), ''), review: z.optional(z.string()) }),
  }),
});

/** A domain event as a capability's queue gets it from the bus: codes and ids only. */
const busMessage = z.pipe(
  published,
  z.transform(({ 'detail-type': type, detail }: z.infer<typeof published>) => ({
    type,
    id: detail.id,
    time: detail.time,
    application: detail.data.application,
    data: detail.data,
  })),
);
export type BusMessage = z.infer<typeof busMessage>;

/** A handler for events that the bus put into the capability's queue. */
export const eventQueueHandler = (handle: (message: BusMessage, record: SQSRecord) => Promise<void>) =>
  queueHandler<BusMessage>(busMessage, handle);
