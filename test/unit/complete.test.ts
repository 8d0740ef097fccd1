import { describe, expect, it } from 'vitest';
import { missingIn } from '../../functions/approvals/complete.ts';
import { receiveCorrection, withdraw } from '../../functions/approvals/progress.ts';
import type { Decision } from '../../functions/approvals/schemas.ts';
import type { Case } from '../../functions/cases/types.ts';
import { view } from '../../functions/cases/views.ts';
import {
  accepted,
  allApproved,
  approved,
  calendar,
  decided,
  later,
  refused,
  submitted,
  take,
} from '../support/cases.ts';

const output = { name: { zh: '执照', en: 'Business licence' }, form: 'physical' } as const;

describe('a decision says what it must, by pointer', () => {
  it.each<[string, { output?: typeof output }, Decision, string[]]>([
    ['a refusal without a reason', { output }, { outcome: 'refused' }, ['/reason']],
    ['a refusal', { output }, { outcome: 'refused', reason: 'No' }, []],
    ['a correction without a reason', {}, { outcome: 'correction', fields: ['/form/x'] }, ['/reason']],
    ['a correction of everything', {}, { outcome: 'correction', reason: 'Blurred' }, []],
    ['an approval without its output', { output }, { outcome: 'approved', reason: 'Yes' }, ['/output']],
    ['an approval', { output }, { outcome: 'approved', output: { number: '1' } }, []],
    ['an approval that hands nothing out', {}, { outcome: 'approved' }, []],
    ['a hearing', { output }, { outcome: 'special-procedure', procedure: 'hearing' }, []],
  ])('%s', (_, planned, decision, pointers) => {
    expect(missingIn(planned, decision).map(({ pointer }) => pointer)).toEqual(pointers);
  });
});

/** What the applicant sees of the reviews, by item. */
function seen(found: Case) {
  return Object.fromEntries(
    view(found).reviews.map(({ item, status, outcome, reason, asked, because, refusedItem }) => [
      item,
      { status, outcome, reason, asked, because, refusedItem },
    ]),
  );
}

describe('the applicant reads in the reviews', () => {
  it('what is asked for and why, until the correction has arrived', () => {
    const words = { outcome: 'correction', reason: 'The capital is wrong', fields: ['/form/registration'] };
    const found = decided(accepted(), 'registration', words as Decision);
    expect(seen(found).registration).toMatchObject({
      status: 'correction',
      outcome: 'correction',
      reason: 'The capital is wrong',
      asked: { fields: ['/form/registration'], materials: [] },
    });
  });

  it('why it was refused, and by the refusal of which item the others ended', () => {
    const found = refused(approved(accepted(), 'registration'), 'seals', later(6));
    expect(seen(found)).toMatchObject({
      registration: { status: 'cancelled', outcome: 'approved', because: 'refusal', refusedItem: 'seals' },
      seals: { status: 'refused', outcome: 'refused', reason: 'No', because: undefined },
      invoices: { status: 'cancelled', outcome: undefined, because: 'refusal', refusedItem: 'seals' },
    });
  });

  it('that an item ended because what it rests on was refused, however far away', () => {
    const shapes = [
      { item: 'a', onRefusal: 'continues' as const },
      { item: 'b', after: ['a'], onRefusal: 'continues' as const },
      { item: 'c', after: ['b'], onRefusal: 'continues' as const },
      { item: 'd' },
    ];
    const found = refused(accepted(submitted(shapes)), 'a');
    expect(seen(found)).toMatchObject({
      b: { status: 'cancelled', because: 'refusal', refusedItem: 'a' },
      c: { status: 'cancelled', because: 'refusal', refusedItem: 'a' },
      d: { status: 'requested' },
    });
  });

  it('that they took the case back themselves', () => {
    const before = approved(accepted(), 'registration');
    const found = take(before, withdraw(before, 'Other plans', calendar, later(9)), later(9));
    expect(seen(found)).toMatchObject({
      registration: { status: 'cancelled', outcome: 'approved', because: 'withdrawal' },
      seals: { status: 'cancelled', because: 'withdrawal', refusedItem: undefined },
    });
  });

  it('no reason that is over, once the correction has arrived', () => {
    const asked = decided(accepted(), 'registration', { outcome: 'correction', reason: 'Blurred' });
    const arrived = receiveCorrection(asked, { dossier: {}, changed: [], mentioned: [] }, calendar, later(7));
    const { registration } = seen(take(asked, arrived, later(7)));
    expect(registration).toMatchObject({ status: 'requested', outcome: undefined, reason: undefined });
  });
});

it('a case keeps its conclusion after it is completed', () => {
  const found = allApproved(accepted(), ['registration', 'seals', 'invoices', 'insurance', 'bank']);
  const completed = { ...found, application: { ...found.application, status: 'completed' as const } };
  expect(view(completed)).toMatchObject({ status: 'completed', conclusion: 'approved' });
});
