/**
 * Working days of China and opening hours of the centre. Everything that asks "is this a working day?", "when
 * does the window open?" or "how much working time lies between?" asks here.
 *
 * A day begins and ends in Asia/Shanghai (UTC+8 all year, no daylight saving since 1991); instants are `Date`s.
 */
import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' };

/** Where the days off come from; the yearly notice of the State Council names them in November. */
export type Holidays = {
  /** Whether the notice for this year is out. */
  isPublished(year: number): boolean;
  /** A day (`YYYY-MM-DD`) off by the notice, weekends included where it names them. */
  isHoliday(day: string): boolean;
  /** A make-up workday (调休): a weekend day worked in exchange. */
  isMakeUpDay(day: string): boolean;
};

/** Opening hours as in the catalogue: local times `HH:MM`, in order, the same on every working day. */
export type OpeningHours = readonly { readonly from: string; readonly to: string }[];

export type Calendar = {
  /** `day` is `YYYY-MM-DD` in Asia/Shanghai. */
  isWorkingDay(day: string): boolean;
  /** Whether the holiday calendar of this year is known; a date that needs an unknown one is provisional. */
  isPublished(year: number): boolean;
  /** Opening hours of one working day. */
  hoursOfDay: number;
  /** From the minute of opening up to, not including, the minute of closing. */
  isOpen(at: Date): boolean;
  /** The instant itself when open, else the next opening. */
  nextOpening(at: Date): Date;
  /** Closing hour of the n-th working day after the day of `from`; of that very day (or the next working one) for 0. */
  addWorkingDays(from: Date, n: number): Date;
  /** The instant at which so many opening minutes have passed; it may be a closing hour. */
  addOpeningMinutes(from: Date, minutes: number): Date;
  /** Opening minutes between two instants, with fractions; 0 when `b` is not after `a`. */
  openingMinutesBetween(a: Date, b: Date): number;
  /** Working days after the day of `a`, up to and including the day of `b`; 0 when that is none. */
  workingDaysBetween(a: Date, b: Date): number;
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const shanghaiMs = 8 * 60 * minuteMs;

/** Number of the Shanghai day since 1970-01-01. */
const dayNumber = (at: Date): number => Math.floor((at.getTime() + shanghaiMs) / dayMs);
const dayName = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10);
const midnight = (number: number): number => number * dayMs - shanghaiMs;

/** The day in Asia/Shanghai on which an instant falls, `YYYY-MM-DD`. */
export const shanghaiDay = (at: Date): string => dayName(dayNumber(at));
/** The year in Asia/Shanghai in which an instant falls. */
export const shanghaiYear = (at: Date): number => Number(shanghaiDay(at).slice(0, 4));

/**
 * Holidays fixed to a date by the regulation on public holidays (全国年节及纪念日放假办法, as of 2025): off in
 * every year, also before the year's notice is out.
 */
const fixedHolidays = new Set(['01-01', '05-01', '05-02', '10-01', '10-02', '10-03']);

/** The notices as kept by the package `chinese-days`: read as data, which loads ten times faster than its code. */
export const chineseHolidays: Holidays = {
  isPublished: (year) => `${year}-10-01` in published.holidays,
  isHoliday: (day) => day in published.holidays,
  isMakeUpDay: (day) => day in published.workdays,
};

const sinceMidnight = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * minuteMs;
};

/** How many hours the centre is open on a working day. */
export const hoursOfDay = (openingHours: OpeningHours): number =>
  openingHours.reduce((sum, { from, to }) => sum + sinceMidnight(to) - sinceMidnight(from), 0) /
  (60 * minuteMs);

/** The calendar of a centre. */
export function calendarFor(openingHours: OpeningHours, holidays: Holidays = chineseHolidays): Calendar {
  const sessions = openingHours.map(({ from, to }) => ({ from: sinceMidnight(from), to: sinceMidnight(to) }));
  const closing = Math.max(...sessions.map(({ to }) => to));

  function isWorkingDay(day: string): boolean {
    if (holidays.isMakeUpDay(day)) return true;
    if (holidays.isHoliday(day)) return false;
    if (!holidays.isPublished(Number(day.slice(0, 4))) && fixedHolidays.has(day.slice(5))) return false;
    const weekday = new Date(day).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  }
  /** By the day's number: a limit of months is counted day by day, for each review of each case. */
  const known = new Map<number, boolean>();
  const works = (number: number): boolean => {
    const is = known.get(number) ?? isWorkingDay(dayName(number));
    known.set(number, is);
    return is;
  };

  function workingDayFrom(number: number): number {
    let day = number;
    while (!works(day)) day += 1;
    return day;
  }

  /** Sessions that are not over at an instant, in order, without end. */
  function* sessionsFrom(at: Date): Generator<{ from: number; to: number }> {
    for (let day = workingDayFrom(dayNumber(at)); ; day = workingDayFrom(day + 1)) {
      for (const session of sessions) {
        const to = midnight(day) + session.to;
        if (to > at.getTime()) yield { from: Math.max(midnight(day) + session.from, at.getTime()), to };
      }
    }
  }

  const nextOpening = (at: Date): Date => {
    const { value } = sessionsFrom(at).next() as { value: { from: number } };
    return new Date(value.from);
  };

  return {
    isWorkingDay,
    isPublished: holidays.isPublished,
    hoursOfDay: sessions.reduce((sum, { from, to }) => sum + to - from, 0) / (60 * minuteMs),
    nextOpening,
    isOpen: (at) => nextOpening(at).getTime() === at.getTime(),
    addWorkingDays(from, n) {
      let day = dayNumber(from);
      for (let left = n; left > 0; left -= 1) day = workingDayFrom(day + 1);
      return new Date(midnight(workingDayFrom(day)) + closing);
    },
    addOpeningMinutes(from, minutes) {
      let left = Math.round(minutes * minuteMs);
      let end = 0;
      for (const session of sessionsFrom(from)) {
        end = session.from + left;
        if (end <= session.to) break;
        left -= session.to - session.from;
      }
      return new Date(end);
    },
    openingMinutesBetween(a, b) {
      if (b <= a) return 0;
      let sum = 0;
      for (const session of sessionsFrom(a)) {
        if (session.from >= b.getTime()) break;
        sum += Math.min(session.to, b.getTime()) - session.from;
      }
      return sum / minuteMs;
    },
    workingDaysBetween(a, b) {
      let count = 0;
      for (let day = dayNumber(a) + 1; day <= dayNumber(b); day += 1) if (works(day)) count += 1;
      return count;
    },
  };
}
