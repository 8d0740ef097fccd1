import { describe, expect, it } from 'vitest';
import { decide, takenBefore } from '../../functions/approvals/decide.ts';
import { markDue } from '../../functions/approvals/due.ts';
import { planApprovals, planConditions } from '../../functions/approvals/plan.ts';
import { accept, type Corrected, receiveCorrection, withdraw } from '../../functions/approvals/progress.ts';
import type { Decision } from '../../functions/approvals/schemas.ts';
import { releaseOf } from '../../functions/approvals/waits.ts';
import { nextDue } from '../../functions/cases/alarm.ts';
import type { Case } from '../../functions/cases/types.ts';
import { view } from '../../functions/cases/views.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { calendarFor, chineseHolidays } from '../../functions/clock/calendar.ts';
import { Problem } from '../../functions/platform/problems.ts';
import {
  accepted,
  allApproved,
  approved,
  calendar,
  days,
  decided,
  later,
  monday,
  refused,
  reviewOf,
  statuses,
  submitted,
  take,
  types,
} from '../support/cases.ts';

const correct = (found: Case, given: Partial<Corrected> = {}, at = later(10)): Case =>
  take(
    found,
    receiveCorrection(found, { dossier: {}, changed: [], mentioned: [], ...given }, calendar, at),
    at,
  );
const changes = (...fields: string[]): Partial<Corrected> => ({ changed: fields, mentioned: fields });
const thrown = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

const problemOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof Problem ? error.type : 'thrown';
  }
};

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
      extendedBy: 10,
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
      { type: 'application.extended', days: 10, dueAt: '2026-12-07T07:00:00.000Z' },
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

  it('of several departments is that of the longest', () => {
    const two = accepted(submitted([{ item: 'a' }, { item: 'b' }]));
    const first = decided(two, 'a', { ...asked, days: 5 });
    const second = decided(first, 'b', { ...asked, days: 8 });
    expect(second.application.extendedBy).toBe(8);
    expect(
      decided(decided(two, 'a', { ...asked, days: 8 }), 'b', { ...asked, days: 5 }).application,
    ).toMatchObject({
      extendedBy: 8,
      promisedDueAt: second.application.promisedDueAt,
    });
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
    expect(change.events).toEqual([{ type: 'application.due-changed', dueAt: '2027-01-05T09:00:00.000Z' }]);
    const found = take(before, change, at);
    expect(found.application).toMatchObject({
      promisedDueAt: '2027-01-05T09:00:00.000Z',
      provisional: false,
    });
    expect(reviewOf(found, 'a').dueAt).toBe('2027-01-05T09:00:00.000Z');
    expect(reviewOf(found, 'a').provisional).toBeUndefined();
    expect(markDue(found, published, at).events).toEqual([]);
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
});
