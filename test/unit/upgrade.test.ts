import { describe, expect, it } from 'vitest';
import { markDue } from '../../functions/approvals/due.ts';
import { receiveCorrection } from '../../functions/approvals/progress.ts';
import { decideObjection, fileObjection } from '../../functions/approvals/rounds.ts';
import { caseOf, entryOf } from '../../functions/cases/upgrade.ts';
import { view } from '../../functions/cases/views.ts';
import { contentsOf } from '../../functions/fulfilment/consignments.ts';
import {
  hasSomethingToSend,
  onCourierEvent,
  outputsSent,
  parcelsToOrder,
  pickUp,
} from '../../functions/fulfilment/delivery.ts';
import { courierNumber } from '../../functions/platform/codes.ts';
import {
  accepted,
  allApproved,
  approved,
  calendar,
  decided,
  firstVersionRows,
  later,
  openingShapes,
  refused,
  reviewOf,
  statuses,
  submitted,
  take,
} from '../support/cases.ts';

const items = openingShapes.map(({ item }) => item);
const all = (status: string) => items.map((item) => ({ item, status }));
const tracking = courierNumber(1);
const concluded = (status: string, delivery: Record<string, unknown>, reviews = all('approved')) =>
  caseOf(firstVersionRows({ status, concludedAt: later(5).toISOString(), delivery }, reviews));

describe('rows of the first version', () => {
  it('become the present shape', () => {
    const found = caseOf(firstVersionRows({}, [{ item: 'registration', status: 'requested' }]));
    const present = accepted();
    expect(found.application).toMatchObject({
      parties: [{ subject: 'user-1', relation: 'owner' }],
      round: 1,
      dossierVersion: 1,
      conditions: [],
      consignments: [],
      pauses: [],
    });
    expect(found.application).not.toHaveProperty('owner');
    expect(found.application).not.toHaveProperty('delivery');
    expect(Object.keys(found.application).sort()).toEqual(
      Object.keys(present.application)
        .filter((key) => key !== 'nextDueAt')
        .sort(),
    );
    expect(Object.keys(found.dossier).sort()).toEqual(Object.keys(present.dossier).sort());
    expect(Object.keys(found.dossier.plan[0] ?? {}).sort()).toEqual(
      Object.keys(present.dossier.plan[0] ?? {}).sort(),
    );
    expect(reviewOf(found, 'registration')).toMatchObject({
      round: 1,
      dossierVersion: 1,
      firstDossierVersion: 1,
    });
    expect(found.objections).toEqual([]);
    // A department of that time saw everything.
    expect(found.dossier.plan[1]?.fields).toEqual(Object.keys(found.dossier.form));
    expect(found.dossier.plan[1]?.materials).toEqual(['articles']);
  });
});

describe('a case of the first version goes on living', () => {
  it('from its first decision to the end of its second round', () => {
    let found = caseOf(firstVersionRows({}, [{ item: 'registration', status: 'requested' }]));
    found = refused(approved(found, 'registration'), 'insurance', later(20));
    found = allApproved(found, ['seals', 'invoices', 'bank'], later(30));
    expect(found.application).toMatchObject({ status: 'partly-approved', conclusion: 'partly-approved' });
    const objection = fileObjection(
      found,
      { reviews: [reviewOf(found, 'insurance').id], reason: 'No' },
      later(40),
    );
    found = take(found, objection, later(40));
    found = take(
      found,
      decideObjection(found, '1', { outcome: 'upheld' }, 'chief', calendar, later(50)),
      later(50),
    );
    expect(approved(found, 'insurance', later(60)).application).toMatchObject({
      status: 'approved',
      round: 2,
    });
  });

  it('whose decision without a version is taken', () => {
    const found = caseOf(firstVersionRows({}, [{ item: 'registration', status: 'requested' }]));
    expect(statuses(approved(found, 'registration'))).toMatchObject({
      registration: 'approved',
      seals: 'requested',
    });
  });

  it('while a correction is awaited: anything may be corrected, and its open pause ends', () => {
    const pause = { from: later(30).toISOString(), cause: 'correction' };
    let found = caseOf(
      firstVersionRows(
        {
          status: 'awaiting-correction',
          pauses: [pause],
          clock: {
            from: later(30).toISOString(),
            promised: { openingHours: 3 },
            statutory: { workingDays: 20 },
          },
        },
        [
          {
            item: 'registration',
            status: 'correction',
            clock: { from: later(30).toISOString(), left: { openingHours: 1.5 } },
          },
        ],
      ),
    );
    expect(reviewOf(found, 'registration').asked?.fields).toContain('/form/seals');
    const given = { dossier: {}, changed: ['/form/companyName'], mentioned: ['/form/companyName'] };
    found = take(found, receiveCorrection(found, given, calendar, later(24 * 60)), later(24 * 60));
    expect(found.application).toMatchObject({
      status: 'in-review',
      dossierVersion: 2,
      pauses: [{ ...pause, to: later(24 * 60).toISOString() }],
      promisedDueAt: '2026-11-24T06:30:00.000Z',
    });
  });

  it('while two corrections are awaited and one is answered: the clock stands still without a gap', () => {
    const reviews = [
      { item: 'registration', status: 'approved' },
      { item: 'seals', status: 'correction' },
      { item: 'insurance', status: 'requested' },
    ];
    const pause = { from: later(30).toISOString(), cause: 'correction' };
    let found = caseOf(firstVersionRows({ status: 'awaiting-correction', pauses: [pause] }, reviews));
    found = decided(found, 'insurance', { outcome: 'correction', reason: 'Wrong' }, later(60));
    const [first, ...others] = found.application.pauses;
    expect(first?.to).toBe(later(60).toISOString());
    expect(others.map(({ from, to }) => [from, to])).toEqual(
      Array(2).fill([later(60).toISOString(), undefined]),
    );
  });

  it('overdue and escalated', () => {
    const found = caseOf(firstVersionRows({}, [{ item: 'registration', status: 'requested' }]));
    expect(markDue(found, calendar, later(9_999)).events.map(({ type }) => type)).toContain('review.overdue');
  });

  it('granted, with nothing ordered yet: its parcel is ordered', () => {
    const found = concluded('approved', { method: 'ems', status: 'pending' });
    expect(hasSomethingToSend(found)).toBe(true);
    expect(parcelsToOrder(found).map(({ parcel }) => parcel)).toEqual([1]);
    expect(found.application.consignments).toMatchObject([{ method: 'ems' }]);
    const [parcel] = found.application.consignments;
    expect(parcel && contentsOf(found, parcel)).toHaveLength(5);
  });

  it('granted electronically, with physical outputs: they wait at the window', () => {
    const found = concluded('approved', { method: 'electronic', status: 'pending' });
    const after = take(found, outputsSent(found, []), later(9));
    expect(after.application).toMatchObject({
      status: 'ready-for-pickup',
      consignments: [{ method: 'pickup' }],
    });
  });

  it('on its way: the courier’s events are taken, and nothing is handed out twice', () => {
    let found = concluded('delivering', {
      method: 'ems',
      status: 'in-transit',
      trackingNumber: tracking,
      parcel: 1,
    });
    expect(found.application).toMatchObject({ conclusion: 'approved', concludedAt: later(5).toISOString() });
    expect(hasSomethingToSend(found)).toBe(false);
    const delivered = { reference: 'N/1', trackingNumber: tracking, event: 'delivered' as const };
    found = take(found, onCourierEvent(found, delivered), later(60));
    expect(found.application.status).toBe('completed');
    expect(view(found).outputs).toHaveLength(5);
  });

  it('lost once or for the third time: the losses count on', () => {
    const lost = (parcel: number) =>
      concluded('issuing', { method: 'ems', status: 'lost', trackingNumber: tracking, parcel });
    expect(parcelsToOrder(lost(1)).map(({ parcel }) => parcel)).toEqual([2]);
    expect(parcelsToOrder(lost(3))).toEqual([]);
    const third = concluded('delivering', {
      method: 'ems',
      status: 'collected',
      trackingNumber: tracking,
      parcel: 3,
    });
    const event = { reference: 'N/3', trackingNumber: tracking, event: 'lost' as const };
    expect(onCourierEvent(third, event).events.map(({ type }) => type)).toEqual(['parcel.given-up']);
  });

  it('ready for collection: the code that was told opens it', () => {
    const found = concluded('ready-for-pickup', { method: 'pickup', status: 'ready-for-pickup' });
    // Serial 0: a code of the number alone.
    expect(found.application.consignments).toMatchObject([{ id: '1', code: { serial: 0, wrong: 0 } }]);
    expect(take(found, pickUp(found, '1', later(9)), later(9)).application.status).toBe('completed');
  });

  it('partly granted, and on its way since: it was partly granted', () => {
    const reviews = items.map((item) => ({ item, status: item === 'bank' ? 'refused' : 'approved' }));
    const found = concluded(
      'delivering',
      { method: 'ems', status: 'collected', trackingNumber: tracking, parcel: 1 },
      reviews,
    );
    expect(found.application.conclusion).toBe('partly-approved');
    expect(found.application.consignments[0]?.reviews).toHaveLength(4);
  });

  it.each(['refused', 'withdrawn'])('%s: what had been approved has no effect', (status) => {
    const reviews = [
      { item: 'registration', status: 'approved' },
      { item: 'seals', status: status === 'refused' ? 'refused' : 'cancelled' },
      ...['invoices', 'insurance', 'bank'].map((item) => ({ item, status: 'cancelled' })),
    ];
    const found = concluded(status, { method: 'ems', status: 'pending' }, reviews);
    expect(found.application).toMatchObject({ conclusion: status, consignments: [] });
    expect(view(found).outputs).toEqual([]);
  });
});

describe('journal entries of the first version', () => {
  const row = { pk: 'x', version: 3, service: 's', at: 'now', events: [{ type: 'application.submitted' }] };

  it.each([
    [
      { kind: 'applicant', id: 'user-1' },
      { capacity: 'applicant', subject: 'user-1' },
    ],
    [
      { kind: 'department', id: 'bank' },
      { capacity: 'department', department: 'bank' },
    ],
    [
      { kind: 'officer', id: 'bank' },
      { capacity: 'officer', department: 'bank' },
    ],
    [{ kind: 'system' }, { capacity: 'system' }],
  ])('by %o', (by, expected) => {
    expect(entryOf({ ...row, application: 'N', by })).toMatchObject({
      aggregate: 'application',
      id: 'N',
      version: 3,
      by: expected,
    });
  });

  it('of a department are of a department', () => {
    expect(entryOf({ ...row, department: 'bank', by: { kind: 'operator', id: 'op' } })).toMatchObject({
      aggregate: 'department',
      id: 'bank',
      by: { capacity: 'operator', subject: 'op' },
    });
  });

  it('of the present version are taken as they are, and a row that is none is refused', () => {
    const present = { ...row, schema: 2, aggregate: 'application', id: 'N', by: { capacity: 'system' } };
    expect(entryOf(present)).toBe(present);
    expect(() => entryOf({ pk: 'x' })).toThrow(TypeError);
  });
});

it('the fixtures are without anything of the present version', () => {
  const rows = firstVersionRows({}, [{ item: 'registration', status: 'requested' }]);
  expect(rows.reviews[0]).not.toHaveProperty('round');
  expect(rows.application).not.toHaveProperty('schema');
  expect(submitted().application).not.toHaveProperty('schema');
});
