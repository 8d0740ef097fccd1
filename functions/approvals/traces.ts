/** What the watch goes by: the traces of a case, its journal, its executions; and having an entry carried again. */
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { journalKey, keys } from '../cases/keys.ts';
import { executionName } from '../cases/reviews.ts';
import { isFinal } from '../cases/status.ts';
import type { Case, JournalEntry } from '../cases/types.ts';
import { deliveryKey, readDelivery } from '../departments/deliveries.ts';
import { isReachable, readConnections } from '../departments/store.ts';
import { webhookTypes } from '../departments/webhook.ts';
import { smsEventTypes } from '../notifications/templates.ts';
import { setting } from '../platform/env.ts';
import { type Key, table, tableName } from '../platform/table.ts';
import type { Traces } from './watch.ts';

const sfn = new SFNClient({});

/** Sort keys of the rows that effects leave behind in the case's own partition: MESSAGE#, WAIT#. */
async function traceRows(number: string): Promise<string[]> {
  const rows: string[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.send(
      new QueryCommand({
        TableName: tableName(),
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ProjectionExpression: 'sk',
        ExpressionAttributeValues: {
          ':pk': keys.application(number).pk,
          ':from': 'MESSAGE#',
          ':to': 'WAIT#~',
        },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    rows.push(...Items.map(({ sk }) => String(sk)));
    start = LastEvaluatedKey;
  } while (start);
  return rows;
}

/** Rounds that are decided and whose execution has not ended; undefined when that cannot be said at the moment. */
async function runningRounds({ application, reviews }: Case): Promise<Set<number> | undefined> {
  const rounds = Array.from({ length: application.round }, (_, i) => i + 1).filter((round) => {
    const own = reviews.filter((review) => review.round === round);
    return own.length > 0 && own.every(({ status }) => isFinal(status));
  });
  const running = await Promise.all(rounds.map((round) => isRunning(application.number, round)));
  return running.includes(undefined) ? undefined : new Set(rounds.filter((_, i) => running[i]));
}

/** An execution that never was, or is not known any more, does not run. Undefined to who has asked too often. */
async function isRunning(number: string, round: number): Promise<boolean | undefined> {
  const machine = setting('STATE_MACHINE_ARN');
  const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${executionName(number, round)}`;
  try {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'ExecutionDoesNotExist') return false;
    if (error.name === 'ThrottlingException') return undefined;
    throw error;
  }
}

const isTold = (type: string): boolean => webhookTypes.some((each) => each === type);

/** The webhooks of these entries that have a row in their department's log: `WEBHOOK#<review>#<type>#<place>`. */
async function toldRows({ reviews }: Case, entries: JournalEntry[]): Promise<string[]> {
  const told = entries.flatMap(({ id, version, at, events }) =>
    events.flatMap((event, i) => {
      const review = 'review' in event ? reviews.find((each) => each.id === event.review) : undefined;
      if (!review?.requestedAt || !isTold(event.type)) return [];
      return [
        { review, type: event.type, time: at, event: `${id}/${version}/${i}`, place: `${version}/${i}` },
      ];
    }),
  );
  const rows = await Promise.all(told.map((each) => readDelivery(deliveryKey(each))));
  return told.flatMap(({ review, type, place }, i) =>
    rows[i] ? [`WEBHOOK#${review.id}#${type}#${place}`] : [],
  );
}

/**
 * @param entries of the journal whose effects are asked for
 * @returns undefined when Step Functions is asked too often at the moment
 */
export async function readTraces(found: Case, entries: JournalEntry[]): Promise<Traces | undefined> {
  const [rows, told, running, connections] = await Promise.all([
    traceRows(found.application.number),
    toldRows(found, entries),
    runningRounds(found),
    readConnections(),
  ]);
  if (!running) return undefined;
  const reachable = [...connections]
    .filter(([, connection]) => isReachable(connection))
    .map(([code]) => code);
  return { rows: [...rows, ...told], running, reachable: new Set(reachable), told: new Set(smsEventTypes) };
}

/** Has the stream bring a row once more, on the same way as the first time. */
async function touch(key: Key): Promise<void> {
  await table.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: key,
      UpdateExpression: 'ADD again :one',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
}

/** A journal entry is carried once more to everything that hears of it. */
export const relayAgain = (number: string, version: number): Promise<void> =>
  touch(journalKey(keys.application(number).pk, version));

/** A review's wait is looked at once more, and released if the review says so. */
export const wakeAgain = (number: string, review: string): Promise<void> => touch(keys.wait(number, review));
