import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { later } from '../support/cases.ts';
import { catalogue } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { awsError, dismantle } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow({ PRIVATE_DESTINATIONS: 'allowed' });
});
afterEach(dismantle);

const operator = () => here.as('operator');
const set = (body: Json, code = 'bank'): Promise<Reply> => operator().put(`/departments/${code}`, body);
const problem = ({ status, body }: Reply): unknown => [status, body.type?.split(':').at(-1)];

describe('departments', () => {
  it('are listed with how they are connected', async () => {
    await set({ webhookUrl: 'https://bank.example/hook' });
    const { body } = await operator().get('/departments');
    expect(body.items).toHaveLength(catalogue.departments.length);
    expect(body.items.find(({ code }: Json) => code === 'bank')).toEqual({
      code: 'bank',
      name: { zh: '开户银行', en: 'Account-opening bank' },
      contact: catalogue.departments.find(({ code }) => code === 'bank')?.contact,
      webhookUrl: 'https://bank.example/hook',
      paused: false,
      gone: false,
    });
    expect(body.items.find(({ code }: Json) => code === 'taxation')).toMatchObject({ webhookUrl: null });
  });

  it('are set, paused and disconnected, each setting on record with who made it', async () => {
    expect((await set({ webhookUrl: 'https://bank.example/hook', paused: true })).body).toMatchObject({
      paused: true,
    });
    expect((await set({ webhookUrl: null })).body).toMatchObject({ webhookUrl: null, paused: false });
    expect((await operator().get('/departments/bank')).body).toMatchObject({
      webhookUrl: null,
      paused: false,
    });
    const journal = here.journal('bank');
    expect(journal.map(({ version }) => version)).toEqual([1, 2]);
    expect(journal[0]).toMatchObject({
      by: { capacity: 'operator', subject: 'operator-1' },
      events: [{ type: 'department.configured', department: 'bank' }],
    });
  });

  it('that are paused keep their address, unless they are given another one or none', async () => {
    await set({ webhookUrl: 'https://bank.example/hook' });
    expect((await set({ paused: true })).body).toMatchObject({
      webhookUrl: 'https://bank.example/hook',
      paused: true,
    });
    expect((await operator().get('/departments/bank')).body).toMatchObject({
      webhookUrl: 'https://bank.example/hook',
      paused: true,
    });
    expect((await set({ webhookUrl: null })).body).toMatchObject({ webhookUrl: null, paused: false });
  });

  it('set by two at the same time are set once, and the other is told', async () => {
    const replies = await Promise.all([set({ paused: true }), set({ paused: false }), set({ paused: true })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(here.journal('bank')).toHaveLength(1);
    here.cloud.refuse = ({ name }) => {
      if (name === 'TransactWriteCommand')
        throw new TransactionCanceledException({
          message: '',
          CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
          $metadata: {},
        });
    };
    expect(problem(await set({ paused: true }))).toEqual([409, 'version-conflict']);
  });

  it.each<[string, unknown]>([
    ['no address', 'bank'],
    ['a file', 'file:///etc/passwd'],
    ['a script', 'javascript:alert(1)'],
    ['ftp', 'ftp://bank.example/'],
    ['too long', `https://bank.example/${'x'.repeat(500)}`],
    ['a number', 5],
    ['with a password', 'https://user:secret@bank.example/hook'],
  ])('take no address that is %s', async (_, webhookUrl) => {
    const reply = await set({ webhookUrl });
    expect(problem(reply)).toEqual([422, 'invalid-input']);
    expect(reply.body.errors[0].pointer).toBe('/webhookUrl');
    expect(JSON.stringify(reply.body)).not.toContain('secret');
  });

  it('outside the sandbox take public https addresses only', async () => {
    vi.stubEnv('PRIVATE_DESTINATIONS', '');
    for (const webhookUrl of [
      'http://bank.example/hook',
      'https://127.0.0.1/hook',
      'https://169.254.169.254/latest/meta-data',
      'https://[::1]/hook',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://10.0.0.8:8443/',
    ]) {
      const reply = await set({ webhookUrl });
      expect(problem(reply), webhookUrl).toEqual([422, 'invalid-input']);
    }
    expect((await set({ webhookUrl: 'https://93.184.215.14/hook' })).status).toBe(200);
  });
});

describe('a signing secret', () => {
  const renew = (key?: string): Promise<Reply> =>
    operator().post('/departments/bank/secrets', undefined, key ? { 'idempotency-key': key } : {});
  const stored = (): Json[] =>
    JSON.parse([...here.cloud.secrets].find(([id]) => id.endsWith('/bank'))?.[1] ?? '{}').secrets;

  it('is made of 32 random bytes, and the ones before it end a day later', async () => {
    const { status, body } = await renew();
    expect(status).toBe(201);
    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(stored().map(({ validUntil }) => validUntil)).toEqual([undefined, later(24 * 60).toISOString()]);
    vi.setSystemTime(later(60));
    await renew();
    expect(stored().map(({ validUntil }) => validUntil)).toEqual([
      undefined,
      later(25 * 60).toISOString(),
      later(24 * 60).toISOString(),
    ]);
    vi.setSystemTime(later(24 * 60));
    await renew();
    expect(stored()).toHaveLength(3);
  });

  it('is shown also when nobody can be told that it is made', async () => {
    here.cloud.refuse = ({ name, input }) => {
      if (name === 'PutCommand' && input.Item.heldUntil === '') throw awsError('InternalServerError');
    };
    const { status, body } = await operator().post('/departments/bank/secrets', { endOlder: true });
    expect([status, stored().map(({ secret }) => secret)]).toEqual([201, [body.secret]]);
  });

  it('is made for a department that has none yet', async () => {
    here.cloud.secrets.clear();
    const { body } = await renew();
    expect(stored()).toEqual([expect.objectContaining({ secret: body.secret })]);
  });

  it('asked for again with the same key is the same', async () => {
    const first = await renew('k-1');
    const [again, other] = [await renew('k-1'), await renew('k-2')];
    expect(again.body).toEqual(first.body);
    expect(other.body).not.toEqual(first.body);
    const told = [first, again, other].map(({ headers }) => headers.get('idempotent-replayed'));
    expect(told).toEqual([null, 'true', null]);
    expect(stored()).toHaveLength(3);
  });

  it('is shown to nobody else who sends the same key', async () => {
    const first = await renew('k-1');
    const other = await here.as('operator', 'other').post('/departments/bank/secrets', undefined, {
      'idempotency-key': 'k-1',
    });
    expect(other.status).toBe(201);
    expect(other.body.secret).not.toBe(first.body.secret);
    expect((await renew('k-1')).body).toEqual(first.body);
  });

  it('is on record with who made it, once, and without itself', async () => {
    const { body } = await renew('k-1');
    await renew('k-1');
    await operator().post('/departments/bank/secrets', { endOlder: true });
    expect(here.journal('bank').map(({ version, by, events }) => ({ version, by, events }))).toEqual([
      {
        version: 1,
        by: { capacity: 'operator', subject: 'operator-1' },
        events: [{ type: 'department.secret-renewed', department: 'bank' }],
      },
      {
        version: 2,
        by: { capacity: 'operator', subject: 'operator-1' },
        events: [{ type: 'department.secret-renewed', department: 'bank', endedOlder: true }],
      },
    ]);
    expect(JSON.stringify(here.cloud.rows)).not.toContain(body.secret);
  });

  it('leaves the department as it is connected', async () => {
    await set({ webhookUrl: 'https://bank.example/hook', paused: true });
    await renew();
    expect((await operator().get('/departments/bank')).body).toMatchObject({
      webhookUrl: 'https://bank.example/hook',
      paused: true,
    });
    expect((await set({ paused: false })).body).toMatchObject({ webhookUrl: 'https://bank.example/hook' });
  });

  it('may end the ones before it at once', async () => {
    await renew();
    const { body } = await operator().post('/departments/bank/secrets', { endOlder: true });
    expect(stored().map(({ secret }) => secret)).toEqual([body.secret]);
    const wrong = await operator().post('/departments/bank/secrets', { endOlder: 'yes' });
    expect(problem(wrong)).toEqual([422, 'invalid-input']);
  });

  it('asked for otherwise with the same key is a fault of who asks', async () => {
    await renew('k-1');
    const other = await operator().post(
      '/departments/bank/secrets',
      { endOlder: true },
      { 'idempotency-key': 'k-1' },
    );
    expect(problem(other)).toEqual([422, 'idempotency-key-reused']);
  });

  it('made several times at the same instant is lost never: each that was shown is valid', async () => {
    const replies = await Promise.all([renew(), renew(), set({ paused: true }), renew('k'), renew('k')]);
    expect(replies.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    const shown = replies.flatMap(({ body }) => body.secret ?? []);
    expect(shown).toHaveLength(4);
    expect(new Set(shown).size).toBe(3);
    expect(stored().map(({ secret }) => secret)).toEqual(expect.arrayContaining(shown));
    expect(here.events('bank').filter(({ type }) => type === 'department.secret-renewed')).toHaveLength(3);
  });

  it('is not held up for long by a renewal that died', async () => {
    here.cloud.refuse = ({ name }) => {
      if (name === 'PutSecretValueCommand' || name === 'PutCommand') throw new Error('died');
    };
    expect((await renew()).status).toBe(500);
    here.cloud.refuse = () => {};
    here.cloud.refuse = ({ name, input }) => {
      const releases = name === 'PutCommand' && input.Item.heldUntil === '';
      if (name === 'PutSecretValueCommand' || releases) throw new Error('died');
    };
    expect((await renew()).status).toBe(500);
    here.cloud.refuse = () => {};
    expect(problem(await renew())).toEqual([409, 'in-flight']);
    vi.setSystemTime(later(1));
    expect((await renew()).status).toBe(201);
  }, 20_000);

  it('is in no row of the table', async () => {
    const { body } = await renew();
    expect(JSON.stringify(here.cloud.rows)).not.toContain(body.secret);
  });
});

describe('an inbox', () => {
  const officer = () => here.as('officer', 'market-supervision');
  const inbox = async (query = ''): Promise<Json> =>
    (await officer().get(`/departments/market-supervision/reviews${query}`)).body;
  const idsOf = ({ items }: Json): string[] => items.map(({ id }: Json) => id);

  it('holds what is open, soonest due first, across its shards and page by page', async () => {
    const expected: string[] = [];
    for (let i = 0; i < 9; i++) {
      vi.setSystemTime(later(i));
      expected.push(`${await here.accepted()}-1`);
    }
    expect(idsOf(await inbox())).toEqual(expected);
    const seen: string[] = [];
    let page = await inbox('?limit=2');
    for (;;) {
      seen.push(...idsOf(page));
      if (!page.cursor) break;
      page = await inbox(`?limit=2&cursor=${page.cursor}`);
    }
    expect(seen).toEqual(expected);
  });

  it('is filtered by status, decided ones apart', async () => {
    const [open, done] = [await here.accepted(), await here.accepted()];
    await here.decide(`${done}-1`, 'market-supervision', { outcome: 'approved', output: { number: 'N-1' } });
    expect(idsOf(await inbox())).toEqual([`${open}-1`]);
    expect(idsOf(await inbox('?status=requested'))).toEqual([`${open}-1`]);
    expect(idsOf(await inbox('?status=overdue'))).toEqual([]);
    expect(idsOf(await inbox('?status=approved'))).toEqual([`${done}-1`]);
    expect((await inbox('?status=approved')).items[0]).toHaveProperty('decidedAt');
    const wrong = await officer().get('/departments/market-supervision/reviews?status=lost');
    expect(problem(wrong)).toEqual([422, 'invalid-input']);
  });

  it('holds ids only, nothing personal', async () => {
    await here.accepted();
    expect(Object.keys((await inbox()).items[0]).sort()).toEqual(
      ['department', 'dueAt', 'id', 'item', 'requestedAt', 'status'].sort(),
    );
  });

  it('does not hold what was cancelled before it was asked for', async () => {
    const number = await here.accepted();
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    const { body } = await here.as('officer', 'bank').get('/departments/bank/reviews?status=cancelled');
    expect(body.items).toEqual([]);
    expect(idsOf(await inbox('?status=cancelled'))).toEqual([`${number}-1`]);
  });

  it('is the department’s own', async () => {
    const reply = await officer().get('/departments/bank/reviews');
    expect(problem(reply)).toEqual([403, 'forbidden']);
    expect(problem(await operator().get('/departments/bank/reviews'))).toEqual([403, 'forbidden']);
  });
});
