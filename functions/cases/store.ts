/**
 * Reading and writing a case. Every write is `commit`: one conditional transaction that holds the new header,
 * the rows that changed and the journal entry that tells it. Nothing else in the system writes these rows.
 */
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { businessNow } from '../clock/now.ts';
import { AlreadyAnswered, type Receipt, receiptRow } from '../platform/idempotency.ts';
import { Problem } from '../platform/problems.ts';
import { expiryOf, isSynthetic } from '../platform/synthetic.ts';
import { table, tableName } from '../platform/table.ts';
import { alarm } from './alarm.ts';
import type { Actor } from './events.ts';
import { indexKeys, journalKey, keys } from './keys.ts';
import { packed } from './packed-dossier.ts';
import { applicationGraph, isFinal, mayFollow } from './status.ts';
import {
  type Application,
  type Case,
  type Change,
  type Dossier,
  merged,
  type Objection,
  type Party,
  type Review,
} from './types.ts';
import { caseOf, schemaVersion } from './upgrade.ts';

type Row = Record<string, NativeAttributeValue>;
type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** The expected version was not there any more: load again and decide again. */
export class VersionConflict extends Error {
  override name = 'VersionConflict';
}

/** The number is taken: draw another. */
export class NumberTaken extends Error {
  override name = 'NumberTaken';
}

function stripKeys(row: Row): Row {
  const { pk, sk, listKey, listSort, inboxKey, inboxSort, dueKey, dueSort, expiresAt, ...rest } = row;
  return rest;
}

/** Anything else is no application's number, and might be longer than a key may be. */
const numberPattern = /^[\w-]{1,64}$/;

/**
 * The whole case, or undefined. Journal, waits and messages are not read.
 *
 * The header is read first and what hangs on it afterwards: a commit between the two makes the rest newer than the
 * header, so that the condition on the header's version fails whatever is decided from them. The other way round an
 * old row could be decided upon under a new version.
 */
export async function loadCase(number: string): Promise<Case | undefined> {
  if (!numberPattern.test(number)) return undefined;
  const application = await get(keys.application(number));
  if (!application) return undefined;
  const { pk } = keys.application(number);
  const hanging = await query(pk, 'OBJECTION#', 'REVIEW#~');
  // Last, so that nobody reads an older dossier under a newer review's version.
  const dossier = await get(keys.dossier(number));
  if (!dossier) return undefined;
  const rows = (kind: string): Row[] =>
    hanging.filter(({ sk }) => String(sk).startsWith(`${kind}#`)).map(stripKeys);
  return caseOf({
    application: stripKeys(application),
    dossier: stripKeys(dossier),
    reviews: rows('REVIEW'),
    objections: rows('OBJECTION'),
  });
}

async function get(key: { pk: string; sk: string }): Promise<Row | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: key, ConsistentRead: true }),
  );
  return Item;
}

/** All rows of a range, however many pages they take. */
async function query(pk: string, from: string, to: string): Promise<Row[]> {
  const rows: Row[] = [];
  let ExclusiveStartKey: Row | undefined;
  do {
    const page = await table.send(
      new QueryCommand({
        TableName: tableName(),
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    rows.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return rows;
}

function applicationRow(application: Application): Row {
  const [first] = application.parties;
  return {
    ...keys.application(application.number),
    schema: schemaVersion,
    ...application,
    ...(first ? indexKeys.list(first.subject, application.submittedAt, application.number) : {}),
    ...(application.nextDueAt ? indexKeys.due(application.number, application.nextDueAt) : {}),
    ...expiryOf(application.number),
  };
}

const partyRow = ({ number, submittedAt }: Application, { subject, relation }: Party): Row => ({
  ...keys.party(number, subject),
  relation,
  ...indexKeys.list(subject, submittedAt, number),
  ...expiryOf(number),
});

function reviewRow(number: string, review: Review): Row {
  const phase = isFinal(review.status) ? 'closed' : 'open';
  // A review cancelled before it was ever requested concerns no inbox.
  const inbox = review.requestedAt
    ? indexKeys.inbox(review.department, phase, review.id, review.dueAt ?? review.requestedAt)
    : {};
  return { ...keys.review(number, review.id), ...review, ...inbox, ...expiryOf(number) };
}

/** Bears the entry in the list of all, unless it is synthetic: the header has that in the list of its first party. */
const dossierRow = ({ number, submittedAt }: Application, dossier: Dossier): Row => ({
  ...keys.dossier(number),
  ...packed(dossier),
  ...(isSynthetic(number) ? expiryOf(number) : indexKeys.all(submittedAt, number)),
});

const put = (item: Row, onlyNew = false): Write => ({
  Put: {
    TableName: tableName(),
    Item: item,
    ...(onlyNew ? { ConditionExpression: 'attribute_not_exists(pk)' } : {}),
  },
});

const headerWrite = (before: Case | undefined, application: Application): Write =>
  before
    ? {
        Put: {
          TableName: tableName(),
          Item: applicationRow(application),
          ConditionExpression: 'version = :before',
          ExpressionAttributeValues: { ':before': before.application.version },
        },
      }
    : put(applicationRow(application), true);

const changedRows = <R>(after: R[], before: R[] | undefined): R[] =>
  after.filter((row) => !before?.includes(row));

function writesOf(
  before: Case | undefined,
  after: Case,
  entry: { events: Change['events']; by: Actor; at: Date },
  receipt: Receipt | undefined,
): Write[] {
  const { application, dossier, reviews, objections } = after;
  const { number, version, service } = application;
  const journal = {
    ...journalKey(keys.application(number).pk, version),
    schema: schemaVersion,
    aggregate: 'application',
    id: number,
    version,
    service,
    at: entry.at.toISOString(),
    by: entry.by,
    events: entry.events,
    ...expiryOf(number),
  };
  const others = application.parties.slice(1);
  return [
    headerWrite(before, application),
    put(journal, true),
    ...(receipt ? [put(receiptRow(receipt, new Date()), true)] : []),
    ...(dossier === before?.dossier ? [] : [put(dossierRow(application, dossier))]),
    ...changedRows<Review>(reviews, before?.reviews).map((review) => put(reviewRow(number, review))),
    ...changedRows<Objection>(objections, before?.objections).map((objection) =>
      put({ ...keys.objection(number, objection.id), ...objection, ...expiryOf(number) }),
    ),
    ...changedRows<Party>(others, before?.application.parties).map((party) =>
      put(partyRow(application, party)),
    ),
  ];
}

/**
 * Writes a change of a case in one transaction.
 * @param before the case as it was read; `undefined` for a new one, whose `after` then holds everything.
 * @throws VersionConflict, AlreadyAnswered, NumberTaken; Problem unavailable when DynamoDB has no capacity for it
 */
export async function commit(
  before: Case | undefined,
  after: Case,
  entry: { events: Change['events']; by: Actor; at: Date },
  receipt?: Receipt,
): Promise<void> {
  const command = new TransactWriteCommand({ TransactItems: writesOf(before, after, entry, receipt) });
  for (let attempt = 1; ; attempt++) {
    try {
      await table.send(command);
      return;
    } catch (error) {
      if (!isThrottled(error)) throw conflictOf(error, before === undefined, receipt !== undefined);
      if (attempt === throttledAttempts) {
        throw new Problem('unavailable', 'Too much is asked for at the moment. Please try again shortly.');
      }
      await backOff(attempt);
    }
  }
}

const throttledAttempts = 5;

const backOff = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));

const conflicts = ['ConditionalCheckFailed', 'TransactionConflict'];
const throttles = ['ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded'];

const reasonsOf = (error: unknown): (string | undefined)[] =>
  error instanceof TransactionCanceledException
    ? (error.CancellationReasons?.map(({ Code }) => Code) ?? [])
    : [];

/** No capacity, and no conflict that would be there with any capacity. */
function isThrottled(error: unknown): boolean {
  const reasons = reasonsOf(error);
  return (
    reasons.some((code) => code !== undefined && throttles.includes(code)) &&
    !reasons.some((code) => code !== undefined && conflicts.includes(code))
  );
}

/** Which of our own conditions failed; anything else is passed on as it is. */
function conflictOf(error: unknown, isNew: boolean, hasReceipt: boolean): unknown {
  const reasons = reasonsOf(error);
  const isConflict = (code: string | undefined): boolean => code !== undefined && conflicts.includes(code);
  const [header, , receipt] = reasons;
  // A conflict over the receipt: the first request with this key is being written at this very moment.
  if (hasReceipt && isConflict(receipt)) return new AlreadyAnswered();
  if (isNew && header === 'ConditionalCheckFailed') return new NumberTaken();
  return reasons.some(isConflict) ? new VersionConflict() : error;
}

/**
 * The case after a change at an instant, version raised by one.
 * @throws Error when the change asks for a step that the status graph does not have: a fault of a rule.
 */
export function apply(before: Case, change: Change, at = new Date(before.application.changedAt)): Case {
  const { application } = before;
  const to = change.application?.status;
  if (to && to !== application.status && !mayFollow(applicationGraph, application.status, to)) {
    throw new Error(`The status graph has no step from ${application.status} to ${to}.`);
  }
  const after: Case = {
    application: {
      ...application,
      ...change.application,
      version: application.version + 1,
      changedAt: at.toISOString(),
    },
    dossier: change.dossier ? ({ ...before.dossier, ...change.dossier } satisfies Dossier) : before.dossier,
    reviews: merged(before.reviews, change.reviews),
    objections: merged(before.objections, change.objections),
  };
  return { ...after, application: withAlarm(after) };
}

/** A header with the alarm that the due index keeps for it. */
export function withAlarm(after: Case): Application {
  const { nextDueAt, ...application } = after.application;
  const next = alarm(after);
  return next ? { ...application, nextDueAt: next } : application;
}

/**
 * Sets the case's alarm anew, outside any change: the sweep has looked and needs not look before then.
 * @returns false when the case changed meanwhile: it keeps its alarm and is looked at again
 */
export async function rearm(
  { number, version, nextDueAt: armed }: Application,
  nextDueAt: string | undefined,
  watched: Application['watched'],
): Promise<boolean> {
  const due = nextDueAt && indexKeys.due(number, nextDueAt);
  const values = { ':version': version, ...(watched ? { ':watched': watched } : {}) };
  const set = watched ? ['watched = :watched'] : [];
  if (nextDueAt === armed && !watched) return true;
  try {
    await table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: keys.application(number),
        ...(due
          ? {
              UpdateExpression: `SET ${[...set, 'nextDueAt = :at', 'dueKey = :key', 'dueSort = :sort'].join(', ')}`,
              ExpressionAttributeValues: {
                ...values,
                ':at': nextDueAt,
                ':key': due.dueKey,
                ':sort': due.dueSort,
              },
            }
          : {
              UpdateExpression: `${set.length > 0 ? `SET ${set.join(', ')} ` : ''}REMOVE nextDueAt, dueKey, dueSort`,
              ExpressionAttributeValues: values,
            }),
        ConditionExpression: 'version = :version',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException || error instanceof TransactionConflictException)
      return false;
    throw error;
  }
}

/** Sets back a case that could not be handled, so that it stands in nobody's way. It need not be readable for that. */
export async function setBack(number: string, until: Date): Promise<void> {
  const at = until.toISOString();
  const { dueKey, dueSort } = indexKeys.due(number, at);
  await table.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: keys.application(number),
      UpdateExpression: 'SET nextDueAt = :at, dueKey = :key, dueSort = :sort',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':at': at, ':key': dueKey, ':sort': dueSort },
    }),
  );
}

const attempts = 8;

const notBefore = (earliest: string, at: Date): Date =>
  at.toISOString() < earliest ? new Date(earliest) : at;

/**
 * Loads a case, lets a pure rule decide, commits; on a conflict with somebody else's write, again from the start.
 * A change without events writes nothing. The rule is told the business time, which never goes back within a case
 * even if the clocks of two machines differ.
 * @param context with the case as `found` a moment ago, if it was read already: it saves reading it again, and when
 *   it is not the present one any more the commit fails and it is read again
 * @returns the case after it, or undefined when there is no such case.
 * @throws VersionConflict after eight lost races; whatever `decide` throws.
 */
export async function changeCase(
  number: string,
  decide: (found: Case, at: Date) => Change | Promise<Change>,
  context: { by: Actor; found?: Case; receipt?: (after: Case) => Receipt | undefined },
): Promise<Case | undefined> {
  for (let attempt = 1; ; attempt++) {
    const before = (attempt === 1 && context.found) || (await loadCase(number));
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
      await backOff(attempt);
    }
  }
}
