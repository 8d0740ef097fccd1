/**
 * Reading and writing a case. Every write is `commit`: one conditional transaction that holds the new header,
 * the reviews that changed and the journal entry that tells it. Nothing else in the system writes these rows.
 */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { businessNow } from '../clock/now.ts';
import { AlreadyAnswered, idempotencyKey, type Receipt } from '../platform/idempotency.ts';
import { table, tableName } from '../platform/table.ts';
import { alarm } from './alarm.ts';
import type { Actor } from './events.ts';
import { indexKeys, journalKey, keys } from './keys.ts';
import { applicationGraph, isFinal, mayFollow } from './status.ts';
import type { Application, Case, Change, Dossier, Review } from './types.ts';

type Row = Record<string, NativeAttributeValue>;
type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** How long a repeated request still gets the first answer. */
const receiptLivesForSeconds = 7 * 24 * 3600;

/** The expected version was not there any more: load again and decide again. */
export class VersionConflict extends Error {
  override name = 'VersionConflict';
}

/** The number is taken: draw another. */
export class NumberTaken extends Error {
  override name = 'NumberTaken';
}

function stripKeys<T>(row: Row): T {
  const { pk, sk, listKey, listSort, inboxKey, inboxSort, dueKey, dueSort, ...rest } = row;
  return rest as T;
}

/** Anything else is no application's number, and might be longer than a key may be. */
const numberPattern = /^[\w-]{1,64}$/;

/** The whole case by one consistent query, or undefined. Journal, tokens and messages are not read. */
export async function loadCase(number: string): Promise<Case | undefined> {
  if (!numberPattern.test(number)) return undefined;
  const { pk } = keys.application(number);
  const pages = await Promise.all([query(pk, 'APPLICATION', 'DOSSIER'), query(pk, 'REVIEW#', 'REVIEW#~')]);
  const [main, reviews] = pages;
  const application = main?.find((row) => row.sk === 'APPLICATION');
  const dossier = main?.find((row) => row.sk === 'DOSSIER');
  if (!application || !dossier) return undefined;
  return {
    application: stripKeys<Application>(application),
    dossier: stripKeys<Dossier>(dossier),
    reviews: (reviews ?? []).map((row) => stripKeys<Review>(row)),
  };
}

async function query(pk: string, from: string, to: string): Promise<Row[]> {
  const { Items } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
    }),
  );
  return Items ?? [];
}

function applicationRow(application: Application): Row {
  return {
    ...keys.application(application.number),
    ...application,
    ...indexKeys.list(application.owner, application.submittedAt, application.number),
    ...(application.nextDueAt ? indexKeys.due(application.number, application.nextDueAt) : {}),
  };
}

function reviewRow(number: string, review: Review): Row {
  const phase = isFinal(review.status) ? 'closed' : 'open';
  // A review cancelled before it was ever requested concerns no inbox.
  const inbox = review.requestedAt
    ? indexKeys.inbox(review.department, phase, review.id, review.dueAt ?? review.requestedAt)
    : {};
  return { ...keys.review(number, review.id), ...review, ...inbox };
}

function receiptRow(receipt: Receipt, at: Date): Row {
  return {
    ...idempotencyKey(receipt.user, receipt.key),
    bodyHash: receipt.bodyHash,
    answer: receipt.answer,
    expiresAt: Math.floor(at.getTime() / 1000) + receiptLivesForSeconds,
  };
}

const put = (item: Row, onlyNew = false): Write => ({
  Put: {
    TableName: tableName(),
    Item: item,
    ...(onlyNew ? { ConditionExpression: 'attribute_not_exists(pk)' } : {}),
  },
});

/**
 * Writes a change of a case in one transaction.
 * @param before the case as it was read; `undefined` for a new one, whose `change` then holds everything.
 * @returns the application after it.
 * @throws VersionConflict, AlreadyAnswered, NumberTaken
 */
export async function commit(
  before: Case | undefined,
  after: Case,
  entry: { events: Change['events']; by: Actor; at: Date },
  receipt?: Receipt,
): Promise<void> {
  const { application } = after;
  const { number, version } = application;
  const writes: Write[] = [
    {
      Put: {
        TableName: tableName(),
        Item: applicationRow(application),
        ...(before
          ? {
              ConditionExpression: 'version = :before',
              ExpressionAttributeValues: { ':before': before.application.version },
            }
          : { ConditionExpression: 'attribute_not_exists(pk)' }),
      },
    },
    put(
      {
        ...journalKey(keys.application(number).pk, version),
        application: number,
        version,
        service: application.service,
        at: entry.at.toISOString(),
        by: entry.by,
        events: entry.events,
      },
      true,
    ),
    ...(receipt ? [put(receiptRow(receipt, new Date()), true)] : []),
    ...(after.dossier === before?.dossier ? [] : [put({ ...keys.dossier(number), ...after.dossier })]),
    ...after.reviews
      .filter((review) => !before?.reviews.includes(review))
      .map((review) => put(reviewRow(number, review))),
  ];
  try {
    await table.send(new TransactWriteCommand({ TransactItems: writes }));
  } catch (error) {
    throw conflictOf(error, before === undefined, receipt !== undefined);
  }
}

/** Which of our own conditions failed; anything else is passed on as it is. */
function conflictOf(error: unknown, isNew: boolean, hasReceipt: boolean): unknown {
  if (!(error instanceof TransactionCanceledException)) return error;
  const [header, , receipt] = error.CancellationReasons?.map(({ Code }) => Code) ?? [];
  // A conflict over the receipt: the first request with this key is being written at this very moment.
  if (hasReceipt && receipt && receipt !== 'None') return new AlreadyAnswered();
  if (isNew && header === 'ConditionalCheckFailed') return new NumberTaken();
  const codes = error.CancellationReasons?.map(({ Code }) => Code) ?? [];
  const ours = codes.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict');
  return ours ? new VersionConflict() : error;
}

/**
 * The case after a change at an instant, version raised by one.
 * @throws Error when the change asks for a step that the status graph does not have: a fault of a rule.
 */
export function apply(before: Case, change: Change, at = new Date(before.application.changedAt)): Case {
  const { application, reviews } = before;
  const to = change.application?.status;
  if (to && to !== application.status && !mayFollow(applicationGraph, application.status, to)) {
    throw new Error(`The status graph has no step from ${application.status} to ${to}.`);
  }
  const changed = new Map(change.reviews?.map((review) => [review.id, review]));
  const after: Case = {
    application: {
      ...application,
      ...change.application,
      version: application.version + 1,
      changedAt: at.toISOString(),
    },
    dossier: change.dossier ? { ...before.dossier, ...change.dossier } : before.dossier,
    reviews: [
      ...reviews.map((review) => changed.get(review.id) ?? review),
      ...(change.reviews ?? []).filter((review) => !reviews.some(({ id }) => id === review.id)),
    ],
  };
  return { ...after, application: withAlarm(after) };
}

function withAlarm(after: Case): Application {
  const { nextDueAt, ...application } = after.application;
  const next = alarm(after);
  return next ? { ...application, nextDueAt: next } : application;
}

/**
 * Sets the case's alarm anew, outside any change: the sweep has looked and found nothing more until then.
 * A case that changed meanwhile keeps its alarm and is looked at again.
 */
export async function rearm(application: Application, nextDueAt: string | undefined): Promise<void> {
  if (nextDueAt === application.nextDueAt) return;
  const { nextDueAt: _, ...rest } = application;
  const item = applicationRow(nextDueAt ? { ...rest, nextDueAt } : rest);
  try {
    await table.send(
      new PutCommand({
        TableName: tableName(),
        Item: item,
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': application.version },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

const attempts = 8;

const notBefore = (earliest: string, at: Date): Date =>
  at.toISOString() < earliest ? new Date(earliest) : at;

/**
 * Loads a case, lets a pure rule decide, commits; on a conflict with somebody else's write, again from the start.
 * A change without events writes nothing. The rule is told the business time, which never goes back within a case
 * even if the clocks of two machines differ.
 * @returns the case after it, or undefined when there is no such case.
 * @throws VersionConflict after eight lost races; whatever `decide` throws.
 */
export async function changeCase(
  number: string,
  decide: (found: Case, at: Date) => Change | Promise<Change>,
  context: { by: Actor; receipt?: (after: Case) => Receipt | undefined },
): Promise<Case | undefined> {
  for (let attempt = 1; ; attempt++) {
    const before = await loadCase(number);
    if (!before) return undefined;
    const at = notBefore(before.application.changedAt, await businessNow());
    const change = await decide(before, at);
    if (change.events.length === 0) return before;
    const after = apply(before, change, at);
    try {
      await commit(before, after, { events: change.events, by: context.by, at }, context.receipt?.(after));
      return after;
    } catch (error) {
      if (!(error instanceof VersionConflict) || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
    }
  }
}
