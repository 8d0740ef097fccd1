/**
 * The one consumer of the table's stream. A journal entry, once committed, is carried to where it is due: the
 * workflow (an execution is started, a wait released) and the bus (every event, for whoever subscribes). All of it
 * may be repeated without harm. A record that fails makes the whole invocation throw, after the others are done,
 * so that the batch is bisected, retried within limits and ends in the failure queue with an alarm.
 */

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { release } from '../approvals/waits.ts';
import { isReviewEvent } from '../cases/events.ts';
import { setting } from '../platform/env.ts';
import { faultOf, log } from '../platform/log.ts';
import { type CloudEvent, cloudEvents, type RelayedEntry } from './cloud-events.ts';
import { startExecution } from './start.ts';

const bus = new EventBridgeClient({});

const busEntry = (event: CloudEvent): PutEventsRequestEntry => ({
  EventBusName: setting('BUS_NAME'),
  Source: 'onewindow',
  DetailType: event.type,
  Time: new Date(event.time),
  Detail: JSON.stringify(event),
});

/** PutEvents takes ten at a time. */
async function publish(events: CloudEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += 10) {
    const { FailedEntryCount, Entries } = await bus.send(
      new PutEventsCommand({ Entries: events.slice(from, from + 10).map(busEntry) }),
    );
    if (FailedEntryCount) {
      throw new Error(
        `The bus refused ${FailedEntryCount} events: ${Entries?.find((e) => e.ErrorCode)?.ErrorCode}`,
      );
    }
  }
}

/** Tells the workflow. */
async function advance({ application, events }: RelayedEntry): Promise<void> {
  if (!application) return;
  for (const event of events) {
    if (event.type === 'application.submitted') await startExecution(application, event.reviews);
  }
  const reviews = new Set(events.filter(isReviewEvent).map(({ review }) => review));
  await Promise.all([...reviews].map((review) => release(application, review)));
}

/** @returns the error, if there was one; the other entries of the batch do not suffer from it. */
async function relay(entry: RelayedEntry): Promise<unknown> {
  const subject = { application: entry.application, department: entry.department, version: entry.version };
  try {
    await advance(entry);
    await publish(cloudEvents(entry));
    log.info('Relayed', { ...subject, events: entry.events.map(({ type }) => type) });
    return undefined;
  } catch (error) {
    log.error('A journal entry could not be relayed', { ...subject, error: faultOf(error) });
    return error;
  }
}

/** Entries of a batch side by side: no order is promised after the stream, and none is relied upon. */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  log.resetKeys();
  const entries = event.Records.map(
    ({ dynamodb }) => unmarshall(dynamodb?.NewImage as Record<string, AttributeValue>) as RelayedEntry,
  );
  const failures = (await Promise.all(entries.map(relay))).filter((error) => error !== undefined);
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} entries could not be relayed.`);
}
