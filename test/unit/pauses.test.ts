import { describe, expect, it } from 'vitest';
import { calendarFor, chineseHolidays } from '../../functions/clock/calendar.ts';
import {
  type LegalClock,
  recounted,
  type Standstill,
  standingStillFor,
} from '../../functions/clock/pauses.ts';
import { calendar, days, later, monday } from '../support/cases.ts';

const running: LegalClock = {
  clock: { from: monday.toISOString(), promised: { openingHours: 3.5 }, statutory: { workingDays: 20 } },
  promisedDueAt: '2026-11-23T07:00:00.000Z',
  statutoryDueAt: '2026-12-21T09:00:00.000Z',
  provisional: false,
  pauses: [],
};
const changed = (state: LegalClock, reasons: Standstill[], at: Date): LegalClock => ({
  ...state,
  ...standingStillFor(reasons, state, calendar, at),
});
const hearing: Standstill = { cause: 'special-procedure', review: 'N-1' };
const correction: Standstill = { cause: 'correction', review: 'N-2' };
const condition: Standstill = { cause: 'condition' };

describe('the clock of a case', () => {
  it('stands still from the first reason to the last, however they overlap', () => {
    let state = changed(running, [hearing], later(30));
    expect(state.clock).toEqual({
      from: later(30).toISOString(),
      promised: { openingHours: 3 },
      statutory: { workingDays: 20 },
    });
    state = changed(state, [hearing, correction], later(60));
    state = changed(state, [correction], later(days(1)));
    expect(state.promisedDueAt).toBe(running.promisedDueAt);
    state = changed(state, [], later(days(2)));
    // 10:00 on Wednesday, and the three hours that were left.
    expect(state.promisedDueAt).toBe('2026-11-25T06:30:00.000Z');
    expect(state.statutoryDueAt).toBe('2026-12-23T09:00:00.000Z');
    expect(state.pauses).toEqual([
      { ...hearing, from: later(30).toISOString(), to: later(days(1)).toISOString() },
      { ...correction, from: later(60).toISOString(), to: later(days(2)).toISOString() },
    ]);
  });

  it('does not run for a moment when one reason follows another', () => {
    let state = changed(running, [correction], later(30));
    state = changed(state, [condition], later(60));
    expect(state.pauses.map(({ cause, to }) => [cause, to])).toEqual([
      ['correction', later(60).toISOString()],
      ['condition', undefined],
    ]);
    expect(state.clock.from).toBe(later(30).toISOString());
  });

  it('stands still for each review by itself: the same cause of another is another reason', () => {
    const other: Standstill = { cause: 'correction', review: 'N-3' };
    const state = changed(changed(running, [correction], later(30)), [correction, other], later(60));
    expect(state.pauses).toHaveLength(2);
  });

  it('changes nothing while the reasons are the same', () => {
    const state = changed(running, [hearing], later(30));
    expect(standingStillFor([hearing], state, calendar, later(60))).toEqual({});
    expect(standingStillFor([], running, calendar, later(60))).toEqual({});
  });

  it('begins a reason again as a pause of its own', () => {
    let state = changed(changed(running, [correction], later(30)), [], later(60));
    state = changed(state, [correction], later(90));
    expect(state.pauses.map(({ to }) => to)).toEqual([later(60).toISOString(), undefined]);
  });
});

describe('a provisional date', () => {
  const december = new Date('2026-12-28T02:00:00Z');
  const provisional: LegalClock = {
    clock: { from: december.toISOString(), promised: { workingDays: 4 }, statutory: { workingDays: 5 } },
    promisedDueAt: '2027-01-04T09:00:00.000Z',
    statutoryDueAt: '2027-01-05T09:00:00.000Z',
    provisional: true,
    pauses: [],
  };
  const published = calendarFor(
    [
      { from: '08:30', to: '12:00' },
      { from: '13:30', to: '17:00' },
    ],
    {
      ...chineseHolidays,
      isPublished: () => true,
      isHoliday: (day) => day === '2027-01-01' || day === '2027-01-04',
    },
  );

  it('is counted again once the calendar is there', () => {
    expect(recounted(provisional, calendar)).toEqual({});
    expect(recounted(provisional, published)).toEqual({
      promisedDueAt: '2027-01-05T09:00:00.000Z',
      statutoryDueAt: '2027-01-06T09:00:00.000Z',
      provisional: false,
    });
  });

  it('is no longer provisional even where it stays the same', () => {
    expect(recounted({ ...running, provisional: true }, calendar)).toMatchObject({
      promisedDueAt: running.promisedDueAt,
      provisional: false,
    });
  });

  it('waits while the clock stands still, and is certain when it goes on', () => {
    const stopped = changed(provisional, [correction], later(60, december));
    expect(recounted(stopped, published)).toEqual({});
    expect(standingStillFor([], stopped, published, later(days(1), december)).provisional).toBe(false);
  });
});
