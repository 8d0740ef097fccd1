/**
 * Lists of applications: a user's own, newest first; for operators all of them, newest first, or those that are late,
 * stuck or at a department, the soonest due first. Each comes from an index; headers are read a page at a time.
 */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isLate, isStuck } from '../approvals/watch.ts';
import { dueShards, inboxShards, indexKeys, keys } from '../cases/keys.ts';
import type { Application } from '../cases/types.ts';
import { decodeCursor, encodeCursor } from '../platform/paging.ts';
import { Problem } from '../platform/problems.ts';
import { isSynthetic } from '../platform/synthetic.ts';
import { type Key, readRows, table, tableName } from '../platform/table.ts';
import type { ApplicationsQuery } from './queries.ts';

export type ApplicationsPage = { items: Application[]; cursor?: string };
type Place = Record<string, unknown>;
/** Index entries from a place on, and where to go on; without that, there are no more. */
type Step = { entries: Key[]; next?: Place | undefined };
type Walk = (from: Place | undefined, limit: number) => Promise<Step>;

/** A filter that keeps almost nothing ends a page early, with a cursor, after so many steps. */
const mostSteps = 10;

const badCursor = (): Problem =>
  new Problem('malformed-request', 'The cursor is not one that a list of ours returned.');

async function headersOf(entries: Key[]): Promise<Application[]> {
  // An entry of a party lies beside the header that it stands for.
  const numbers = [...new Set(entries.map(({ pk }) => pk))];
  const rows = await readRows(numbers.map((pk) => ({ pk, sk: 'APPLICATION' })));
  const headers = new Map(rows.map((row) => [row.pk as string, row as unknown as Application]));
  return numbers.flatMap((pk) => headers.get(pk) ?? []);
}

/** Walks until a page is full of what is kept. No step reads more than what the page still has room for. */
async function pageOf(
  walk: Walk,
  keep: (application: Application) => boolean,
  limit: number,
  cursor: string | undefined,
): Promise<ApplicationsPage> {
  const items: Application[] = [];
  let place = decodeCursor(cursor);
  for (let step = 1; ; step++) {
    const { entries, next } = await walk(place, limit - items.length);
    items.push(...(await headersOf(entries)).filter(keep));
    if (!next) return { items };
    if (items.length >= limit || step === mostSteps) return { items, cursor: encodeCursor(next) };
    place = next;
  }
}

const sortPattern = /^[\d:.TZ-]{24}#([\w-]{1,64})$/;

/** The place that a cursor names, in a partition of the caller's own: a forged one reaches nobody else's. */
function startKey(listKey: string, place: Place, otherSk: string): Record<string, string> {
  const { at, sk } = place;
  const number = typeof at === 'string' ? sortPattern.exec(at)?.[1] : undefined;
  if (typeof at !== 'string' || !number) throw badCursor();
  return {
    listKey,
    listSort: at,
    pk: keys.application(number).pk,
    sk: sk === 'APPLICATION' || sk === 'DOSSIER' ? sk : otherSk,
  };
}

/** One partition of the list index, newest first. */
async function listStep(
  listKey: string,
  start: Record<string, string> | undefined,
  limit: number,
  since: string | undefined,
): Promise<Step> {
  // A cursor of another question, that went further back: behind it is nothing of this one.
  if (start?.listSort && since && start.listSort < since) return { entries: [] };
  const { Items = [], LastEvaluatedKey } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      IndexName: 'list',
      KeyConditionExpression: since ? 'listKey = :key AND listSort >= :since' : 'listKey = :key',
      ExpressionAttributeValues: { ':key': listKey, ...(since ? { ':since': since } : {}) },
      ScanIndexForward: false,
      Limit: limit,
      ...(start ? { ExclusiveStartKey: start } : {}),
    }),
  );
  return {
    entries: Items as Key[],
    next: LastEvaluatedKey && { at: LastEvaluatedKey.listSort, sk: LastEvaluatedKey.sk },
  };
}

const ownWalk =
  (subject: string, since: string | undefined): Walk =>
  (from, limit) => {
    const { listKey } = indexKeys.list(subject, '', '');
    const start = from && startKey(listKey, from, keys.party('', subject).sk);
    return listStep(listKey, start, limit, since);
  };

/** Before this month nobody has applied for anything here. */
const firstMonth = '2026-01';
const monthPattern = /^\d{4}-(0[1-9]|1[0-2])$/;

function monthBefore(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 2, 1)).toISOString().slice(0, 7);
}

/** Every application, month by month. */
const allWalk =
  (now: Date, since: string | undefined): Walk =>
  async (from, limit) => {
    const month = from?.month ?? now.toISOString().slice(0, 7);
    if (typeof month !== 'string' || !monthPattern.test(month)) throw badCursor();
    const listKey = indexKeys.all(month, '').listKey;
    const start = from && 'at' in from ? startKey(listKey, from, 'DOSSIER') : undefined;
    const { entries, next } = await listStep(listKey, start, limit, since);
    if (next) return { entries, next: { ...next, month } };
    const before = monthBefore(month);
    const last = since ? since.slice(0, 7) : firstMonth;
    return { entries, ...(before >= last ? { next: { month: before } } : {}) };
  };

type Sorted = Key & { [name: string]: string };

/** Shards of an index as one list, the soonest first. */
const shardedWalk =
  (index: 'due' | 'inbox', partitions: string[]): Walk =>
  async (from, limit) => {
    const after = from === undefined ? ' ' : from.after;
    if (typeof after !== 'string' || after.length === 0 || after.length > 200) throw badCursor();
    const sort = `${index}Sort`;
    const shards = await Promise.all(
      partitions.map(async (partition) => {
        const { Items = [] } = await table.send(
          new QueryCommand({
            TableName: tableName(),
            IndexName: index,
            KeyConditionExpression: '#key = :partition AND #sort > :after',
            ExpressionAttributeNames: { '#key': `${index}Key`, '#sort': sort },
            ExpressionAttributeValues: { ':partition': partition, ':after': after },
            Limit: limit,
          }),
        );
        return Items as Sorted[];
      }),
    );
    const entries = shards
      .flat()
      .sort((a, b) => ((a[sort] ?? '') < (b[sort] ?? '') ? -1 : 1))
      .slice(0, limit);
    const last = entries.at(-1)?.[sort];
    return { entries, ...(entries.length === limit && last ? { next: { after: last } } : {}) };
  };

/** The one of a number, as a list of at most one; its partition is its own, so that no index is asked. */
const onlyWalk =
  (number: string): Walk =>
  async () => ({ entries: [{ pk: keys.application(number).pk, sk: 'APPLICATION' }] });

const numbered = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, shard) => `${prefix}#${shard}`);

function keeps({ number, status, service, since, late, stuck }: ApplicationsQuery) {
  return (application: Application): boolean =>
    (number === undefined || application.number === number) &&
    (status === undefined || application.status === status) &&
    (service === undefined || application.service === service) &&
    (since === undefined || application.submittedAt >= since) &&
    (late === undefined || isLate(application) === late) &&
    (stuck === undefined || isStuck(application) === stuck);
}

/** A user's own applications, newest first. */
export const listOwn = (subject: string, query: ApplicationsQuery): Promise<ApplicationsPage> =>
  pageOf(ownWalk(subject, query.since), keeps(query), query.limit, query.cursor);

/** What nobody has applied for is in no list, unless it is asked for by its number or its department. */
const isListed =
  ({ number, department }: ApplicationsQuery) =>
  (application: Application): boolean =>
    number !== undefined || department !== undefined || !isSynthetic(application.number);

/** Every application, for operators. What is late or stuck lies in the due index, what is at a department in its inbox. */
export function listAll(query: ApplicationsQuery, now: Date): Promise<ApplicationsPage> {
  const { number, department, late, stuck, since, limit, cursor } = query;
  const [isAsked, isShown] = [keeps(query), isListed(query)];
  const keep = (application: Application): boolean => isAsked(application) && isShown(application);
  if (number && !department) return pageOf(onlyWalk(number), keep, limit, undefined);
  const walk = department
    ? shardedWalk('inbox', numbered(inboxShards, `INBOX#${department}#open`))
    : late || stuck
      ? shardedWalk('due', numbered(dueShards, 'DUE'))
      : allWalk(now, since);
  return pageOf(walk, keep, limit, cursor);
}
