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
import { setting } from '../shared/env.ts';
import { isReviewEvent } from '../shared/events.ts';
import { correlate, log } from '../shared/log.ts';
import { cloudEvents, type RelayedEntry } from './cloud-events.ts';
import { startExecution } from './start.ts';

const bus = new EventBridgeClient({});

async function publish(entry: RelayedEntry): Promise<void> {
  const entries = cloudEvents(entry).map(
    (event): PutEventsRequestEntry => ({
      EventBusName: setting('BUS_NAME'),
      Source: 'onewindow',
      DetailType: event.type,
      Time: new Date(event.time),
      Detail: JSON.stringify(event),
    }),
  );
  // A commit has at most a plan's worth of events; PutEvents takes ten at a time.
  for (let from = 0; from < entries.length; from += 10) {
    const { FailedEntryCount, Entries } = await bus.send(
      new PutEventsCommand({ Entries: entries.slice(from, from + 10) }),
    );
    if (FailedEntryCount) {
      throw new Error(
        `The bus refused ${FailedEntryCount} events: ${Entries?.find((e) => e.ErrorCode)?.ErrorCode}`,
      );
    }
  }
}

async function relay(entry: RelayedEntry): Promise<void> {
  if (entry.application) {
    const { application } = entry;
    correlate(application);
    if (entry.events.some(({ type }) => type === 'application.submitted')) await startExecution(application);
    const reviews = new Set(entry.events.filter(isReviewEvent).map(({ review }) => review));
    await Promise.all([...reviews].map((review) => release(application, review)));
  }
  await publish(entry);
}

export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const failures: unknown[] = [];
  for (const { dynamodb } of event.Records) {
    log.resetKeys();
    try {
      await relay(unmarshall(dynamodb?.NewImage as Record<string, AttributeValue>) as RelayedEntry);
    } catch (error) {
      log.error('A journal entry could not be relayed', error as Error);
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} entries could not be relayed.`);
}
