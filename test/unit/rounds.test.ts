import { describe, expect, it } from 'vitest';
import { receiveCorrection, withdraw } from '../../functions/approvals/progress.ts';
import {
  decideObjection,
  fileObjection,
  meetCondition,
  type ObjectionDecision,
} from '../../functions/approvals/rounds.ts';
import { executionName } from '../../functions/cases/reviews.ts';
import type { Case } from '../../functions/cases/types.ts';
import { view } from '../../functions/cases/views.ts';
import { shanghaiDay } from '../../functions/clock/calendar.ts';
import { onCourierEvent, outputsSent, parcelsToOrder } from '../../functions/fulfilment/delivery.ts';
import { courierNumber } from '../../functions/platform/codes.ts';
import { Problem } from '../../functions/platform/problems.ts';
import {
  accepted,
  allApproved,
  approved,
  calendar,
  days,
  decided,
  later,
  placeOf,
  problemOf,
  refused,
  reviewOf,
  statuses,
  submitted,
  take,
  types,
} from '../support/cases.ts';

const object = (found: Case, reviews: string[], at = later(60)): Case =>
  take(found, fileObjection(found, { reviews, reason: 'Wrong' }, at), at);
const answer = (
  found: Case,
  outcome: ObjectionDecision['outcome'] = 'upheld',
  at = later(90),
  { id = '1', subject = 'chief' } = {},
): Case => take(found, decideObjection(found, id, { outcome }, subject, calendar, at), at);
const meet = (found: Case, condition: string, at: Date): Case =>
  take(found, meetCondition(found, { condition, evidence: 'E-1' }, calendar, at), at);
function send(found: Case, at = later(100)): Case {
  const ordered = parcelsToOrder(found).map(({ consignment, parcel }) => ({
    consignment: consignment.id,
    parcel,
    trackingNumber: courierNumber(parcel),
  }));
  return take(found, outputsSent(found, ordered), at);
}
const courier = (found: Case, parcel: number, event: 'in-transit' | 'delivered', at = later(110)): Case =>
  take(
    found,
    onCourierEvent(found, { reference: `N/${parcel}`, trackingNumber: courierNumber(parcel), event }),
    at,
  );

describe('a condition in the middle', () => {
  const shapes = [
    { item: 'planning' },
    { item: 'acceptance', after: ['planning', 'built'] },
    { item: 'title', after: ['acceptance'] },
  ];
  const waiting = (): Case =>
    approved(accepted(submitted(shapes, { conditions: ['built'] })), 'planning', later(30));
  const year = days(365);

  it('is reached without an execution that waits for it', () => {
    const found = waiting();
    expect(found.application).toMatchObject({ status: 'awaiting-condition', round: 1 });
    expect(found.application.concludedAt).toBeUndefined();
    expect(statuses(found)).toEqual({ planning: 'approved' });
  });

  it('opens a second round when it is met, and the year before it is not counted', () => {
    const found = meet(waiting(), 'built', later(year));
    expect(found.application).toMatchObject({
      status: 'in-review',
      round: 2,
      conditions: [{ code: 'built', status: 'met', metAt: later(year).toISOString(), evidence: 'E-1' }],
      pauses: [{ cause: 'condition', from: later(30).toISOString(), to: later(year).toISOString() }],
      // Half an hour had run on 23 November 2026; three hours are left on 23 November 2027 at 10:00.
      promisedDueAt: '2027-11-23T06:30:00.000Z',
    });
    const { number } = found.application;
    expect(reviewOf(found, 'acceptance')).toMatchObject({
      id: `${number}-2.2`,
      status: 'requested',
      round: 2,
    });
    expect(reviewOf(found, 'title')).toMatchObject({ id: `${number}-3.2`, status: 'waiting', round: 2 });
    expect(executionName(number, 2)).toBe(`${number}.2`);
  });

  it('leads to the end', () => {
    const found = allApproved(
      meet(waiting(), 'built', later(year)),
      ['acceptance', 'title'],
      later(year + 5),
    );
    expect(found.application).toMatchObject({ status: 'approved', conclusion: 'approved' });
    expect(found.application.consignments).toMatchObject([
      { reviews: [1, 2, 3].map((n) => expect.stringMatching(new RegExp(`(^|-)${n}(\\.2)?$`))) },
    ]);
  });

  it('is met once: repeated, nothing', () => {
    const found = meet(waiting(), 'built', later(year));
    expect(meetCondition(found, { condition: 'built' }, calendar, later(year + 1)).events).toEqual([]);
  });

  it('that the case does not have is refused, naming those it has', () => {
    expect(problemOf(() => meet(waiting(), 'paid', later(40)))).toBe('invalid-input');
  });

  it('cannot be met after the end', () => {
    const found = waiting();
    const withdrawn = take(found, withdraw(found, 'No', calendar, later(40)), later(40));
    expect(problemOf(() => meet(withdrawn, 'built', later(50)))).toBe('wrong-state');
  });

  it('met early opens its round at once; its reviews wait for their predecessors', () => {
    let found = meet(accepted(submitted(shapes, { conditions: ['built'] })), 'built', later(3));
    expect(found.application).toMatchObject({ status: 'in-review', round: 2, pauses: [] });
    expect(reviewOf(found, 'acceptance').status).toBe('waiting');
    found = approved(found, 'planning');
    expect(reviewOf(found, 'acceptance').status).toBe('requested');
  });

  it('one of two opens nothing yet', () => {
    const two = [{ item: 'a' }, { item: 'b', after: ['built', 'paid'] }];
    let found = approved(accepted(submitted(two, { conditions: ['built', 'paid'] })), 'a');
    found = meet(found, 'built', later(days(10)));
    expect(found.application).toMatchObject({ status: 'awaiting-condition', round: 1 });
    expect(meet(found, 'paid', later(days(20))).application).toMatchObject({ status: 'in-review', round: 2 });
  });

  it('is the very beginning, when everything lies behind it', () => {
    const found = accepted(submitted([{ item: 'a', after: ['built'] }], { conditions: ['built'] }));
    expect(found.application).toMatchObject({
      status: 'awaiting-condition',
      pauses: [{ cause: 'condition' }],
    });
    expect(reviewOf(meet(found, 'built', later(year)), 'a').status).toBe('requested');
  });

  it('ends with a refusal before it', () => {
    const found = refused(accepted(submitted(shapes, { conditions: ['built'] })), 'planning');
    expect(found.application.status).toBe('refused');
    expect(statuses(found)).toEqual({ planning: 'refused', acceptance: 'cancelled', title: 'cancelled' });
  });
});

describe('a partly refused opening', () => {
  const others = ['seals', 'invoices', 'bank'];
  function partly(): Case {
    const found = refused(approved(accepted(), 'registration'), 'insurance', later(20));
    return send(allApproved(found, others, later(30)), later(40));
  }
  const objected = (found = partly()): Case => object(found, [reviewOf(found, 'insurance').id]);

  it('is objected to while its parcel travels, and nothing else is touched', () => {
    const found = objected();
    expect(found.application).toMatchObject({ status: 'issuing', round: 1 });
    expect(found.objections).toMatchObject([{ id: '1', status: 'filed' }]);
  });

  it('is objected to within sixty days of its conclusion, in days of Shanghai', () => {
    const found = partly();
    const { id } = reviewOf(found, 'insurance');
    const object60 = (at: string) => fileObjection(found, { reviews: [id], reason: 'Wrong' }, new Date(at));
    expect(shanghaiDay(new Date(found.application.concludedAt ?? ''))).toBe('2026-11-23');
    expect(object60('2027-01-22T15:59:59.999Z').objections).toHaveLength(1);
    expect(() => object60('2027-01-22T16:00:00.000Z')).toThrow('possible until 2027-01-22T15:59:59.999Z');
  });

  it('has the sixty days from the conclusion that told each refusal, whatever a later round concludes', () => {
    const both = accepted(
      submitted([
        { item: 'a', onRefusal: 'continues' },
        { item: 'b', onRefusal: 'continues' },
      ]),
    );
    let found = refused(refused(both, 'a'), 'b');
    const [a, b] = ['a', 'b'].map((item) => reviewOf(found, item).id) as [string, string];
    found = answer(object(found, [a]));
    found = refused(found, 'a', later(days(50)));
    const again = reviewOf(found, 'a').id;
    const late = later(days(100));
    expect(() => object(found, [b], late)).toThrow('possible until 2027-01-22T15:59:59.999Z');
    expect(object(found, [again], late).objections.at(-1)).toMatchObject({ reviews: [again] });
  });

  it('opens round 2 for that item alone; the parcel goes on; the new output is a consignment of its own', () => {
    let found = answer(courier(objected(), 1, 'in-transit'));
    expect(found.application).toMatchObject({ status: 'in-review', round: 2 });
    expect(found.reviews.filter(({ round }) => round === 2).map(({ item }) => item)).toEqual(['insurance']);
    const { promisedDueAt, pauses } = found.application;
    found = courier(found, 1, 'delivered', later(120));
    expect(found.application.status).toBe('in-review');
    found = approved(found, 'insurance', later(130));
    expect(found.application).toMatchObject({
      status: 'approved',
      conclusion: 'approved',
      concludedAt: later(130).toISOString(),
      promisedDueAt,
      pauses,
    });
    expect(
      found.application.consignments.map(({ id, method, status, reviews }) => [
        id,
        method,
        status,
        reviews.map(placeOf),
      ]),
    ).toEqual([
      ['1', 'electronic', 'issued', ['5']],
      ['2', 'ems', 'delivered', ['1', '2', '3']],
      ['3', 'electronic', 'pending', ['4.2']],
    ]);
    found = send(found, later(140));
    expect(found.application.status).toBe('completed');
    expect(view(found).outputs).toHaveLength(5);
  });

  it('goes on being delivered when round 2 ends before the parcel is there', () => {
    let found = approved(answer(courier(objected(), 1, 'in-transit')), 'insurance', later(130));
    expect(found.application.status).toBe('approved');
    found = send(found, later(140));
    expect(found.application.status).toBe('delivering');
    expect(courier(found, 1, 'delivered', later(150)).application.status).toBe('completed');
  });

  it('refused again is where its parcel is, with nothing new to hand out', () => {
    const delivered = refused(answer(courier(objected(), 1, 'delivered')), 'insurance', later(130));
    expect(delivered.application).toMatchObject({ status: 'completed', conclusion: 'partly-approved' });
    expect(delivered.application.consignments).toHaveLength(2);
    const travelling = refused(answer(courier(objected(), 1, 'in-transit')), 'insurance', later(130));
    expect(travelling.application).toMatchObject({ status: 'delivering', conclusion: 'partly-approved' });
  });

  it('keeps what was granted, even when a correction in round 2 changes what it was granted for', () => {
    let found = answer(courier(objected(), 1, 'delivered'));
    found = decided(
      found,
      'insurance',
      { outcome: 'correction', reason: 'Wrong', fields: ['/form/companyName'] },
      later(130),
    );
    const given = { dossier: {}, changed: ['/form/companyName'], mentioned: ['/form/companyName'] };
    found = take(found, receiveCorrection(found, given, calendar, later(140)), later(140));
    expect(found.application.round).toBe(2);
    expect(statuses(found)).toMatchObject({ registration: 'approved', insurance: 'requested' });
  });

  it('rejected, changes nothing but the objection', () => {
    const found = answer(objected(), 'rejected');
    expect(found.application).toMatchObject({ status: 'issuing', round: 1 });
    expect(found.objections).toMatchObject([{ status: 'rejected', decidedAt: later(90).toISOString() }]);
  });

  it('is not decided by who refused, and decided once', () => {
    const subject = 'officer-of-insurance';
    expect(problemOf(() => answer(objected(), 'upheld', later(90), { subject }))).toBe('forbidden');
    expect(problemOf(() => answer(objected(), 'rejected', later(90), { subject }))).toBe('forbidden');
    const upheld = answer(objected());
    expect(types(decideObjection(upheld, '1', { outcome: 'upheld' }, 'chief', calendar, later(95)))).toEqual(
      [],
    );
    expect(problemOf(() => answer(upheld, 'rejected'))).toBe('wrong-state');
    expect(problemOf(() => answer(upheld, 'upheld', later(95), { id: '7' }))).toBe('not-found');
  });

  it('is objected to for what was refused, and for that once', () => {
    const found = objected();
    const errorOf = (item: string): unknown => {
      try {
        object(found, [reviewOf(found, item).id]);
        return 'none';
      } catch (error) {
        return error instanceof Problem && error.errors;
      }
    };
    expect(errorOf('insurance')).toEqual([
      { pointer: '/reviews/0', detail: 'There is an objection to it already' },
    ]);
    expect(errorOf('bank')).toEqual([{ pointer: '/reviews/0', detail: 'Not a refused review' }]);
    // The refusal of round 2 may be objected to anew.
    const again = refused(answer(found), 'insurance', later(130));
    expect(object(again, [reviewOf(again, 'insurance').id], later(140)).objections).toHaveLength(2);
  });

  it('cannot be objected to before the end, nor withdrawn after it', () => {
    const open = refused(approved(accepted(), 'registration'), 'insurance');
    expect(problemOf(() => object(open, [reviewOf(open, 'insurance').id]))).toBe('wrong-state');
    expect(problemOf(() => withdraw(answer(objected()), 'No', calendar, later(99)))).toBe('wrong-state');
  });
});

describe('an objection to a refusal that ended all', () => {
  const ended = (): Case => refused(approved(accepted(), 'registration'), 'seals', later(20));
  const reopened = (): Case => answer(object(ended(), [reviewOf(ended(), 'seals').id]));

  it('opens everything again that had no effect because of it', () => {
    const found = reopened();
    expect(found.application).toMatchObject({ status: 'in-review', round: 2 });
    expect(statuses(found)).toEqual({
      registration: 'requested',
      seals: 'waiting',
      invoices: 'waiting',
      insurance: 'waiting',
      bank: 'waiting',
    });
    expect(
      allApproved(found, ['registration', 'seals', 'invoices', 'insurance', 'bank'], later(120)).application,
    ).toMatchObject({ status: 'approved', conclusion: 'approved' });
  });

  it('refused again ends all again', () => {
    const found = refused(approved(reopened(), 'registration', later(110)), 'seals', later(120));
    expect(found.application).toMatchObject({ status: 'refused', consignments: [] });
    expect(statuses(found).registration).toBe('cancelled');
  });

  it('leaves cancelled what waits for another refusal', () => {
    const shapes = [
      { item: 'a', onRefusal: 'continues' as const },
      { item: 'behind-a', after: ['a'] },
      { item: 'b' },
      { item: 'c' },
    ];
    let found = refused(accepted(submitted(shapes)), 'a');
    found = refused(found, 'b', later(20));
    found = object(found, [reviewOf(found, 'b').id]);
    const upheld = decideObjection(found, '1', { outcome: 'upheld' }, 'chief', calendar, later(90));
    const { number } = found.application;
    expect(upheld.events).toContainEqual({
      type: 'round.opened',
      round: 2,
      reviews: [`${number}-3.2`, `${number}-4.2`],
    });
    found = answer(found);
    expect(statuses(found)).toEqual({
      a: 'refused',
      'behind-a': 'cancelled',
      b: 'requested',
      c: 'requested',
    });
    expect(allApproved(found, ['b', 'c'], later(120)).application.status).toBe('partly-approved');
  });

  it('leaves what lies behind an open condition to wait for it, in no round', () => {
    const shapes = [
      { item: 'drawings' },
      { item: 'acceptance', after: ['drawings', 'built'] },
      { item: 'title', after: ['acceptance'] },
      { item: 'fence' },
    ];
    let found = refused(accepted(submitted(shapes, { conditions: ['built'] })), 'drawings');
    found = object(found, [reviewOf(found, 'drawings').id]);
    const upheld = decideObjection(found, '1', { outcome: 'upheld' }, 'chief', calendar, later(90));
    const { number } = found.application;
    expect(upheld.events).toContainEqual({
      type: 'round.opened',
      round: 2,
      reviews: [`${number}-1.2`, `${number}-4.2`],
      waiting: [`${number}-2`, `${number}-3`],
    });
    found = allApproved(answer(found), ['drawings', 'fence'], later(120));
    expect(found.application).toMatchObject({ status: 'awaiting-condition', round: 2 });
    expect(reviewOf(found, 'acceptance')).toMatchObject({ id: `${number}-2`, status: 'waiting', round: 0 });
    found = meet(found, 'built', later(days(400)));
    expect(reviewOf(found, 'acceptance')).toMatchObject({
      id: `${number}-2.3`,
      status: 'requested',
      round: 3,
    });
    found = allApproved(found, ['acceptance', 'title'], later(days(400) + 10));
    expect(found.application).toMatchObject({ status: 'approved', conclusion: 'approved' });
  });

  it('to what rests on a refusal that stands comes to its end at once', () => {
    const shapes = [
      { item: 'base' },
      { item: 'small', after: ['base'], onRefusal: 'continues' as const },
      { item: 'ender', after: ['base'] },
    ];
    let found = refused(approved(accepted(submitted(shapes)), 'base'), 'small', later(10));
    found = refused(found, 'ender', later(20));
    expect(statuses(found)).toEqual({ base: 'cancelled', small: 'refused', ender: 'refused' });
    found = answer(object(found, [reviewOf(found, 'small').id]));
    expect(found.application.status).toBe('refused');
    expect(statuses(found).small).toBe('cancelled');
  });
});

describe('a refusal that would end all, in a later round', () => {
  it('takes nothing back that was granted and handed out', () => {
    const shapes = [
      { item: 'licence' },
      { item: 'first', onRefusal: 'continues' as const },
      { item: 'second', after: ['first'] },
    ];
    let found = send(
      refused(approved(accepted(submitted(shapes)), 'licence'), 'first', later(20)),
      later(30),
    );
    expect(found.application.conclusion).toBe('partly-approved');
    found = answer(object(found, [reviewOf(found, 'first').id]));
    found = refused(approved(found, 'first', later(110)), 'second', later(120));
    expect(found.application).toMatchObject({ status: 'issuing', conclusion: 'partly-approved' });
    expect(statuses(found)).toEqual({ licence: 'approved', first: 'cancelled', second: 'refused' });
    expect(found.application.consignments).toHaveLength(1);
  });

  it('hands out nothing a second time, nor a notice of what was granted before', () => {
    const shapes = [
      { item: 'filing', form: 'none' as const },
      { item: 'licence' },
      { item: 'other', onRefusal: 'continues' as const },
    ];
    let found = allApproved(accepted(submitted(shapes)), ['filing', 'licence']);
    found = send(refused(found, 'other', later(20)), later(30));
    found = answer(object(found, [reviewOf(found, 'other').id]));
    found = refused(found, 'other', later(120));
    expect(found.application.consignments.map(({ method }) => method)).toEqual(['ems']);
  });
});

describe('what has not come by its day while nobody worked on what asks for it', () => {
  it('is noticed in the change that opens the round', () => {
    const shapes = [
      { item: 'planning' },
      { item: 'acceptance', after: ['built'], materials: ['certificate'] },
    ];
    const found = submitted(shapes, { conditions: ['built'] });
    found.application.following = [
      { code: 'certificate', dueAt: later(days(4)).toISOString(), items: ['acceptance'] },
    ];
    const waiting = approved(accepted(found), 'planning', later(30));
    expect(waiting.application.status).toBe('awaiting-condition');
    const met = meet(waiting, 'built', later(days(30)));
    expect(met.application.status).toBe('awaiting-correction');
    expect(reviewOf(met, 'acceptance')).toMatchObject({
      status: 'correction',
      asked: { materials: ['certificate'] },
    });
  });
});
