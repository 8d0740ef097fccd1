import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler } from '../../functions/departments/deliver-webhook.ts';
import { webhookTypes } from '../../functions/departments/webhook.ts';
import { strictLimits } from '../../functions/platform/limits.ts';
import { later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, type Reply, sqsEvent } from '../support/onewindow.ts';
import { Receiver } from '../support/receiver.ts';

const department = 'market-supervision';
const path = `/departments/${department}`;
let receiver: Receiver;
let here: OneWindow;
let number: string;

beforeAll(async () => {
  receiver = await new Receiver().open();
});
afterAll(() => receiver.close());
beforeEach(async () => {
  here = new OneWindow({ PRIVATE_DESTINATIONS: 'allowed' });
  receiver.received.length = 0;
  receiver.answer = () => 204;
  await operator().put(path, { webhookUrl: receiver.url });
  number = await here.accepted();
});
afterEach(dismantle);

const operator = () => here.as('operator');
const problem = ({ status, body }: Reply): unknown => [status, body.type?.split(':').at(-1)];
const deliver = (of = number, receive = 1) => handler(here.message(of, 'review.requested', receive));
const log = async (query = ''): Promise<Json[]> =>
  (await operator().get(`${path}/deliveries${query}`)).body.items;
const bySystem = (method: string, at: string, body?: unknown, options: Json = {}): Promise<Reply> =>
  here.signed(here.secretOf(department), method, at, body, options);
/** What was put into the queue since, as its consumer gets it. */
const queued = (): Json[] => [
  ...here.cloud.of('SendMessageCommand').map(({ MessageBody }) => JSON.parse(MessageBody)),
  ...here.cloud
    .of('SendMessageBatchCommand')
    .flatMap(({ Entries }) => Entries.map((each: Json) => JSON.parse(each.MessageBody))),
];
const carriedOut = async (): Promise<void> => {
  const messages = queued();
  here.cloud.asked.length = 0;
  for (const message of messages) await handler(sqsEvent(message));
};

describe('the log of a department', () => {
  beforeEach(async () => {
    receiver.answer = () => 500;
    await deliver();
    vi.setSystemTime(later(1));
    receiver.answer = () => 204;
    await deliver(number, 2);
    vi.setSystemTime(later(10));
    await deliver(await here.accepted());
  });

  it('names every attempt, newest first: when, how, how long, what next, and by which id', async () => {
    const items = await log();
    expect(items.map(({ status, answer, attempt }) => [status, answer, attempt])).toEqual([
      ['delivered', 204, 1],
      ['delivered', 204, 2],
      ['failing', 500, 1],
    ]);
    expect(items[2]).toEqual({
      id: expect.any(String),
      type: 'review.requested',
      at: '2026-11-23T02:00:00.000Z',
      status: 'failing',
      durationMs: expect.any(Number),
      attempt: 1,
      answer: 500,
      nextAt: expect.any(String),
      eventId: receiver.received[0]?.headers['webhook-id'],
      review: `${number}-1`,
    });
    expect(items[1]?.eventId).toBe(items[2]?.eventId);
    expect(new Set(items.map(({ id }) => id)).size).toBe(3);
  });

  it('is narrowed by an instant and to failures, and read page by page', async () => {
    expect(await log('?failed=true')).toMatchObject([{ status: 'failing' }]);
    expect(await log(`?since=${later(1).toISOString()}`)).toHaveLength(2);
    expect(await log(`?since=${later(11).toISOString()}`)).toEqual([]);
    const whole = await log();
    const seen: Json[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { body }: Reply = await operator().get(
        `${path}/deliveries?limit=1${cursor ? `&cursor=${cursor}` : ''}`,
      );
      seen.push(...body.items);
      cursor = body.cursor;
    }
    expect(seen).toEqual(whole);
  });

  it.each(['DELIVERY#~', 'DELIVERY#~~', 'DELIVERY', '', 'REVIEW#1'])(
    'goes on from no place such as "%s"',
    async (after) => {
      const cursor = Buffer.from(JSON.stringify({ after })).toString('base64url');
      const reply = await bySystem('GET', `${path}/deliveries?cursor=${cursor}`);
      expect(problem(reply)).toEqual([400, 'malformed-request']);
    },
  );

  it('is read by the department itself, signed for this and for itself', async () => {
    const reply = await bySystem('GET', `${path}/deliveries`);
    expect(reply.body.items).toEqual(await log());
    for (const id of ['deliveries_bank_1', `resend_${department}_1`, `event_${department}_1`]) {
      expect(problem(await bySystem('GET', `${path}/deliveries`, undefined, { id }))).toEqual([
        401,
        'bad-signature',
      ]);
    }
    const bank = await here.signed(here.secretOf('bank'), 'GET', `${path}/deliveries`);
    expect(problem(bank)).toEqual([401, 'bad-signature']);
    expect(
      (await here.signed(here.secretOf('bank'), 'GET', '/departments/bank/deliveries')).body.items,
    ).toEqual([]);
  });

  it('holds ids only, nothing personal', async () => {
    const { applicant } = here.example();
    expect(JSON.stringify(await log())).not.toContain(applicant.name);
  });
});

describe('a webhook sent again', () => {
  const resend = (id: string, headers = {}) =>
    operator().post(`${path}/deliveries/${id}/resend`, undefined, headers);

  it('is the same event with the id it had, although it was taken, and decided since', async () => {
    await deliver();
    await here.decide(`${number}-1`, department, { outcome: 'approved', output: { number: 'N-1' } });
    const [first] = await log();
    const reply = await resend(first?.id);
    expect(reply).toMatchObject({ status: 202, body: { eventId: first?.eventId } });
    await carriedOut();
    expect(receiver.received).toHaveLength(2);
    const [before, after] = receiver.received as [Json, Json];
    expect(after.headers['webhook-id']).toBe(before.headers['webhook-id']);
    expect(after.body).toEqual(before.body);
    expect(await log()).toMatchObject([{ resent: true, status: 'delivered' }, { status: 'delivered' }]);
  });

  it('once a request: its message may come twice, and the request with the same key as well', async () => {
    await deliver();
    const [first] = await log();
    const once = await resend(first?.id, { 'idempotency-key': 'k' });
    const again = await resend(first?.id, { 'idempotency-key': 'k' });
    expect([once, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(again.body).toEqual(once.body);
    await carriedOut();
    expect(receiver.received).toHaveLength(2);
    await resend(first?.id, { 'idempotency-key': 'other' });
    await carriedOut();
    expect(receiver.received).toHaveLength(3);
  });

  it('has its own schedule when it fails, and leaves what had been taken', async () => {
    await deliver();
    const [first] = await log();
    await resend(first?.id);
    receiver.answer = () => 503;
    await carriedOut();
    expect(await log()).toMatchObject([{ status: 'failing', resent: true }, { status: 'delivered' }]);
    await deliver();
    expect(receiver.received, 'the event itself is not sent anew').toHaveLength(2);
  });

  it('is asked for by the department, signed for this very delivery', async () => {
    await deliver();
    const [{ id }] = (await log()) as [Json];
    expect((await bySystem('POST', `${path}/deliveries/${id}/resend`, {})).status).toBe(202);
    const other = { id: `resend_${department}_1` };
    expect(problem(await bySystem('POST', `${path}/deliveries/${id}/resend`, {}, other))).toEqual([
      401,
      'bad-signature',
    ]);
  });

  it('is none of another department, nor of an id that is none', async () => {
    await deliver();
    const [{ id }] = (await log()) as [Json];
    for (const wrong of [
      `/departments/bank/deliveries/${id}/resend`,
      `${path}/deliveries/${'x'.repeat(900)}/resend`,
    ]) {
      expect(problem(await operator().post(wrong))).toEqual([404, 'not-found']);
    }
    await operator().put(path, { webhookUrl: null });
    expect(problem(await resend(id))).toEqual([409, 'wrong-state']);
  });
});

describe('everything since an instant sent again', () => {
  it('is each event once, with the id it had, and only what failed if that is asked for', async () => {
    receiver.answer = () => 500;
    await deliver();
    vi.setSystemTime(later(30));
    receiver.answer = () => 204;
    const other = await here.accepted();
    await deliver(other);
    receiver.received.length = 0;
    here.cloud.asked.length = 0;
    const since = '2026-11-23T00:00:00+08:00';
    const reply = await operator().post(`${path}/deliveries/resend`, { since, failed: true });
    expect(reply.status).toBe(202);
    await carriedOut();
    await carriedOut();
    expect(receiver.received.map(({ body }) => body.data.application)).toEqual([number]);
    receiver.received.length = 0;
    await bySystem('POST', `${path}/deliveries/resend`, { since });
    await carriedOut();
    await carriedOut();
    expect(receiver.received.map(({ body }) => body.data.application)).toEqual([number, other]);
  });

  it('goes on in parts, each event once', async () => {
    const numbers: string[] = [];
    for (let i = 0; i < 21; i++) {
      vi.setSystemTime(later(i));
      const each = await here.accepted();
      numbers.push(each);
      for (let receive = 1; receive < 6; receive++) {
        receiver.answer = () => 500;
        await deliver(each, receive);
        vi.setSystemTime(new Date(Date.now() + 8 * 3600_000));
      }
    }
    receiver.answer = () => 204;
    receiver.received.length = 0;
    here.cloud.asked.length = 0;
    await operator().post(`${path}/deliveries/resend`, { since: later(0).toISOString() });
    for (let part = 0; part < 4; part++) await carriedOut();
    expect(receiver.received.map(({ body }) => body.data.application)).toEqual(numbers);
  }, 60_000);
});

describe('settings', () => {
  it('change by what is named; pausing keeps the address', async () => {
    expect((await operator().patch(path, { paused: true })).body).toMatchObject({
      webhookUrl: receiver.url,
      paused: true,
    });
    const moved = `${receiver.url}/new`;
    expect((await operator().patch(path, { webhookUrl: moved })).body).toMatchObject({
      webhookUrl: moved,
      paused: true,
    });
    expect((await bySystem('PATCH', path, { paused: false })).body).toMatchObject({
      webhookUrl: moved,
      paused: false,
    });
    expect(here.journal(department).at(-1)?.by).toEqual({ capacity: 'department', department });
    expect(problem(await operator().patch(path, {}))).toEqual([422, 'invalid-input']);
    expect(problem(await operator().patch(path, { webhookUrl: 'ftp://x.test' }))).toEqual([
      422,
      'invalid-input',
    ]);
  });

  it('are not another department’s, nor set by what was signed for something else', async () => {
    const foreign = await here.signed(here.secretOf('bank'), 'PATCH', path, { paused: true });
    expect(problem(foreign)).toEqual([401, 'bad-signature']);
    const reused = await bySystem('PATCH', path, { paused: true }, { id: `check_${department}_1` });
    expect(problem(reused)).toEqual([401, 'bad-signature']);
  });
});

describe('what a department signed and somebody captured', () => {
  const settings = (n: number, wanted: unknown) =>
    bySystem('PATCH', path, wanted, { id: `settings_${department}_${n}` });

  it('sets nothing back when it is sent again', async () => {
    await settings(1, { paused: true });
    await settings(2, { paused: false });
    const before = here.journal(department).length;
    const again = await settings(1, { paused: true });
    expect(again).toMatchObject({ status: 200, body: { paused: false } });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await operator().get(path)).body.paused).toBe(false);
    expect(here.journal(department)).toHaveLength(before);
  });

  it('is taken once by two at the same instant', async () => {
    const replies = await Promise.all([settings(1, { paused: true }), settings(1, { paused: true })]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual(expect.arrayContaining([200]));
    expect(here.journal(department)).toHaveLength(2);
  });

  it('is not used for other settings', async () => {
    await settings(1, { paused: true });
    expect(problem(await settings(1, { paused: false }))).toEqual([422, 'idempotency-key-reused']);
  });

  it('is not used to ask for anything else', async () => {
    await deliver();
    const id = `resend_${department}_1`;
    const ask = (since: string) => bySystem('POST', `${path}/deliveries/resend`, { since }, { id });
    expect((await ask('2026-11-01T00:00:00Z')).status).toBe(202);
    expect(problem(await ask('2026-11-02T00:00:00Z'))).toEqual([422, 'idempotency-key-reused']);
  });

  it('asks for nothing more by another Idempotency-Key beside it', async () => {
    await deliver();
    const [{ id }] = (await log()) as [Json];
    const since = '2026-11-01T00:00:00Z';
    const calls: [string, unknown, string][] = [
      [`${path}/deliveries/${id}/resend`, {}, `resend_${id}_1`],
      [`${path}/deliveries/resend`, { since }, `resend_${department}_1`],
      [`${path}/check?wait=0`, {}, `check_${department}_1`],
    ];
    for (const [at, body, signedId] of calls) {
      here.cloud.asked.length = 0;
      for (const key of ['a', 'b', 'c']) {
        const options = { id: signedId, headers: { 'idempotency-key': key } };
        expect((await bySystem('POST', at, body, options)).status).toBeLessThan(300);
      }
      expect(queued(), at).toHaveLength(1);
    }
    receiver.received.length = 0;
    for (const key of ['a', 'b']) {
      const options = { id: `check_${department}_2`, headers: { 'idempotency-key': key } };
      await bySystem('POST', `${path}/test-events`, { type: 'review.requested' }, options);
    }
    expect(receiver.received).toHaveLength(1);
  });
});

describe('where nothing need be said', () => {
  it.each(['deliveries/0/resend', 'check?wait=0'])('null is no body: %s', async (where) => {
    await deliver();
    const [{ id }] = (await log()) as [Json];
    const at = `${path}/${where.replace('0/', `${id}/`)}`;
    const reply = await here.send('POST', at, { raw: 'null', headers: here.bearer('operator') });
    expect(problem(reply)).toEqual([422, 'invalid-input']);
  });
});

describe("an operator's Idempotency-Key", () => {
  const ask = (at: string, body: unknown, key: string) =>
    here.send('POST', `${path}/${at}`, {
      body,
      headers: here.bearer('operator', { 'idempotency-key': key }),
    });
  const since = '2026-11-01T00:00:00Z';

  it.each<[string, string, unknown, string, unknown]>([
    ['one delivery', 'deliveries/0/resend', {}, 'deliveries/1/resend', {}],
    ['what was sent since', 'deliveries/resend', { since }, 'deliveries/resend', { since, failed: true }],
    ['a test event', 'test-events', { type: 'review.requested' }, 'test-events', { type: 'review.revoked' }],
  ])('asks once for %s, and for nothing else', async (_, first, body, second, otherBody) => {
    await deliver();
    await deliver(await here.accepted());
    const ids = (await log()).map(({ id }) => id);
    const at = (where: string): string => where.replace(/\d/, (n) => ids[Number(n)]);
    expect((await ask(at(first), body, 'k')).status).toBeLessThan(300);
    expect((await ask(at(first), body, 'k')).status).toBeLessThan(300);
    expect(problem(await ask(at(second), otherBody, 'k'))).toEqual([422, 'idempotency-key-reused']);
    expect((await ask(at(second), otherBody, 'other')).status).toBeLessThan(300);
  });

  it.each(['deliveries/0/resend', 'deliveries/resend', 'test-events', 'check?wait=0'])(
    'has at most 255 characters with %s',
    async (where) => {
      await deliver();
      const [{ id }] = (await log()) as [Json];
      const body = {
        'deliveries/resend': { since },
        'test-events': { type: 'review.requested' },
      }[where];
      const reply = await ask(where.replace('0/', `${id}/`), body ?? {}, 'k'.repeat(256));
      expect(problem(reply)).toEqual([400, 'malformed-request']);
    },
  );
});

describe('beyond its limits a department', () => {
  const few = { receiverSettings: 2, receiverTrials: 2, receiverResends: 2, receiverResendsOfAll: 2 };
  const body = { type: 'review.requested' };
  const since = '2026-11-01T00:00:00Z';
  const paused = true;

  it.each([
    ['sets nothing more', 'PATCH', path, { paused }],
    ['has no more test events', 'POST', `${path}/test-events`, body],
    ['has no more checks', 'POST', `${path}/check?wait=0`, {}],
    ['has nothing more sent again', 'POST', `${path}/deliveries/resend`, { since }],
  ])('%s in a day; an operator does', async (_, method, at, what) => {
    vi.stubEnv('LIMITS', JSON.stringify({ ...strictLimits, ...few }));
    for (let i = 0; i < 2; i++) expect((await bySystem(method, at, what)).status).toBeLessThan(300);
    const beyond = await bySystem(method, at, what);
    expect(problem(beyond)).toEqual([429, 'too-many-requests']);
    expect(Number(beyond.headers.get('retry-after'))).toBeGreaterThan(0);
    const again = method === 'PATCH' ? operator().patch(at, what) : operator().post(at, what);
    expect((await again).status).toBeLessThan(300);
    vi.setSystemTime(later(24 * 60));
    expect((await bySystem(method, at, what)).status).toBeLessThan(300);
  });

  it('has no single delivery sent again, and is not charged for a repetition', async () => {
    vi.stubEnv('LIMITS', JSON.stringify({ ...strictLimits, ...few }));
    await deliver();
    const [{ id }] = (await log()) as [Json];
    const resend = (n: number) =>
      bySystem('POST', `${path}/deliveries/${id}/resend`, {}, { id: `resend_${id}_${n}` });
    for (const n of [1, 1, 1, 2, 2]) expect((await resend(n)).status).toBe(202);
    expect(problem(await resend(3))).toEqual([429, 'too-many-requests']);
  });
});

describe('secrets', () => {
  it('are listed without themselves, and an older one is ended at once', async () => {
    const { body } = await operator().post(`${path}/secrets`);
    const listed = (await operator().get(`${path}/secrets`)).body.items;
    expect(listed).toMatchObject([{ validUntil: null }, { validUntil: later(24 * 60).toISOString() }]);
    expect(JSON.stringify(listed)).not.toContain(body.secret);
    expect((await bySystem('GET', `${path}/deliveries`)).status).toBe(200);
    const ended = await operator().delete(`${path}/secrets/${listed[1].id}`);
    expect(ended.body.items).toEqual([listed[0]]);
    expect(problem(await bySystem('GET', `${path}/deliveries`))).toEqual([401, 'bad-signature']);
    expect((await here.signed(body.secret, 'GET', `${path}/deliveries`)).status).toBe(200);
    expect(here.journal(department).at(-1)).toMatchObject({
      by: { capacity: 'operator', subject: 'operator-1' },
      events: [{ type: 'department.secret-ended', secret: listed[1].id }],
    });
  });

  it('end only if they are there and another one is present', async () => {
    const [present] = (await operator().get(`${path}/secrets`)).body.items;
    expect(problem(await operator().delete(`${path}/secrets/${present.id}`))).toEqual([409, 'wrong-state']);
    expect(problem(await operator().delete(`${path}/secrets/none`))).toEqual([404, 'not-found']);
  });
});

describe('a check', () => {
  const begin = () =>
    here.send('POST', `${path}/check?wait=0`, {
      headers: here.bearer('operator', { 'idempotency-key': 'k' }),
    });
  const report = async (id: string): Promise<Json> => (await operator().get(`${path}/checks/${id}`)).body;

  it('that died before its first part was queued begins when it is asked for again', async () => {
    let failures = 1;
    here.cloud.refuse = ({ name }) => {
      if (name === 'SendMessageCommand' && failures-- > 0) throw new Error('away');
    };
    expect((await begin()).status).toBe(500);
    here.cloud.asked.length = 0;
    await begin();
    expect(queued(), 'it may be on its way').toEqual([]);
    vi.setSystemTime(later(1));
    const { body } = await begin();
    for (const _ of [1, 2, 3]) await carriedOut();
    expect(await report(body.id)).toMatchObject({ status: 'done' });
  });

  it('of which a part comes late once more loses nothing of those after it', async () => {
    const { body } = await begin();
    const [first] = queued();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isHeld = true;
    receiver.answer = async () => {
      if (isHeld) await held;
      return 204;
    };
    const late = handler(sqsEvent(first));
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(8));
    isHeld = false;
    await carriedOut();
    await carriedOut();
    release();
    await late;
    await carriedOut();
    const { steps } = await report(body.id);
    expect(steps.find(({ step }: Json) => step === 'late-cancellation')).toMatchObject({
      verdict: expect.not.stringMatching('wrong'),
    });
    const row = here.cloud.rows.find(({ pk, sk }) => pk === `TRIAL#${body.id}` && sk === 'REPORT') as Json;
    expect([row.parts, row.answers['late-cancellation'].length]).toEqual([3, 2]);
  });
});

describe('a made-up event', () => {
  it.each(webhookTypes)('of %s is marked as such, and is in the log', async (type) => {
    const { status, body } = await operator().post(`${path}/test-events`, { type });
    expect(status).toBe(200);
    expect(body).toMatchObject({ type, status: 'delivered', answer: 204, test: true });
    const [{ body: sent, headers }] = receiver.received as [Json];
    expect(sent).toMatchObject({
      type,
      test: true,
      data: { reviewId: body.review, item: 'business-registration' },
    });
    expect(headers['webhook-id']).toBe(body.eventId);
    expect(await log()).toMatchObject([{ id: body.id, test: true }]);
  });

  it('goes to a paused receiver, too, tells what it answers, and is sent once a request', async () => {
    await operator().patch(path, { paused: true });
    receiver.answer = () => 418;
    const send = () =>
      here.send('POST', `${path}/test-events`, {
        body: { type: 'review.requested' },
        headers: here.bearer('operator', { 'idempotency-key': 'k' }),
      });
    const first = await send();
    expect(first.body).toMatchObject({ status: 'given-up', answer: 418 });
    const again = await send();
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(receiver.received).toHaveLength(1);
  });

  it('is not sent to nowhere', async () => {
    await operator().patch(path, { webhookUrl: null });
    const reply = await operator().post(`${path}/test-events`, { type: 'review.requested' });
    expect(problem(reply)).toEqual([409, 'wrong-state']);
  });
});

describe('a made-up review', () => {
  let review: string;
  beforeEach(async () => {
    review = (await operator().post(`${path}/test-events`, { type: 'review.requested' })).body.review;
  });

  it('is read and decided by its department like a true one, and by nobody else', async () => {
    const { body } = await bySystem('GET', `/reviews/${review}`);
    expect(body).toMatchObject({
      id: review,
      department,
      status: 'requested',
      test: true,
      dossierVersion: 1,
    });
    expect(body.form.companyName).toBe(here.example().form.companyName);
    const decision = { outcome: 'approved', output: { number: 'N-1' }, dossierVersion: 1 };
    const decide = (of: string, what: unknown = decision) =>
      here.signed(here.secretOf(of), 'POST', `/reviews/${review}/decisions`, what, {
        id: `decision_${review}_1`,
      });
    expect(problem(await decide('bank'))).toEqual([401, 'bad-signature']);
    expect(problem(await decide(department, { outcome: 'approved' }))).toEqual([422, 'invalid-input']);
    expect((await decide(department)).body).toEqual({ review, status: 'approved' });
    expect((await decide(department)).body, 'repeated').toEqual({ review, status: 'approved' });
    const other = await bySystem('POST', `/reviews/${review}/decisions`, {
      outcome: 'refused',
      reason: 'No',
    });
    expect(problem(other)).toEqual([409, 'wrong-state']);
  });

  it('remembers so many decisions, however long its department goes on', async () => {
    const refusal = { outcome: 'refused', reason: 'No' };
    const decide = (n: number) =>
      bySystem('POST', `/reviews/${review}/decisions`, refusal, { id: `decision_${review}_${n}` });
    for (let n = 0; n < 60; n++) expect((await decide(n)).status).toBe(n === 0 ? 200 : 409);
    const [row] = here.cloud.rows.filter(({ sk }) => sk === `REVIEW#${review}`);
    expect(row?.decisions).toHaveLength(50);
    const long = { id: `decision_${review}_${'x'.repeat(255)}` };
    const reply = await bySystem('POST', `/reviews/${review}/decisions`, refusal, long);
    expect(problem(reply)).toEqual([401, 'bad-signature']);
  });

  it('is behind no case: nobody finds it elsewhere', async () => {
    const [application = ''] = review.split(/-\d+$/);
    expect((await operator().get(`/applications/${application}`)).status).toBe(404);
    expect((await here.as('officer', department).get(`/reviews/${review}`)).status).toBe(404);
    expect(problem(await bySystem('GET', `/reviews/test-${'0'.repeat(20)}-1`))).toEqual([
      401,
      'bad-signature',
    ]);
  });
});
