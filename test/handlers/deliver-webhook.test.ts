import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler } from '../../functions/departments/deliver-webhook.ts';
import { receptions, standardSchedule } from '../../functions/departments/retry.ts';
import { later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, sqsEvent } from '../support/onewindow.ts';
import { Receiver } from '../support/receiver.ts';

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
    await deliver();
    const { body } = await here.as('operator').post(`/departments/${department}/secrets`);
    vi.setSystemTime(later(0.1));
    await deliver();
    await deliver(2);
    const knows = receiver.received.map(({ raw, headers }) => {
      try {
        return Boolean(new Webhook(body.secret).verify(raw, headers as Record<string, string>));
      } catch {
        return false;
      }
    });
    expect(knows).toEqual([false, false, true]);
  });

  it('keeps its id at every attempt, and another event has another', async () => {
    await deliver();
    await deliver(2);
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    await handler(here.message(number, 'review.cancelled', 1, `${number}-1`));
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toMatch(/^msg_[\w-]{27}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(receiver.received[2]?.body.type).toBe('review.cancelled');
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

  it('waits through a long pause in hops on which nothing is sent', async () => {
    receiver.answer = () => 500;
    for (let receive = 1; receive <= receptions(standardSchedule); receive++)
      expect(await deliver(receive)).toEqual(again);
    // Ten attempts, at the first reception and after each of the nine waits.
    expect(receiver.received).toHaveLength(10);
    expect(Math.max(...waits())).toBeLessThan(12 * 3600);
  });

  it('is not sent to nobody: no connection, no answer', async () => {
    await connect({ webhookUrl: 'http://127.0.0.1:9/closed' });
    expect(await deliver()).toEqual(again);
    here.cloud.secrets.clear();
    vi.setSystemTime(later(5));
    await connect({ webhookUrl: receiver.url });
    expect(await deliver()).toEqual(again);
    expect(receiver.received).toEqual([]);
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

describe('a department that comes back', () => {
  const queued = (): Json[] =>
    here.cloud
      .of('SendMessageBatchCommand')
      .flatMap(({ Entries }) => Entries.map((e: Json) => JSON.parse(e.MessageBody)));
  const resumed = () => handler(here.message(department, 'department.configured'));

  it('is sent everything that is open, each review once a setting', async () => {
    await connect({ webhookUrl: receiver.url, paused: true });
    const others = [number, ...(await Promise.all(Array.from({ length: 12 }, () => here.accepted())))];
    await decide({ outcome: 'approved' });
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
    expect(here.cloud.of('SendMessageBatchCommand').every(({ Entries }) => Entries.length <= 10)).toBe(true);
    for (const message of queued()) expect(await handler(sqsEvent(message))).toEqual(done);
    expect(receiver.received).toHaveLength(12);
    const ids = new Set(queued().map(({ detail }) => detail.id));
    await resumed();
    expect(new Set(queued().map(({ detail }) => detail.id))).toEqual(ids);
  });

  it.each<[string, Json]>([
    ['still paused', { paused: true }],
    ['without an address', { paused: false }],
  ])('but is %s is sent nothing', async (_, setting) => {
    await connect(setting);
    expect(await resumed()).toEqual(done);
    expect(queued()).toEqual([]);
  });
});
