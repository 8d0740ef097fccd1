import { describe, expect, it } from 'vitest';
import { apply } from '../../functions/cases/store.ts';
import type { Case, Delivery } from '../../functions/cases/types.ts';
import {
  mostParcels,
  onCourierEvent,
  outputsReady,
  parcelOrdered,
  pickUp,
  routeOutputs,
} from '../../functions/fulfilment/delivery.ts';
import type { CourierEvent } from '../../functions/fulfilment/schemas.ts';
import { planned, submitted } from '../support/cases.ts';

const tracking = 'EA100000016CN';

function concluded(
  method: Delivery['method'] = 'ems',
  forms: ('physical' | 'electronic')[] = ['physical', 'electronic'],
): Case {
  const base = submitted();
  const plan = planned(
    base.application.number,
    forms.map((form, i) => ({ item: `item-${i}`, form })),
  );
  return {
    application: { ...base.application, status: 'approved', delivery: { method, status: 'pending' } },
    dossier: { ...base.dossier, plan },
    reviews: plan.map(({ id, item, department }) => ({ id, item, department, status: 'approved' })),
  };
}
const ordered = (): Case => {
  const found = concluded();
  return apply(found, parcelOrdered(found, 1, tracking));
};
const event = (name: CourierEvent['event'], number = tracking, parcel = 1): CourierEvent => ({
  reference: `x/${parcel}`,
  trackingNumber: number,
  event: name,
});
const follow = (found: Case, ...names: CourierEvent['event'][]): Case =>
  names.reduce((now, name) => {
    const change = onCourierEvent(now, event(name));
    return change.events.length > 0 ? apply(now, change) : now;
  }, found);

describe('the route of the outputs', () => {
  it('is one parcel with every physical output', () => {
    const route = routeOutputs(concluded('ems', ['physical', 'electronic', 'physical']));
    expect(route).toMatchObject({ kind: 'parcel', parcel: 1 });
    expect(route.kind === 'parcel' && route.contents.map(({ item }) => item)).toEqual(['item-0', 'item-2']);
  });

  it('carries nothing when nothing is physical', () => {
    expect(routeOutputs(concluded('ems', ['electronic'])).kind).toBe('electronic');
  });

  it('is decided once', () => {
    expect(routeOutputs(ordered()).kind).toBe('nothing');
    expect(parcelOrdered(ordered(), 1, 'EA100000020CN').events).toEqual([]);
  });

  it('leaves a refused case alone', () => {
    const found = concluded();
    expect(routeOutputs({ ...found, application: { ...found.application, status: 'refused' } }).kind).toBe(
      'nothing',
    );
  });
});

describe('tracking', () => {
  it('goes forward only', () => {
    const found = follow(ordered(), 'collected', 'delivered', 'in-transit', 'collected');
    expect(found.application).toMatchObject({ status: 'completed', delivery: { status: 'delivered' } });
  });

  it('may skip what was never reported', () => {
    expect(follow(ordered(), 'delivered').application.status).toBe('completed');
  });

  it('of another parcel changes nothing', () => {
    expect(onCourierEvent(ordered(), event('delivered', 'EA100000020CN')).events).toEqual([]);
  });

  it('of a parcel that is not recorded yet is to be repeated', () => {
    expect(() => onCourierEvent(concluded(), event('collected'))).toThrow('not recorded yet');
    expect(() => onCourierEvent(ordered(), event('collected', 'EA100000020CN', 2))).toThrow(
      'not recorded yet',
    );
  });

  it('of a returned parcel leaves it at the window', () => {
    const found = follow(ordered(), 'collected', 'returned');
    expect(found.application).toMatchObject({
      status: 'ready-for-pickup',
      delivery: { status: 'ready-for-pickup' },
    });
  });

  it('of a lost parcel orders the next one, and after three a person must look', () => {
    let found = follow(ordered(), 'collected', 'lost');
    expect(found.application.status).toBe('issuing');
    expect(routeOutputs(found)).toMatchObject({ kind: 'parcel', parcel: 2 });
    found = {
      ...found,
      application: { ...found.application, delivery: { ...found.application.delivery, parcel: mostParcels } },
    };
    expect(routeOutputs(found).kind).toBe('pickup');
  });
});

describe('collecting', () => {
  const ready = (): Case => {
    const found = concluded('pickup');
    return apply(found, outputsReady(found));
  };

  it('needs the code', () => {
    expect(() => pickUp(ready(), false)).toThrow('code');
  });

  it('completes the case', () => {
    const found = apply(ready(), pickUp(ready(), true));
    expect(found.application).toMatchObject({ status: 'completed', delivery: { status: 'picked-up' } });
  });
});
