/** What the sweep does when an alarm rings, and when it rings next. */
import { describe, expect, it } from 'vitest';
import { markDue } from '../../functions/approvals/due.ts';
import { nextDue } from '../../functions/cases/alarm.ts';
import type { Case } from '../../functions/cases/types.ts';
import { calendarFor, chineseHolidays } from '../../functions/clock/calendar.ts';
import type { TimeLimit } from '../../functions/clock/schemas.ts';
import {
  accepted,
  approved,
  calendar,
  changes,
  correct,
  days,
  decided,
  later,
  reviewOf,
  statuses,
  submitted,
  take,
  types,
} from '../support/cases.ts';

describe('what is due', () => {
  it('turns a silent review overdue, then escalated, and it can still be decided', () => {
    let found = accepted();
    const due = reviewOf(found, 'registration').dueAt as string;
    // The watch looks first; it has nothing to mark.
    expect(markDue(found, calendar, later(10)).events).toEqual([]);
    found = take(found, markDue(found, calendar, new Date(due)), new Date(due));
    expect(statuses(found)).toEqual({ registration: 'overdue' });
    const escalateAt = reviewOf(found, 'registration').escalateAt as string;
    const second = markDue(found, calendar, new Date(escalateAt));
    expect(types(second)).toContain('review.escalated');
    found = take(found, second, new Date(escalateAt));
    expect(reviewOf(found, 'registration').escalatedAt).toBe(escalateAt);
    expect(statuses(approved(found, 'registration', later(9_999)))).toMatchObject({
      registration: 'approved',
      seals: 'requested',
    });
  });

  it('reports the promised limit, then the statutory one, once each', () => {
    let found = accepted();
    const promised = markDue(found, calendar, new Date(found.application.promisedDueAt));
    expect(promised.events).toContainEqual({ type: 'application.overdue', limit: 'promised' });
    found = take(found, promised);
    expect(types(markDue(found, calendar, new Date(found.application.promisedDueAt)))).toEqual([]);
    const statutory = markDue(found, calendar, new Date(found.application.statutoryDueAt));
    expect(statutory.events).toContainEqual({ type: 'application.overdue', limit: 'statutory' });
  });

  it('looks at a case that waits for its applicant alone once a week', () => {
    const found = decided(accepted(), 'registration', { outcome: 'correction', reason: 'Wrong' });
    const watched = { at: later(15).toISOString(), repairs: 0, version: found.application.version };
    expect(nextDue({ ...found, application: { ...found.application, watched } })).toBe(
      later(15 + days(7)).toISOString(),
    );
  });

  it('looks again at what changed in the very instant of the last look', () => {
    const found = accepted();
    const watched = { at: found.application.changedAt, repairs: 0, version: 1 };
    expect(nextDue({ ...found, application: { ...found.application, watched } })).toBe(
      later(10).toISOString(),
    );
  });
});

describe('a reminder', () => {
  /** Ten working days from Monday the 23rd of November: until Monday the 7th of December. */
  function waiting(remindBefore: TimeLimit | undefined = { workingDays: 1 }): Case {
    const found = submitted([{ item: 'a' }]);
    const plan = found.dossier.plan.map((planned) => ({
      ...planned,
      limits: { statutory: { workingDays: 20 }, promised: { workingDays: 10 } },
      ...(remindBefore ? { remindBefore } : {}),
    }));
    return accepted({ ...found, dossier: { ...found.dossier, plan } });
  }
  const swept = (found: Case, at: Date): Case => take(found, markDue(found, calendar, at), at);
  const remindersAt = (found: Case, at: Date): unknown[] =>
    markDue(found, calendar, at).events.filter(({ type }) => type === 'review.due-soon');
  /** The opening of Friday, the last working day before the last. */
  const friday = new Date('2026-12-04T00:30:00.000Z');
  const early = later(-1, friday);

  it('comes a working day before the last one, once, and before the review is overdue', () => {
    const found = waiting();
    const watched = { at: later(days(8)).toISOString(), repairs: 0, version: 9 };
    expect(nextDue({ ...found, application: { ...found.application, overdue: 'promised', watched } })).toBe(
      friday.toISOString(),
    );
    expect(remindersAt(found, early)).toEqual([]);
    expect(remindersAt(found, friday)).toMatchObject([
      { department: 'department-of-a', dueAt: '2026-12-07T09:00:00.000Z', status: 'requested' },
    ]);
    const told = swept(found, friday);
    expect(remindersAt(told, later(1, friday))).toEqual([]);
    const due = new Date('2026-12-07T09:00:00.000Z');
    expect(types(markDue(told, calendar, due))).toContain('review.overdue');
    // Whoever looks only when the limit is over does not remind of it.
    expect(remindersAt(found, due)).toEqual([]);
  });

  it('comes again only when the limit has moved', () => {
    const told = swept(waiting(), friday);
    const asked = { outcome: 'extension', days: 5, reason: 'Why not', approvedBy: 'head' } as const;
    const longer = decided(told, 'a', asked, later(60, friday));
    expect(remindersAt(longer, later(61, friday))).toEqual([]);
    expect(remindersAt(longer, new Date('2026-12-11T00:30:00.000Z'))).toHaveLength(1);
    // Stood still and gone on on the same day: the limit ends when it did.
    const fields = ['/form/companyName'];
    const stopped = decided(told, 'a', { outcome: 'correction', reason: 'Name', fields }, later(60, friday));
    const running = correct(stopped, changes('/form/companyName'), later(90, friday));
    expect(reviewOf(running, 'a').dueAt).toBe('2026-12-07T09:00:00.000Z');
    expect(remindersAt(running, later(91, friday))).toEqual([]);
  });

  it('does not come while the clock stands still, nor after the decision', () => {
    const fields = ['/form/companyName'];
    const stopped = decided(waiting(), 'a', { outcome: 'correction', reason: 'Name', fields }, early);
    expect(remindersAt(stopped, later(days(1), friday))).toEqual([]);
    const procedure = { outcome: 'special-procedure', procedure: 'testing', days: 20 } as const;
    expect(remindersAt(decided(waiting(), 'a', procedure, early), later(days(1), friday))).toEqual([]);
    const done = approved(waiting(), 'a', early);
    expect(reviewOf(done, 'a').remindAt).toBeUndefined();
    expect(remindersAt(done, friday)).toEqual([]);
  });

  it('comes as long before as is said, and not at all where nothing is', () => {
    expect(reviewOf(waiting({ workingDays: 3 }), 'a').remindAt).toBe('2026-12-02T00:30:00.000Z');
    expect(reviewOf(waiting({ openingHours: 3.5 }), 'a').remindAt).toBe('2026-12-07T04:00:00.000Z');
    expect(reviewOf(waiting({ workingDays: 10 }), 'a').remindAt).toBeUndefined();
    expect(reviewOf(accepted(), 'registration').remindAt).toBeUndefined();
  });
});

describe('provisional dates', () => {
  /** Monday 28 December 2026, before the holidays of 2027 are known. */
  const december = new Date('2026-12-28T02:00:00Z');
  const published = calendarFor(
    [
      { from: '08:30', to: '12:00' },
      { from: '13:30', to: '17:00' },
    ],
    {
      isPublished: (year) => year <= 2027,
      isHoliday: (day) => chineseHolidays.isHoliday(day) || ['2027-01-01', '2027-01-04'].includes(day),
      isMakeUpDay: chineseHolidays.isMakeUpDay,
    },
  );
  function waiting(): Case {
    const found = submitted([{ item: 'a' }]);
    const plan = found.dossier.plan.map((planned) => ({
      ...planned,
      limits: { statutory: { workingDays: 20 }, promised: { workingDays: 4 } },
    }));
    const application = {
      ...found.application,
      clock: {
        from: december.toISOString(),
        promised: { workingDays: 4 },
        statutory: { workingDays: 20 },
      },
      promisedDueAt: '2027-01-04T09:00:00.000Z',
      statutoryDueAt: '2027-01-26T09:00:00.000Z',
      provisional: true,
    };
    return accepted({ ...found, application, dossier: { ...found.dossier, plan } }, december);
  }

  it('are counted again when the calendar is published, of the case and of its reviews', () => {
    const before = waiting();
    expect(reviewOf(before, 'a')).toMatchObject({ dueAt: '2027-01-04T09:00:00.000Z', provisional: true });
    const at = later(60, december);
    expect(markDue(before, calendar, at).events).toEqual([]);
    const change = markDue(before, published, at);
    expect(change.events).toMatchObject([
      { type: 'application.due-changed', dueAt: '2027-01-05T09:00:00.000Z' },
      { type: 'review.due-changed', dueAt: '2027-01-05T09:00:00.000Z', department: 'department-of-a' },
    ]);
    const found = take(before, change, at);
    expect(found.application).toMatchObject({
      promisedDueAt: '2027-01-05T09:00:00.000Z',
      provisional: false,
    });
    expect(reviewOf(found, 'a').dueAt).toBe('2027-01-05T09:00:00.000Z');
    expect(reviewOf(found, 'a').provisional).toBeUndefined();
    expect(markDue(found, published, at).events).toEqual([]);
  });

  it('that stay what they were are certain from then on, and nobody is told', () => {
    const before = waiting();
    const asExpected = calendarFor(
      [
        { from: '08:30', to: '12:00' },
        { from: '13:30', to: '17:00' },
      ],
      { ...chineseHolidays, isPublished: (year) => year <= 2027, isHoliday: (day) => day === '2027-01-01' },
    );
    const at = later(60, december);
    const change = markDue(before, asExpected, at);
    expect(types(change)).toEqual(['application.due-confirmed']);
    const found = take(before, change, at);
    expect(found.application).toMatchObject({
      promisedDueAt: before.application.promisedDueAt,
      provisional: false,
    });
    expect(reviewOf(found, 'a').provisional).toBeUndefined();
    expect(markDue(found, asExpected, at).events).toEqual([]);
  });

  it('are asked for every day', () => {
    const found = waiting();
    const watched = { at: later(15, december).toISOString(), repairs: 0, version: 9 };
    expect(nextDue({ ...found, application: { ...found.application, watched } })).toBe(
      later(15 + days(1), december).toISOString(),
    );
  });

  it('are not asked for while the clock stands still: they are counted when it goes on', () => {
    const still = decided(waiting(), 'a', { outcome: 'correction', reason: 'Wrong' }, later(30, december));
    const watched = { at: later(45, december).toISOString(), repairs: 0, version: 9 };
    expect(nextDue({ ...still, application: { ...still.application, watched } })).toBe(
      later(45 + days(7), december).toISOString(),
    );
  });

  it('do not move while the clock stands still', () => {
    const before = decided(waiting(), 'a', { outcome: 'correction', reason: 'Wrong' }, later(30, december));
    expect(markDue(before, published, later(60, december)).events).toEqual([]);
  });
});
