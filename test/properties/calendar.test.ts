import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarFor, shanghaiDay } from '../../functions/clock/calendar.ts';

const calendar = calendarFor([
  { from: '08:30', to: '12:00' },
  { from: '13:30', to: '17:00' },
]);
const instant = fc.date({
  min: new Date('2025-01-01T00:00:00Z'),
  max: new Date('2026-12-01T00:00:00Z'),
  noInvalidDate: true,
});
const minutes = fc.integer({ min: 1, max: 3000 });
const days = fc.integer({ min: 1, max: 60 });
/** Instants within two minutes of a Shanghai midnight: where a day taken in another time zone shows. */
const nearMidnight = fc
  .tuple(fc.integer({ min: 0, max: 330 }), fc.integer({ min: -120_000, max: 120_000 }))
  .map(([day, ms]) => new Date(Date.parse('2026-01-01T00:00:00+08:00') + day * 86_400_000 + ms));
const anyInstant = fc.oneof(instant, nearMidnight);

const closes = (at: Date): boolean =>
  ['12:00:00', '17:00:00'].includes(new Date(at.getTime() + 8 * 3600_000).toISOString().slice(11, 19));

describe('the calendar', () => {
  it('opens at or after, and is open then', () => {
    fc.assert(
      fc.property(anyInstant, (at) => {
        const opening = calendar.nextOpening(at);
        expect(opening.getTime()).toBeGreaterThanOrEqual(at.getTime());
        expect(calendar.isOpen(opening)).toBe(true);
        expect(calendar.isWorkingDay(shanghaiDay(opening))).toBe(true);
        expect(calendar.openingMinutesBetween(at, opening)).toBe(0);
      }),
    );
  });

  it('ends every count inside opening hours, the closing minute included', () => {
    fc.assert(
      fc.property(anyInstant, minutes, days, (at, m, d) => {
        for (const end of [calendar.addOpeningMinutes(at, m), calendar.addWorkingDays(at, d)]) {
          expect(calendar.isOpen(end) || closes(end)).toBe(true);
          expect(calendar.isWorkingDay(shanghaiDay(end))).toBe(true);
        }
      }),
    );
  });

  it('counts back what it counted forward', () => {
    fc.assert(
      fc.property(anyInstant, minutes, days, (at, m, d) => {
        expect(calendar.openingMinutesBetween(at, calendar.addOpeningMinutes(at, m))).toBeCloseTo(m, 6);
        expect(calendar.workingDaysBetween(at, calendar.addWorkingDays(at, d))).toBe(d);
      }),
    );
  });

  it('never ends earlier for a later start or a longer limit', () => {
    fc.assert(
      fc.property(anyInstant, fc.nat(5 * 86_400_000), minutes, days, (at, later, m, d) => {
        const second = new Date(at.getTime() + later);
        expect(calendar.addOpeningMinutes(second, m) >= calendar.addOpeningMinutes(at, m)).toBe(true);
        expect(calendar.addWorkingDays(second, d) >= calendar.addWorkingDays(at, d)).toBe(true);
        expect(calendar.addOpeningMinutes(at, m + 1) > calendar.addOpeningMinutes(at, m)).toBe(true);
        expect(calendar.addWorkingDays(at, d + 1) > calendar.addWorkingDays(at, d)).toBe(true);
      }),
    );
  });

  it('counts the same days from any hour of one Shanghai day, also just beside midnight', () => {
    fc.assert(
      fc.property(nearMidnight, days, (at, d) => {
        const noon = new Date(`${shanghaiDay(at)}T12:00:00+08:00`);
        expect(calendar.addWorkingDays(at, d)).toEqual(calendar.addWorkingDays(noon, d));
      }),
    );
  });

  it('adds up: what lies between a and c is what lies between a and b and between b and c', () => {
    fc.assert(
      fc.property(fc.tuple(anyInstant, anyInstant, anyInstant), (three) => {
        const [a, b, c] = three.toSorted((x, y) => x.getTime() - y.getTime()) as [Date, Date, Date];
        const sum = calendar.openingMinutesBetween(a, b) + calendar.openingMinutesBetween(b, c);
        expect(calendar.openingMinutesBetween(a, c)).toBeCloseTo(sum, 3);
        expect(calendar.workingDaysBetween(a, c)).toBe(
          calendar.workingDaysBetween(a, b) + calendar.workingDaysBetween(b, c),
        );
      }),
      { numRuns: 50 },
    );
  });
});
