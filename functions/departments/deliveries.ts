/**
 * What has become of each webhook, in the department's own partition, in the order of time. A webhook has one row,
 * found again by its event and written when the department has it, or when an attempt has failed. Each attempt has
 * its place in the log: the first, if it was taken at once, is that very row, so that the ordinary way costs one
 * write; every other attempt is appended.
 */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Review } from '../cases/types.ts';
import { digest } from '../platform/idempotency.ts';
import { decodeCursor, encodeCursor } from '../platform/paging.ts';
import { notFound, Problem } from '../platform/problems.ts';
import type { BusMessage } from '../platform/queue.ts';
import { expiryOf } from '../platform/synthetic.ts';
import { type Key, table, tableName } from '../platform/table.ts';

/** What has become of one webhook, or of one attempt of it. */
export type Delivery = {
  type: string;
  /** Id of the event that it tells; an operator's repetition of the journal or a department's return has its own. */
  event: string;
  /** When that happened, by the business clock. */
  time: string;
  review: string;
  department: string;
  /** `failing`: another attempt follows at `nextAt`; `given-up`: none does, by itself. */
  status: 'delivered' | 'failing' | 'given-up';
  /** Of the last attempt, real time. */
  at: string;
  /** All that were made. */
  attempts: number;
  /** Failed ones of the present run through the schedule. */
  failed?: number;
  /** HTTP status of the last answer; absent: there was none. */
  answer?: number;
  /** Of the last attempt. */
  durationMs: number;
  nextAt?: string;
  /** It was asked for once more, by this request. */
  resend?: string;
  /** Of a review that was made up to try the receiver. */
  test?: true;
};

/** A row with an attempt that has its place in the log. */
type Row = Delivery & Key & { listed?: true };

/** The id under which a receiver gets an event, at every attempt. */
export const webhookIdOf = (event: string): string => `event_${digest(event).slice(0, 27)}`;

/** A review may wait for a condition for a year. */
const keptForSeconds = 400 * 24 * 3600;

const partition = (department: string): string => `DELIVERIES#${department}`;
const prefix = 'DELIVERY#';
const sort = (...parts: string[]): string => prefix + parts.join('#');

/** An event's id without what its row is found by anyway: the application, or on a department's return the review. */
function shortened(event: string, { id: review }: Pick<Review, 'id'>): string {
  const application = review.slice(0, review.lastIndexOf('-'));
  if (event.startsWith(`${application}/`)) return event.slice(application.length + 1);
  return event.endsWith(`/${review}`) ? event.slice(0, -review.length - 1) : event;
}

/** Which request it is that has a webhook sent once more. */
export const resendOf = ({ data }: Pick<BusMessage, 'data'>): string | undefined =>
  typeof data.resend === 'string' ? data.resend : undefined;

type Told = { review: Pick<Review, 'id' | 'department'>; type: string; time: string; event: string };

/** The row of the webhook that tells an event. */
export function deliveryKey({ review, type, time, event }: Told, resend?: string): Key {
  const place = resend ? `${shortened(event, review)}~${resend}` : shortened(event, review);
  return { pk: partition(review.department), sk: sort(time, review.id, type, place) };
}

export async function readDelivery(key: Key): Promise<Delivery | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: key, ConsistentRead: true }),
  );
  return Item as Delivery | undefined;
}

/** All that was sent because of one event: the webhook itself and its repetitions on request. */
export async function readDeliveries(told: Told): Promise<Delivery[]> {
  const { pk, sk } = deliveryKey(told);
  const from = sk.slice(0, sk.lastIndexOf('#') + 1);
  const { Items } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': `${from}~` },
    }),
  );
  return (Items ?? []) as Delivery[];
}

/** What was taken at once lies where it belongs in the log: by the time of its event. */
const atOnceMs = 60_000;

const isItsOwnEntry = ({ attempts, status, time, at }: Delivery): boolean =>
  attempts === 1 && status === 'delivered' && Math.abs(Date.parse(at) - Date.parse(time)) < atOnceMs;

const expiry = (at: string): number => Math.floor(Date.parse(at) / 1000) + keptForSeconds;

const rowOf = (key: Key, delivery: Delivery): Row => ({
  ...key,
  ...delivery,
  ...(isItsOwnEntry(delivery) ? { listed: true } : {}),
});

/** The attempt by itself, in its place in the log. */
function entryOf({ pk, sk }: Key, delivery: Delivery): Row {
  const place = `${sk.split('#').at(-1)}.${delivery.attempts}`;
  return { pk, sk: sort(delivery.at, delivery.review, delivery.type, place), ...delivery, listed: true };
}

const put = (row: Row, condition: object = {}) => ({
  TableName: tableName(),
  Item: { ...row, expiresAt: expiry(row.at), ...expiryOf(row.review) },
  ...condition,
});

/** The department has it: true whatever else was written before. */
export async function recordDelivered(key: Key, delivery: Delivery): Promise<void> {
  const row = rowOf(key, delivery);
  if (row.listed) return void (await table.send(new PutCommand(put(row))));
  await table.send(
    new TransactWriteCommand({ TransactItems: [{ Put: put(row) }, { Put: put(entryOf(key, delivery)) }] }),
  );
}

/** A made-up event: one attempt, listed whatever came of it. */
export async function recordTest(key: Key, delivery: Delivery): Promise<void> {
  await table.send(new PutCommand(put({ ...key, ...delivery, listed: true })));
}

/** An attempt after which nothing is said of the webhook itself: a department that wants no more (410). */
export async function recordAttempt(key: Key, delivery: Delivery): Promise<void> {
  await table.send(new PutCommand(put(entryOf(key, delivery))));
}

/**
 * Writes down a failed attempt.
 * @returns false when another copy of the message has made one since `before` was read: that one stands.
 */
export async function recordFailed(
  key: Key,
  delivery: Delivery,
  before: Delivery | undefined,
): Promise<boolean> {
  const condition = before
    ? { ConditionExpression: 'attempts = :before', ExpressionAttributeValues: { ':before': before.attempts } }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [{ Put: put(rowOf(key, delivery), condition) }, { Put: put(entryOf(key, delivery)) }],
      }),
    );
    return true;
  } catch (error) {
    const lost = ['ConditionalCheckFailed', 'TransactionConflict'];
    const isLost =
      error instanceof TransactionCanceledException &&
      (error.CancellationReasons ?? []).some(({ Code }) => Code !== undefined && lost.includes(Code));
    if (isLost) return false;
    throw error;
  }
}

/** An attempt as its department and operators see it. */
export const deliveryView = (row: Delivery & Partial<Key>) => ({
  id: Buffer.from(row.sk ?? '').toString('base64url'),
  type: row.type,
  at: row.at,
  status: row.status,
  durationMs: row.durationMs,
  attempt: row.attempts,
  ...(row.answer === undefined ? {} : { answer: row.answer }),
  ...(row.nextAt ? { nextAt: row.nextAt } : {}),
  eventId: webhookIdOf(row.event),
  review: row.review,
  ...(row.resend ? { resent: true } : {}),
  ...(row.test ? { test: true } : {}),
});

/** The attempt that an id names. @throws Problem not-found when the department has none of that id */
export async function deliveryOf(department: string, id: string): Promise<Delivery> {
  const sk = Buffer.from(id, 'base64url').toString();
  const isKey = sk.startsWith(prefix) && sk.length < 400 && /^[\x21-\x7e]+$/.test(sk);
  const found = isKey
    ? ((await readDelivery({ pk: partition(department), sk })) as Row | undefined)
    : undefined;
  if (!found?.listed) throw notFound('delivery');
  return found;
}

export type DeliveriesQuery = {
  since?: string | undefined;
  failed?: boolean | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** Rows that one page reads at most, however few of them are asked for: the rest is for its cursor. */
const mostRead = 1000;

/** Whether a row of the log could lie there: DynamoDB goes on from no place outside of what is asked for. */
const isPlace = (sk: string): boolean => sk.startsWith(prefix) && sk.length < 400 && sk < `${prefix}~`;

function startOf(cursor: string | undefined): string | undefined {
  const after = decodeCursor(cursor)?.after;
  if (cursor === undefined) return undefined;
  if (typeof after === 'string' && isPlace(after)) return after;
  throw new Problem('malformed-request', 'The cursor is not one that a list of ours returned.');
}

/**
 * A page of a department's log; the newest first, unless the oldest are asked for first.
 * A page may have fewer entries than its limit and a cursor all the same: few failures among many deliveries.
 */
export async function deliveriesPage(
  department: string,
  { since, failed, limit, cursor }: DeliveriesQuery,
  oldestFirst = false,
): Promise<{ items: (Delivery & Key)[]; cursor?: string }> {
  const first = prefix + (since ? new Date(since).toISOString() : '');
  const items: (Delivery & Key)[] = [];
  let after = startOf(cursor);
  // A cursor of another question.
  if (after !== undefined && after < first) return { items };
  for (let read = 0; read < mostRead; ) {
    const { Items = [], LastEvaluatedKey } = await table.send(
      new QueryCommand({
        TableName: tableName(),
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': partition(department), ':from': first, ':to': `${prefix}~` },
        ScanIndexForward: oldestFirst,
        Limit: 100,
        ...(after === undefined ? {} : { ExclusiveStartKey: { pk: partition(department), sk: after } }),
      }),
    );
    for (const row of Items as Row[]) {
      after = row.sk;
      if (row.listed && (!failed || row.status !== 'delivered')) items.push(row);
      if (items.length === limit) return { items, cursor: encodeCursor({ after }) };
    }
    if (!LastEvaluatedKey) return { items };
    read += Items.length;
  }
  return { items, ...(after === undefined ? {} : { cursor: encodeCursor({ after }) }) };
}
