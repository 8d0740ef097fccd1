/** An explanation proves the date that is stored: its days add up to it, whatever happened on the way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shanghaiDay } from '../../functions/clock/calendar.ts';
import { explain } from '../../functions/clock/explanation.ts';
import { receivedAt } from '../../functions/clock/limits.ts';
import { type Pause, pauseCauses } from '../../functions/clock/pauses.ts';
import type { TimeLimit } from '../../functions/clock/schemas.ts';
import { calendar, monday } from '../support/cases.ts';
import { dueByOracle, standstills } from '../support/clock-oracle.ts';

const limit: fc.Arbitrary<TimeLimit> = fc.oneof(
  fc.integer({ min: 1, max: 45 }).map((workingDays) => ({ workingDays })),
  fc.integer({ min: 1, max: 40 }).map((halves) => ({ openingHours: halves / 2 })),
);
const filing = fc.nat(60 * 24 * 60).map((minutes) => new Date(monday.getTime() + minutes * 60_000));
const spans = fc.array(
  fc.record({
    cause: fc.constantFrom(...pauseCauses),
    after: fc.nat(20_000),
    minutes: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 20_000 })),
    isOpen: fc.boolean(),
  }),
  { maxLength: 8 },
);

type Span = { cause: Pause['cause']; after: number; minutes: number; isOpen: boolean };

/** Pauses after an instant; only the last may still be open. */
function pausesOf(from: Date, drawn: Span[]): Pause[] {
  let at = from.getTime();
  return drawn.map(({ cause, after, minutes, isOpen }, i) => {
    const begins = at + after * 60_000;
    const ends = begins + minutes * 60_000;
    // The next one may begin before this one has ended.
    at = begins + Math.floor(minutes / 2) * 60_000;
    const to = isOpen && i === drawn.length - 1 ? {} : { to: new Date(ends).toISOString() };
    return { cause, from: new Date(begins).toISOString(), ...to };
  });
}

describe('the explanation of a limit', () => {
  it('ends when the date that is counted another way ends, and its days add up to the limit', () => {
    fc.assert(
      fc.property(limit, filing, spans, (of, at, drawn) => {
        const pauses = pausesOf(receivedAt(calendar, at), drawn);
        const { dueAt, running, counted, notCounted } = explain(calendar, of, at, pauses);
        const isOpen = pauses.at(-1) !== undefined && pauses.some(({ to }) => to === undefined);
        expect(running).toBe(!isOpen);
        const days = counted.map(({ day }) => day);
        expect(days.filter((day) => !calendar.isWorkingDay(day))).toEqual([]);
        expect(new Set(days).size).toBe(days.length);
        expect(days.filter((day) => notCounted.some((each) => each.day === day))).toEqual([]);
        if (!running) return;
        expect(dueAt).toBe(dueByOracle(of, receivedAt(calendar, at).toISOString(), pauses));
        if ('workingDays' in of) expect(counted).toHaveLength(of.workingDays);
        else {
          const minutes = counted.reduce((sum, each) => sum + (each.minutes ?? 0), 0);
          // What a pause leaves is rounded up to the minute.
          expect(Math.abs(minutes - of.openingHours * 60)).toBeLessThanOrEqual(2 * pauses.length + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('counts no day on which the clock stood still from its beginning to its end', () => {
    fc.assert(
      fc.property(limit, filing, spans, (of, at, drawn) => {
        const pauses = pausesOf(receivedAt(calendar, at), drawn);
        const { counted } = explain(calendar, of, at, pauses);
        for (const [from, to] of standstills(pauses)) {
          const still = counted.filter(({ day }) => {
            const begins = Date.parse(`${day}T00:00:00+08:00`);
            // The day in which it begins counts, from its first instant on.
            return begins > from && begins + 24 * 3_600_000 <= to;
          });
          expect(still).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of an extended limit is that of the longer one, whenever the extension came', () => {
    fc.assert(
      fc.property(limit, filing, spans, fc.nat(15), (of, at, drawn, extension) => {
        const pauses = pausesOf(receivedAt(calendar, at), drawn);
        const { dueAt, running } = explain(calendar, of, at, pauses, [
          { days: extension, at: at.toISOString() },
        ]);
        if (!running) return;
        const longer =
          'workingDays' in of
            ? { workingDays: of.workingDays + extension }
            : { openingHours: of.openingHours + 7 * extension };
        expect(dueAt).toBe(dueByOracle(longer, receivedAt(calendar, at).toISOString(), pauses));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same in whichever order the pauses are told', () => {
    fc.assert(
      fc.property(limit, filing, spans, (of, at, drawn) => {
        const pauses = pausesOf(receivedAt(calendar, at), drawn);
        const { because, pauses: _, ...rest } = explain(calendar, of, at, pauses);
        const { because: __, pauses: ___, ...other } = explain(calendar, of, at, pauses.toReversed());
        expect(other).toEqual(rest);
        expect(because.en.length).toBeGreaterThan(20);
      }),
      { numRuns: 500 },
    );
  });
});

const at = (local: string): Date => new Date(`${local}+08:00`);

describe('in words', () => {
  it('names receipt, limit, pauses and articles in both languages', () => {
    const pauses: Pause[] = [
      {
        cause: 'correction',
        from: at('2026-11-25T10:00').toISOString(),
        to: at('2026-11-30T09:00').toISOString(),
      },
    ];
    const { because, counted, notCounted } = explain(
      calendar,
      { workingDays: 5 },
      at('2026-11-23T20:00'),
      pauses,
    );
    expect(because.en).toBe(
      'Due 2026-12-04 17:00, because: received 2026-11-24 08:30 (filed outside opening hours: it counts as received at the next opening); the limit is 5 working days, counted from the day after receipt, without holidays (Administrative Licensing Law, art. 82); from 2026-11-25 10:00 to 2026-11-30 09:00 the clock stood still: a correction notice (Administrative Licensing Law, art. 32). Times are of Asia/Shanghai.',
    );
    expect(because.zh).toContain('2026-12-04 17:00 到期：2026-11-24 08:30 收到');
    expect(because.zh).toContain('补正通知（行政许可法第三十二条）停止计时');
    expect(counted.map(({ day }) => day)).toEqual([
      '2026-11-25',
      '2026-12-01',
      '2026-12-02',
      '2026-12-03',
      '2026-12-04',
    ]);
    expect(notCounted.map(({ day, because: why }) => `${day} ${why}`)).toEqual([
      '2026-11-26 pause',
      '2026-11-27 pause',
      '2026-11-28 weekend',
      '2026-11-29 weekend',
      '2026-11-30 pause',
    ]);
  });

  it('marks make-up days and holidays', () => {
    const { counted, notCounted } = explain(calendar, { workingDays: 6 }, at('2026-02-13T10:00'), []);
    expect(counted[0]).toEqual({ day: '2026-02-14', makeUp: true });
    expect(notCounted.filter(({ because }) => because === 'holiday').length).toBeGreaterThan(3);
    expect(shanghaiDay(at('2026-02-13T10:00'))).toBe('2026-02-13');
  });

  it('says that the clock stands still, since when and why', () => {
    const pauses: Pause[] = [{ cause: 'condition', from: at('2026-11-24T10:00').toISOString() }];
    const { because, running } = explain(calendar, { openingHours: 7 }, at('2026-11-23T10:00'), pauses);
    expect(running).toBe(false);
    expect(because.en).toMatch(/^The clock stands still; it was due 2026-11-24 10:00/);
    expect(because.zh).toContain('自 2026-11-24 10:00 起因等待部门以外的条件成就停止计时');
  });
});
