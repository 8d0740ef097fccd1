/** Reviews and their decisions: what is asked when, and what follows. */
import { describe, expect, it } from 'vitest';
import { accept } from '../../functions/approvals/acceptance.ts';
import { decide, takenBefore } from '../../functions/approvals/decide.ts';
import { planApprovals, planConditions } from '../../functions/approvals/plan.ts';
import { type Corrected, receiveCorrection, withdraw } from '../../functions/approvals/progress.ts';
import type { Decision } from '../../functions/approvals/schemas.ts';
import { releaseOf } from '../../functions/approvals/waits.ts';
import { nextDue } from '../../functions/cases/alarm.ts';
import type { Case } from '../../functions/cases/types.ts';
import { view } from '../../functions/cases/views.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { Problem } from '../../functions/platform/problems.ts';
import {
  accepted,
  allApproved,
  approved,
  calendar,
  changes,
  correct,
  decided,
  later,
  monday,
  problemOf,
  refused,
  reviewOf,
  statuses,
  submitted,
  take,
  types,
} from '../support/cases.ts';

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
    const found = approved(accepted(), 'registration');
    expect(statuses(found)).toEqual({ registration: 'approved', seals: 'requested', insurance: 'requested' });
  });

  it('does not make invoices and bank wait for the social insurance', () => {
    const found = allApproved(accepted(), ['registration', 'seals']);
    expect(statuses(found)).toMatchObject({
      insurance: 'requested',
      invoices: 'requested',
      bank: 'requested',
    });
  });

  it('keeps its output', () => {
    expect(reviewOf(approved(accepted(), 'registration'), 'registration').output).toEqual({
      number: 'N-registration',
    });
  });
});

describe('a refusal', () => {
  it('of a blocking item cancels everything else, asked for or not', () => {
    const found = refused(approved(accepted(), 'registration'), 'seals');
    expect(statuses(found)).toEqual({
      registration: 'cancelled',
      seals: 'refused',
      invoices: 'cancelled',
      insurance: 'cancelled',
      bank: 'cancelled',
    });
    expect(found.application).toMatchObject({
      status: 'refused',
      conclusion: 'refused',
      concludedAt: later(5).toISOString(),
    });
  });

  it('that ends all takes back what was approved: its department is told, nothing is handed out', () => {
    const before = approved(accepted(), 'registration');
    const { id } = reviewOf(before, 'seals');
    const decision = { decision: { outcome: 'refused' as const, reason: 'No' }, key: 'k', hash: 'h' };
    const change = decide(before, id, decision, calendar, later(6));
    expect(change.events).toContainEqual({
      type: 'review.revoked',
      review: reviewOf(before, 'registration').id,
      item: 'registration',
      department: 'department-of-registration',
      status: 'cancelled',
      because: 'refusal',
      refusedItem: 'seals',
    });
    expect(change.events.at(-1)).toEqual({ type: 'application.concluded', status: 'refused' });
    const found = take(before, change, later(6));
    expect(found.application.consignments).toEqual([]);
    expect(view(found).outputs).toEqual([]);
  });

  it('of a non-blocking item lets the others go on, and the case ends partly approved', () => {
    let found = refused(approved(accepted(), 'registration'), 'insurance');
    found = allApproved(found, ['seals', 'invoices']);
    expect(found.application.status).toBe('in-review');
    found = approved(found, 'bank');
    // In the very commit of the last decision.
    expect(found.application).toMatchObject({ status: 'partly-approved', conclusion: 'partly-approved' });
    expect(found.application.consignments.map(({ method, reviews }) => [method, reviews.length])).toEqual([
      ['electronic', 1],
      ['ems', 3],
    ]);
  });

  it('ends a correction that was awaited elsewhere, and lets the clock run again', () => {
    let found = approved(accepted(), 'registration');
    found = decided(found, 'insurance', { outcome: 'correction', reason: 'Headcount' });
    expect(found.application.status).toBe('awaiting-correction');
    const { id } = reviewOf(found, 'insurance');
    found = refused(found, 'seals', later(30));
    expect(found.application.status).toBe('refused');
    expect(found.application.pauses).toEqual([
      { from: later(5).toISOString(), to: later(30).toISOString(), cause: 'correction', review: id },
    ]);
  });
});

describe('a correction', () => {
  const asked = (): Case =>
    decided(accepted(), 'registration', { outcome: 'correction', reason: 'Name taken' }, later(60));

  it('stops the clocks of review and case', () => {
    const found = asked();
    expect(found.application.status).toBe('awaiting-correction');
    // Only the watch has something to do.
    expect(nextDue(found)).toBe(later(70).toISOString());
    expect(reviewOf(found, 'registration').clock?.left).toEqual({ openingHours: 1 });
  });

  it('comes back to the department that asked, with the time it had left, and both due dates move', () => {
    const before = asked();
    const found = correct(before, changes('/form/registration'), later(24 * 60 + 60));
    expect(statuses(found)).toEqual({ registration: 'requested' });
    // 11:00 on Tuesday plus the hour that was left.
    expect(reviewOf(found, 'registration').dueAt).toBe('2026-11-24T04:00:00.000Z');
    expect(found.application.promisedDueAt > before.application.promisedDueAt).toBe(true);
    expect(found.application.status).toBe('in-review');
  });

  it('cannot be decided over while it is awaited', () => {
    expect(problemOf(() => approved(asked(), 'registration'))).toBe('wrong-state');
  });

  it('asks for what is its own and nothing else', () => {
    const decision: Decision = {
      outcome: 'correction',
      reason: 'Wrong',
      fields: ['/form/registration/street', '/form/seals'],
      materials: ['articles', 'lease'],
    };
    try {
      decided(accepted(), 'registration', decision);
      expect.unreachable();
    } catch (error) {
      expect(
        error instanceof Problem && error.errors?.map((each) => 'pointer' in each && each.pointer),
      ).toEqual(['/fields/1', '/materials/1']);
    }
  });

  it('of everything, when it names nothing', () => {
    expect(reviewOf(asked(), 'registration').asked).toEqual({
      fields: ['/form/companyName', '/form/registration'],
      materials: ['articles'],
    });
  });

  const twoAsk = (): Case => {
    let found = approved(accepted(), 'registration');
    found = decided(found, 'seals', { outcome: 'correction', reason: 'Wrong', fields: ['/form/seals'] });
    return decided(
      found,
      'insurance',
      { outcome: 'correction', reason: 'Wrong', fields: ['/form/insurance'] },
      later(6),
    );
  };

  it('answers the notice that it speaks of; the other one stands', () => {
    const found = correct(twoAsk(), changes('/form/seals'));
    expect(statuses(found)).toMatchObject({ seals: 'requested', insurance: 'correction' });
    expect(found.application.status).toBe('awaiting-correction');
    expect(found.application.pauses.map(({ to }) => to)).toEqual([later(10).toISOString(), undefined]);
  });

  it('that names nothing answers all, and leaves the version of the dossier as it was', () => {
    const found = correct(twoAsk());
    expect(statuses(found)).toMatchObject({ seals: 'requested', insurance: 'requested' });
    expect(found.application.dossierVersion).toBe(1);
  });

  it('of what nobody asked for changes nothing', () => {
    expect(
      types(
        receiveCorrection(
          twoAsk(),
          {
            dossier: {},
            ...changes('/form/registration'),
          } as Corrected,
          calendar,
          later(9),
        ),
      ),
    ).toEqual([]);
  });

  it('that touches what an approved review saw opens a round for it, and for nothing else', () => {
    let found = approved(accepted(), 'registration');
    found = decided(found, 'seals', {
      outcome: 'correction',
      reason: 'Wrong',
      fields: ['/form/companyName'],
    });
    found = correct(found, changes('/form/companyName'));
    const again = reviewOf(found, 'registration');
    expect(again).toMatchObject({
      id: `${found.application.number}-1.2`,
      round: 2,
      status: 'requested',
      dossierVersion: 2,
    });
    expect(found.application.round).toBe(2);
    // Whoever is at work reads the new one; nobody is asked twice.
    expect(reviewOf(found, 'insurance')).toMatchObject({ round: 1, status: 'requested', dossierVersion: 2 });
    // What it decided on the old dossier does not count any more.
    found = allApproved(
      found,
      ['seals', 'insurance', 'invoices', 'bank'].filter(
        (item) => reviewOf(found, item).status === 'requested',
      ),
    );
    expect(found.application.concludedAt).toBeUndefined();
  });

  it('that touches nothing it saw leaves an approved review alone', () => {
    let found = approved(accepted(), 'registration');
    found = decided(found, 'seals', { outcome: 'correction', reason: 'Wrong', fields: ['/form/seals'] });
    found = correct(found, changes('/form/seals'));
    expect(found.application).toMatchObject({ round: 1, dossierVersion: 2 });
    expect(reviewOf(found, 'registration')).toMatchObject({ status: 'approved', dossierVersion: 1 });
    expect(reviewOf(found, 'insurance').dossierVersion).toBe(1);
  });

  it('of a part of a field concerns whoever sees the field, and a name with a slash is one name', () => {
    const shapes = [
      { item: 'a', fields: ['place/of', 'address'] },
      { item: 'b', fields: ['address', 'other'] },
    ];
    let found = approved(accepted(submitted(shapes)), 'a');
    found = decided(found, 'b', { outcome: 'correction', reason: 'Wrong' });
    expect(
      correct(found, { changed: ['/form/address/street'], mentioned: ['/form/address'] }).application.round,
    ).toBe(2);
    found = decided(accepted(submitted(shapes)), 'a', { outcome: 'correction', reason: 'Wrong' });
    expect(reviewOf(found, 'a').asked?.fields).toEqual(['/form/place~1of', '/form/address']);
    expect(statuses(correct(found, changes('/form/place~1of')))).toMatchObject({ a: 'requested' });
  });

  it('revokes what was approved upon an approval that is taken back', () => {
    const shapes = [
      { item: 'plan', onRefusal: 'continues' as const, fields: ['plan'] },
      { item: 'permit', after: ['plan'], onRefusal: 'continues' as const, fields: ['permit'] },
      { item: 'other', fields: ['plan'] },
    ];
    let found = allApproved(accepted(submitted(shapes)), ['plan', 'permit']);
    found = decided(found, 'other', { outcome: 'correction', reason: 'Wrong' });
    found = correct(found, changes('/form/plan'));
    found = refused(found, 'plan', later(20));
    expect(statuses(found)).toEqual({ plan: 'refused', permit: 'cancelled', other: 'requested' });
  });
});

describe('a decision on a dossier', () => {
  const corrected = (): Case =>
    correct(
      decided(accepted(), 'registration', { outcome: 'correction', reason: 'Wrong' }),
      changes('/form/registration'),
    );
  const decideOn = (found: Case, dossierVersion?: number): unknown =>
    decide(
      found,
      reviewOf(found, 'registration').id,
      {
        decision: {
          outcome: 'approved',
          output: { number: 'N-1' },
          ...(dossierVersion ? { dossierVersion } : {}),
        },
        key: 'k',
        hash: 'h',
      },
      calendar,
      later(20),
    );

  it('of an older version is refused with the reason', () => {
    expect(problemOf(() => decideOn(corrected(), 1))).toBe('precondition-failed');
    expect(() => decideOn(corrected(), 1)).toThrow('at version 2');
  });

  it('of the present one is taken', () => {
    expect(problemOf(() => decideOn(corrected(), 2))).toBe('none');
  });

  it('without a version is taken only while the dossier is as it was first requested', () => {
    expect(problemOf(() => decideOn(accepted()))).toBe('none');
    expect(problemOf(() => decideOn(corrected()))).toBe('precondition-failed');
  });

  it('keeps who decided', () => {
    expect(reviewOf(approved(accepted(), 'registration'), 'registration').decidedBy).toBe(
      'officer-of-registration',
    );
  });
});

describe('withdrawal', () => {
  const withdrawn = (before: Case, at = later(9)): Case =>
    take(before, withdraw(before, 'Changed my mind', calendar, at), at);

  it('cancels every review, and takes back what was approved', () => {
    const before = approved(accepted(), 'registration');
    const change = withdraw(before, 'No', calendar, later(9));
    expect(types(change)).toEqual([
      'application.withdrawn',
      ...Array(4).fill('review.cancelled'),
      'review.revoked',
    ]);
    const found = withdrawn(before);
    expect(found.application).toMatchObject({
      status: 'withdrawn',
      conclusion: 'withdrawn',
      consignments: [],
    });
    expect(new Set(Object.values(statuses(found)))).toEqual(new Set(['cancelled']));
    expect(view(found).outputs).toEqual([]);
  });

  it('ends every pause', () => {
    const found = withdrawn(decided(accepted(), 'registration', { outcome: 'correction', reason: 'Wrong' }));
    expect(found.application.pauses.map(({ to }) => to)).toEqual([later(9).toISOString()]);
  });

  it('is final: no decision is taken afterwards', () => {
    expect(() => approved(withdrawn(accepted()), 'registration')).toThrow('cancelled');
    expect(withdraw(withdrawn(accepted()), 'Again', calendar, later(10)).events).toEqual([]);
  });
});

describe('a repeated decision', () => {
  const first = {
    decision: { outcome: 'approved', output: { number: 'N-1' } } as Decision,
    key: 'k1',
    hash: 'h1',
  };
  const decidedOnce = (): Case => {
    const found = accepted();
    return take(found, decide(found, reviewOf(found, 'registration').id, first, calendar, later(1)));
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
    const other = { decision: { outcome: 'refused', reason: 'No' } as Decision, key: 'k3', hash: 'h3' };
    expect(() => decide(found, id, other, calendar, later(2))).toThrow('takes no decision');
  });

  it('of a correction asked for earlier gets its own answer, even after the end', () => {
    const asked = {
      decision: { outcome: 'correction', reason: 'Name' } as Decision,
      key: 'k0',
      hash: 'h0',
    };
    let found = accepted();
    const { id } = reviewOf(found, 'registration');
    found = take(found, decide(found, id, asked, calendar, later(1)));
    found = correct(found, {}, later(2));
    found = take(found, decide(found, id, first, calendar, later(3)));
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

describe('what releases a wait', () => {
  const procedure = { name: 'hearing', from: 'x' };
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
    ['decision', { status: 'requested', procedure }, { kind: 'failure', error: 'ProcedureAnnounced' }],
    ['escalated', { status: 'requested', procedure }, { kind: 'failure', error: 'ProcedureAnnounced' }],
    ['procedure', { status: 'requested', procedure }, undefined],
    ['procedure', { status: 'requested' }, { kind: 'success', outcome: 'requested' }],
    ['procedure', { status: 'cancelled' }, { kind: 'success', outcome: 'cancelled' }],
  ] as const)('wait for %s, review %o', (wait, review, expected) => {
    expect(releaseOf(wait, review)).toEqual(expected);
  });
});

describe('the plan', () => {
  const item = (code: string, after: string[] = []) => ({
    code,
    after,
    limits: { statutory: { workingDays: 20 }, promised: { workingDays: 5 } },
    fields: [code],
    materials: [{ code: `m-${code}` }],
  });
  const service = {
    items: [item('a'), item('b', ['a']), item('c', ['b', 'built']), item('d')],
    conditions: [{ code: 'built' }, { code: 'paid' }],
  } as unknown as Service;

  it('has the items that apply, in the catalogue’s order; all of them when none is named', () => {
    const items = (codes?: string[]) => planApprovals('N', service, codes).map(({ item: code }) => code);
    expect(items(['c', 'a', 'b'])).toEqual(['a', 'b', 'c']);
    expect(items()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps the order across an item that does not apply', () => {
    const plan = planApprovals('N', service, ['a', 'c']);
    expect(plan.map(({ after }) => after)).toEqual([[], ['a', 'built']]);
  });

  it('keeps what each department sees, and the conditions that something waits for', () => {
    const plan = planApprovals('N', service, ['a', 'b', 'c']);
    expect(plan.map(({ id, after, fields, materials }) => ({ id, after, fields, materials }))).toEqual([
      { id: 'N-1', after: [], fields: ['a'], materials: ['m-a'] },
      { id: 'N-2', after: ['a'], fields: ['b'], materials: ['m-b'] },
      { id: 'N-3', after: ['b', 'built'], fields: ['c'], materials: ['m-c'] },
    ]);
    expect(planConditions(service, plan)).toEqual([{ code: 'built' }]);
    expect(planConditions(service, planApprovals('N', service, ['d']))).toEqual([]);
  });

  it('keeps how long before the end a department is reminded: as its item says, else as the centre', () => {
    const [days, hours] = [{ workingDays: 5 }, { openingHours: 4 }];
    const items = [
      { ...item('a'), limits: { statutory: days, promised: days } },
      { ...item('b'), limits: { statutory: days, promised: hours } },
      { ...item('c'), remindBefore: { workingDays: 3 } },
    ];
    const changed = { ...service, items } as unknown as Service;
    const reminders = (of?: object) =>
      planApprovals('N', changed, undefined, of).map(({ remindBefore }) => remindBefore);
    expect(reminders({ workingDays: 1 })).toEqual([{ workingDays: 1 }, undefined, { workingDays: 3 }]);
    expect(reminders({ openingHours: 1 })).toEqual([undefined, { openingHours: 1 }, { workingDays: 3 }]);
    expect(reminders()).toEqual([undefined, undefined, { workingDays: 3 }]);
  });
});
