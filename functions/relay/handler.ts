/**
 * The one consumer of the table's stream. A journal entry, once committed, is carried to where it is due: the
 * workflow (an execution is started, a wait released) and the bus (every event, for whoever subscribes). The token of
 * a new wait, written by Step Functions itself, is looked at in the same way: it may have come after the decision.
 * All of it may be repeated without harm, and neither the workflow nor the bus waits for the other. A record that
 * fails makes the whole invocation throw, after all others are done, so that the batch is bisected, retried within
 * limits and ends in the failure queue with an alarm.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { release } from '../approvals/waits.ts';
import { isReviewEvent } from '../cases/events.ts';
import { heartbeatKey, numberOfPartition } from '../cases/keys.ts';
import type { JournalEntry } from '../cases/types.ts';
import { entryOf } from '../cases/upgrade.ts';
import { setting } from '../platform/env.ts';
import { faultOf, log } from '../platform/log.ts';
import { count, countMany } from '../platform/metrics.ts';
import { isSynthetic } from '../platform/synthetic.ts';
import { type CloudEvent, cloudEvents } from './cloud-events.ts';
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
async function advance({ aggregate, id, at, events }: JournalEntry): Promise<void> {
  if (aggregate !== 'application') return;
  for (const event of events) {
    if (event.type === 'round.opened') await startExecution(id, event.round, event.reviews, at);
  }
  await release(id, [...new Set(events.filter(isReviewEvent).map(({ review }) => review))]);
}

/**
 * Work for Step Functions. A failing record would hold up everything behind it in its lane of the stream for as long as
 * Step Functions is away, and no case depends on its execution: so a failure is counted and left to the watch, which
 * starts what did not start and wakes what was not released.
 */
async function withoutHoldingUp(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    log.error('The workflow could not be told; the watch will', { error: faultOf(error) });
    count('WorkflowFailing');
  }
}

async function relayEntry(entry: JournalEntry): Promise<void> {
  const { aggregate, id, version, events } = entry;
  await Promise.all([withoutHoldingUp(advance(entry)), publish(cloudEvents(entry))]);
  log.info('Relayed', { aggregate, id, version, events: events.map(({ type }) => type) });
}

/** @throws TypeError for a record that is neither a journal entry nor a wait */
async function relay({ dynamodb }: DynamoDBRecord): Promise<void> {
  const row = unmarshall(dynamodb?.NewImage as Record<string, AttributeValue>);
  if (row.pk === heartbeatKey.pk) return undefined;
  const [kind, ...rest] = String(row.sk).split('#');
  if (kind === 'WAIT') {
    return withoutHoldingUp(release(numberOfPartition(String(row.pk)), [rest.join('#')]));
  }
  return relayEntry(entryOf(row));
}

/** @returns the error, if there was one; the other records of the batch do not suffer from it. */
async function attempt(record: DynamoDBRecord): Promise<unknown> {
  try {
    await relay(record);
    return undefined;
  } catch (error) {
    const row = record.dynamodb?.Keys;
    log.error('A record could not be relayed', { pk: row?.pk?.S, sk: row?.sk?.S, error: faultOf(error) });
    return error ?? new Error('unknown');
  }
}

/** A change should have had its effects within this time after it was written, ms. */
const promptMs = 60_000;

/** What the service levels go by: new entries and how old they were, conclusions. What is touched anew counts not. */
function tell(records: DynamoDBRecord[]): void {
  const entries = records.filter(
    ({ eventName, dynamodb }) =>
      eventName === 'INSERT' &&
      dynamodb?.Keys?.sk?.S?.startsWith('EVENT#') &&
      dynamodb.Keys.pk?.S !== heartbeatKey.pk &&
      !isSynthetic(numberOfPartition(dynamodb.Keys.pk?.S ?? '')),
  );
  // By the table's clock, which no sandbox moves; in seconds.
  const isLate = ({ dynamodb }: DynamoDBRecord): boolean =>
    Date.now() - (dynamodb?.ApproximateCreationDateTime ?? Number.POSITIVE_INFINITY) * 1000 > promptMs;
  const late = entries.filter(isLate).length;
  countMany('EntriesRelayedLate', late);
  countMany('EntriesRelayedInTime', entries.length - late);
  const concluded = entries.filter(({ dynamodb }) =>
    dynamodb?.NewImage?.events?.L?.some(({ M }) => M?.type?.S === 'application.concluded'),
  );
  countMany('ApplicationsConcluded', concluded.length);
}

/** Records of a batch side by side: no order is promised after the stream, and none is relied upon. */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  log.resetKeys();
  const failures = (await Promise.all(event.Records.map(attempt))).filter((error) => error !== undefined);
  tell(event.Records);
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} records could not be relayed.`);
}
