import { afterEach, describe, expect, it } from 'vitest';
import { handler } from '../../functions/approvals/record-conclusion.ts';
import { changeCase, commit } from '../../functions/cases/store.ts';
import { outputsReady } from '../../functions/fulfilment/delivery.ts';
import { monday, planned, submitted } from '../support/cases.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

afterEach(dismantle);

describe('the conclusion', () => {
  it('is told the same when it is asked for again after the outputs went out', async () => {
    new OneWindow();
    const base = submitted([{ item: 'registration', form: 'electronic' }]);
    const { number } = base.application;
    const [plan] = planned(number, [{ item: 'registration', form: 'electronic' }]);
    const review = { id: plan?.id ?? '', item: 'registration', department: 'd', status: 'approved' as const };
    const found = {
      ...base,
      application: { ...base.application, status: 'in-review' as const },
      reviews: [review],
    };
    const entry = {
      events: [{ type: 'application.submitted' as const, reviews: [] }],
      by: { kind: 'system' as const },
      at: monday,
    };
    await commit(undefined, found, entry);
    expect(await handler({ application: number })).toEqual({ status: 'approved' });
    const after = await changeCase(number, outputsReady, { by: { kind: 'system' } });
    expect(after?.application.status).toBe('completed');
    expect(await handler({ application: number })).toEqual({ status: 'approved' });
  });
});
