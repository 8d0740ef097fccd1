/** The right to a hearing: offered before the decision, asked for in time or not, held before anything is decided. */
import { describe, expect, it } from 'vitest';
import { markDue } from '../../functions/approvals/due.ts';
import { askForHearing } from '../../functions/approvals/hearing.ts';
import { nextDue } from '../../functions/cases/alarm.ts';
import type { Case, PlannedReview } from '../../functions/cases/types.ts';
import {
  accepted,
  approved,
  calendar,
  days,
  decided,
  later,
  problemOf,
  refused,
  reviewOf,
  submitted,
  take,
  types,
} from '../support/cases.ts';

const caseOf = (hearing: PlannedReview['hearing'] = 'before-decision'): Case =>
  accepted(submitted([{ item: 'permit', ...(hearing ? { hearing } : {}) }]));
const at = later(30);
const offered = (found = caseOf(), when = at): Case =>
  decided(found, 'permit', { outcome: 'hearing-offered', reason: 'Neighbours are concerned' }, when);
/** Closing hour of the fifth working day after Monday the 23rd. */
const until = new Date('2026-11-30T09:00:00.000Z');
const asked = (found = offered(), when = later(days(2))): Case =>
  take(found, askForHearing(found, { review: reviewOf(found, 'permit').id }, calendar, when), when);
/** Ten working days later, chaired by somebody else. */
const day = { heldOn: '2026-12-09', chair: 'chair-1' };
const arranged = (found = asked(), given: object = day, when = later(days(3))): Case =>
  decided(found, 'permit', { outcome: 'special-procedure', procedure: 'hearing', ...given }, when);
const held = new Date('2026-12-09T06:00:00.000Z');
const ended = (found = arranged(), when = held): Case =>
  decided(found, 'permit', { outcome: 'procedure-ended', reason: 'Held' }, when);
const swept = (found: Case, when: Date): Case => take(found, markDue(found, calendar, when), when);
const ask = (found: Case, when: Date, review = reviewOf(found, 'permit').id) =>
  problemOf(() => askForHearing(found, { review }, calendar, when));

describe('the right to a hearing', () => {
  it('is announced before the decision, or before a refusal, as the catalogue says', () => {
    expect(problemOf(() => approved(caseOf(), 'permit', at))).toBe('wrong-state');
    expect(problemOf(() => refused(caseOf(), 'permit', at))).toBe('wrong-state');
    expect(problemOf(() => refused(caseOf('before-refusal'), 'permit', at))).toBe('wrong-state');
    expect(approved(caseOf('before-refusal'), 'permit', at).application.conclusion).toBe('approved');
    const without = accepted(submitted([{ item: 'permit' }]));
    expect(refused(without, 'permit', at).application.conclusion).toBe('refused');
    expect(problemOf(() => offered(without))).toBe('invalid-input');
  });

  it('lets the clock of review and case stand still for five working days', () => {
    const found = offered();
    expect(reviewOf(found, 'permit')).toMatchObject({
      status: 'requested',
      hearing: { offeredAt: at.toISOString(), until: until.toISOString() },
      procedure: { name: 'hearing', days: 5, until: until.toISOString() },
    });
    expect(found.application).toMatchObject({
      status: 'special-procedure',
      pauses: [{ cause: 'special-procedure', from: at.toISOString() }],
    });
    const watched = { at: later(days(3)).toISOString(), repairs: 0, version: 9 };
    expect(nextDue({ ...found, application: { ...found.application, watched } })).toBe(until.toISOString());
    expect(markDue(found, calendar, new Date(until.getTime() - 1)).events).toEqual([]);
  });

  it('stands against every decision while it may be asked for', () => {
    for (const decision of [
      { outcome: 'approved', output: { number: 'N' } },
      { outcome: 'refused', reason: 'No' },
      { outcome: 'procedure-ended' },
      { outcome: 'correction', reason: 'No' },
      { outcome: 'extension', days: 5, reason: 'No', approvedBy: 'head' },
      { outcome: 'special-procedure', procedure: 'hearing' },
      { outcome: 'hearing-offered', reason: 'Again' },
    ] as const) {
      expect(problemOf(() => decided(offered(), 'permit', decision, later(60)))).toBe('wrong-state');
    }
  });

  it('that nobody asked for ends by itself, and the review goes on with the time that it had left', () => {
    const marked = markDue(offered(), calendar, until);
    expect(types(marked)).toEqual(['review.hearing-lapsed']);
    const found = take(offered(), marked, until);
    // An hour and a half was left, from the next opening.
    expect(reviewOf(found, 'permit')).toMatchObject({
      status: 'requested',
      dueAt: '2026-12-01T02:00:00.000Z',
    });
    expect(reviewOf(found, 'permit').procedure).toBeUndefined();
    expect(reviewOf(found, 'permit').overrun).toBeUndefined();
    expect(found.application.status).toBe('in-review');
    expect(found.application.pauses[0]?.to).toBe(until.toISOString());
    expect(markDue(found, calendar, until).events).toEqual([]);
    expect(refused(found, 'permit', later(5, until)).application.conclusion).toBe('refused');
    expect(ask(found, later(1, until))).toBe('wrong-state');
    expect(problemOf(() => offered(found, later(5, until)))).toBe('wrong-state');
  });

  it('is asked for in time and once, where it is offered', () => {
    const found = asked();
    expect(reviewOf(found, 'permit').hearing).toMatchObject({ askedAt: later(days(2)).toISOString() });
    const { id } = reviewOf(found, 'permit');
    expect(askForHearing(found, { review: id }, calendar, later(days(20))).events).toEqual([]);
    expect(ask(offered(), until)).toBe('wrong-state');
    expect(ask(offered(), new Date(until.getTime() - 1))).toBe('none');
    expect(ask(caseOf(), at)).toBe('wrong-state');
    expect(ask(offered(), at, 'another-1')).toBe('invalid-input');
  });

  it('that was asked for stands against every decision until it is held', () => {
    for (const found of [asked(), arranged()]) {
      expect(problemOf(() => approved(found, 'permit', later(days(4))))).toBe('wrong-state');
      expect(problemOf(() => refused(found, 'permit', later(days(4))))).toBe('wrong-state');
      expect(problemOf(() => ended(found, later(days(4))))).toBe('wrong-state');
    }
    // What was left before the offer is left after the hearing; the clock stood still all the while.
    const found = ended();
    expect(reviewOf(found, 'permit')).toMatchObject({
      status: 'requested',
      hearing: { heldOn: day.heldOn, endedAt: held.toISOString() },
      dueAt: '2026-12-09T07:30:00.000Z',
    });
    expect(found.application.pauses).toEqual([
      {
        cause: 'special-procedure',
        review: reviewOf(found, 'permit').id,
        from: at.toISOString(),
        to: held.toISOString(),
      },
    ]);
    expect(refused(found, 'permit', later(5, held)).application.conclusion).toBe('refused');
  });

  it.each([
    [{ chair: 'chair-1' }, '/heldOn'],
    [{ heldOn: '2026-12-09' }, '/chair'],
    [{ ...day, chair: 'officer-of-permit' }, '/chair'],
    // Announced on Thursday the 26th, at least seven working days ahead.
    [{ ...day, heldOn: '2026-12-04' }, '/heldOn'],
    // Asked for on Wednesday the 25th, so within twenty working days of it.
    [{ ...day, heldOn: '2026-12-24' }, '/heldOn'],
    [{ ...day, days: 3 }, '/days'],
  ])('is not arranged with %j', (given, pointer) => {
    let problem: unknown;
    try {
      arranged(asked(), given);
    } catch (error) {
      problem = error;
    }
    expect(problem).toMatchObject({ type: 'invalid-input', errors: [{ pointer }] });
  });

  it('may be held on its last day in time', () => {
    expect(reviewOf(arranged(asked(), { ...day, heldOn: '2026-12-23' }), 'permit').procedure?.heldOn).toBe(
      '2026-12-23',
    );
  });

  it('is not decided by who chaired it', () => {
    const decision = { outcome: 'approved', output: { number: 'N' } } as const;
    expect(problemOf(() => decided(ended(), 'permit', decision, later(5, held), 'chair-1'))).toBe(
      'forbidden',
    );
  });

  it('that is not held in time lets the clock run again, and is owed all the same', () => {
    const late = new Date(reviewOf(asked(), 'permit').procedure?.until ?? '');
    expect(late.toISOString()).toBe('2026-12-23T09:00:00.000Z');
    expect(types(markDue(asked(), calendar, late))).toContain('review.procedure-overrun');
    const over = swept(asked(), late);
    expect(over.application.status).toBe('in-review');
    expect(problemOf(() => approved(over, 'permit', later(5, late)))).toBe('wrong-state');
    expect(problemOf(() => ended(over, later(5, late)))).toBe('wrong-state');
    // As soon as it can be announced.
    const first = { ...day, heldOn: '2027-01-04' };
    expect(problemOf(() => arranged(over, { ...day, heldOn: '2027-01-05' }, later(5, late)))).toBe(
      'invalid-input',
    );
    const found = arranged(over, first, later(5, late));
    const done = ended(found, new Date('2027-01-04T06:00:00.000Z'));
    expect(refused(done, 'permit', new Date('2027-01-04T07:00:00.000Z')).application.conclusion).toBe(
      'refused',
    );
  });

  it('that was held and whose end was told late counts as held', () => {
    const found = arranged(asked(), { ...day, days: 10 });
    const over = new Date(reviewOf(found, 'permit').procedure?.until ?? '');
    const marked = swept(found, over);
    expect(reviewOf(marked, 'permit').overrun).toBe('hearing');
    expect(problemOf(() => approved(marked, 'permit', later(5, over)))).toBe('wrong-state');
    const told = ended(marked, later(5, over));
    expect(approved(told, 'permit', later(10, over)).application.conclusion).toBe('approved');
  });

  it('is offered in each review by itself', () => {
    const two = accepted(
      submitted([
        { item: 'permit', hearing: 'before-decision', onRefusal: 'continues' },
        { item: 'other', hearing: 'before-refusal', onRefusal: 'continues' },
      ]),
    );
    const found = offered(two);
    expect(approved(found, 'other', later(60)).application.status).toBe('special-procedure');
    expect(problemOf(() => refused(found, 'other', later(60)))).toBe('wrong-state');
  });
});
