import { describe, expect, it } from 'vitest';
import type { DeliveryMethod } from '../../functions/cases/status.ts';
import type { Case } from '../../functions/cases/types.ts';
import { statusOfConsignments } from '../../functions/fulfilment/consignments.ts';
import {
  hasSomethingToSend,
  mostParcels,
  mostWrongCodes,
  type OrderedParcel,
  onCourierEvent,
  outputsSent,
  parcelsToOrder,
  pickUp,
  readyForPickup,
} from '../../functions/fulfilment/delivery.ts';
import type { CourierEvent } from '../../functions/fulfilment/schemas.ts';
import { courierNumber } from '../../functions/platform/codes.ts';
import { accepted, allApproved, later, type Shape, submitted, take, types } from '../support/cases.ts';

function concluded(
  method: DeliveryMethod = 'ems',
  forms: NonNullable<Shape['form']>[] = ['physical', 'electronic'],
): Case {
  const found = submitted(forms.map((form, i) => ({ item: `item-${i}`, form })));
  const dossier = { ...found.dossier, delivery: { ...found.dossier.delivery, method } };
  return allApproved(
    accepted({ ...found, dossier }),
    forms.map((_, i) => `item-${i}`),
  );
}
/** What the courier answers to the orders of this case. */
const ordersOf = (found: Case): OrderedParcel[] =>
  parcelsToOrder(found).map(({ consignment, parcel }) => ({
    consignment: consignment.id,
    parcel,
    trackingNumber: courierNumber(parcel),
  }));
const send = (found: Case, orders = ordersOf(found)): Case => take(found, outputsSent(found, orders));
const ordered = (): Case => send(concluded());
const event = (name: CourierEvent['event'], parcel = 1): CourierEvent => ({
  reference: `x/${parcel}`,
  trackingNumber: courierNumber(parcel),
  event: name,
});
const follow = (found: Case, parcel: number, ...names: CourierEvent['event'][]): Case =>
  names.reduce((now, name) => take(now, onCourierEvent(now, event(name, parcel))), found);
const statuses = ({ application }: Case): string[] => application.consignments.map(({ status }) => status);

describe('sending the outputs', () => {
  it('orders one parcel and issues what needs none, and tells of both at once', () => {
    const found = concluded('ems', ['physical', 'electronic', 'physical']);
    const change = outputsSent(found, ordersOf(found));
    expect(types(change)).toEqual(['documents.issued', 'parcel.ordered']);
    const after = take(found, change);
    expect(statuses(after)).toEqual(['issued', 'ordered']);
    expect(after.application.status).toBe('issuing');
  });

  it('completes a case with nothing to carry', () => {
    const found = concluded('ems', ['electronic']);
    expect(parcelsToOrder(found)).toEqual([]);
    expect(types(outputsSent(found, []))).toEqual(['licence.issued', 'application.completed']);
    expect(send(found).application.status).toBe('completed');
  });

  it('does not complete a case that was to be electronic and has something physical', () => {
    const found = send(concluded('electronic'));
    expect(statuses(found)).toEqual(['issued', 'ordered']);
    expect(found.application.status).toBe('issuing');
  });

  it('is done once', () => {
    const found = ordered();
    expect(hasSomethingToSend(found)).toBe(false);
    expect(parcelsToOrder(found)).toEqual([]);
    expect(outputsSent(found, [{ consignment: '2', parcel: 1, trackingNumber: 'x' }]).events).toEqual([]);
  });

  it('leaves for later what the courier has not taken', () => {
    const found = send(concluded(), []);
    expect(statuses(found)).toEqual(['issued', 'pending']);
    expect(hasSomethingToSend(found)).toBe(true);
    expect(statuses(send(found))).toEqual(['issued', 'ordered']);
  });
});

describe('tracking', () => {
  it('goes forward only', () => {
    const found = follow(ordered(), 1, 'collected', 'delivered', 'in-transit', 'collected');
    expect(statuses(found)).toEqual(['issued', 'delivered']);
    expect(found.application.status).toBe('completed');
  });

  it('may skip what was never reported', () => {
    expect(follow(ordered(), 1, 'delivered').application.status).toBe('completed');
  });

  it('of another parcel changes nothing', () => {
    const other = { ...event('delivered'), trackingNumber: courierNumber(9) };
    expect(onCourierEvent(ordered(), other).events).toEqual([]);
  });

  it.each([1, 2, 4, 99])('of parcel %i, not recorded yet, is to be repeated', (parcel) => {
    const found = parcel === 1 ? concluded() : ordered();
    expect(() => onCourierEvent(found, event('collected', parcel))).toThrow('not recorded yet');
  });

  it('of a returned parcel leaves it at the window, behind a code', () => {
    const found = follow(ordered(), 1, 'collected', 'returned');
    expect(found.application.status).toBe('ready-for-pickup');
    expect(readyForPickup(found)).toMatchObject([{ id: '2', code: { serial: 1, wrong: 0 } }]);
  });

  it('of a lost parcel orders the next one', () => {
    const found = follow(ordered(), 1, 'collected', 'lost');
    expect(found.application.status).toBe('issuing');
    expect(ordersOf(found)).toMatchObject([{ consignment: '2', parcel: 2 }]);
    // The one before says nothing any more.
    expect(onCourierEvent(send(found), event('delivered', 1)).events).toEqual([]);
  });

  it('of the third lost parcel gives up: a person must look, and nobody is told to collect', () => {
    let found = ordered();
    for (let parcel = 1; parcel < mostParcels; parcel++) found = send(follow(found, parcel, 'lost'));
    const change = onCourierEvent(found, event('lost', mostParcels));
    expect(types(change)).toEqual(['parcel.given-up']);
    found = take(found, change);
    expect(parcelsToOrder(found)).toEqual([]);
    expect(hasSomethingToSend(found)).toBe(false);
    expect(readyForPickup(found)).toEqual([]);
    expect(outputsSent(found, []).events).toEqual([]);
    expect(found.application.status).toBe('issuing');
  });
});

describe('two parcels of one case', () => {
  /** The first travels; a later round has granted something more. */
  function twice(found: Case): Case {
    const consignments = [
      ...found.application.consignments,
      { id: '3', method: 'ems' as const, status: 'pending' as const, reviews: [] },
    ];
    return { ...found, application: { ...found.application, consignments } };
  }

  it('have numbers of their own, whatever happens to the other between the order and its record', () => {
    const before = twice(ordered());
    const [second] = ordersOf(before);
    expect(second).toMatchObject({ consignment: '3' });
    // The courier has taken it; before that is written down, the first parcel is lost, or we crash.
    const lost = follow(before, 1, 'lost');
    const repeated = ordersOf(lost);
    expect(repeated).toContainEqual(second);
    expect(new Set(repeated.map(({ parcel }) => parcel)).size).toBe(2);
    expect(statuses(send(lost, second ? [second] : []))).toEqual(['issued', 'lost', 'ordered']);
  });

  it('are each recorded before their events are taken', () => {
    const lost = follow(send(twice(ordered())), 1, 'lost');
    expect(() => onCourierEvent(lost, event('collected', 2))).toThrow('not recorded yet');
    expect(statuses(follow(send(lost), 2, 'collected'))).toEqual(['issued', 'collected', 'ordered']);
  });

  it('are delivered one after the other; the case is complete with the last', () => {
    let found = follow(send(twice(ordered())), 1, 'delivered');
    expect(found.application.status).toBe('issuing');
    found = follow(found, mostParcels + 1, 'in-transit');
    expect(found.application.status).toBe('delivering');
    expect(follow(found, mostParcels + 1, 'delivered').application.status).toBe('completed');
    expect(statusOfConsignments([])).toBe('completed');
  });

  it('may be collected while the other one travels', () => {
    let found = follow(send(twice(ordered())), 1, 'returned');
    found = follow(found, mostParcels + 1, 'in-transit');
    expect(found.application.status).toBe('delivering');
    expect(statuses(take(found, pickUp(found, '2', later(9))))).toEqual([
      'issued',
      'picked-up',
      'in-transit',
    ]);
  });
});

describe('collecting', () => {
  const ready = (): Case => send(concluded('pickup', ['physical']));
  const wrongly = (found: Case, times: number, at = later(9)): Case =>
    Array.from({ length: times }).reduce<Case>((now) => take(now, pickUp(now, undefined, at), at), found);

  it('completes the case', () => {
    const found = ready();
    expect(found.application.status).toBe('ready-for-pickup');
    const after = take(found, pickUp(found, '1', later(9)));
    expect(after.application.status).toBe('completed');
    expect(after.application.consignments).toMatchObject([{ status: 'picked-up' }]);
    expect(after.application.consignments[0]).not.toHaveProperty('code');
  });

  it('is nothing where nothing lies ready', () => {
    expect(() => pickUp(ordered(), undefined, later(9))).toThrow('Nothing lies ready');
  });

  it('with a wrong code is written down and counted', () => {
    expect(types(pickUp(ready(), undefined, later(9)))).toEqual(['pickup.code-refused']);
    expect(readyForPickup(wrongly(ready(), 3))).toMatchObject([{ code: { serial: 1, wrong: 3 } }]);
  });

  it('with ten wrong codes makes a new one and takes none for an hour', () => {
    const almost = wrongly(ready(), mostWrongCodes - 1);
    expect(types(pickUp(almost, undefined, later(9)))).toEqual(['pickup.code-renewed']);
    const locked = wrongly(almost, 1);
    expect(readyForPickup(locked)).toMatchObject([
      { code: { serial: 2, wrong: 0, lockedUntil: later(69).toISOString() } },
    ]);
    // Not even the right one: whoever tries learns nothing.
    for (const opened of ['1', undefined])
      expect(() => pickUp(locked, opened, later(68))).toThrow('in an hour');
    expect(take(locked, pickUp(locked, '1', later(69))).application.status).toBe('completed');
  });

  it('begins to count anew with the new code', () => {
    const found = wrongly(wrongly(ready(), mostWrongCodes), 1, later(120));
    expect(readyForPickup(found)).toMatchObject([{ code: { serial: 2, wrong: 1 } }]);
  });
});
