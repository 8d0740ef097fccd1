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
