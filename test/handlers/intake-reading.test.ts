import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

describe('the list', () => {
  it('is the caller’s own, newest first, page by page', async () => {
    const numbers: string[] = [];
    for (let i = 0; i < 5; i++) {
      vi.setSystemTime(later(i));
      numbers.unshift(await here.submitted());
    }
    await here.as('clerk').post('/applications', here.example());
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await here.as('applicant').get(`/applications?limit=2${cursor}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map(({ number }: Json) => number));
      cursor = body.cursor ? `&cursor=${body.cursor}` : '';
    } while (cursor);
    expect(seen).toEqual(numbers);
  });

  it('lacks nothing when the table has not the capacity for all at once, and fails when it never has', async () => {
    const numbers = await Promise.all([1, 2, 3, 4].map(() => here.submitted()));
    here.cloud.table.batchSize = 1;
    const { body } = await here.as('applicant').get('/applications');
    expect(body.items.map(({ number }: Json) => number).sort()).toEqual(numbers.sort());
    here.cloud.table.batchSize = 0;
    expect((await here.as('applicant').get('/applications')).status).toBe(503);
  });

  it('is empty for somebody who has none, whatever cursor they hold', async () => {
    await here.submitted();
    await here.submitted();
    const { body } = await here.as('applicant').get('/applications?limit=1');
    const stolen = await here.as('agent').get(`/applications?cursor=${body.cursor}`);
    expect(stolen.body).toEqual({ items: [] });
  });
});

describe('an application', () => {
  it('is there for its owner and the operator, and for nobody else, who are not told that it exists', async () => {
    const number = await here.submitted();
    expect((await here.as('operator').get(`/applications/${number}`)).status).toBe(200);
    for (const role of ['agent', 'clerk']) {
      const [other, none] = [
        await here.as(role).get(`/applications/${number}`),
        await here.as(role).get('/applications/330102-261123-00000000'),
      ];
      expect(other.status).toBe(404);
      expect(other.body).toEqual(none.body);
    }
    expect((await here.as('officer', 'bank').get(`/applications/${number}`)).status).toBe(403);
  });

  it('tells its version as ETag and shows no token, key or ciphertext', async () => {
    const number = await here.accepted();
    const { headers, body } = await here.as('applicant').get(`/applications/${number}`);
    expect(headers.get('etag')).toBe(`"${body.version}"`);
    expect(JSON.stringify(body)).not.toMatch(/sealed|listKey|dueKey|inboxKey|applicant-1|"pk"|decisions"/);
  });

  it('has a timeline, oldest first and page by page, that names no person', async () => {
    const number = await here.concluded();
    const all = (await here.as('applicant').get(`/applications/${number}/timeline`)).body.items;
    expect(all[0]).toMatchObject({ type: 'application.submitted', by: 'applicant', version: 1 });
    expect(all.at(-1)).toMatchObject({ type: 'application.concluded', status: 'approved' });
    expect(all.find(({ type }: Json) => type === 'review.decided').by).toBe('department:market-supervision');
    expect(JSON.stringify(all)).not.toContain('applicant-1');
    const paged: Json[] = [];
    let cursor = '';
    do {
      const { body } = await here.as('operator').get(`/applications/${number}/timeline?limit=2${cursor}`);
      paged.push(...body.items);
      cursor = body.cursor ? `&cursor=${body.cursor}` : '';
    } while (cursor);
    expect(paged).toEqual(all);
  });
});
