import { describe, expect, it } from 'vitest';
import { decide, takenBefore } from '../../functions/approvals/decide.ts';
import { markDue } from '../../functions/approvals/due.ts';
import { withDependencies } from '../../functions/approvals/plan.ts';
import { accept, conclude, receiveCorrection, withdraw } from '../../functions/approvals/progress.ts';
import type { Decision } from '../../functions/approvals/schemas.ts';
import { releaseOf } from '../../functions/approvals/waits.ts';
import { nextDue } from '../../functions/cases/alarm.ts';
import { apply } from '../../functions/cases/store.ts';
import type { Case, Change } from '../../functions/cases/types.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { calendar, later, monday, reviewOf, statuses, submitted } from '../support/cases.ts';

const accepted = (found = submitted()): Case => apply(found, accept(found, calendar, monday));

let serial = 0;
function take(found: Case, item: string, decision: Decision, at = later(5)): Case {
  const key = `key-${serial++}`;
  const submittedDecision = { decision, key, hash: key };
  return apply(found, decide(found, reviewOf(found, item).id, submittedDecision, calendar, at));
}
const approve = (found: Case, item: string): Case =>
  take(found, item, { outcome: 'approved', output: { number: `N-${item}` } });
const approveAll = (found: Case, ...items: string[]): Case => items.reduce(approve, found);
const types = ({ events }: Change): string[] => events.map(({ type }) => type);

describe('acceptance', () => {
  it('requests only what waits for nothing', () => {
    const found = accepted();
    expect(found.application.status).toBe('in-review');
    expect(statuses(found)).toEqual({ registration: 'requested' });
  });

  it('does nothing a second time', () => {
    expect(accept(accepted(), calendar, monday).events).toEqual([]);
  });
});

describe('an approval', () => {
  it('frees what depended on it alone', () => {
    const found = approve(accepted(), 'registration');
    expect(statuses(found)).toEqual({ registration: 'approved', seals: 'requested', insurance: 'requested' });
  });

  it('does not make invoices and bank wait for the social insurance', () => {
    const found = approveAll(accepted(), 'registration', 'seals');
    expect(statuses(found)).toMatchObject({
      insurance: 'requested',
      invoices: 'requested',
      bank: 'requested',
    });
  });

  it('keeps its output', () => {
    expect(reviewOf(approve(accepted(), 'registration'), 'registration').output).toEqual({
      number: 'N-registration',
    });
  });
});

describe('a refusal', () => {
  it('of a blocking item cancels everything else, asked for or not', () => {
    const found = take(approve(accepted(), 'registration'), 'seals', {
      outcome: 'refused',
      reason: 'Forged',
    });
    expect(statuses(found)).toEqual({
      registration: 'approved',
      seals: 'refused',
      invoices: 'cancelled',
      insurance: 'cancelled',
      bank: 'cancelled',
    });
    expect(apply(found, conclude(found, later(6))).application.status).toBe('refused');
  });

  it('of a non-blocking item lets the others go on, and the case ends partly approved', () => {
    let found = take(approve(accepted(), 'registration'), 'insurance', {
      outcome: 'refused',
      reason: 'No staff',
    });
    found = approveAll(found, 'seals', 'invoices', 'bank');
    expect(apply(found, conclude(found, later(9))).application.status).toBe('partly-approved');
  });

  it('ends a correction that was awaited elsewhere, and lets the clock run again', () => {
    let found = approve(accepted(), 'registration');
    found = take(found, 'insurance', { outcome: 'correction', reason: 'Headcount' });
    expect(found.application.status).toBe('awaiting-correction');
    found = take(found, 'seals', { outcome: 'refused', reason: 'Forged' }, later(30));
    expect(found.application.status).toBe('in-review');
    expect(found.application.pauses).toEqual([
      { from: later(5).toISOString(), to: later(30).toISOString(), cause: 'correction' },
    ]);
  });
});

describe('a correction', () => {
  const asked = (): Case =>
    take(accepted(), 'registration', { outcome: 'correction', reason: 'Name taken' }, later(60));

  it('stops the clocks of review and case', () => {
    const found = asked();
    expect(found.application.status).toBe('awaiting-correction');
    expect(nextDue(found)).toBeUndefined();
    expect(reviewOf(found, 'registration').clock?.left).toEqual({ openingHours: 1 });
  });

  it('comes back to the department that asked, with the time it had left, and both due dates move', () => {
    const before = asked();
    const at = later(24 * 60 + 60);
    const found = apply(before, receiveCorrection(before, { form: { name: 'B' } }, calendar, at));
    expect(statuses(found)).toEqual({ registration: 'requested' });
    // 11:00 on Tuesday plus the hour that was left.
    expect(reviewOf(found, 'registration').dueAt).toBe('2026-11-24T04:00:00.000Z');
    expect(found.application.promisedDueAt > before.application.promisedDueAt).toBe(true);
    expect(found.application.status).toBe('in-review');
  });

  it('cannot be decided over while it is awaited', () => {
    expect(() => approve(asked(), 'registration')).toThrow(Problem);
  });
});

describe('withdrawal', () => {
  it('cancels every review that is not final', () => {
    const before = approve(accepted(), 'registration');
    const found = apply(before, withdraw(before, 'Changed my mind', later(9)));
    expect(found.application.status).toBe('withdrawn');
    expect(Object.values(statuses(found)).sort()).toEqual([
      'approved',
      'cancelled',
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
    expect(found.application.nextDueAt).toBeUndefined();
  });

  it('is final: no decision is taken afterwards', () => {
    const before = accepted();
    const found = apply(before, withdraw(before, 'No', later(9)));
    expect(() => approve(found, 'registration')).toThrow('cancelled');
  });
});

describe('a repeated decision', () => {
  const first = { decision: { outcome: 'approved' } as Decision, key: 'k1', hash: 'h1' };
  const decidedOnce = (): Case => {
    const found = accepted();
    return apply(found, decide(found, reviewOf(found, 'registration').id, first, calendar, later(1)));
  };

  it('changes nothing: same id, or same content with another id', () => {
    const found = decidedOnce();
    const { id } = reviewOf(found, 'registration');
    expect(decide(found, id, first, calendar, later(2)).events).toEqual([]);
    expect(decide(found, id, { ...first, key: 'k2' }, calendar, later(2)).events).toEqual([]);
  });

  it('with the same id and other content is refused', () => {
    const found = decidedOnce();
    const { id } = reviewOf(found, 'registration');
    expect(() => decide(found, id, { ...first, hash: 'h2' }, calendar, later(2))).toThrow('another decision');
  });

  it('another decision after the end is a conflict', () => {
    const found = decidedOnce();
    const { id } = reviewOf(found, 'registration');
    const other = { decision: { outcome: 'refused' } as Decision, key: 'k3', hash: 'h3' };
    expect(() => decide(found, id, other, calendar, later(2))).toThrow('takes no decision');
  });

  it('of a correction asked for earlier gets its own answer, even after the end', () => {
    const asked = { decision: { outcome: 'correction', reason: 'Name' } as Decision, key: 'k0', hash: 'h0' };
    let found = accepted();
    const { id } = reviewOf(found, 'registration');
    found = apply(found, decide(found, id, asked, calendar, later(1)));
    found = apply(found, receiveCorrection(found, {}, calendar, later(2)));
    found = apply(found, decide(found, id, first, calendar, later(3)));
    expect(decide(found, id, asked, calendar, later(4)).events).toEqual([]);
    expect(takenBefore(reviewOf(found, 'registration'), asked)?.status).toBe('correction');
  });

  it('before it was asked for is a conflict', () => {
    const found = accepted();
    expect(() => decide(found, `${found.application.number}-5`, first, calendar, later(1))).toThrow(
      'waiting',
    );
  });
});

describe('what is due', () => {
  it('turns a silent review overdue, then escalated, and it can still be decided', () => {
    let found = accepted();
    const due = reviewOf(found, 'registration').dueAt as string;
    expect(found.application.nextDueAt).toBe(due);
    found = apply(found, markDue(found, calendar, new Date(due)));
    expect(statuses(found)).toEqual({ registration: 'overdue' });
    const escalateAt = reviewOf(found, 'registration').escalateAt as string;
    const second = markDue(found, calendar, new Date(escalateAt));
    expect(types(second)).toContain('review.escalated');
    found = apply(found, second);
    expect(reviewOf(found, 'registration').escalatedAt).toBe(escalateAt);
    expect(statuses(approve(found, 'registration'))).toMatchObject({
      registration: 'approved',
      seals: 'requested',
    });
  });

  it('reports the promised limit, then the statutory one, once each', () => {
    let found = accepted();
    const promised = markDue(found, calendar, new Date(found.application.promisedDueAt));
    expect(promised.events).toContainEqual({ type: 'application.overdue', limit: 'promised' });
    found = apply(found, promised);
    expect(types(markDue(found, calendar, new Date(found.application.promisedDueAt)))).toEqual([]);
    const statutory = markDue(found, calendar, new Date(found.application.statutoryDueAt));
    expect(statutory.events).toContainEqual({ type: 'application.overdue', limit: 'statutory' });
  });
});

describe('what releases a wait', () => {
  it.each([
    ['decision', { status: 'approved' }, { kind: 'success', outcome: 'approved' }],
    ['decision', { status: 'cancelled' }, { kind: 'failure', error: 'ReviewCancelled' }],
    ['decision', { status: 'correction' }, { kind: 'failure', error: 'CorrectionAsked' }],
    ['decision', { status: 'requested' }, undefined],
    ['decision', { status: 'overdue' }, undefined],
    ['decision', { status: 'overdue', escalatedAt: 'x' }, { kind: 'failure', error: 'Escalated' }],
    ['escalated', { status: 'overdue', escalatedAt: 'x' }, undefined],
    ['escalated', { status: 'refused' }, { kind: 'success', outcome: 'refused' }],
    ['correction', { status: 'correction' }, undefined],
    ['correction', { status: 'requested' }, { kind: 'success', outcome: 'requested' }],
    ['correction', { status: 'cancelled' }, { kind: 'success', outcome: 'cancelled' }],
  ] as const)('wait for %s, review %o', (wait, review, expected) => {
    expect(releaseOf(wait, review)).toEqual(expected);
  });
});

describe('the plan', () => {
  it('adds what a chosen item needs first', () => {
    const service = {
      items: [
        { code: 'a', after: [] },
        { code: 'b', after: ['a'] },
        { code: 'c', after: ['b'] },
        { code: 'd', after: [] },
      ],
    } as unknown as Service;
    expect(withDependencies(service, ['c'])).toEqual(['a', 'b', 'c']);
    expect(withDependencies(service, undefined)).toEqual(['a', 'b', 'c', 'd']);
  });
});
