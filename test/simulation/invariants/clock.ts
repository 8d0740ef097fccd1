import { calendarFor } from '../../../functions/clock/calendar.ts';
import {
  dueAt,
  extended,
  type LimitKind,
  limitKinds,
  receivedAt,
  timeLeft,
} from '../../../functions/clock/limits.ts';
import type { TimeLimit } from '../../../functions/clock/schemas.ts';
import type { Truth } from '../truth.ts';
import type { FoundCase, Invariant } from './found.ts';
import { waitsOf } from './waits.ts';

type Calendar = ReturnType<typeof calendarFor>;
type Pause = { from: string; to?: string };
type Extension = { at: string; days: number };

/** Spans in which the clock stood still, from the pauses of all causes, one after another. */
function standstills(pauses: Pause[]): { from: Date; to?: Date }[] {
  const spans: { from: string; to?: string | undefined }[] = [];
  for (const { from, to } of [...pauses].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = spans.at(-1);
    if (last && (last.to === undefined || from < last.to)) {
      last.to = last.to === undefined || to === undefined ? undefined : last.to > to ? last.to : to;
    } else spans.push({ from, to });
  }
  return spans.map(({ from, to }) => ({ from: new Date(from), ...(to ? { to: new Date(to) } : {}) }));
}

/** The due date, counted again from the beginning, each extension added when it was told. */
function recomputed(
  calendar: Calendar,
  limit: TimeLimit,
  submittedAt: string,
  pauses: Pause[],
  extensions: Extension[],
): string {
  let from = receivedAt(calendar, new Date(submittedAt));
  let left = limit;
  let known = 0;
  const lengthen = (until?: Date): void => {
    const told = extensions.filter(({ at }) => !until || at <= until.toISOString());
    const days = told.at(-1)?.days ?? 0;
    left = extended(calendar, left, days - known);
    known = days;
  };
  for (const span of standstills(pauses)) {
    if (!span.to) break;
    lengthen(span.from);
    left = timeLeft(calendar, left, from, span.from);
    lengthen(span.to);
    from = span.to;
  }
  lengthen();
  return dueAt(calendar, left, from).dueAt;
}

const endsCorrection = [
  'review.acceptance-requested',
  'review.requested',
  'review.decided',
  'review.cancelled',
  'review.revoked',
];
const endsProcedure = [
  'review.procedure-ended',
  'review.procedure-overrun',
  'review.hearing-lapsed',
  'review.cancelled',
];
const endings = ['application.concluded', 'application.withdrawn', 'application.not-accepted'];

/** The pauses that the timeline tells of, by review. */
function toldPauses({ timeline }: FoundCase): Pause[] {
  const open = new Map<string, Pause>();
  const all: Pause[] = [];
  const end = (key: string, at: string): void => {
    const pause = open.get(key);
    if (pause) pause.to = at;
    open.delete(key);
  };
  const begin = (key: string, at: string): void => {
    if (open.has(key)) return;
    const pause = { from: at };
    open.set(key, pause);
    all.push(pause);
  };
  let isOver = false;
  for (const { type, at, review } of timeline) {
    if (isOver) break;
    if (type === 'review.correction-asked' || type === 'review.supplement-overdue')
      begin(`correction ${review}`, at);
    if (['review.procedure-announced', 'review.hearing-offered'].includes(type))
      begin(`procedure ${review}`, at);
    if (endsCorrection.includes(type)) end(`correction ${review}`, at);
    if (endsProcedure.includes(type)) end(`procedure ${review}`, at);
    if (endings.includes(type)) {
      for (const key of open.keys()) end(key, at);
      isOver = true;
    }
  }
  return all;
}

/** Working days by which the timeline tells that a limit of the case was extended, each time in all. */
const toldExtensions = ({ timeline }: FoundCase, kind: LimitKind): Extension[] =>
  timeline
    .filter(({ type, limit }) => type === 'application.extended' && limit === kind)
    .map(({ at, days }) => ({ at, days: Number(days) }));

const text = (pauses: Pause[]): string =>
  standstills(pauses)
    .map(({ from, to }) => `${from.toISOString()} to ${to?.toISOString()}`)
    .join(', ');

function faultsOf(found: FoundCase, known: Truth['editions'], calendar: Calendar): string[] {
  const { application, truth } = found;
  const { clock, number, submittedAt } = application;
  // What an applicant composes has the limits of its items, which no publication changes here.
  const filed = truth.service.kind === 'composed' ? truth.service : known.get(found.edition);
  const { limits } = filed ?? truth.service;
  const faults: string[] = [];
  const told = toldPauses(found);
  const stood = (clock.pauses as (Pause & { cause: string })[]).filter(({ cause }) => cause !== 'condition');
  if (text(told) !== text(stood))
    faults.push(`${number}: the clock stood still ${text(stood)}; the timeline tells of ${text(told)}`);
  const waits = waitsOf(found).first;
  const waited = (clock.pauses as (Pause & { cause: string })[]).filter(({ cause }) => cause === 'condition');
  if (text(waits) !== text(waited))
    faults.push(`${number}: the clock waited for conditions ${text(waited)}; by the timeline ${text(waits)}`);
  const kept = { promised: clock.dueAt, statutory: clock.statutoryDueAt };
  for (const kind of limitKinds) {
    const extensions = toldExtensions(found, kind);
    const [extension, known] = [extensions.at(-1)?.days ?? 0, clock.extendedBy?.[kind] ?? 0];
    if (extension !== known)
      faults.push(`${number}, ${kind}, is extended by ${known} days; the timeline tells of ${extension}`);
    const counted = recomputed(calendar, limits[kind], submittedAt, clock.pauses, extensions);
    if (counted !== kept[kind])
      faults.push(`${number}, ${kind}, is due at ${kept[kind]}; counted again: ${counted}`);
  }
  return faults;
}

export const clock: Invariant = {
  name: 'clock',
  protects:
    'Both due dates are what one gets who counts them again from the timeline, and the pauses are those it tells of.',
  check: (all) => {
    const calendar = calendarFor(all.world.openingHours);
    return all.found.cases.flatMap((found) => faultsOf(found, all.truth.editions, calendar));
  },
};
