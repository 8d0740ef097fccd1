/**
 * The law's clock of a whole case, and what makes it stand still: a correction notice until the correction arrives
 * (行政许可法 art. 32), a special procedure until its result (art. 45), and a time in which only conditions outside
 * the departments are open. Two causes at once stop it once: it runs again when the last of them is gone. Each pause
 * stays on record with its cause, so that every due date can be proved from the journal.
 */
import type { Calendar } from './calendar.ts';
import { dueAt, extended, isNothing, type LimitKind, timeLeft } from './limits.ts';
import type { TimeLimit } from './schemas.ts';

export const pauseCauses = ['correction', 'special-procedure', 'condition'] as const;
export type PauseCause = (typeof pauseCauses)[number];

/** Why the clock stands still: a cause, and the review that it comes from (a condition comes from none). */
export type Standstill = { cause: PauseCause; review?: string };

/** A time at which the clock stood still; instants are ISO 8601 in UTC, an open pause has no end yet. */
export type Pause = Standstill & { from: string; to?: string };

export type LegalClock = {
  /** Time left on both limits, counted from an instant; stands still while a pause is open. */
  clock: { from: string; promised: TimeLimit; statutory: TimeLimit };
  promisedDueAt: string;
  statutoryDueAt: string;
  /** The due date reaches into a year without a published holiday calendar. */
  provisional: boolean;
  /** Oldest first. */
  pauses: Pause[];
};

export const isOpenPause = ({ to }: Pause): boolean => to === undefined;

/** Both due dates of a clock that runs from an instant. */
function dates(clock: LegalClock['clock'], calendar: Calendar, from: Date) {
  const promised = dueAt(calendar, clock.promised, from);
  const statutory = dueAt(calendar, clock.statutory, from);
  return {
    promisedDueAt: promised.dueAt,
    statutoryDueAt: statutory.dueAt,
    provisional: promised.provisional || statutory.provisional,
  };
}

function stopped({ clock }: LegalClock, calendar: Calendar, at: Date): Partial<LegalClock> {
  const from = new Date(clock.from);
  return {
    clock: {
      from: at.toISOString(),
      promised: timeLeft(calendar, clock.promised, from, at),
      statutory: timeLeft(calendar, clock.statutory, from, at),
    },
  };
}

function started({ clock }: LegalClock, calendar: Calendar, at: Date): Partial<LegalClock> {
  return { clock: { ...clock, from: at.toISOString() }, ...dates(clock, calendar, at) };
}

const same = (a: Standstill, b: Standstill): boolean => a.cause === b.cause && a.review === b.review;

/**
 * What changes in the clock when the reasons for which it stands still become these. Pauses whose reason is gone
 * end, new reasons open one each; the clock itself stops with the first and goes on after the last.
 */
export function standingStillFor(
  reasons: Standstill[],
  state: LegalClock,
  calendar: Calendar,
  at: Date,
): Partial<LegalClock> {
  const now = at.toISOString();
  const open = state.pauses.filter(isOpenPause);
  const ended = open.filter((pause) => !reasons.some((reason) => same(reason, pause)));
  const begun = reasons.filter((reason) => !open.some((pause) => same(reason, pause)));
  if (ended.length === 0 && begun.length === 0) return {};
  const pauses = [
    ...state.pauses.map((pause) => (ended.includes(pause) ? { ...pause, to: now } : pause)),
    ...begun.map(({ cause, review }) => ({ from: now, cause, ...(review ? { review } : {}) })),
  ];
  if (open.length === 0) return { pauses, ...stopped(state, calendar, at) };
  if (reasons.length === 0) return { pauses, ...started(state, calendar, at) };
  return { pauses };
}

/** The due dates counted anew, for a clock whose years were not published when it began; nothing while it stands still. */
export function recounted(state: LegalClock, calendar: Calendar): Partial<LegalClock> {
  if (!state.provisional || state.pauses.some(isOpenPause)) return {};
  const next = dates(state.clock, calendar, new Date(state.clock.from));
  const isSame =
    next.promisedDueAt === state.promisedDueAt &&
    next.statutoryDueAt === state.statutoryDueAt &&
    next.provisional === state.provisional;
  return isSame ? {} : next;
}

/** Whether nothing is left of a limit of a case. */
export function isLimitOver({ clock, pauses, ...due }: LegalClock, kind: LimitKind, at: Date): boolean {
  return isNothing(clock[kind]) || (!pauses.some(isOpenPause) && due[`${kind}DueAt`] <= at.toISOString());
}

/** One limit longer by working days, and its due date as much later, whether the clock runs or stands still. */
export function extendedBy(
  workingDays: number,
  kind: LimitKind,
  state: LegalClock,
  calendar: Calendar,
): Pick<LegalClock, 'clock' | 'promisedDueAt' | 'statutoryDueAt' | 'provisional'> {
  const limit = state.clock[kind];
  const clock = { ...state.clock, [kind]: extended(calendar, limit, workingDays) };
  if (!state.pauses.some(isOpenPause)) return { clock, ...dates(clock, calendar, new Date(clock.from)) };
  const due = new Date(state[`${kind}DueAt`]);
  const later =
    'workingDays' in limit
      ? calendar.addWorkingDays(due, workingDays)
      : calendar.addOpeningMinutes(due, workingDays * calendar.hoursOfDay * 60);
  const { promisedDueAt, statutoryDueAt, provisional } = state;
  return { clock, promisedDueAt, statutoryDueAt, provisional, [`${kind}DueAt`]: later.toISOString() };
}
