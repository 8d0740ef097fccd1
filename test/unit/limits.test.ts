import { describe, expect, it } from 'vitest';
import { calendarFor } from '../../functions/clock/calendar.ts';
import { dueAt, receivedAt, timeLeft } from '../../functions/clock/limits.ts';

const calendar = calendarFor([
  { from: '08:30', to: '12:00' },
  { from: '13:30', to: '17:00' },
]);
const at = (local: string): Date => new Date(`${local}+08:00`);
const utc = (local: string): string => at(local).toISOString();

describe('a limit without a pause', () => {
  it('takes what comes at night as received at the next opening', () => {
    expect(receivedAt(calendar, at('2026-11-23T23:30')).toISOString()).toBe(utc('2026-11-24T08:30'));
  });

  it('counts working days from the day after receipt', () => {
    const limit = { workingDays: 1 };
    expect(dueAt(calendar, limit, at('2026-11-23T16:59'))).toEqual({
      dueAt: utc('2026-11-24T17:00'),
      provisional: false,
    });
    expect(dueAt(calendar, limit, at('2026-11-23T17:00')).dueAt).toBe(utc('2026-11-25T17:00'));
    expect(dueAt(calendar, limit, at('2026-11-21T10:00')).dueAt).toBe(utc('2026-11-24T17:00'));
  });

  it('counts hours only while the centre is open', () => {
    expect(dueAt(calendar, { openingHours: 3.5 }, at('2026-11-23T10:00')).dueAt).toBe(
      utc('2026-11-23T15:00'),
    );
    expect(dueAt(calendar, { openingHours: 0.5 }, at('2026-11-23T20:00')).dueAt).toBe(
      utc('2026-11-24T09:00'),
    );
  });

  it('is provisional as soon as it reaches into a year whose calendar is not published', () => {
    expect(dueAt(calendar, { workingDays: 3 }, at('2026-12-28T10:00')).provisional).toBe(false);
    expect(dueAt(calendar, { workingDays: 4 }, at('2026-12-28T10:00'))).toEqual({
      dueAt: utc('2027-01-04T17:00'),
      provisional: true,
    });
    expect(dueAt(calendar, { openingHours: 1 }, at('2026-12-31T16:30')).provisional).toBe(true);
  });
});

/** The notice for 2026, day by day: what is worked at weekends, and what is off on weekdays. */
const madeUp = ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'];
const off = [
  ...['2026-01-01', '2026-01-02', '2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20'],
  ...['2026-02-23', '2026-04-06', '2026-05-01', '2026-05-04', '2026-05-05', '2026-06-19', '2026-09-25'],
  ...['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'],
];

describe('a limit across the holidays and make-up days of 2026', () => {
  it('counts 248 days of the year, and no other', () => {
    const days = Array.from({ length: 365 }, (_, i) =>
      new Date(Date.UTC(2026, 0, 1) + i * 86_400_000).toISOString().slice(0, 10),
    );
    const isWeekend = (day: string): boolean => [0, 6].includes(new Date(day).getUTCDay());
    const expected = days.filter((day) => (isWeekend(day) ? madeUp.includes(day) : !off.includes(day)));
    expect(expected).toHaveLength(248);
    expect(days.filter((day) => calendar.isWorkingDay(day))).toEqual(expected);
  });

  it.each([
    // Received on the last working day before each holiday.
    ['2025-12-31T10:00', 1, '2026-01-04T17:00'],
    ['2026-02-13T10:00', 5, '2026-02-27T17:00'],
    ['2026-02-13T10:00', 6, '2026-02-28T17:00'],
    ['2026-04-03T10:00', 1, '2026-04-07T17:00'],
    ['2026-04-30T10:00', 3, '2026-05-08T17:00'],
    ['2026-04-30T10:00', 4, '2026-05-09T17:00'],
    ['2026-06-18T10:00', 1, '2026-06-22T17:00'],
    ['2026-09-18T10:00', 6, '2026-09-28T17:00'],
    ['2026-09-30T10:00', 3, '2026-10-10T17:00'],
    // Received on a make-up day, and at the end of a holiday.
    ['2026-02-14T16:59', 1, '2026-02-24T17:00'],
    ['2026-02-21T10:00', 1, '2026-02-25T17:00'],
    // The twenty days of the law over the Spring Festival, and over the National Day.
    ['2026-02-02T10:00', 20, '2026-03-06T17:00'],
    ['2026-09-14T10:00', 20, '2026-10-16T17:00'],
  ])('received %s, %i working days end %s', (from, workingDays, end) => {
    expect(dueAt(calendar, { workingDays }, at(from))).toEqual({ dueAt: utc(end), provisional: false });
  });

  it.each([
    ['2026-02-14T16:00', 2, '2026-02-24T09:30', false],
    ['2026-10-10T16:30', 1, '2026-10-12T09:00', false],
    ['2026-12-31T16:00', 2, '2027-01-04T09:30', true],
  ])('received %s, %d opening hours end %s', (from, openingHours, end, provisional) => {
    expect(dueAt(calendar, { openingHours }, at(from))).toEqual({ dueAt: utc(end), provisional });
  });

  it.each([
    ['2026-12-31T10:00', 1, '2027-01-04T17:00'],
    ['2026-12-17T10:00', 20, '2027-01-15T17:00'],
    // In a year that nobody has published the fixed holidays are off all the same.
    ['2027-04-30T10:00', 1, '2027-05-03T17:00'],
    ['2027-09-30T10:00', 1, '2027-10-04T17:00'],
  ])('received %s, %i working days end, as far as is known, %s', (from, workingDays, end) => {
    expect(dueAt(calendar, { workingDays }, at(from))).toEqual({ dueAt: utc(end), provisional: true });
  });
});

describe('a pause', () => {
  it('leaves the whole working days after the day of the notice', () => {
    const limit = { workingDays: 5 };
    const from = at('2026-11-23T10:00');
    expect(timeLeft(calendar, limit, from, at('2026-11-23T11:00'))).toEqual({ workingDays: 5 });
    expect(timeLeft(calendar, limit, from, at('2026-11-25T11:00'))).toEqual({ workingDays: 3 });
    expect(timeLeft(calendar, limit, from, at('2026-11-30T16:59'))).toEqual({ workingDays: 1 });
    expect(timeLeft(calendar, limit, from, at('2026-11-30T17:00'))).toEqual({ workingDays: 0 });
    expect(timeLeft(calendar, limit, from, at('2026-12-09T17:00'))).toEqual({ workingDays: 0 });
  });

  it('leaves the whole limit when the clock has not begun', () => {
    const saturday = at('2026-11-21T10:00');
    expect(timeLeft(calendar, { workingDays: 2 }, saturday, at('2026-11-22T10:00'))).toEqual({
      workingDays: 2,
    });
    expect(timeLeft(calendar, { openingHours: 2 }, saturday, saturday)).toEqual({ openingHours: 2 });
  });

  it('leaves opening minutes of an hour limit, rounded up', () => {
    const from = at('2026-11-23T11:00');
    expect(timeLeft(calendar, { openingHours: 2 }, from, new Date('2026-11-23T03:30:20Z'))).toEqual({
      openingHours: 1.5,
    });
    expect(timeLeft(calendar, { openingHours: 2 }, from, at('2026-11-23T14:45'))).toEqual({
      openingHours: 0,
    });
  });

  it('moves the due date by the working days that it lasted', () => {
    const left = timeLeft(calendar, { workingDays: 5 }, at('2026-11-23T10:00'), at('2026-11-25T11:00'));
    expect(dueAt(calendar, left, at('2026-12-02T09:00')).dueAt).toBe(utc('2026-12-07T17:00'));
  });

  it('takes a correction sent at the weekend as received on Monday', () => {
    const saturday = at('2026-11-28T10:00');
    expect(dueAt(calendar, { workingDays: 1 }, saturday).dueAt).toBe(utc('2026-12-01T17:00'));
    expect(dueAt(calendar, { openingHours: 0.5 }, saturday).dueAt).toBe(utc('2026-11-30T09:00'));
  });

  it('leaves a second pause what the first one left', () => {
    const first = timeLeft(calendar, { workingDays: 5 }, at('2026-11-23T10:00'), at('2026-11-25T11:00'));
    expect(timeLeft(calendar, first, at('2026-12-02T09:00'), at('2026-12-03T09:00'))).toEqual({
      workingDays: 2,
    });
  });

  it('leaves a department that was late already due on the day of the correction', () => {
    expect(dueAt(calendar, { workingDays: 0 }, at('2026-11-24T09:00')).dueAt).toBe(utc('2026-11-24T17:00'));
    expect(dueAt(calendar, { openingHours: 0 }, at('2026-11-24T09:00')).dueAt).toBe(utc('2026-11-24T09:00'));
  });
});
