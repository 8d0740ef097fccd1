/** Couriers repeat themselves and are late: whatever comes in whatever order, a consignment only moves forward. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consignmentGraph, handedOut, mayFollow } from '../../functions/cases/status.ts';
import type { Case, Change } from '../../functions/cases/types.ts';
import {
  hasSomethingToSend,
  mostParcels,
  type OrderedParcel,
  onCourierEvent,
  outputsSent,
  parcelsToOrder,
  pickUp,
  readyForPickup,
} from '../../functions/fulfilment/delivery.ts';
import { courierNumber } from '../../functions/platform/codes.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { accepted, allApproved, later, submitted, take as taken } from '../support/cases.ts';

const names = ['collected', 'in-transit', 'delivered', 'returned', 'lost'] as const;
type Heard = { event: (typeof names)[number]; parcel: number };
const heard = fc.array(
  fc.record<Heard>({
    event: fc.oneof({ weight: 2, arbitrary: fc.constant('lost' as const) }, fc.constantFrom(...names)),
    parcel: fc.integer({ min: 1, max: 2 * mostParcels }),
  }),
  { maxLength: 30, size: 'max' },
);

/** Approved, with two parcels: the second one of a later round. */
function granted(parcels: 1 | 2 = 1): Case {
  const found = allApproved(accepted(submitted([{ item: 'licence' }, { item: 'seals' }])), [
    'licence',
    'seals',
  ]);
  const [first] = found.application.consignments;
  if (!first || parcels === 1) return found;
  const consignments = [first, { ...first, id: '2', reviews: [] }];
  return { ...found, application: { ...found.application, consignments } };
}

/** What the courier answers: the same to the same reference, as it de-duplicates. */
class Courier {
  readonly contents = new Map<number, string>();

  order(found: Case): OrderedParcel[] {
    return parcelsToOrder(found).map(({ consignment, parcel }) => {
      const packed = this.contents.get(parcel) ?? consignment.id;
      expect(packed, `parcel ${parcel} was packed for another consignment`).toBe(consignment.id);
      this.contents.set(parcel, packed);
      return { consignment: consignment.id, parcel, trackingNumber: courierNumber(parcel) };
    });
  }
}

function take(found: Case, change: Change): Case {
  for (const to of change.application?.consignments ?? []) {
    const from = found.application.consignments.find(({ id }) => id === to.id)?.status ?? 'pending';
    if (from === to.status) continue;
    // A parcel that comes back lies at the window at once.
    const isReturned = mayFollow(consignmentGraph, from, 'returned') && to.status === 'ready-for-pickup';
    expect(isReturned || mayFollow(consignmentGraph, from, to.status), `${from} to ${to.status}`).toBe(true);
  }
  return taken(found, change);
}
const send = (found: Case, orders = new Courier().order(found)): Case =>
  take(found, outputsSent(found, orders));

const hear = (found: Case, { event, parcel }: Heard): Case => {
  try {
    const reference = `${found.application.number}/${parcel}`;
    return take(found, onCourierEvent(found, { reference, trackingNumber: courierNumber(parcel), event }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return found;
  }
};

describe('a consignment', () => {
  it('only moves forward, and its case with it', () => {
    const expected: Record<string, string> = {
      ordered: 'issuing',
      lost: 'issuing',
      collected: 'delivering',
      'in-transit': 'delivering',
      delivered: 'completed',
      'ready-for-pickup': 'ready-for-pickup',
    };
    fc.assert(
      fc.property(heard, fc.array(fc.boolean()), (events, orders) => {
        let found = send(granted());
        events.forEach((each, i) => {
          found = hear(found, each);
          if (orders[i]) found = send(found);
          const [consignment] = found.application.consignments;
          expect(found.application.status).toBe(expected[consignment?.status ?? '']);
          expect(consignment?.lost ?? 0).toBeLessThanOrEqual(mostParcels);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('that has ended stays as it is', () => {
    fc.assert(
      fc.property(heard, fc.constantFrom('delivered' as const, 'returned' as const), (events, end) => {
        const ended = hear(send(granted()), { event: end, parcel: 1 });
        expect(events.reduce((found, each) => send(hear(found, each)), ended)).toBe(ended);
      }),
    );
  });

  it('comes out the same for every order and repetition of the events of a parcel that arrives', () => {
    const journey = ['collected', 'in-transit', 'delivered'] as const;
    const shuffled = fc
      .tuple(
        fc.shuffledSubarray([...journey, ...journey], { minLength: 6, maxLength: 6 }),
        fc.shuffledSubarray([...journey]),
      )
      .map(([all, more]) => [...all, ...more]);
    fc.assert(
      fc.property(shuffled, (events) => {
        const found = events.reduce((now, event) => hear(now, { event, parcel: 1 }), send(granted()));
        expect(found.application).toMatchObject({
          status: 'completed',
          consignments: [{ status: 'delivered' }],
        });
      }),
    );
  });

  it('is collected only where it lies', () => {
    fc.assert(
      fc.property(heard, (events) => {
        const found = events.reduce((now, each) => send(hear(now, each)), send(granted(2)));
        for (const { id, status } of found.application.consignments) {
          const lies = status === 'ready-for-pickup';
          expect(readyForPickup(found).some((ready) => ready.id === id)).toBe(lies);
          if (!lies) continue;
          const after = take(found, pickUp(found, id, later(99)));
          const isAll = after.application.consignments.every((each) => handedOut.includes(each.status));
          expect(after.application.status === 'completed').toBe(isAll);
        }
      }),
    );
  });
});

describe('the parcels of a case', () => {
  it('are never packed twice, nor for one another, though we crash after any order', () => {
    fc.assert(
      fc.property(heard, fc.array(fc.nat(3), { size: 'max', maxLength: 30 }), (events, fates) => {
        const courier = new Courier();
        let found = granted(2);
        let late: OrderedParcel[] = [];
        [undefined, ...events].forEach((each, i) => {
          // Ordered and written down; ordered and forgotten; written down after something else has happened.
          const orders = courier.order(found);
          if (fates[i] === 0) found = send(found, orders);
          if (fates[i] === 1) late = orders;
          if (each) found = hear(found, each);
          if (fates[i] === 2) found = send(found, late);
        });
        found = send(found, courier.order(found));
        for (const { id, parcel, status } of found.application.consignments) {
          expect(parcel && courier.contents.get(parcel)).toBe(id);
          expect(status).not.toBe('pending');
        }
        expect(hasSomethingToSend(found)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
