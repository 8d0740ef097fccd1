import { describe, expect, it } from 'vitest';
import { calendarFor, shanghaiDay, shanghaiYear } from '../../functions/clock/calendar.ts';

const calendar = calendarFor([
  { from: '08:30', to: '12:00' },
  { from: '13:30', to: '17:00' },
]);
/** An instant named by its local time in Shanghai. */
const at = (local: string): Date => new Date(`${local.length === 16 ? local : `${local}:00`}+08:00`);
const local = (instant: Date): string =>
  new Date(instant.getTime() + 8 * 3600_000).toISOString().slice(0, 16);

describe('working days of 2026, from the notice of the State Council', () => {
  it.each(['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'])(
    'works on the make-up day %s, a weekend',
    (day) => expect(calendar.isWorkingDay(day)).toBe(true),
  );

  it.each(['2026-01-02', '2026-02-16', '2026-02-23', '2026-04-06', '2026-05-05', '2026-06-19', '2026-09-25'])(
    'rests on the holiday %s, a weekday',
    (day) => expect(calendar.isWorkingDay(day)).toBe(false),
  );

  it('rests at ordinary weekends and works on ordinary weekdays', () => {
    expect(calendar.isWorkingDay('2026-11-21')).toBe(false);
    expect(calendar.isWorkingDay('2026-11-22')).toBe(false);
    expect(calendar.isWorkingDay('2026-11-23')).toBe(true);
  });

  it('knows 2026 but not 2027, whose notice is not out', () => {
    expect(calendar.isPublished(2026)).toBe(true);
    expect(calendar.isPublished(2027)).toBe(false);
    expect(calendar.isPublished(1999)).toBe(false);
  });

  it('rests on the fixed holidays of a year whose notice is not out', () => {
    expect(calendar.isWorkingDay('2027-01-01')).toBe(false);
    expect(calendar.isWorkingDay('2027-10-01')).toBe(false);
    expect(calendar.isWorkingDay('2027-01-04')).toBe(true);
  });
});

describe('days begin and end in Shanghai', () => {
  it('is still Monday at 15:59 UTC and Tuesday from 16:00 UTC on', () => {
    expect(shanghaiDay(new Date('2026-11-23T15:59:59.999Z'))).toBe('2026-11-23');
    expect(shanghaiDay(new Date('2026-11-23T16:00:00.000Z'))).toBe('2026-11-24');
  });

  it('begins the year eight hours before UTC does', () => {
    expect(shanghaiYear(new Date('2026-12-31T16:00:00Z'))).toBe(2027);
    expect(shanghaiYear(new Date('2026-12-31T15:59:59Z'))).toBe(2026);
  });
});

describe('opening hours', () => {
  it.each([
    ['2026-11-23T08:29', false],
    ['2026-11-23T08:30', true],
    ['2026-11-23T11:59', true],
    ['2026-11-23T12:00', false],
    ['2026-11-23T13:30', true],
    ['2026-11-23T17:00', false],
    ['2026-11-22T10:00', false],
    ['2026-10-10T10:00', true],
    ['2026-10-07T10:00', false],
  ])('at %s open: %s', (when, open) => expect(calendar.isOpen(at(when))).toBe(open));

  it.each([
    ['2026-11-23T09:15', '2026-11-23T09:15'],
    ['2026-11-23T07:00', '2026-11-23T08:30'],
    ['2026-11-23T12:00', '2026-11-23T13:30'],
    ['2026-11-23T17:00', '2026-11-24T08:30'],
    ['2026-11-20T17:00', '2026-11-23T08:30'],
    ['2026-09-30T18:00', '2026-10-08T08:30'],
    ['2026-10-09T17:30', '2026-10-10T08:30'],
  ])('what comes at %s is taken up at %s', (when, opening) =>
    expect(local(calendar.nextOpening(at(when)))).toBe(opening),
  );
});

describe('counting', () => {
  it.each([
    ['2026-11-23T09:00', 1, '2026-11-24T17:00'],
    ['2026-11-20T09:00', 1, '2026-11-23T17:00'],
    ['2026-11-23T09:00', 0, '2026-11-23T17:00'],
    ['2026-11-22T09:00', 0, '2026-11-23T17:00'],
    ['2026-09-30T09:00', 1, '2026-10-08T17:00'],
    ['2026-09-30T09:00', 3, '2026-10-10T17:00'],
    ['2026-02-13T09:00', 2, '2026-02-24T17:00'],
  ])('%s plus %i working days is %s', (from, days, end) =>
    expect(local(calendar.addWorkingDays(at(from), days))).toBe(end),
  );

  it.each([
    ['2026-11-23T09:00', 120, '2026-11-23T11:00'],
    ['2026-11-23T11:00', 120, '2026-11-23T14:30'],
    ['2026-11-23T15:00', 120, '2026-11-23T17:00'],
    ['2026-11-20T16:00', 120, '2026-11-23T09:30'],
    ['2026-11-23T12:30', 0, '2026-11-23T13:30'],
    ['2026-11-23T08:30', 210, '2026-11-23T12:00'],
    ['2026-11-23T08:30', 840, '2026-11-24T17:00'],
  ])('%s plus %i opening minutes is %s', (from, minutes, end) =>
    expect(local(calendar.addOpeningMinutes(at(from), minutes))).toBe(end),
  );

  it('counts opening minutes over lunch, night and weekend', () => {
    expect(calendar.openingMinutesBetween(at('2026-11-20T16:00'), at('2026-11-23T14:00'))).toBe(
      60 + 210 + 30,
    );
    expect(calendar.openingMinutesBetween(at('2026-11-21T00:00'), at('2026-11-22T23:59'))).toBe(0);
    expect(calendar.openingMinutesBetween(at('2026-11-23T10:00'), at('2026-11-23T09:00'))).toBe(0);
  });

  it('counts working days from the day after', () => {
    expect(calendar.workingDaysBetween(at('2026-11-20T09:00'), at('2026-11-20T17:00'))).toBe(0);
    expect(calendar.workingDaysBetween(at('2026-11-20T09:00'), at('2026-11-23T08:00'))).toBe(1);
    expect(calendar.workingDaysBetween(at('2026-09-30T09:00'), at('2026-10-10T23:00'))).toBe(3);
    expect(calendar.workingDaysBetween(at('2026-11-24T09:00'), at('2026-11-23T09:00'))).toBe(0);
  });
});
