import { describe, expect, it } from 'vitest';
import { type MessageFacts, smsEventTypes, templates } from '../../functions/notifications/templates.ts';

const facts: MessageFacts = {
  number: '330102-261123-7K3M9Q2X',
  service: { zh: '企业开办', en: 'Opening a business' },
  status: 'refused',
  dueAt: '2026-11-23T07:00:00.000Z',
  trackingNumber: 'EE473124829CN',
  pickupCode: '12345678',
  until: '2026-11-30T09:00:00.000Z',
};
const all = smsEventTypes.map((type) => [type, templates[type]?.(facts)] as const);

describe('the texts of the messages', () => {
  it.each(all)('%s is there in both languages, signed, and names the application', (_, text) => {
    expect(text?.zh).toMatch(/^【一窗】/);
    expect(text?.en).toMatch(/^\[OneWindow\] /);
    for (const each of [text?.zh, text?.en]) {
      expect(each).toContain(facts.number);
      expect(each).not.toMatch(/undefined|null|NaN|\$\{|Invalid/);
      // Three parts of a concatenated SMS at most: 201 characters in Chinese, 459 in English.
      expect(each?.length).toBeLessThanOrEqual(each === text?.zh ? 201 : 459);
    }
  });

  it('are at most four in an ordinary business opening, and say each thing once', () => {
    const ordinary = [
      'application.accepted',
      'application.concluded',
      'parcel.ordered',
      'parcel.delivered',
    ] as const;
    const sent = ordinary.map((type) => templates[type]?.({ ...facts, status: 'approved' })).filter(Boolean);
    expect(sent).toHaveLength(3);
  });

  it('tell times as they are in Shanghai', () => {
    const text = templates['application.accepted']?.({ ...facts, dueAt: '2026-11-30T16:30:00.000Z' });
    expect(text?.zh).toContain('12月1日');
    expect(text?.zh).toContain('00:30');
    expect(text?.en).toContain('1 Dec, 00:30');
  });

  it('say so when only a part was approved', () => {
    expect(templates['parcel.ordered']?.({ ...facts, status: 'partly-approved' })?.zh).toContain('部分');
    expect(templates['parcel.ordered']?.({ ...facts, status: 'approved' })?.zh).not.toContain('部分');
  });

  it('tell nobody to collect what was lost for good', () => {
    const text = templates['parcel.given-up']?.(facts);
    expect(text?.zh).not.toContain('领取');
    expect(text?.en).not.toMatch(/collect/i);
  });

  it('say how long a special procedure takes, if that is known', () => {
    expect(templates['review.procedure-announced']?.({ ...facts, days: 20 })?.en).toContain(
      '20 working days',
    );
    expect(templates['review.procedure-announced']?.(facts)?.en).not.toContain('days');
  });

  it('say nothing of what came beside a parcel: the parcel’s own message tells of it', () => {
    expect(smsEventTypes).not.toContain('documents.issued');
    expect(smsEventTypes).not.toContain('application.concluded');
  });
});
