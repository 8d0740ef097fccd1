/**
 * Every minute: whatever is due by the business clock, and whether what was done has had its effects. Shards are
 * swept side by side within a time budget. One case that cannot be handled never stops the others: it is logged,
 * counted, set back, and met again later. Several are in hand at a time, so each line names its own.
 */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isObjectedTo, lookDue, nextDue, silentDue, watchDue } from '../cases/alarm.ts';
import { type DomainEvent, system } from '../cases/events.ts';
import { wholeJournal } from '../cases/journal.ts';
import { dueShards, numberOfPartition } from '../cases/keys.ts';
import { changeCase, rearm, setBack } from '../cases/store.ts';
import type { Case } from '../cases/types.ts';
import { calendar } from '../catalogue/centre.ts';
import { businessNow } from '../clock/now.ts';
import { optionalSetting } from '../platform/env.ts';
import { faultOf, log } from '../platform/log.ts';
import { count, type MetricName } from '../platform/metrics.ts';
import { table, tableName } from '../platform/table.ts';
import { markDue } from './due.ts';
import { readTraces, relayAgain, wakeAgain } from './traces.ts';
import { missingEffects, mostRepairs, unreleased } from './watch.ts';

/** Cases of a shard read at a time. */
const pageSize = 100;
/** The next sweep begins after a minute; what is left then is met by that one. */
const budgetMs = 45_000;
const setBackMs = 10 * 60_000;

/** Numbers of the cases due in a shard, a page at a time, the longest due first. */
async function* dueNumbers(shard: number, now: string): AsyncGenerator<string> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.send(
      new QueryCommand({
        TableName: tableName(),
        IndexName: 'due',
        KeyConditionExpression: 'dueKey = :shard AND dueSort < :now',
        // '~' sorts after the '#' that follows an instant, so an alarm of this very instant is included.
        ExpressionAttributeValues: { ':shard': `DUE#${shard}`, ':now': `${now}~` },
        Limit: pageSize,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const { pk } of Items) yield numberOfPartition(String(pk));
    start = LastEvaluatedKey;
  } while (start);
}

const told: Partial<Record<DomainEvent['type'], [MetricName, string]>> = {
  'review.overdue': ['ReviewsOverdue', 'A review is overdue'],
  'review.due-soon': ['ReviewsReminded', 'A department is reminded of a review'],
  'review.escalated': ['ReviewsEscalated', 'A review is escalated to the operators'],
  'review.procedure-overrun': ['ProceduresOverrun', 'A special procedure takes longer than was announced'],
};

const overdue: Record<'promised' | 'statutory', [MetricName, string]> = {
  promised: ['CasesOverdue', 'This case is past its promise'],
  statutory: ['CasesPastLaw', 'This case is past the limit of the law'],
};

/** Tells what this very look has marked, and nothing that was marked before. */
function tell(application: string, events: DomainEvent[]): void {
  for (const event of events) {
    const [metric, words] =
      (event.type === 'application.overdue' ? overdue[event.limit] : told[event.type]) ?? [];
    if (!metric || !words) continue;
    const level = event.type === 'review.due-soon' ? 'info' : 'warn';
    log[level](words, { application, ...('review' in event ? { review: event.review } : {}) });
    count(metric, application);
  }
}

/** Whatever is due now is marked. @returns the case as it then is */
async function mark(number: string): Promise<Case | undefined> {
  const escalateAfter = optionalSetting('ESCALATE_AFTER_OPENING_MINUTES');
  let marked: DomainEvent[] = [];
  const after = await changeCase(
    number,
    (found, at) => {
      const change = markDue(found, calendar, at, escalateAfter ? Number(escalateAfter) : undefined);
      marked = change.events;
      return change;
    },
    { by: system },
  );
  tell(number, marked);
  return after;
}

/**
 * Repairs what has left no trace.
 * @returns how many repairs in a row were needed, this one included; undefined when nobody can say at the moment
 */
async function repair(found: Case): Promise<number | undefined> {
  const { number, watched } = found.application;
  const entries = await wholeJournal(number, watched?.version ?? 0);
  const traces = await readTraces(found, entries);
  if (!traces) return undefined;
  const findings = missingEffects(found, entries, traces);
  const waits = unreleased(found, traces);
  if (findings.length === 0 && waits.length === 0) return 0;
  const repairs = (watched?.repairs ?? 0) + 1;
  const missing = [
    ...findings.map((finding) => `${finding.missing} of version ${finding.version}`),
    ...waits.map((review) => `release of ${review}`),
  ];
  if (repairs > mostRepairs) {
    log.error('This case is stuck: repeating does not help', { application: number, missing, repairs });
    count('CasesStuck', number);
  } else {
    log.warn('Effects of this case are missing and caused again', {
      application: number,
      missing,
      repairs,
    });
    count('CasesRepaired', number);
  }
  const versions = new Set(findings.map((finding) => finding.version));
  await Promise.all([
    ...[...versions].map((version) => relayAgain(number, version)),
    ...waits.map((review) => wakeAgain(number, review)),
  ]);
  return repairs;
}

type Watched = Case['application']['watched'];

/**
 * @returns what is to be remembered of this look; `not-now` when effects cannot be asked for; undefined before it is
 *   time to ask for them
 */
async function watch(found: Case, at: Date): Promise<Watched | 'not-now'> {
  const { application } = found;
  const now = at.toISOString();
  if (!lookDue(found).some((due) => due <= now)) return undefined;
  // A change of a moment ago has its ten minutes, whatever else is due.
  if (watchDue(application).some((due) => due > now)) return undefined;
  const repairs = await repair(found);
  if (repairs === undefined) return 'not-now';
  if (silentDue(application).some((instant) => instant <= now)) {
    log.warn('A consignment is on its way and nothing is heard of it', {
      application: application.number,
    });
    count('ConsignmentsSilent', application.number);
  }
  if (isObjectedTo(found)) {
    log.warn('An objection waits to be decided', { application: application.number });
    count('ObjectionsWaiting', application.number);
  }
  const version = repairs > 0 ? (application.watched?.version ?? 0) : application.version;
  return { at: now, repairs, version };
}

async function look(number: string, at: Date): Promise<void> {
  const found = await mark(number);
  if (!found) return;
  const { application } = found;
  const seen = await watch(found, at);
  // What cannot be asked for is put off as after a repair, so that it takes no time of what is due, and not forgotten.
  const watched = seen === 'not-now' ? { at: at.toISOString(), repairs: 1, version: 0 } : seen;
  const known = watched ?? application.watched;
  const next = nextDue({ ...found, application: { ...application, ...(known ? { watched: known } : {}) } });
  await rearm(application, next, seen === 'not-now' ? undefined : seen);
}

/** Looks at a case. @returns the error, if there was one; the case is then set back */
async function attempt(number: string, at: Date): Promise<unknown> {
  try {
    await look(number, at);
    return undefined;
  } catch (error) {
    log.error('This case could not be swept', { application: number, error: faultOf(error) });
    count('CasesUnsweepable', number);
    await setBack(number, new Date(at.getTime() + setBackMs)).catch((reason: unknown) =>
      log.error('Nor could it be set back', { application: number, error: faultOf(reason) }),
    );
    return error;
  }
}

/** @returns what went wrong in this shard */
async function sweepShard(shard: number, at: Date, until: number): Promise<unknown[]> {
  const failures: unknown[] = [];
  try {
    for await (const number of dueNumbers(shard, at.toISOString())) {
      if (Date.now() > until) {
        log.warn('The time of this sweep was not enough; the next one goes on', { shard });
        count('SweepsCutShort');
        break;
      }
      const error = await attempt(number, at);
      if (error !== undefined) failures.push(error);
    }
  } catch (error) {
    log.error('A shard could not be read', { error: faultOf(error) });
    failures.push(error);
  }
  return failures;
}

/** @throws AggregateError with what failed, after everything else is done. */
export async function handler(): Promise<void> {
  const at = await businessNow();
  const until = Date.now() + budgetMs;
  const shards = Array.from({ length: dueShards }, (_, shard) => sweepShard(shard, at, until));
  const failures = (await Promise.all(shards)).flat();
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} cases could not be swept.`);
}
