import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarFor } from '../../functions/clock/calendar.ts';
import { dueAt, receivedAt, timeLeft } from '../../functions/clock/limits.ts';
import type { TimeLimit } from '../../functions/clock/schemas.ts';

const calendar = calendarFor([
  { from: '08:30', to: '12:00' },
  { from: '13:30', to: '17:00' },
]);
const dayMs = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00+08:00');
/** Any minute of January to September 2026, with its holidays and make-up days. */
const filing = fc.integer({ min: 0, max: 270 * 1440 }).map((minute) => new Date(start + minute * 60_000));
const limit = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map((workingDays): TimeLimit => ({ workingDays })),
  fc.integer({ min: 1, max: 40 }).map((halves): TimeLimit => ({ openingHours: halves / 2 })),
);
const dueOf = (of: TimeLimit, from: Date): Date => new Date(dueAt(calendar, of, from).dueAt);

/** A filing, a limit, a pause before it is due and a resumption after the pause. */
const paused = fc
  .tuple(
    filing,
    limit,
    fc.double({ min: 0, max: 0.9999, noNaN: true }),
    fc.integer({ min: 0, max: 20 * dayMs }),
  )
  .map(([from, of, part, lasting]) => {
    const due = dueOf(of, from);
    const pausedAt = new Date(Math.floor(from.getTime() + (due.getTime() - from.getTime()) * part));
    return { from, of, due, pausedAt, resumedAt: new Date(pausedAt.getTime() + lasting) };
  });

describe('the legal clock', () => {
  it('is never due before receipt, and a later filing never before an earlier one', () => {
    fc.assert(
      fc.property(filing, limit, fc.nat(3 * dayMs), (from, of, later) => {
        expect(dueOf(of, from) > receivedAt(calendar, from)).toBe(true);
        expect(dueOf(of, new Date(from.getTime() + later)) >= dueOf(of, from)).toBe(true);
      }),
    );
  });

  it('gives the same due date to a filing and to its receipt', () => {
    fc.assert(
      fc.property(filing, limit, (from, of) => {
        expect(dueOf(of, receivedAt(calendar, from))).toEqual(dueOf(of, from));
      }),
    );
  });

  it('never shortens by a pause what the department had left', () => {
    fc.assert(
      fc.property(paused, ({ from, of, due, pausedAt, resumedAt }) => {
        const received = receivedAt(calendar, from);
        const stopped = new Date(Math.max(pausedAt.getTime(), received.getTime()));
        const left = timeLeft(calendar, of, from, pausedAt);
        const again = dueOf(left, resumedAt);
        expect(again >= due).toBe(true);
        if ('workingDays' in of) {
          expect(calendar.workingDaysBetween(resumedAt, again)).toBeGreaterThanOrEqual(
            calendar.workingDaysBetween(stopped, due),
          );
        } else {
          const had = calendar.openingMinutesBetween(pausedAt, due);
          expect(calendar.openingMinutesBetween(resumedAt, again)).toBeGreaterThanOrEqual(had - 0.001);
        }
      }),
    );
  });

  it('does not run while the applicant corrects: what is left does not depend on how long it took', () => {
    fc.assert(
      fc.property(paused, fc.nat(20 * dayMs), ({ from, of, pausedAt, resumedAt }, longer) => {
        const left = timeLeft(calendar, of, from, pausedAt);
        for (const at of [resumedAt, new Date(resumedAt.getTime() + longer)]) {
          const again = dueOf(left, at);
          const received = receivedAt(calendar, at);
          if ('workingDays' in left) {
            expect(calendar.workingDaysBetween(received, again)).toBe(left.workingDays);
          } else {
            expect(calendar.openingMinutesBetween(received, again)).toBeCloseTo(left.openingHours * 60, 3);
          }
        }
      }),
    );
  });

  it('leaves less, never more, the later it is stopped', () => {
    fc.assert(
      fc.property(paused, ({ from, of, pausedAt, resumedAt }) => {
        const [early] = Object.values(timeLeft(calendar, of, from, pausedAt));
        const [late] = Object.values(timeLeft(calendar, of, from, resumedAt));
        expect(late).toBeLessThanOrEqual(early as number);
      }),
    );
  });
});
