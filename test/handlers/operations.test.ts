/** What operators ask and do by the API: the same as on the command line, as who signed in, written down. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { handler as deliver } from '../../functions/departments/deliver-webhook.ts';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { awsError, dismantle, whsec } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';
import { Receiver } from '../support/receiver.ts';

let here: OneWindow;
let number: string;
beforeEach(async () => {
  here = new OneWindow();
  number = await here.accepted();
});
afterEach(dismantle);

const operator = () => here.as('operator');
const sweepAt = (minutes: number): Promise<void> => {
  vi.setSystemTime(later(minutes));
  return sweep();
};
const problem = ({ status, body }: Reply): [number, string] => [status, body.type?.split(':').at(-1)];
const isReplayed = ({ headers }: Reply): string | null => headers.get('idempotent-replayed');
const traces = (partition = `APPLICATION#${number}`): Json[] =>
  here.cloud.rows.filter(({ pk, sk }) => String(pk).startsWith(partition) && String(sk).startsWith('AUDIT#'));
const touched = (of = number): number =>
  here.cloud.rows
    .filter(({ pk, sk }) => pk === `APPLICATION#${of}` && String(sk).startsWith('EVENT#'))
    .reduce((sum, { again }) => sum + Number(again ?? 0), 0);
const by = { capacity: 'operator', subject: 'operator-1' };

describe('from what is late to what is repaired', () => {
  it('names the late case and its limit, who holds it up, and causes again what is missing', async () => {
    await here.as('operator').put('/departments/market-supervision', { webhookUrl: 'https://a.example.org' });
    await sweepAt(24 * 60);
    const { items } = (await operator().get('/applications?late=true')).body;
    expect(items).toMatchObject([{ number, overdue: 'promised' }]);
    const { body } = await operator().get(`/operations/cases/${number}`);
    expect(body).toMatchObject({
      number,
      overdue: 'promised',
      heldBy: [
        {
          who: 'department:market-supervision',
          what: { zh: '对“企业设立登记”的审批决定', en: 'the decision on Business registration' },
          mark: 'overdue',
          review: `${number}-1`,
        },
      ],
    });
    expect(body.missing.map(({ en }: Json) => en)).toContain('execution of version 1');
    const path = `/operations/cases/${number}/repair`;
    const ahead = await operator().get(path);
    const before = touched();
    expect(ahead.body.steps[0]).toMatchObject({ kind: 'relay' });
    expect(touched()).toBe(before);
    const done = await operator().post(path);
    expect(done.body).toEqual({
      application: number,
      steps: ahead.body.steps.map((step: Json) => ({ ...step, done: true })),
    });
    expect(touched()).toBe(before + ahead.body.steps.length);
  });
});

describe('the story of a case', () => {
  it('is read by whom is written down before it is told', async () => {
    await operator().get(`/operations/cases/${number}`);
    expect(traces()).toMatchObject([{ did: 'examine', by }]);
    here.cloud.refuse = ({ name }) => {
      if (name === 'PutCommand') throw awsError('InternalServerError');
    };
    const reply = await operator().get(`/operations/cases/${number}`);
    expect([reply.status, reply.body.heldBy]).toEqual([500, undefined]);
  });

  it('has nobody’s personal data in it, and no key of a row', async () => {
    await issue(here.message(await concludedNow(), 'application.concluded'));
    const unsealed = here.cloud.of('DecryptCommand').length;
    const { body } = await operator().get(`/operations/cases/${number}`);
    const text = JSON.stringify(body);
    expect(text).not.toMatch(/王建国|330102198503121017|13857100001|applicant-1/);
    expect(text).not.toMatch(/"pk"|"sk"|APPLICATION#/);
    expect(body.consignments).toMatchObject([{ status: 'issued' }, { method: 'ems', status: 'ordered' }]);
    expect(here.cloud.of('DecryptCommand')).toHaveLength(unsealed);
  });

  it('has the webhooks as the department’s log tells them, and a link to each execution', async () => {
    vi.stubEnv('PRIVATE_DESTINATIONS', 'allowed');
    const receiver = await new Receiver().open();
    await operator().put('/departments/market-supervision', { webhookUrl: receiver.url });
    await deliver(here.message(number, 'review.requested'));
    receiver.close();
    const { body } = await operator().get(`/operations/cases/${number}`);
    const { items } = (await operator().get('/departments/market-supervision/deliveries')).body;
    expect(body.webhooks).toEqual(items);
    expect(body.executions).toMatchObject([
      { round: 1, name: number, link: expect.stringMatching(/^https:.*joint-approval/) },
    ]);
    vi.stubEnv('STAGE', 'local');
    const local = await operator().get(`/operations/cases/${number}`);
    expect(local.body.executions[0].link).toBeUndefined();
  });

  it('waits, where Step Functions is asked too often', async () => {
    here.cloud.refuse = ({ name }) => {
      if (name === 'DescribeExecutionCommand') throw awsError('ThrottlingException');
    };
    expect(problem(await operator().get(`/operations/cases/${number}`))).toEqual([503, 'unavailable']);
  });
});

/** The case of these tests, decided in full. */
async function concludedNow(): Promise<string> {
  const { reviews } = await here.read(number);
  for (const { id, department } of reviews) {
    await here.decide(id, department, { outcome: 'approved', output: { number: 'N-1' } });
  }
  return number;
}

describe('a repair', () => {
  const path = () => `/operations/cases/${number}/repair`;

  it('is done once a request, and is in the case’s trace with who asked', async () => {
    const ask = () => operator().post(path(), {}, { 'idempotency-key': 'k' });
    const first = await ask();
    const after = touched();
    const again = await ask();
    expect([isReplayed(first), isReplayed(again)]).toEqual([null, 'true']);
    expect(again.body).toEqual(first.body);
    expect(touched()).toBe(after);
    expect(traces()).toMatchObject([{ did: 'repair', steps: ['relay'], by }]);
    const other = await operator().post(path(), { messages: true }, { 'idempotency-key': 'k' });
    expect(problem(other)).toEqual([422, 'idempotency-key-reused']);
    const somebody = await here.as('operator', 'other').post(path(), {}, { 'idempotency-key': 'k' });
    expect([isReplayed(somebody), touched()]).toEqual([null, after + 1]);
  });

  it('who cannot be written down repairs nothing', async () => {
    here.cloud.refuse = ({ name, input }) => {
      if (name === 'PutCommand' && String(input.Item.sk).startsWith('AUDIT#'))
        throw awsError('InternalServerError');
    };
    expect((await operator().post(path())).status).toBe(500);
    expect(touched()).toBe(0);
  });

  it('goes on where a step is refused, and says which', async () => {
    here.cloud.executions.set(number, 'ABORTED');
    here.cloud.refuse = ({ name }) => {
      if (name === 'UpdateCommand') throw awsError('ConditionalCheckFailedException');
    };
    const { steps } = (await operator().post(path())).body;
    expect(steps.map(({ kind, done }: Json) => [kind, done])).toEqual([
      ['relay', false],
      ['redrive', true],
    ]);
    expect(here.cloud.of('RedriveExecutionCommand')).toMatchObject([
      { executionArn: expect.stringMatching(new RegExp(`:execution:joint-approval:${number}$`)) },
    ]);
  });

  it('sends an SMS that may have arrived only when it is asked for', async () => {
    const row = { pk: `APPLICATION#${number}`, sk: 'MESSAGE#1/0', template: 'accepted', status: 'unknown' };
    here.cloud.table
      .store('main')
      .set({ hash: row.pk, range: row.sk }, { ...row, at: later(0).toISOString() });
    const kinds = async (query: string): Promise<string[]> =>
      (await operator().get(`${path()}${query}`)).body.steps.map(({ kind }: Json) => kind);
    expect([await kinds(''), await kinds('?messages=false')].flat()).not.toContain('message');
    expect(await kinds('?messages=true')).toContain('message');
    await operator().post(path(), { messages: true });
    expect(here.cloud.rows.find(({ sk }) => sk === row.sk)?.status).toBe('waiting');
  });

  it('of an SMS that died half-way is done by its repetition', async () => {
    const row = { pk: `APPLICATION#${number}`, sk: 'MESSAGE#1/0', template: 'accepted', status: 'unknown' };
    here.cloud.table
      .store('main')
      .set({ hash: row.pk, range: row.sk }, { ...row, at: later(0).toISOString() });
    vi.setSystemTime(later(11));
    let updates = 0;
    here.cloud.refuse = ({ name, input }) => {
      if (name === 'UpdateCommand' && String(input.Key?.sk).startsWith('MESSAGE#')) updates += 1;
      if (name === 'UpdateCommand' && updates > 0 && String(input.Key?.sk).startsWith('EVENT#')) {
        throw awsError('InternalServerError');
      }
    };
    const first = await operator().post(path(), { messages: true });
    expect(first.body.steps.find(({ kind }: Json) => kind === 'message')).toMatchObject({ done: false });
    expect(here.cloud.rows.find(({ sk }) => sk === row.sk)?.status).toBe('waiting');
    here.cloud.refuse = () => {};
    const again = await operator().post(path(), { messages: true });
    expect(again.body.steps.find(({ kind }: Json) => kind === 'message')).toMatchObject({ done: true });
  });

  it('says in the language of whoever asks what is wrong', async () => {
    const reply = await here.send('GET', '/operations/cases/none/repair', {
      groups: ['operator'],
      headers: { 'accept-language': 'zh' },
    });
    expect([...problem(reply), reply.body.detail]).toEqual([404, 'not-found', '没有这个办件。']);
    const wrong = await operator().get(`${path()}?messages=perhaps`);
    expect([...problem(wrong), wrong.body.errors[0].parameter]).toEqual([422, 'invalid-input', 'messages']);
    const more = await operator().post(path(), { messages: 'yes' });
    expect([...problem(more), more.body.errors[0].pointer]).toEqual([422, 'invalid-input', '/messages']);
  });
});

describe('the journal', () => {
  it('of a case is carried again, once a request', async () => {
    const ask = () => operator().post(`/operations/cases/${number}/replay`, {}, { 'idempotency-key': 'k' });
    const [first, again] = [await ask(), await ask()];
    expect(first.body).toEqual({ application: number, entries: 1 });
    expect([isReplayed(first), isReplayed(again), touched()]).toEqual([null, 'true', 1]);
    expect(traces()).toMatchObject([{ did: 'replay', by }]);
  });

  it('of all cases is carried again from an instant on, also of those that have ended', async () => {
    vi.setSystemTime(later(60));
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    const young = await here.accepted();
    const since = later(30).toISOString();
    const { body } = await operator().post('/operations/replays', { since });
    expect(body).toEqual({ cases: 2, entries: 2 });
    expect([touched(), touched(young)]).toEqual([1, 1]);
    // In another zone it is the same instant.
    const shifted = since.replace('02:30:00.000Z', '10:30:00+08:00');
    expect((await operator().post('/operations/replays', { since: shifted })).body).toEqual(body);
    expect(traces('OPERATIONS#2026-11')).toMatchObject([
      { did: 'replay', since, by },
      { did: 'replay', since, by },
    ]);
  });

  it('of many cases is carried again in parts', async () => {
    for (let i = 0; i < 105; i++) {
      await here.as('agent').post('/applications', here.example(), { 'idempotency-key': `k-${i}` });
    }
    const since = later(0).toISOString();
    let entries = 0;
    let cursor: string | undefined;
    do {
      const reply = await operator().post('/operations/replays', { since, ...(cursor ? { cursor } : {}) });
      entries += reply.body.entries;
      cursor = reply.body.cursor;
    } while (cursor);
    expect(entries).toBe(106);
  });

  it('takes no cursor of another list, and no instant that is none', async () => {
    const since = later(0).toISOString();
    for (const cursor of ['nonsense', Buffer.from('{"month":"x"}').toString('base64url')]) {
      const reply = await operator().post('/operations/replays', { since, cursor });
      expect([...problem(reply), reply.body.errors[0].pointer]).toEqual([422, 'invalid-input', '/cursor']);
    }
    const wrong = await operator().post('/operations/replays', { since: 'yesterday' });
    expect([...problem(wrong), wrong.body.errors[0].pointer]).toEqual([422, 'invalid-input', '/since']);
  });
});

describe('outputs', () => {
  const parcel = (reference: string, n: number) =>
    here.signed(whsec('C'), 'POST', '/courier/events', {
      reference,
      event: 'lost',
      trackingNumber: 'EA100000017CN',
      at: later(n).toISOString(),
    });
  const ask = () => operator().post(`/operations/cases/${number}/anew`, {}, { 'idempotency-key': 'k' });

  it('of a parcel lost three times are made anew, once a request, as who asked', async () => {
    await issue(here.message(await concludedNow(), 'application.concluded'));
    for (let n = 1; n <= 3; n++) {
      await parcel(`${number}/${n}`, n);
      if (n < 3) await issue(here.message(number, 'parcel.lost'));
    }
    const [first, again] = [await ask(), await ask()];
    expect(first.body).toEqual({ application: number, status: 'ready-for-pickup' });
    expect([isReplayed(first), isReplayed(again)]).toEqual([null, 'true']);
    expect(here.journal(number).at(-1)).toMatchObject({ by, events: [{ type: 'pickup.ready' }] });
    expect(here.events(number).filter(({ type }) => type === 'pickup.ready')).toHaveLength(1);
  });

  it('that nothing happened to are not', async () => {
    expect(problem(await ask())).toEqual([409, 'wrong-state']);
  });
});

describe('escalated reviews', () => {
  it('are listed with whom to call, in pages, and nothing else is', async () => {
    const others = [await here.accepted(), await here.accepted()];
    await sweepAt(61);
    expect((await operator().get('/operations/escalated')).body).toEqual({ items: [] });
    await sweepAt(24 * 60 + 61);
    const young = await here.accepted();
    const found: Json[] = [];
    let path = '/operations/escalated?limit=2';
    for (let pages = 1; path && pages < 20; pages++) {
      const { body } = await operator().get(path);
      expect(body.items.length).toBeLessThanOrEqual(2);
      found.push(...body.items);
      path = body.cursor ? `/operations/escalated?limit=2&cursor=${body.cursor}` : '';
    }
    expect(path).toBe('');
    expect(found.map(({ application }) => application).toSorted()).toEqual([number, ...others].toSorted());
    expect(found.map(({ application }) => application)).not.toContain(young);
    expect(found[0]).toMatchObject({ status: 'escalated', contact: { name: '值班室' } });
  });
});

describe('a department', () => {
  it('is told with its load, its failures and what it took last', async () => {
    await sweepAt(61);
    const { body } = await operator().get('/operations/departments/market-supervision');
    expect(body).toMatchObject({
      code: 'market-supervision',
      receives: false,
      tookLast: null,
      counts: { open: 1, overdue: 1, escalated: 0 },
      open: [{ review: `${number}-1`, status: 'overdue' }],
    });
    expect(problem(await operator().get('/operations/departments/nowhere'))).toEqual([404, 'not-found']);
  });
});

describe('what the queues have put aside', () => {
  const name = 'webhooks-dead-letters';
  const url = `https://queue.test/${name}`;
  const path = `/operations/dead-letters/${name}`;
  const letter = (i: number) => ({
    id: `m-${i}`,
    body: JSON.stringify({
      'detail-type': 'review.requested',
      detail: { type: 'review.requested', application: number },
    }),
    sentAt: later(0).toISOString(),
  });
  const put = (count: number): void =>
    void here.cloud.queues.set(
      url,
      Array.from({ length: count }, (_, i) => letter(i)),
    );
  const shelf = (): Json[] => here.cloud.rows.filter(({ pk }) => pk === `SHELF#${name}`);

  it('is listed and looked at, and stays where it is', async () => {
    put(2);
    expect((await operator().get('/operations/dead-letters')).body.items).toEqual([
      { name, belongsTo: 'webhooks', waiting: 2 },
      { name: 'journal-dead-letters', belongsTo: null, waiting: 0 },
    ]);
    const { body } = await operator().get(path);
    expect(body.letters).toEqual([
      expect.objectContaining({ type: 'review.requested', application: number, receptions: 6 }),
      expect.objectContaining({ sentAt: later(0).toISOString() }),
    ]);
    expect(here.cloud.of('ReceiveMessageCommand')).toMatchObject([{ VisibilityTimeout: 0 }]);
    expect(here.cloud.queues.get(url)).toHaveLength(2);
  });

  it('goes back into the queue that it belongs to, a hundred at a time, once a request', async () => {
    put(130);
    const ask = (key: string) => operator().post(`${path}/redrive`, {}, { 'idempotency-key': key });
    const [first, again] = [await ask('k-1'), await ask('k-1')];
    expect(first.body).toEqual({ queue: name, redriven: 100, more: true });
    expect([isReplayed(first), isReplayed(again)]).toEqual([null, 'true']);
    expect(again.body).toEqual(first.body);
    expect((await ask('k-2')).body).toEqual({ queue: name, redriven: 30, more: false });
    const sent = here.cloud.of('SendMessageCommand');
    expect(new Set(sent.map(({ QueueUrl }) => QueueUrl))).toEqual(new Set(['https://queue.test/webhooks']));
    expect(sent).toHaveLength(130);
    expect(traces('OPERATIONS#')).toMatchObject([
      { did: 'redrive', queue: name, by },
      { did: 'redrive', queue: name, by },
    ]);
  });

  it('loses nothing that could not be sent back', async () => {
    put(1);
    here.cloud.refuse = ({ name: command }) => {
      if (command === 'SendMessageCommand') throw awsError('ServiceUnavailable');
    };
    expect((await operator().post(`${path}/redrive`)).status).toBe(500);
    expect(here.cloud.queues.get(url)).toHaveLength(1);
  });

  it('of the stream is replayed, not redriven', async () => {
    const reply = await operator().post('/operations/dead-letters/journal-dead-letters/redrive');
    expect(problem(reply)).toEqual([409, 'wrong-state']);
  });

  it('is put aside for good with who did it and why', async () => {
    put(1);
    const because = 'Nobody can read it';
    const ask = () => operator().post(`${path}/shelving`, { because }, { 'idempotency-key': 'k' });
    const [first, again] = [await ask(), await ask()];
    expect(first.body).toEqual({ queue: name, shelved: 1, more: false });
    expect(isReplayed(again)).toBe('true');
    expect(shelf()).toMatchObject([{ because, who: 'operator-1', application: number }]);
    expect(here.cloud.queues.get(url)).toEqual([]);
    expect(traces('OPERATIONS#')).toMatchObject([{ did: 'shelve', because, by }]);
  });

  it('is not put aside without a reason, nor where nobody could be written down', async () => {
    put(1);
    for (const body of [{}, { because: '' }, { because: ' ' }, { because: 'x'.repeat(501) }]) {
      const reply = await operator().post(`${path}/shelving`, body);
      expect([...problem(reply), reply.body.errors[0].pointer]).toEqual([422, 'invalid-input', '/because']);
    }
    here.cloud.refuse = ({ name: command }) => {
      if (command === 'PutCommand') throw awsError('InternalServerError');
    };
    expect((await operator().post(`${path}/shelving`, { because: 'No' })).status).toBe(500);
    expect(here.cloud.queues.get(url)).toHaveLength(1);
  });

  it('of a queue of another name is none', async () => {
    for (const strange of ['webhooks', 'https:', 'nothing']) {
      const reply = await operator().get(`/operations/dead-letters/${encodeURIComponent(strange)}`);
      expect(problem(reply), strange).toEqual([404, 'not-found']);
    }
  });
});
