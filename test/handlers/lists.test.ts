/** Lists of applications: a person's own, and an operator's of all; filtered, and paged without loss or repetition. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const dayMinutes = 24 * 60;

/** A case submitted so many days after Monday, 23 November. */
async function submittedOn(day: number, by = 'applicant'): Promise<string> {
  vi.setSystemTime(later(day * dayMinutes));
  const { body } = await here.as('applicant', by).post('/applications', here.example());
  return body.number;
}

/** All pages of a list. */
async function all(as: { get: (path: string) => Promise<{ body: Json }> }, query: string): Promise<string[]> {
  const numbers: string[] = [];
  let cursor = '';
  do {
    const { body } = await as.get(`/applications?limit=2&${query}${cursor}`);
    numbers.push(...body.items.map((item: Json) => item.number));
    cursor = body.cursor ? `&cursor=${encodeURIComponent(body.cursor)}` : '';
  } while (cursor);
  return numbers;
}

const operator = () => here.as('operator');

describe('a person’s list', () => {
  it('holds their own, newest first, by status, service and since', async () => {
    const numbers = [await submittedOn(0), await submittedOn(1), await submittedOn(2), await submittedOn(3)];
    await submittedOn(3, 'another');
    const [first = '', second = ''] = numbers;
    const mine = here.as('applicant', 'applicant');
    await mine.post(`/applications/${first}/withdrawal`, { reason: 'No' });
    expect(await all(mine, '')).toEqual(numbers.toReversed());
    expect(await all(mine, 'status=withdrawn')).toEqual([first]);
    expect(await all(mine, 'status=in-review&service=business-opening')).toEqual(
      numbers.slice(1).toReversed(),
    );
    expect(await all(mine, 'service=road-occupation')).toEqual([]);
    const since = encodeURIComponent(later(dayMinutes).toISOString());
    expect(await all(mine, `since=${since}`)).toEqual(numbers.slice(1).toReversed());
    expect(await all(mine, `since=${since}&status=withdrawn`)).toEqual([]);
    expect(second).not.toBe('');
  });

  it.each(['applicant', 'operator'])('begins behind no cursor of a longer list, of an %s', async (role) => {
    for (const day of [0, 1, 2]) await submittedOn(day);
    const as = here.as(role, 'applicant');
    const { body } = await as.get('/applications?limit=2');
    const since = encodeURIComponent(later(2 * dayMinutes).toISOString());
    const narrowed = await as.get(`/applications?limit=2&cursor=${body.cursor}&since=${since}`);
    expect(narrowed).toMatchObject({ status: 200, body: { items: [] } });
  });

  it('takes no filter that is an operator’s, and says which', async () => {
    const { status, body } = await here.as('applicant').get('/applications?late=true&department=bank');
    expect(status).toBe(403);
    expect(body.detail).toContain('late, department');
  });

  it.each([
    'status=eaten',
    'since=yesterday',
    'late=perhaps',
    'service=%3F',
    'cursor=e30',
    'cursor=eyJhdCI6MX0',
  ])('refuses %s', async (query) => {
    expect((await here.as('applicant').get(`/applications?${query}`)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('an operator’s list', () => {
  it('holds everybody’s, newest first, across months', async () => {
    const numbers = [
      await submittedOn(0, 'a'),
      await submittedOn(5, 'b'),
      await submittedOn(9, 'c'),
      await submittedOn(40, 'a'),
      await submittedOn(41, 'd'),
    ];
    expect(await all(operator(), '')).toEqual(numbers.toReversed());
    const since = encodeURIComponent(later(9 * dayMinutes).toISOString());
    expect(await all(operator(), `since=${since}`)).toEqual(numbers.slice(2).toReversed());
  });

  it('holds the one of a number, unless another filter leaves it out', async () => {
    const [one, other] = [await submittedOn(0, 'a'), await submittedOn(40, 'b')];
    expect(await all(operator(), `number=${one}`)).toEqual([one]);
    expect(await all(operator(), `number=${other}&department=market-supervision`)).toEqual([other]);
    expect(await all(operator(), `number=${one}&status=withdrawn`)).toEqual([]);
    expect(await all(operator(), 'number=330102-261123-NOBODYS0')).toEqual([]);
    // A person finds their own, and no one else's.
    expect(await all(here.as('applicant', 'a'), `number=${one}`)).toEqual([one]);
    expect(await all(here.as('applicant', 'a'), `number=${other}`)).toEqual([]);
  });

  it('finds what is late, and what lies at a department', async () => {
    const [late, done] = [await submittedOn(0, 'a'), await submittedOn(0, 'b')];
    await here.as('applicant', 'b').post(`/applications/${done}/withdrawal`, { reason: 'No' });
    const fresh = await submittedOn(2, 'c');
    vi.setSystemTime(later(2 * dayMinutes + 1));
    await sweep();
    expect(await all(operator(), 'late=true')).toEqual([late]);
    expect(await all(operator(), 'late=false&status=in-review')).toEqual([fresh]);
    expect(await all(operator(), 'department=market-supervision')).toEqual([late, fresh]);
    expect(await all(operator(), 'department=market-supervision&late=true')).toEqual([late]);
    expect(await all(operator(), 'department=bank')).toEqual([]);
    expect(await all(operator(), 'stuck=true')).toEqual([]);
    for (let minutes = 30; minutes < 3_000; minutes += 60) {
      vi.setSystemTime(later(2 * dayMinutes + minutes));
      await sweep();
    }
    expect((await all(operator(), 'stuck=true')).toSorted()).toEqual([late, done, fresh].toSorted());
  });

  it.each(['cursor=eyJtb250aCI6IjE5In0', 'late=true&cursor=eyJtb250aCI6IjIwMjYtMTEifQ'])(
    'refuses the cursor of another list: %s',
    async (query) => {
      expect((await operator().get(`/applications?${query}`)).status).toBe(400);
    },
  );
});
