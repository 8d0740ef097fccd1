import { describe, expect, it } from 'vitest';
import { type Names, narrate } from '../../../infra/local/narration.ts';

const names: Names = {
  service: { en: 'Opening a business', zh: '企业开办' },
  items: new Map([['seal-engraving', { en: 'Seals', zh: '公章刻制' }]]),
  departments: new Map([['public-security', { en: 'Public Security', zh: '公安分局' }]]),
};
const review = {
  at: '2026-11-23T10:00:00Z',
  by: 'system',
  item: 'seal-engraving',
  department: 'public-security',
};

describe('the story of an application', () => {
  it('names departments and items in both languages', () => {
    expect(narrate({ ...review, type: 'review.requested' }, names).text).toBe(
      'Public Security (公安分局) is asked: Seals (公章刻制)',
    );
    expect(
      narrate({ ...review, type: 'review.decided', outcome: 'refused', reason: 'No design' }, names),
    ).toEqual({
      mark: '✗',
      text: 'Public Security (公安分局) refuses: Seals (公章刻制), because: No design',
    });
  });

  it('tells what it has no sentence for by its type', () => {
    expect(narrate({ at: review.at, by: 'system', type: 'application.moved' }, names).text).toBe(
      'application.moved',
    );
  });
});
