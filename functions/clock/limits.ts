/**
 * The legal clock: when a filing counts as received, when a department is due, and what a pause leaves it.
 * Limits are data of the catalogue; here is only how they are counted.
 */
import { type Calendar, shanghaiYear } from './calendar.ts';
import type { Reminders, TimeLimit } from './schemas.ts';

/** The two limits of whatever has them. */
export const limitKinds = ['promised', 'statutory'] as const;
export type LimitKind = (typeof limitKinds)[number];

/** When a limit ends. Instants are ISO 8601 in UTC. */
export type Due = {
  dueAt: string;
  /**
   * The span touches a year whose holiday calendar is not published yet: the date is the best estimate, is marked
   * so, and is computed again when the calendar arrives.
   */
  provisional: boolean;
};

/** What is filed outside opening hours counts as received at the next opening. */
export const receivedAt = (calendar: Calendar, filedAt: Date): Date => calendar.nextOpening(filedAt);

function endOf(calendar: Calendar, limit: TimeLimit, received: Date): Date {
  return 'workingDays' in limit
    ? calendar.addWorkingDays(received, limit.workingDays)
    : calendar.addOpeningMinutes(received, limit.openingHours * 60);
}

/**
 * End of a limit that begins at `from`, or at the next opening after it.
 *
 * Working days count from the day after receipt, without statutory holidays, and end with the opening hours of
 * the last one (Administrative Licensing Law 行政许可法 arts. 42 and 82). Hour-based promises count opening hours
 * of the centre only. The same function gives the end of a limit whose clock starts again after a pause: `limit` is
 * then what `timeLeft` gave, and a correction is received like a filing. With nothing left, days are due at the
 * closing hour of the day of receipt, hours at once.
 */
export function dueAt(calendar: Calendar, limit: TimeLimit, from: Date): Due {
  const received = receivedAt(calendar, from);
  const end = endOf(calendar, limit, received);
  const years = [shanghaiYear(received), shanghaiYear(end)];
  return { dueAt: end.toISOString(), provisional: !years.every((year) => calendar.isPublished(year)) };
}

/**
 * What is left at `at` of a limit that has run since `from`, in the unit of the limit: what a pause keeps.
 *
 * The clock stands still from a correction notice until the correction arrives (art. 32), and during special
 * procedures (art. 45). A pause on working day k of n leaves the n - k whole days after it; a pause within the last
 * day leaves that day whole, so that the department never has to decide within the rest of an afternoon. Hours are
 * kept to the opening minute, rounded up. A limit that is over leaves 0.
 */
export function timeLeft(calendar: Calendar, limit: TimeLimit, from: Date, at: Date): TimeLimit {
  const received = receivedAt(calendar, from);
  const end = endOf(calendar, limit, received);
  const stopped = at > received ? at : received;
  if ('openingHours' in limit) {
    return { openingHours: Math.ceil(calendar.openingMinutesBetween(stopped, end)) / 60 };
  }
  // What was over before stays over, however often it stands still again.
  const isOver = limit.workingDays === 0 || stopped >= end;
  return { workingDays: isOver ? 0 : Math.max(calendar.workingDaysBetween(stopped, end), 1) };
}

/** So long before, where it is said for limits of this unit. */
export function reminderFor(
  limit: TimeLimit,
  { workingDays, openingHours }: Reminders,
): TimeLimit | undefined {
  if ('workingDays' in limit) return workingDays === undefined ? undefined : { workingDays };
  return openingHours === undefined ? undefined : { openingHours };
}

/**
 * When somebody is reminded of a limit, or of what is left of one, that has run since `from`. Working days before a
 * limit of days it is the opening of the day that lies so many before the last; opening hours before, or before a limit
 * of hours, it is counted to the minute. Undefined where that is no later than the beginning.
 */
export function reminderOf(
  calendar: Calendar,
  limit: TimeLimit,
  before: TimeLimit,
  from: Date,
): string | undefined {
  const received = receivedAt(calendar, from);
  if ('workingDays' in limit && 'workingDays' in before) {
    const ahead = limit.workingDays - before.workingDays;
    if (ahead < 1) return undefined;
    return calendar.nextOpening(calendar.addWorkingDays(received, ahead - 1)).toISOString();
  }
  const whole = calendar.openingMinutesBetween(received, endOf(calendar, limit, received));
  const hours = 'workingDays' in before ? before.workingDays * calendar.hoursOfDay : before.openingHours;
  const minutes = whole - hours * 60;
  return minutes > 0 ? calendar.addOpeningMinutes(received, minutes).toISOString() : undefined;
}

/** Whether nothing is left of a limit. */
export const isNothing = (limit: TimeLimit): boolean =>
  ('workingDays' in limit ? limit.workingDays : limit.openingHours) === 0;

/**
 * A limit, or what is left of one, that is extended by working days (art. 42). Of a limit in opening hours a day is as
 * many hours as the centre is open. What was counted before stays counted, and a last day that a pause has left whole
 * stays so.
 */
export function extended(calendar: Calendar, limit: TimeLimit, workingDays: number): TimeLimit {
  return 'workingDays' in limit
    ? { workingDays: limit.workingDays + workingDays }
    : { openingHours: limit.openingHours + workingDays * calendar.hoursOfDay };
}
