import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetCatalogue } from '../../functions/catalogue/published.ts';
import { handler } from '../../functions/departments/deliver-webhook.ts';
import { mostReceptions, pausedSeconds } from '../../functions/departments/retry.ts';
import { later } from '../support/cases.ts';
import { seedCatalogue, withServices } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, sqsEvent } from '../support/onewindow.ts';
import { Receiver } from '../support/receiver.ts';
import { nightWorks } from '../support/services.ts';

const department = 'market-supervision';
let receiver: Receiver;
let here: OneWindow;
let number: string;

beforeAll(async () => {
  receiver = await new Receiver().open();
});
afterAll(() => receiver.close());

const connect = (body: Json): Promise<unknown> => here.as('operator').put(`/departments/${department}`, body);

beforeEach(async () => {
  here = new OneWindow({ PRIVATE_DESTINATIONS: 'allowed' });
  receiver.received.length = 0;
  receiver.answer = () => 204;
  await connect({ webhookUrl: receiver.url });
  number = await here.accepted();
});
afterEach(dismantle);

const done = { batchItemFailures: [] };
const again = { batchItemFailures: [{ itemIdentifier: 'm-1' }] };
const deliver = (receive = 1, type = 'review.requested') => handler(here.message(number, type, receive));
const waits = (): number[] =>
  here.cloud.of('ChangeMessageVisibilityCommand').map(({ VisibilityTimeout }) => VisibilityTimeout);
const decide = (body: Json) => here.decide(`${number}-1`, department, body);
/** Rows of deliveries, oldest first. */
const ofLog = (): Json[] =>
  here.cloud.rows
    .filter(({ sk }) => String(sk).startsWith('DELIVERY#'))
    .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));
/** One for each webhook. */
const rows = () => ofLog().filter(({ sk }) => !/\.\d+$/.test(sk));
/** One for each attempt. */
const listed = () => ofLog().filter((row) => row.listed);
const connection = (): Json => here.cloud.rows.find(({ sk }) => sk === `DEPARTMENT#${department}`);
const putAside = (): Json[] => here.cloud.of('SendMessageCommand');
/** As if the message’s time had come. */
function whenDue(): void {
  const due = rows().flatMap(({ nextAt }) => (nextAt ? Date.parse(String(nextAt)) : []));
  vi.setSystemTime(new Date(Math.max(Date.now(), ...due)));
}

describe('a webhook', () => {
  it('is signed as Standard Webhooks say, and says ids only', async () => {
    expect(await deliver()).toEqual(done);
    const [{ headers, raw, body }] = receiver.received as [Json];
    expect(new Webhook(here.secretOf(department)).verify(raw, headers)).toEqual(body);
    expect(headers['content-type']).toBe('application/json');
    expect(body).toEqual({
      type: 'review.requested',
      timestamp: '2026-11-23T02:00:00.000Z',
      data: {
        reviewId: `${number}-1`,
        application: number,
        item: 'business-registration',
        dueAt: '2026-11-23T03:00:00.000Z',
        decisionUrl: `https://api.onewindow.test/reviews/${number}-1/decisions`,
        materials: [{ code: 'articles-of-association' }],
      },
    });
  });

  it('is signed by every secret that is still valid', async () => {
    const { body } = await here.as('operator').post(`/departments/${department}/secrets`);
    await deliver();
    const [{ headers, raw }] = receiver.received as [Json];
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const secret of [body.secret, here.secretOf(department)]) {
      expect(() => new Webhook(secret).verify(raw, headers)).not.toThrow();
    }
  });

  it('refused once is signed anew, with a secret that may have been made just before', async () => {
    receiver.answer = () => 401;
    await deliver();
    const { body } = await here.as('operator').post(`/departments/${department}/secrets`);
    whenDue();
    await deliver(2);
    const knows = receiver.received.map(({ raw, headers }) => {
      try {
        return Boolean(new Webhook(body.secret).verify(raw, headers as Record<string, string>));
      } catch {
        return false;
      }
    });
    expect(knows).toEqual([false, true]);
  });

  it('keeps its id at every attempt, and another event has another', async () => {
    receiver.answer = () => 500;
    await deliver();
    whenDue();
    receiver.answer = () => 204;
    await deliver(2);
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    await handler(here.message(number, 'review.cancelled', 1, `${number}-1`));
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toMatch(/^event_[\w-]{27}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(receiver.received[2]?.body.type).toBe('review.cancelled');
    expect(receiver.received[2]?.body.data.because).toBe('withdrawal');
  });

  it.each([500, 503, 404, 302, 199])(
    'answered %i is tried again after the schedule’s wait',
    async (status) => {
      receiver.answer = () => (status === 199 ? 400 : status);
      expect(await deliver()).toEqual(again);
      expect(waits()).toHaveLength(1);
      expect(waits()[0]).toBeGreaterThanOrEqual(5);
      expect(waits()[0]).toBeLessThanOrEqual(6);
      expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
    },
  );

  it('is sent ten times over three days, in hops on which nothing is sent, and then put aside', async () => {
    receiver.answer = () => 500;
    let receptions = 0;
    let reply = again;
    while (reply.batchItemFailures.length > 0 && receptions < 100) {
      receptions += 1;
      reply = await deliver(receptions);
      const seconds = waits().at(-1) ?? 0;
      vi.setSystemTime(new Date(Date.now() + seconds * 1000));
    }
    expect(reply).toEqual(done);
    expect(receiver.received).toHaveLength(10);
    expect(receptions).toBeGreaterThan(10);
    expect(Math.max(...waits())).toBeLessThan(12 * 3600);
    const [{ QueueUrl, MessageBody }, ...others] = putAside() as [Json];
    expect(others).toEqual([]);
    expect(QueueUrl).toContain('dead-letters');
    expect(JSON.parse(MessageBody)).toEqual(
      JSON.parse(here.message(number, 'review.requested').Records[0]?.body ?? ''),
    );
    expect(rows()).toEqual([expect.objectContaining({ status: 'given-up', attempts: 10, answer: 500 })]);
  });

  it('that was put aside and is handed in again goes through the schedule anew', async () => {
    vi.stubEnv('WEBHOOK_RETRY_SECONDS', '1');
    receiver.answer = () => 500;
    await deliver();
    whenDue();
    expect(await deliver(2)).toEqual(done);
    expect(putAside()).toHaveLength(1);
    expect(await deliver()).toEqual(again);
    whenDue();
    receiver.answer = () => 204;
    expect(await deliver(2)).toEqual(done);
    expect(rows()).toEqual([expect.objectContaining({ status: 'delivered', attempts: 4 })]);
    expect(putAside()).toHaveLength(1);
  });

  it('is written down in one row once the department has it, and never sent again', async () => {
    const before = here.cloud.asked.length;
    expect(await deliver()).toEqual(done);
    const writes = here.cloud.asked.slice(before).filter(({ name }) => /^(Put|Update|Transact)/.test(name));
    expect(writes.map(({ name }) => name)).toEqual(['PutCommand']);
    const event = JSON.parse(here.message(number, 'review.requested').Records[0]?.body ?? '').detail.id;
    expect(rows()).toEqual([
      {
        pk: `DELIVERIES#${department}`,
        sk: `DELIVERY#2026-11-23T02:00:00.000Z#${number}-1#review.requested#${event.slice(number.length + 1)}`,
        type: 'review.requested',
        event,
        time: '2026-11-23T02:00:00.000Z',
        listed: true,
        expiresAt: expect.any(Number),
        review: `${number}-1`,
        department,
        status: 'delivered',
        at: '2026-11-23T02:00:00.000Z',
        attempts: 1,
        answer: 204,
        durationMs: expect.any(Number),
      },
    ]);
    expect(Buffer.byteLength(JSON.stringify(rows()[0]))).toBeLessThan(1024);
    for (const receive of [1, 2, 9]) expect(await deliver(receive)).toEqual(done);
    expect(receiver.received).toHaveLength(1);
  });

  it('that comes twice is tried by one schedule, not by two', async () => {
    receiver.answer = () => 500;
    await Promise.all([deliver(), deliver()]);
    await deliver();
    expect(receiver.received).toHaveLength(2);
    expect(rows()).toEqual([expect.objectContaining({ status: 'failing', failed: 1 })]);
  });

  it('is not sent to nobody: no connection, no answer', async () => {
    await connect({ webhookUrl: 'http://127.0.0.1:9/closed' });
    expect(await deliver()).toEqual(again);
    here.cloud.secrets.clear();
    vi.setSystemTime(later(5));
    await connect({ webhookUrl: receiver.url });
    expect(await deliver()).toEqual(again);
    expect(receiver.received).toEqual([]);
    expect(rows()).toEqual([expect.objectContaining({ status: 'failing', attempts: 2 })]);
  });

  it('answered 410 is the last one: nothing more is sent until the department is set anew', async () => {
    receiver.answer = () => 410;
    expect(await deliver()).toEqual(done);
    expect((await here.as('operator').get(`/departments/${department}`)).body).toMatchObject({ gone: true });
    expect(here.cloud.counted).toContain('WebhooksGone');
    expect(await deliver()).toEqual(done);
    expect(receiver.received).toHaveLength(1);
    receiver.answer = () => 204;
    await connect({ webhookUrl: receiver.url });
    await deliver();
    expect(receiver.received).toHaveLength(2);
  });

  it('answered 410 by an address that was replaced meanwhile leaves the new one as it was set', async () => {
    const moved = `${receiver.url}/new`;
    receiver.answer = async () => {
      await connect({ webhookUrl: moved });
      return 410;
    };
    expect(await deliver()).toEqual(done);
    expect((await here.as('operator').get(`/departments/${department}`)).body).toMatchObject({
      webhookUrl: moved,
      gone: false,
    });
    expect(here.cloud.counted).not.toContain('WebhooksGone');
  });

  it('answered 410 while a secret is renewed is its word all the same', async () => {
    receiver.answer = async () => {
      await here.as('operator').post(`/departments/${department}/secrets`);
      return 410;
    };
    expect(await deliver()).toEqual(done);
    expect((await here.as('operator').get(`/departments/${department}`)).body).toMatchObject({ gone: true });
    expect(here.cloud.counted).toContain('WebhooksGone');
  });

  it.each<[string, Json]>([
    ['without an address', { webhookUrl: null }],
    ['that is paused', { webhookUrl: 'http://127.0.0.1:9/', paused: true }],
  ])('is not sent to a department %s, and does not wait for it', async (_, setting) => {
    await connect(setting);
    expect(await deliver()).toEqual(done);
    expect(receiver.received).toEqual([]);
    expect(waits()).toEqual([]);
  });

  it('that came too late is not sent: decided, withdrawn, or waiting for a correction', async () => {
    await decide({ outcome: 'correction', reason: 'Name' });
    expect(await deliver()).toEqual(done);
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    expect(await deliver()).toEqual(done);
    expect(receiver.received).toEqual([]);
  });

  it('of a cancellation is sent only to a department that was asked', async () => {
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    const events = here.events(number).filter(({ type }) => type === 'review.cancelled');
    expect(events).toHaveLength(5);
    for (const { review } of events) {
      const detail = {
        id: `x/${review}`,
        time: '2026-11-23T02:00:00Z',
        subject: number,
        data: { application: number, review },
      };
      expect(await handler(sqsEvent({ 'detail-type': 'review.cancelled', detail }))).toEqual(done);
    }
    expect(receiver.received.map(({ body }) => body.data.reviewId)).toEqual([`${number}-1`]);
  });

  it.each<[string, Json]>([
    ['paused', { webhookUrl: 'http://127.0.0.1:9/', paused: true }],
    ['without an address', { webhookUrl: null }],
  ])(
    'of a cancellation waits for the end of a pause, as nothing later tells it: %s',
    async (how, setting) => {
      await connect(setting);
      await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
      const cancelled = (receive: number) =>
        handler(here.message(number, 'review.cancelled', receive, `${number}-1`));
      expect(await cancelled(1)).toEqual(how === 'paused' ? again : done);
      expect(waits()).toEqual(how === 'paused' ? [pausedSeconds] : []);
      expect(receiver.received).toEqual([]);
      await connect({ webhookUrl: receiver.url });
      expect(await cancelled(2)).toEqual(done);
      expect(receiver.received.map(({ body }) => body.type)).toEqual(['review.cancelled']);
      await connect({ webhookUrl: receiver.url, paused: true });
      expect(await cancelled(3)).toEqual(done);
    },
  );

  it('that waits for the end of a pause for too long is put aside, where an alarm tells of it', async () => {
    await connect({ webhookUrl: receiver.url, paused: true });
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    const message = here.message(number, 'review.cancelled', mostReceptions - 1, `${number}-1`);
    expect(await handler(message)).toEqual(done);
    expect(putAside()).toMatchObject([{ QueueUrl: expect.stringContaining('dead-letters') }]);
  });

  it('about a case or review that does not exist is dropped', async () => {
    for (const data of [
      { application: 'nobody', review: 'x' },
      { application: number, review: 'x' },
    ]) {
      const detail = { id: 'x/1/0', time: '2026-11-23T02:00:00Z', subject: 'x', data };
      expect(await handler(sqsEvent({ 'detail-type': 'review.requested', detail }))).toEqual(done);
    }
  });

  it.each(['not json', {}, { 'detail-type': 'review.requested' }])(
    'that is none (%j) is left to the queue',
    async (body) => {
      expect(await handler(sqsEvent(body))).toEqual(again);
    },
  );
});

describe('a department that hangs', () => {
  /** Answers are waited for that long; a fifth of it is slow. */
  const answerMs = 500;
  const basePace = answerMs / 5;
  let others: string[];
  beforeEach(async () => {
    vi.stubEnv('WEBHOOK_ANSWER_MS', String(answerMs));
    receiver.answer = () => 'never';
    others = [await here.accepted(), await here.accepted(), await here.accepted()];
  });
  const tell = (of: string, receive = 1) => handler(here.message(of, 'review.requested', receive));
  /** As if the department’s next turn had come. */
  const whenItsTurn = () => vi.setSystemTime(new Date(connection().nextStart));

  it('is set a pace while it is still waited for, and what comes then does not wait with it', async () => {
    const hanging = deliver();
    await vi.waitFor(() => expect(connection().pace).toBe(basePace));
    for (const other of others) expect(await tell(other)).toEqual(again);
    expect(receiver.received).toHaveLength(1);
    expect(await hanging).toEqual(again);
    expect(rows()).toEqual([expect.objectContaining({ review: `${number}-1`, attempts: 1 })]);
    expect(rows()[0]).not.toHaveProperty('answer');
    expect(connection()).toMatchObject({ webhookUrl: receiver.url, version: 1, pace: basePace });
  });

  it('uses up no attempt of what waits for a turn, which comes back soon', async () => {
    await deliver();
    for (let receive = 1; receive < mostReceptions - 1; receive += 7) {
      expect(await tell(others[0] ?? '', receive)).toEqual(again);
    }
    expect(Math.max(...waits())).toBeLessThan(16 * 60);
    expect(receiver.received).toHaveLength(1);
    expect(putAside()).toEqual([]);
    receiver.answer = () => 204;
    whenItsTurn();
    expect(await tell(others[0] ?? '', 300)).toEqual(done);
    const told = rows().find(({ review }) => review === `${others[0]}-1`);
    expect(told).toMatchObject({ status: 'delivered', attempts: 1 });
  });

  it('gets one of many when its turn comes, and the next the later the longer it hangs', async () => {
    await deliver();
    const paces = [connection().pace];
    for (let turn = 0; turn < 2; turn++) {
      whenItsTurn();
      const before = receiver.received.length;
      await Promise.all(others.map((other) => tell(other)));
      expect(receiver.received).toHaveLength(before + 1);
      paces.push(connection().pace);
    }
    expect(paces).toEqual([basePace, 2 * basePace, 4 * basePace]);
  });

  it('is given more and more again as it answers, until nothing is held back', async () => {
    await deliver();
    receiver.answer = () => 204;
    for (let turns = 0; connection().pace > 0; turns++) {
      expect(turns).toBeLessThan(8);
      whenItsTurn();
      expect(await tell(await here.accepted())).toEqual(done);
    }
    const told = receiver.received.length;
    await Promise.all(others.map((other) => tell(other)));
    expect(receiver.received).toHaveLength(told + others.length);
  });

  it('and is set to another address begins anew', async () => {
    const hanging = deliver();
    await vi.waitFor(() => expect(connection().pace).toBe(basePace));
    await connect({ webhookUrl: `${receiver.url}/new` });
    await hanging;
    expect(connection()).not.toHaveProperty('pace');
    receiver.answer = () => 204;
    expect(await tell(others[0] ?? '')).toEqual(done);
  });

  it('that answers badly, but quickly, is not held back', async () => {
    receiver.answer = () => 500;
    await deliver();
    expect(connection()).not.toHaveProperty('pace');
    for (const other of others) await tell(other);
    expect(receiver.received).toHaveLength(4);
  });
});

describe('the log', () => {
  it('has each attempt in its place: when, how it went, how long it took, and when the next one is', async () => {
    receiver.answer = () => 500;
    await deliver();
    whenDue();
    receiver.answer = () => 204;
    await deliver(2);
    const log = listed();
    expect(log.map(({ status, answer, attempts }) => [status, answer, attempts])).toEqual([
      ['failing', 500, 1],
      ['delivered', 204, 2],
    ]);
    expect(Date.parse(log[0]?.nextAt) - Date.parse(log[0]?.at)).toBeGreaterThanOrEqual(5000);
    expect(log[1]).not.toHaveProperty('nextAt');
    expect(new Set(log.map(({ event }) => event)).size).toBe(1);
    expect(rows(), 'and one row says what has become of it').toMatchObject([
      { status: 'delivered', attempts: 2 },
    ]);
  });

  it('has a refusal for good as well', async () => {
    receiver.answer = () => 410;
    await deliver();
    expect(listed()).toMatchObject([{ status: 'given-up', answer: 410, attempts: 1 }]);
    expect(listed()[0]).not.toHaveProperty('nextAt');
  });

  it('has what came late where it came, not where it was due', async () => {
    vi.setSystemTime(later(90));
    await deliver();
    expect(listed().map(({ sk }) => String(sk).split('#')[1])).toEqual([later(90).toISOString()]);
  });

  it('is the department’s: what is sent on its return lies there, too, by the time of the request', async () => {
    await connect({ webhookUrl: receiver.url });
    await handler(here.message(department, 'department.configured'));
    const [{ Entries }] = here.cloud.of('SendMessageBatchCommand') as [Json];
    expect(await handler(sqsEvent(Entries[0].MessageBody))).toEqual(done);
    const requestedAt = here.cloud.rows.find(({ sk }) => sk === `REVIEW#${number}-1`)?.requestedAt;
    expect(rows()).toMatchObject([
      {
        pk: `DELIVERIES#${department}`,
        sk: `DELIVERY#${requestedAt}#${number}-1#review.requested#${department}/2/0`,
      },
    ]);
  });
});

describe('an approval that has lost its effect', () => {
  it('is told to the department, and only then', async () => {
    const detail = (review: string) => ({
      id: `${number}/9/0`,
      time: '2026-11-23T02:00:00Z',
      subject: number,
      data: { application: number, review },
    });
    const revoked = () =>
      handler(sqsEvent({ 'detail-type': 'review.revoked', detail: detail(`${number}-1`) }));
    await decide({ outcome: 'approved', output: { number: 'N-1' } });
    expect(await revoked()).toEqual(done);
    expect(receiver.received).toEqual([]);
    const row = here.cloud.rows.find(({ sk }) => sk === `REVIEW#${number}-1`) as Json;
    here.cloud.table
      .store('main')
      .set({ hash: String(row.pk), range: String(row.sk) }, { ...row, status: 'cancelled' });
    expect(await revoked()).toEqual(done);
    expect(receiver.received.map(({ body }) => [body.type, body.data.reviewId])).toEqual([
      ['review.revoked', `${number}-1`],
    ]);
  });
});

describe('a department that comes back', () => {
  const queued = (): Json[] =>
    here.cloud
      .of('SendMessageBatchCommand')
      .flatMap(({ Entries }) => Entries.map((e: Json) => JSON.parse(e.MessageBody)));
  const resumed = () => handler(here.message(department, 'department.configured'));

  it('is sent everything that is open, each review once a setting', async () => {
    await connect({ webhookUrl: receiver.url, paused: true });
    const others = [number, ...(await Promise.all(Array.from({ length: 12 }, () => here.accepted())))];
    await decide({ outcome: 'approved', output: { number: 'N-1' } });
    await connect({ webhookUrl: receiver.url });
    await resumed();
    expect(
      queued()
        .map(({ detail }) => detail.data.review)
        .sort(),
    ).toEqual(
      others
        .slice(1)
        .map((each) => `${each}-1`)
        .sort(),
    );
    const batches = here.cloud.of('SendMessageBatchCommand');
    expect(batches.every(({ Entries }) => Entries.length <= 10)).toBe(true);
    // Not all at once: who comes back is not met by a crowd.
    expect(batches.map(({ Entries }) => Entries[0].DelaySeconds)).toEqual([0, 2]);
    for (const message of queued()) expect(await handler(sqsEvent(message))).toEqual(done);
    expect(receiver.received).toHaveLength(12);
    const ids = new Set(queued().map(({ detail }) => detail.id));
    await resumed();
    expect(new Set(queued().map(({ detail }) => detail.id))).toEqual(ids);
  });

  it('with more that is open than one invocation can send is sent it in parts', async () => {
    const store = here.cloud.table.store('main');
    const [row] = here.cloud.rows.filter(({ sk }) => sk === `REVIEW#${number}-1`) as [Json];
    const many = Array.from({ length: 249 }, (_, i) => `330102-261123-MANY${i}`);
    for (const each of many) {
      const pk = `APPLICATION#${each}`;
      const sk = `REVIEW#${each}-1`;
      const inboxSort = `${row.dueAt}#${each}-1`;
      store.set({ hash: pk, range: sk }, { ...row, pk, sk, id: `${each}-1`, inboxSort });
    }
    await resumed();
    expect(here.cloud.of('SendMessageBatchCommand')).toHaveLength(10);
    for (const part of [0, 1]) {
      const { MessageBody, DelaySeconds } = putAside()[part] as Json;
      expect(DelaySeconds).toBe(20);
      expect(await handler(sqsEvent(MessageBody))).toEqual(done);
    }
    expect(putAside()).toHaveLength(2);
    const sent = queued().map(({ detail }) => detail);
    expect(new Set(sent.map(({ data }) => data.review))).toEqual(
      new Set([number, ...many].map((each) => `${each}-1`)),
    );
    expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length);
    expect(sent).toHaveLength(250);
  });

  it('is asked for the hearing that the applicant wants, as it was while nobody could be told', async () => {
    seedCatalogue(here.cloud.table, 'main', withServices(nightWorks).published);
    forgetCatalogue();
    const works = await here.submitted(structuredClone(nightWorks.example) as Json);
    const connectHousing = (body: Json) => here.as('operator').put('/departments/housing', body);
    const hearing = (body: Json) => here.decide(`${works}-1`, 'housing', body);
    const back = () => handler(here.message('housing', 'department.configured'));
    const last = (): unknown =>
      queued().findLast(({ detail }) => detail.data.review === `${works}-1`)?.['detail-type'];
    await hearing({ outcome: 'hearing-offered' });
    await connectHousing({ webhookUrl: receiver.url, paused: true });
    await here.as('applicant').post(`/applications/${works}/hearing`, { review: `${works}-1` });
    expect(await handler(here.message(works, 'review.hearing-asked'))).toEqual(done);
    expect(receiver.received).toEqual([]);
    await connectHousing({ webhookUrl: receiver.url });
    await back();
    expect(last()).toBe('review.hearing-asked');
    await hearing({
      outcome: 'special-procedure',
      procedure: 'hearing',
      heldOn: '2026-12-10',
      chair: 'chair',
    });
    await back();
    expect(last()).toBe('review.requested');
  });

  it.each<[string, Json]>([
    ['still paused', { paused: true }],
    ['without an address', { webhookUrl: null }],
  ])('but is %s is sent nothing', async (_, setting) => {
    await connect(setting);
    expect(await resumed()).toEqual(done);
    expect(queued()).toEqual([]);
  });
});
