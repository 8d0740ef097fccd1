/** The extension of a limit: once, within the law’s measure, approved and told. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../functions/approvals/decide.ts';
import { markDue } from '../../functions/approvals/due.ts';
import type { Case } from '../../functions/cases/types.ts';
import {
  accepted,
  approved,
  calendar,
  changes,
  correct,
  days,
  decided,
  later,
  problemOf,
  reviewOf,
  submitted,
  take,
  types,
} from '../support/cases.ts';

const thrown = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('an extension', () => {
  const asked = {
    outcome: 'extension',
    days: 10,
    reason: 'A second opinion is needed',
    approvedBy: 'head',
  } as const;
  const extendedCase = (given = {}): Case => decided(accepted(), 'registration', { ...asked, ...given });

  it('makes the limits of the review and of the case longer, and tells why', () => {
    const before = accepted();
    const found = extendedCase();
    // Two opening hours, and seven for each of ten days.
    expect(reviewOf(before, 'registration').dueAt).toBe('2026-11-23T04:00:00.000Z');
    expect(reviewOf(found, 'registration')).toMatchObject({
      status: 'requested',
      dueAt: '2026-12-07T04:00:00.000Z',
      extension: { days: 10 },
    });
    expect(found.application).toMatchObject({
      extendedBy: { promised: 10, statutory: 10 },
      promisedDueAt: '2026-12-07T07:00:00.000Z',
      statutoryDueAt: '2027-01-05T09:00:00.000Z',
    });
    const change = decide(
      before,
      reviewOf(before, 'registration').id,
      { decision: asked, key: 'k', hash: 'h' },
      calendar,
      later(5),
    );
    expect(change.events).toMatchObject([
      { type: 'review.extended', days: 10, reason: asked.reason },
      { type: 'application.extended', limit: 'promised', days: 10, dueAt: '2026-12-07T07:00:00.000Z' },
      { type: 'application.extended', limit: 'statutory', days: 10, dueAt: '2027-01-05T09:00:00.000Z' },
    ]);
  });

  it.each([
    [{ days: 16 }, '/days'],
    [{ days: undefined }, '/days'],
    [{ reason: undefined }, '/reason'],
    [{ approvedBy: undefined }, '/approvedBy'],
    [{ approvedBy: 'officer-of-registration' }, '/approvedBy'],
  ])('is refused with %j', (given, pointer) => {
    expect(thrown(() => extendedCase(given))).toMatchObject({ errors: [{ pointer }] });
  });

  it('of one department alone is ten days at most', () => {
    const alone = accepted(submitted([{ item: 'registration' }]));
    const eleven = () => decided(alone, 'registration', { ...asked, days: 11 });
    expect(thrown(eleven)).toMatchObject({ errors: [{ detail: 'The law allows 10 working days' }] });
  });

  it('comes once, and before the limit is over', () => {
    expect(problemOf(() => decided(extendedCase(), 'registration', { ...asked, days: 1 }))).toBe(
      'wrong-state',
    );
    const due = new Date(reviewOf(accepted(), 'registration').dueAt ?? '');
    const overdue = take(accepted(), markDue(accepted(), calendar, due), due);
    expect(problemOf(() => decided(overdue, 'registration', asked, due))).toBe('wrong-state');
    // Whether the sweep has looked at it yet makes no difference.
    expect(problemOf(() => decided(accepted(), 'registration', asked, due))).toBe('wrong-state');
  });

  it('does not come after a limit that was over before its clock stood still', () => {
    const filed = submitted();
    const plan = filed.dossier.plan.map((each) => ({
      ...each,
      limits: { ...each.limits, promised: { workingDays: 2 } },
    }));
    const before = accepted({ ...filed, dossier: { ...filed.dossier, plan } });
    const due = new Date(reviewOf(before, 'registration').dueAt ?? '');
    const overdue = take(before, markDue(before, calendar, due), due);
    const fields = ['/form/companyName'];
    const stopped = decided(overdue, 'registration', { outcome: 'correction', reason: 'Name', fields }, due);
    const at = later(days(1), due);
    const running = correct(stopped, changes('/form/companyName'), at);
    expect(reviewOf(running, 'registration')).toMatchObject({ status: 'requested' });
    expect(problemOf(() => decided(running, 'registration', asked, at))).toBe('wrong-state');
  });

  /** Approved within its promise; the seals are asked for when the promise of the whole case is over. */
  const late = later(days(2));
  const pastPromise = (): Case => {
    const found = approved(accepted(), 'registration', late);
    return take(found, markDue(found, calendar, late), late);
  };

  it('extends the limit of the law where only the promise of the case is over', () => {
    const before = pastPromise();
    expect(before.application.overdue).toBe('promised');
    const found = decided(before, 'seals', asked, later(1, late));
    expect(found.application).toMatchObject({
      extendedBy: { statutory: 10 },
      promisedDueAt: before.application.promisedDueAt,
      statutoryDueAt: '2027-01-05T09:00:00.000Z',
      overdue: 'promised',
    });
    // Not past the law when it would have been without the extension.
    expect(types(markDue(found, calendar, new Date(before.application.statutoryDueAt)))).not.toContain(
      'application.overdue',
    );
    const { events } = markDue(found, calendar, new Date('2027-01-05T09:00:00.000Z'));
    expect(events).toContainEqual({ type: 'application.overdue', limit: 'statutory' });
  });

  it('of each limit is that of the longest that came in its time', () => {
    const two = accepted(submitted([{ item: 'a' }, { item: 'b' }, { item: 'c', after: ['a'] }]));
    const inTime = decided(two, 'b', { ...asked, days: 5 });
    const found = approved(inTime, 'a', later(days(9)));
    const over = later(days(9) + 30);
    expect(found.application.promisedDueAt < over.toISOString()).toBe(true);
    expect(decided(found, 'c', { ...asked, days: 8 }, over).application).toMatchObject({
      extendedBy: { promised: 5, statutory: 8 },
      promisedDueAt: found.application.promisedDueAt,
    });
  });

  it('of several departments is that of the longest', () => {
    const two = accepted(submitted([{ item: 'a' }, { item: 'b' }]));
    const first = decided(two, 'a', { ...asked, days: 5 });
    const second = decided(first, 'b', { ...asked, days: 8 });
    expect(second.application.extendedBy).toEqual({ promised: 8, statutory: 8 });
    expect(
      decided(decided(two, 'a', { ...asked, days: 8 }), 'b', { ...asked, days: 5 }).application,
    ).toMatchObject({
      extendedBy: { promised: 8, statutory: 8 },
      promisedDueAt: second.application.promisedDueAt,
    });
  });
});
