import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { capacities, capacityTable, uses } from '../../infra/bench/capacity.ts';
import quotas from '../../infra/bench/quotas.json' with { type: 'json' };

const page = readFileSync('docs/capacity.md', 'utf8');

describe('docs/capacity.md', () => {
  it('has the table that node infra/bench/capacity.ts prints', () => {
    expect(page).toContain(`<!-- capacity -->\n${capacityTable()}\n<!-- /capacity -->`);
  });

  it('divides every quota by what an application uses of it, the least first', () => {
    expect(quotas.perSecond.map(({ uses: name }) => name).toSorted()).toEqual(Object.keys(uses).toSorted());
    const least = capacities().map(({ perSecond }) => perSecond[1]);
    expect(least).toEqual(least.toSorted((a, b) => a - b));
    for (const { quota, perCase, perSecond } of capacities())
      for (const [i, most] of quota.entries()) {
        expect((perSecond[i] ?? 0) * perCase).toBeLessThanOrEqual(most);
        expect(((perSecond[i] ?? 0) + 1) * perCase).toBeGreaterThan(most);
      }
  });
});
