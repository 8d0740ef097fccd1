/** Hearings, inspections, expert reviews: the clock stands still for as long as was announced. */
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
  monday,
  problemOf,
  reviewOf,
  statuses,
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

describe('a special procedure', () => {
  const announced = (at = later(30)): Case =>
    decided(accepted(), 'registration', { outcome: 'special-procedure', procedure: 'hearing', days: 20 }, at);

  it('stops the clocks and is told with its length', () => {
    const found = announced();
    expect(found.application.status).toBe('special-procedure');
    expect(reviewOf(found, 'registration')).toMatchObject({
      status: 'requested',
      procedure: { name: 'hearing', from: later(30).toISOString(), days: 20 },
    });
    expect(markDue(found, calendar, later(days(20))).events).toEqual([]);
  });

  it('that takes longer than was announced lets the clocks run again, and tells so once', () => {
    const before = announced();
    const until = reviewOf(before, 'registration').procedure?.until ?? '';
    // The closing hour of the 20th working day after Monday 23 November.
    expect(until).toBe('2026-12-21T09:00:00.000Z');
    expect(before.application.nextDueAt && before.application.nextDueAt <= until).toBe(true);
    const change = markDue(before, calendar, new Date(until));
    expect(types(change)).toEqual(['review.procedure-overrun']);
    const found = take(before, change, new Date(until));
    expect(found.application.status).toBe('in-review');
    expect(found.application.pauses).toEqual([
      expect.objectContaining({ cause: 'special-procedure', to: until }),
    ]);
    // The hour and a half that was left, from the next opening.
    expect(reviewOf(found, 'registration')).toMatchObject({
      status: 'requested',
      overrun: 'hearing',
      dueAt: '2026-12-22T02:00:00.000Z',
    });
    expect(markDue(found, calendar, new Date(until)).events).toEqual([]);
    expect(types(markDue(found, calendar, new Date('2026-12-22T02:00:00.000Z')))).toContain('review.overdue');
  });

  it('may tell its result late, or be decided upon without', () => {
    const before = announced();
    const until = new Date(reviewOf(before, 'registration').procedure?.until ?? '');
    const over = take(before, markDue(before, calendar, until), until);
    const { dueAt } = reviewOf(over, 'registration');
    const told = decided(over, 'registration', { outcome: 'procedure-ended' }, later(5, until));
    expect(reviewOf(told, 'registration')).toMatchObject({ status: 'requested', dueAt });
    expect(reviewOf(told, 'registration').overrun).toBeUndefined();
    expect(reviewOf(approved(over, 'registration', later(5, until)), 'registration').status).toBe('approved');
    const again = { outcome: 'special-procedure', procedure: 'expert-review', days: 5 } as const;
    const announcedAgain = decided(over, 'registration', again, later(5, until));
    expect(announcedAgain.application.status).toBe('special-procedure');
  });

  it('that took too long may be announced anew in the same words: that is no repetition', () => {
    const words = { outcome: 'special-procedure', procedure: 'hearing', days: 20 } as const;
    const say = (found: Case, key: string, at: Date) =>
      decide(
        found,
        reviewOf(found, 'registration').id,
        { decision: words, key, hash: 'words' },
        calendar,
        at,
      );
    const before = take(accepted(), say(accepted(), 'first', later(30)), later(30));
    expect(say(before, 'doubled', later(31)).events).toEqual([]);
    const until = new Date(reviewOf(before, 'registration').procedure?.until ?? '');
    const over = take(before, markDue(before, calendar, until), until);
    expect(types(say(over, 'second', later(5, until)))).toEqual(['review.procedure-announced']);
    // What was sent the first time and comes late is still what it was.
    expect(say(over, 'first', later(5, until)).events).toEqual([]);
  });

  it('without a length is announced with the one of the law', () => {
    const found = decided(accepted(), 'registration', { outcome: 'special-procedure', procedure: 'testing' });
    expect(reviewOf(found, 'registration').procedure).toMatchObject({ name: 'testing', days: 20 });
  });

  it('is ended before anything else is decided, and gives back the time that was left', () => {
    const before = announced();
    expect(problemOf(() => approved(before, 'registration', later(40)))).toBe('wrong-state');
    const at = later(days(30));
    const found = decided(before, 'registration', { outcome: 'procedure-ended' }, at);
    expect(found.application.status).toBe('in-review');
    // 23 December, 10:00, and the one and a half hours that were left.
    expect(reviewOf(found, 'registration').dueAt).toBe('2026-12-23T03:30:00.000Z');
    expect(reviewOf(found, 'registration').procedure).toBeUndefined();
  });

  it('needs a name, and none can be ended that was not announced', () => {
    expect(problemOf(() => decided(accepted(), 'registration', { outcome: 'special-procedure' }))).toBe(
      'invalid-input',
    );
    expect(problemOf(() => decided(accepted(), 'registration', { outcome: 'procedure-ended' }))).toBe(
      'wrong-state',
    );
  });

  it('of an overdue review takes it out of the escalation', () => {
    const before = accepted();
    const due = new Date(reviewOf(before, 'registration').dueAt ?? '');
    const overdue = take(before, markDue(before, calendar, due), due);
    const found = decided(
      overdue,
      'registration',
      { outcome: 'special-procedure', procedure: 'inspection' },
      later(600),
    );
    expect(reviewOf(found, 'registration')).toMatchObject({ status: 'requested' });
    expect(reviewOf(found, 'registration').escalateAt).toBeUndefined();
  });
});

describe('a hearing', () => {
  const hearing = { outcome: 'special-procedure', procedure: 'hearing', days: 20 } as const;

  it.each([
    ['2026-12-01', 'announced 7 working days ahead: not before 2026-12-02'],
    ['2026-12-22', 'held within 20 working days: until 2026-12-21'],
    ['2026-12-05', 'Not a working day'],
  ])('is not held on %s: %s', (heldOn, detail) => {
    const problem = thrown(() => decided(accepted(), 'registration', { ...hearing, heldOn }, monday));
    expect(problem).toMatchObject({ errors: [{ pointer: '/heldOn' }] });
    expect(JSON.stringify((problem as { errors: unknown }).errors)).toContain(detail);
  });

  it('is told with its day', () => {
    const found = decided(accepted(), 'registration', { ...hearing, heldOn: '2026-12-02' }, monday);
    expect(reviewOf(found, 'registration').procedure?.heldOn).toBe('2026-12-02');
  });

  it('is not chaired by who reviews, before or after', () => {
    const own = { ...hearing, chair: 'officer-of-registration' };
    expect(problemOf(() => decided(accepted(), 'registration', own))).toBe('invalid-input');
    const held = decided(
      decided(accepted(), 'registration', { ...hearing, chair: 'chair-1' }),
      'registration',
      { outcome: 'procedure-ended' },
    );
    const by = (subject: string) => () =>
      decide(
        held,
        reviewOf(held, 'registration').id,
        { decision: { outcome: 'approved', output: { number: 'N-1' } }, key: 'k', hash: 'h', subject },
        calendar,
        later(30),
      );
    expect(problemOf(by('chair-1'))).toBe('forbidden');
    expect(by('officer-2')().events).not.toEqual([]);
  });

  it('alone has a day and a chair', () => {
    const inspection = {
      outcome: 'special-procedure',
      procedure: 'inspection',
      heldOn: '2026-12-02',
    } as const;
    expect(problemOf(() => decided(accepted(), 'registration', inspection))).toBe('invalid-input');
    expect(problemOf(() => decided(accepted(), 'registration', { outcome: 'approved', days: 3 }))).toBe(
      'invalid-input',
    );
  });
});

describe('a hearing in one department and a correction in another', () => {
  const shapes = [{ item: 'a' }, { item: 'b' }];

  it('stop the clock once, from the first to the last, and each ends on its own', () => {
    let found = accepted(submitted(shapes));
    found = decided(found, 'a', { outcome: 'special-procedure', procedure: 'hearing' }, later(30));
    found = decided(found, 'b', { outcome: 'correction', reason: 'Wrong' }, later(60));
    expect(found.application.status).toBe('awaiting-correction');
    const { promisedDueAt } = found.application;
    found = correct(found, changes('/form/b'), later(days(2)));
    expect(found.application.status).toBe('special-procedure');
    expect(statuses(found)).toEqual({ a: 'requested', b: 'requested' });
    expect(found.application.promisedDueAt).toBe(promisedDueAt);
    // The review's own clock goes on while the case's still stands.
    expect(reviewOf(found, 'b').dueAt).toBe('2026-11-25T03:00:00.000Z');
    found = decided(found, 'a', { outcome: 'procedure-ended' }, later(days(7)));
    expect(found.application.status).toBe('in-review');
    expect(found.application.pauses).toEqual([
      {
        from: later(30).toISOString(),
        to: later(days(7)).toISOString(),
        cause: 'special-procedure',
        review: reviewOf(found, 'a').id,
      },
      {
        from: later(60).toISOString(),
        to: later(days(2)).toISOString(),
        cause: 'correction',
        review: reviewOf(found, 'b').id,
      },
    ]);
    // Half an hour had run; three hours were left on Monday the 30th at 10:00.
    expect(found.application.promisedDueAt).toBe('2026-11-30T06:30:00.000Z');
  });
});
