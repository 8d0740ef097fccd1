import { describe, expect, it } from 'vitest';
import { isCourierNumber, isCreditCode } from '../../functions/platform/codes.ts';
import { copiesOf, decisionOn, onWebhook } from '../../functions/sandbox/behaviour.ts';
import { outputNumber, parcelNumber } from '../../functions/sandbox/numbers.ts';
import { onStepDue, type Parcel, parcelStatus, trackingPlan } from '../../functions/sandbox/tracking.ts';

const review = {
  id: '330102-261123-7K3M9Q2X-2',
  item: 'seal-engraving',
  form: { companyName: '某某', 'a/b': 1 },
  output: { form: 'physical' },
};

describe('a department that receives a webhook', () => {
  it('works on a request unless it is silent', () => {
    for (const behaviour of ['approve', 'refuse', 'correct-once', 'duplicate'] as const) {
      expect(onWebhook(behaviour, 'review.requested', 1)).toBe('work');
    }
    expect(onWebhook('silent', 'review.requested', 1)).toBe('note');
  });

  it('only takes note of a cancellation and a reminder', () => {
    expect(onWebhook('approve', 'review.cancelled', 1)).toBe('note');
    expect(onWebhook('approve', 'review.overdue', 1)).toBe('note');
  });

  it('is down for the first delivery of each webhook when it is flaky', () => {
    expect(onWebhook('flaky', 'review.requested', 1)).toBe('unavailable');
    expect(onWebhook('flaky', 'review.requested', 2)).toBe('work');
    expect(onWebhook('flaky', 'review.overdue', 1)).toBe('unavailable');
    expect(onWebhook('flaky', 'review.overdue', 2)).toBe('note');
  });
});

describe('the decision of a department', () => {
  it('approves with a number where the approval hands something out', () => {
    expect(decisionOn('approve', review, true)).toEqual({
      outcome: 'approved',
      output: { number: outputNumber('seal-engraving', review.id) },
    });
    expect(decisionOn('approve', { ...review, output: undefined }, true)).toEqual({ outcome: 'approved' });
  });

  it('refuses with a reason', () => {
    expect(decisionOn('refuse', review, false)).toEqual({ outcome: 'refused', reason: expect.any(String) });
  });

  it('asks for one correction of its item, with a reason, and approves what comes then', () => {
    expect(decisionOn('correct-once', review, true)).toEqual({
      outcome: 'correction',
      reason: expect.any(String),
    });
    expect(decisionOn('correct-once', review, false).outcome).toBe('approved');
  });

  it('accepts first what has to be accepted by hand, unless it does not, or asks for a correction', () => {
    const waiting = { ...review, status: 'waiting' };
    expect(onWebhook('approve', 'review.acceptance-requested', 1)).toBe('work');
    const offering = { ...waiting, hearing: { due: 'before-decision' as const } };
    expect(decisionOn('approve', offering, true).outcome).toBe('accepted');
    expect(onWebhook('silent', 'review.acceptance-requested', 1)).toBe('note');
    for (const behaviour of ['approve', 'refuse', 'duplicate', 'flaky'] as const)
      expect(decisionOn(behaviour, waiting, true)).toEqual({ outcome: 'accepted' });
    expect(decisionOn('not-accept', waiting, true)).toEqual({
      outcome: 'not-accepted',
      reason: expect.any(String),
    });
    expect(decisionOn('not-accept', review, true).outcome).toBe('approved');
    expect(decisionOn('correct-once', waiting, true).outcome).toBe('correction');
    expect(decisionOn('correct-once', waiting, false)).toEqual({ outcome: 'accepted' });
  });

  it('is sent twice by one who duplicates, once by all others', () => {
    expect(copiesOf('duplicate')).toBe(2);
    expect(copiesOf('approve')).toBe(1);
  });
});

describe('numbers', () => {
  it('of a registration are valid credit codes, one a review', () => {
    const ids = Array.from({ length: 200 }, (_, i) => `330102-261123-AAAA00${i}-1`);
    const codes = ids.map((id) => outputNumber('business-registration', id));
    expect(codes.every(isCreditCode)).toBe(true);
    expect(new Set(codes).size).toBe(200);
    expect(outputNumber('business-registration', 'x-1')).toBe(outputNumber('business-registration', 'x-1'));
  });

  it('of other outputs bear the initials of the item and the date of filing', () => {
    expect(outputNumber('seal-engraving', review.id)).toMatch(/^SE-20261123-\d{6}$/);
    expect(outputNumber('social-insurance-registration', 'opaque')).toMatch(/^SIR-202601\d{2}-\d{6}$/);
    expect(outputNumber('seal-engraving', review.id)).toBe(outputNumber('seal-engraving', review.id));
    expect(outputNumber('seal-engraving', 'other-1')).not.toBe(outputNumber('seal-engraving', review.id));
  });

  it('of parcels are valid and go on with the next prefix', () => {
    const numbers = [1, 2, 47_312_482, 99_999_999, 100_000_000, 2_599_999_999].map(parcelNumber);
    expect(numbers.every(isCourierNumber)).toBe(true);
    expect(numbers.map((number) => number.slice(0, 2))).toEqual(['EA', 'EA', 'EA', 'EA', 'EB', 'EZ']);
    expect(() => parcelNumber(2_600_000_000)).toThrow(RangeError);
  });
});

describe('the way of a parcel', () => {
  const parcel: Parcel = {
    trackingNumber: 'EE473124829CN',
    reference: 'n/1',
    contents: [],
    events: [],
    step: 0,
    byHand: false,
  };

  it('ends with its delivery, within a few seconds', () => {
    expect(trackingPlan.map(({ event }) => event)).toEqual(['collected', 'in-transit', 'delivered']);
    expect(trackingPlan.reduce((sum, { afterSeconds }) => sum + afterSeconds, 0)).toBeLessThanOrEqual(10);
  });

  it('takes each step once, repeats the telling of one that happened, and skips none', () => {
    expect(onStepDue(parcel, 0)).toBe('take');
    expect(onStepDue({ ...parcel, step: 2 }, 1)).toBe('repeat');
    expect(onStepDue(parcel, 1)).toBe('nothing');
    expect(onStepDue({ ...parcel, step: 3 }, 3)).toBe('nothing');
  });

  it('stops where an operator has taken it in hand', () => {
    expect(onStepDue({ ...parcel, byHand: true }, 0)).toBe('nothing');
    expect(onStepDue({ ...parcel, step: 2, byHand: true }, 1)).toBe('nothing');
  });

  it('has the status of its last event', () => {
    expect(parcelStatus(parcel)).toBe('ordered');
    expect(parcelStatus({ events: [{ event: 'lost', at: '' }] })).toBe('lost');
  });
});
