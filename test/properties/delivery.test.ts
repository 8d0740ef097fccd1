/** Couriers repeat themselves and are late: whatever comes in whatever order, a delivery only moves forward. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryGraph, mayFollow } from '../../functions/cases/status.ts';
import { apply } from '../../functions/cases/store.ts';
import type { Case, Change } from '../../functions/cases/types.ts';
import { onCourierEvent, parcelOrdered, pickUp, routeOutputs } from '../../functions/fulfilment/delivery.ts';
import { courierNumber } from '../../functions/platform/codes.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { planned, submitted } from '../support/cases.ts';

const names = ['collected', 'in-transit', 'delivered', 'returned', 'lost'] as const;
const heard = fc.array(
  fc.record({ event: fc.constantFrom(...names), parcel: fc.integer({ min: 1, max: 4 }) }),
  { maxLength: 30 },
);

function ordered(): Case {
  const base = submitted();
  const plan = planned(base.application.number, [{ item: 'licence' }, { item: 'seals' }]);
  const found: Case = {
    application: { ...base.application, status: 'approved' },
    dossier: { ...base.dossier, plan },
    reviews: plan.map(({ id, item, department }) => ({ id, item, department, status: 'approved' })),
  };
  return order(found);
}

/** What the consumer of the outputs does, whenever it looks. */
function order(found: Case): Case {
  const route = routeOutputs(found);
  if (route.kind !== 'parcel') return found;
  return take(found, parcelOrdered(found, route.parcel, courierNumber(route.parcel)));
}

function take(found: Case, change: Change): Case {
  if (change.events.length === 0) return found;
  const [from, to] = [found.application.delivery.status, change.application?.delivery?.status];
  // A parcel that comes back lies at the window at once.
  if (to && to !== from) {
    const returned =
      from !== 'pending' && mayFollow(deliveryGraph, from, 'returned') && to === 'ready-for-pickup';
    expect(returned || mayFollow(deliveryGraph, from, to), `${from} to ${to}`).toBe(true);
  }
  return apply(found, change);
}

const hear = (found: Case, event: (typeof names)[number], parcel: number): Case => {
  try {
    const reference = `${found.application.number}/${parcel}`;
    return take(found, onCourierEvent(found, { reference, trackingNumber: courierNumber(parcel), event }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return found;
  }
};

describe('a delivery', () => {
  it('only moves forward, and its case with it', () => {
    fc.assert(
      fc.property(heard, fc.array(fc.boolean()), (events, orders) => {
        let found = ordered();
        events.forEach(({ event, parcel }, i) => {
          found = hear(found, event, parcel);
          if (orders[i]) found = order(found);
          const { status, delivery } = found.application;
          const expected: Record<string, string[]> = {
            ordered: ['issuing'],
            lost: ['issuing'],
            collected: ['delivering'],
            'in-transit': ['delivering'],
            delivered: ['completed'],
            'ready-for-pickup': ['ready-for-pickup'],
          };
          expect(expected[delivery.status]).toContain(status);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('that has ended stays as it is', () => {
    fc.assert(
      fc.property(heard, fc.constantFrom('delivered' as const, 'returned' as const), (events, end) => {
        const ended = hear(ordered(), end, 1);
        expect(events.reduce((found, { event, parcel }) => order(hear(found, event, parcel)), ended)).toBe(
          ended,
        );
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
        const found = events.reduce((now, event) => hear(now, event, 1), ordered());
        expect(found.application).toMatchObject({ status: 'completed', delivery: { status: 'delivered' } });
      }),
    );
  });

  it('is collected only where it lies', () => {
    fc.assert(
      fc.property(heard, (events) => {
        const found = events.reduce((now, { event, parcel }) => order(hear(now, event, parcel)), ordered());
        if (found.application.status !== 'ready-for-pickup') return;
        expect(apply(found, pickUp(found, true)).application.status).toBe('completed');
      }),
    );
  });
});
