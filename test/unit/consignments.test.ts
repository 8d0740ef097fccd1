import { describe, expect, it } from 'vitest';
import type { ConsignmentStatus, DeliveryMethod } from '../../functions/cases/status.ts';
import type { Case, Consignment } from '../../functions/cases/types.ts';
import {
  contentsOf,
  newConsignments,
  statusOfConsignments,
} from '../../functions/fulfilment/consignments.ts';
import { accepted, allApproved, refused, type Shape, submitted } from '../support/cases.ts';

const shapesOf = (...forms: NonNullable<Shape['form']>[]): Shape[] =>
  forms.map((form, i) => ({ item: `item-${i}`, form, onRefusal: 'continues' }));

function granted(method: DeliveryMethod, forms: NonNullable<Shape['form']>[], address?: string): Case {
  const shapes = shapesOf(...forms);
  const found = submitted(shapes);
  const delivery = { method, ...(address ? { recipient: '张*', phone: '138****0000', address } : {}) };
  return allApproved(
    accepted({ ...found, dossier: { ...found.dossier, delivery } }),
    shapes.map(({ item }) => item),
  );
}
const ways = ({ application }: Case): [string, number][] =>
  application.consignments.map(({ method, reviews }) => [method, reviews.length]);
const of = (...statuses: ConsignmentStatus[]): Consignment[] =>
  statuses.map((status, i) => ({ id: String(i + 1), method: 'ems', status, reviews: [] }));

describe('what is handed out', () => {
  it('are the electronic outputs at once, and the physical ones together', () => {
    expect(ways(granted('ems', ['physical', 'electronic', 'physical'], '浙***'))).toEqual([
      ['electronic', 1],
      ['ems', 2],
    ]);
  });

  it('needs nothing carried when nothing is physical', () => {
    expect(ways(granted('ems', ['electronic'], '浙***'))).toEqual([['electronic', 1]]);
  });

  it('takes the physical part its own way where an electronic one was chosen', () => {
    expect(ways(granted('electronic', ['physical', 'electronic']))).toEqual([
      ['electronic', 1],
      ['pickup', 1],
    ]);
    expect(ways(granted('electronic', ['physical', 'electronic'], '浙***'))).toEqual([
      ['electronic', 1],
      ['ems', 1],
    ]);
  });

  it('is a notice alone where nothing granted has an output', () => {
    expect(ways(granted('pickup', ['none', 'none'])).map(([method]) => method)).toEqual(['electronic']);
  });

  it('is nothing of what was refused, and nothing twice', () => {
    const found = refused(
      allApproved(accepted(submitted(shapesOf('physical', 'physical'))), ['item-0']),
      'item-1',
    );
    expect(ways(found)).toEqual([['ems', 1]]);
    expect(newConsignments(found)).toEqual([]);
    const [parcel] = found.application.consignments;
    expect(parcel && contentsOf(found, parcel).map(({ item }) => item)).toEqual(['item-0']);
  });
});

describe('the status by the consignments', () => {
  it.each([
    [['pending', 'pending'], undefined],
    [['ordered'], 'issuing'],
    [['issued', 'pending'], 'issuing'],
    [['issued', 'ordered'], 'issuing'],
    [['lost'], 'issuing'],
    [['delivered', 'ordered'], 'issuing'],
    [['in-transit', 'ready-for-pickup'], 'delivering'],
    [['collected', 'delivered'], 'delivering'],
    [['issued', 'ready-for-pickup'], 'ready-for-pickup'],
    [['lost', 'ready-for-pickup'], 'issuing'],
    [['issued', 'delivered', 'picked-up'], 'completed'],
  ] as const)('%o: %s', (statuses, expected) => {
    expect(statusOfConsignments(of(...statuses))).toBe(expected);
  });
});
