/**
 * The due date of a case counted a second time, by another way than the code's: from the pauses on record alone, day
 * by day. It shares with the code nothing but which days are worked.
 */
import type { Pause } from '../../functions/clock/pauses.ts';
import type { TimeLimit } from '../../functions/clock/schemas.ts';
import { calendar } from './cases.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const shanghai = 8 * 60 * minute;
/** 8:30 to 12:00 and 13:30 to 17:00, in minutes since midnight, as in the calendar of the tests. */
const sessions = [
  [510, 720],
  [810, 1020],
] as const;

const worked = new Map<number, boolean>();
function isWorked(n: number): boolean {
  const known = worked.get(n) ?? calendar.isWorkingDay(new Date(n * day).toISOString().slice(0, 10));
  worked.set(n, known);
  return known;
}
const dayOf = (at: number): number => Math.floor((at + shanghai) / day);
const midnight = (n: number): number => n * day - shanghai;

/** Opening times that are not over at an instant, in order. */
function* openings(at: number): Generator<[number, number]> {
  for (let n = dayOf(at); ; n++) {
    if (!isWorked(n)) continue;
    for (const [from, to] of sessions) {
      const [opens, closes] = [midnight(n) + from * minute, midnight(n) + to * minute];
      if (closes > at) yield [Math.max(opens, at), closes];
    }
  }
}

function opening(at: number): number {
  for (const [from] of openings(at)) return from;
  return at;
}

/** The stretches in which the clock stood still: pauses that overlap or touch are one. An open one has no end. */
export function standstills(pauses: Pause[]): [number, number][] {
  const spans = pauses
    .map(({ from, to }): [number, number] => [
      Date.parse(from),
      to ? Date.parse(to) : Number.POSITIVE_INFINITY,
    ])
    .sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of spans) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function dueInHours(left: number, from: number): number {
  let ms = left;
  for (const [opens, closes] of openings(from)) {
    if (opens + ms <= closes) return opens + ms;
    ms -= closes - opens;
  }
  return from;
}

function openMs(from: number, to: number): number {
  let sum = 0;
  for (const [opens, closes] of openings(from)) {
    if (opens >= to) return sum;
    sum += Math.min(closes, to) - opens;
  }
  return sum;
}

/** Closing hour of the n-th working day after the one on which it was received. */
function dueInDays(left: number, from: number): number {
  let n = dayOf(opening(from));
  for (let days = left; days > 0; ) if (isWorked(++n)) days--;
  return midnight(n) + 1020 * minute;
}

function daysLeft(left: number, from: number, at: number): number {
  const due = dueInDays(left, from);
  if (left === 0 || at >= due) return 0;
  let days = 0;
  for (let n = dayOf(Math.max(at, opening(from))) + 1; n <= dayOf(due); n++) if (isWorked(n)) days++;
  return Math.max(days, 1);
}

/** When a limit ends that began at `received`, given its pauses. While the clock stands still: when it last ran. */
export function dueByOracle(
  limit: TimeLimit,
  received: string,
  pauses: Pause[],
  extensions: { days: number; at: string }[] = [],
): string {
  const inHours = 'openingHours' in limit;
  let longer = 0;
  /** What extensions have added up to an instant, of days in all, since it was asked last. */
  const more = (until: number): number => {
    const told = extensions.filter(({ at }) => Date.parse(at) <= until).map(({ days }) => days);
    const days = Math.max(longer, ...told) - longer;
    longer += days;
    return inHours ? days * 7 * 60 * minute : days;
  };
  let left = inHours ? limit.openingHours * 60 * minute : limit.workingDays;
  let from = Date.parse(received);
  for (const [stopped, goesOn] of standstills(pauses)) {
    if (goesOn === Number.POSITIVE_INFINITY) break;
    left += more(stopped);
    left = inHours
      ? Math.max(0, Math.ceil((left - openMs(from, stopped)) / minute) * minute)
      : daysLeft(left, from, stopped);
    from = goesOn;
    left += more(goesOn);
  }
  left += more(Number.POSITIVE_INFINITY);
  return new Date(inHours ? dueInHours(left, from) : dueInDays(left, from)).toISOString();
}
