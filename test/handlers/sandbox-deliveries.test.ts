import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isCourierNumber } from '../../functions/platform/codes.ts';
import { log } from '../../functions/platform/log.ts';
import { courierSecret, Sandbox, secret, smsSecret } from '../support/sandbox.ts';

const phone = '13812345678';
const orders = 'POST /sandbox/courier/orders';
const messages = 'POST /sandbox/carrier/messages';
const number = '330102-261123-7K3M9Q2X';

let sandbox: Sandbox;

beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('the courier', () => {
  const order = (reference = `${number}/1`, by = courierSecret) =>
    sandbox.signed(by, orders, `parcel_${reference}`, {
      reference,
      sender: { centre: 'shangcheng' },
      recipient: { name: '张三', phone, address: '浙江省杭州市上城区某路1号' },
      contents: [{ item: 'seal-engraving', name: '印章' }],
    });
  const ordered = async (): Promise<string> => String((await order()).body.trackingNumber);
  const read = (tracked: string) => sandbox.as('operator', 'GET /sandbox/ems/{number}', { number: tracked });
  const byHand = (tracked: string, event: string) =>
    sandbox.as('operator', 'POST /sandbox/ems/{number}/events', { number: tracked }, { event });

  it('gives each order a number of its own, and the same order the same', async () => {
    const replies = [await order(), await order(`${number}/2`), await order()];
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
    const numbers = replies.map(({ body }) => String(body.trackingNumber));
    expect(numbers.every(isCourierNumber)).toBe(true);
    expect(new Set(numbers).size).toBe(2);
    expect(numbers[2]).toBe(numbers[0]);
  });

  it('gives one order made twice at the same time one number', async () => {
    const replies = await Promise.all([order(), order()]);
    expect(replies[0]?.body).toEqual(replies[1]?.body);
    expect((await read(String(replies[0]?.body.trackingNumber))).status).toBe(200);
  });

  it('takes no order with a wrong signature or without an address', async () => {
    expect((await order('r', secret('X'))).status).toBe(401);
    const { status } = await sandbox.signed(courierSecret, orders, 'parcel_r', {
      reference: 'r',
      contents: [],
    });
    expect(status).toBe(422);
  });

  it('takes nothing signed for another purpose: its own tracking event is no order', async () => {
    const { status } = await sandbox.signed(courierSecret, orders, 'tracking_r_collected', {
      reference: 'r',
    });
    expect(status).toBe(401);
  });

  it('keeps nothing of the recipient', async () => {
    await order();
    const kept = JSON.stringify(sandbox.table.rows());
    expect(kept).not.toContain(phone);
    expect(kept).not.toContain('张三');
    expect(kept).not.toContain('某路');
    expect(JSON.stringify(sandbox.queue)).not.toContain(phone);
  });

  it('delivers by itself within seconds, each event signed', async () => {
    const trackingNumber = await ordered();
    const delays: number[] = [];
    while (sandbox.queue.length > 0) {
      delays.push(sandbox.queue[0]?.delaySeconds ?? 0);
      expect(await sandbox.runNext()).toBe(true);
    }
    expect(delays).toEqual([2, 3, 4]);
    expect(sandbox.sent.map(({ path, body }) => [path, body])).toEqual(
      ['collected', 'in-transit', 'delivered'].map((event) => [
        '/courier/events',
        { reference: `${number}/1`, trackingNumber, event, at: expect.any(String) },
      ]),
    );
    expect(sandbox.sent.every((sent) => sent.signedBy(courierSecret))).toBe(true);
    const { body } = await read(trackingNumber);
    expect(body).toMatchObject({ trackingNumber, reference: `${number}/1`, status: 'delivered' });
    expect(body.events).toHaveLength(3);
    expect(body.contents).toEqual([{ item: 'seal-engraving', name: '印章' }]);
  });

  it('tells an event again that was not taken, and then goes on', async () => {
    const trackingNumber = await ordered();
    sandbox.answer = () => new Response('', { status: 503 });
    const job = sandbox.queue.shift()?.job;
    if (!job) throw new Error('No job was queued.');
    expect(await sandbox.run(job)).toBe(false);
    expect(sandbox.queue).toEqual([]);
    sandbox.answer = () => Response.json({});
    expect(await sandbox.run(job)).toBe(true);
    expect(sandbox.sent[1]?.body).toEqual(sandbox.sent[0]?.body);
    expect(sandbox.queue).toHaveLength(1);
    expect((await read(trackingNumber)).body.events).toHaveLength(1);
  });

  it('tells everything again to who orders again', async () => {
    await ordered();
    while (sandbox.queue.length > 0) await sandbox.runNext();
    await ordered();
    while (sandbox.queue.length > 0) await sandbox.runNext();
    const told = sandbox.sent.map(({ body }) => body);
    expect(told.slice(3)).toEqual(told.slice(0, 3));
  });

  it('lets an operator take a parcel in hand: nothing more happens by itself', async () => {
    const trackingNumber = await ordered();
    await sandbox.runNext();
    const reply = await byHand(trackingNumber, 'lost');
    expect(reply).toMatchObject({ status: 202, body: { trackingNumber, event: 'lost' } });
    while (sandbox.queue.length > 0) await sandbox.runNext();
    expect(sandbox.sent.map(({ body }) => (body as { event: string }).event)).toEqual(['collected', 'lost']);
    expect(sandbox.sent[1]?.signedBy(courierSecret)).toBe(true);
    expect((await read(trackingNumber)).body.status).toBe('lost');
  });

  it('says so when OneWindow does not take an event given by hand', async () => {
    const trackingNumber = await ordered();
    sandbox.answer = () => new Response('', { status: 500 });
    expect((await byHand(trackingNumber, 'delivered')).status).toBe(503);
  });

  it('knows its parcels, its events and its operator', async () => {
    const trackingNumber = await ordered();
    expect((await read('EA000000000CN')).status).toBe(404);
    expect((await byHand('EA000000000CN', 'lost')).status).toBe(404);
    expect((await byHand(trackingNumber, 'exploded')).status).toBe(422);
    const clerk = await sandbox.as('clerk', 'GET /sandbox/ems/{number}', { number: trackingNumber });
    expect(clerk.status).toBe(403);
  });
});

describe('the SMS carrier', () => {
  const send = (reference: string, text = '您的申请已受理', by = smsSecret) =>
    sandbox.signed(by, messages, `sms_${reference}`, { reference, phone, text, application: number });
  const received = (query: Record<string, string> = {}) =>
    sandbox.as('operator', 'GET /sandbox/sms', {}, undefined, { phone, ...query });
  const behave = (behaviour: string) => sandbox.as('operator', 'PUT /sandbox/carrier', {}, { behaviour });

  it('delivers a message once however often it is sent, and confirms it', async () => {
    const replies = [await send('r/2/0'), await send('r/2/0')];
    expect(replies.map(({ status }) => status)).toEqual([202, 202]);
    expect(replies[0]?.body).toEqual(replies[1]?.body);
    expect((await received()).body).toEqual({
      items: [{ at: expect.any(String), phone, text: '您的申请已受理', application: number }],
    });
    expect(await sandbox.runNext()).toBe(true);
    expect(sandbox.sent[0]).toMatchObject({
      path: '/sms/receipts',
      body: { reference: 'r/2/0', status: 'delivered', at: expect.any(String) },
    });
    expect(sandbox.sent[0]?.signedBy(smsSecret)).toBe(true);
  });

  it('shows messages oldest first, page by page', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const text of ['1', '2', '3']) {
      vi.setSystemTime(Date.now() + 1000);
      await send(`r/${text}`, text);
    }
    const first = (await received({ limit: '2' })).body as { items: { text: string }[]; cursor: string };
    expect(first.items.map(({ text }) => text)).toEqual(['1', '2']);
    const second = (await received({ limit: '2', cursor: first.cursor })).body;
    expect(second).toEqual({ items: [expect.objectContaining({ text: '3' })] });
    expect((await received({ cursor: 'xyz' })).status).toBe(400);
    for (const none of ['{"sk":1}', '{"sk":""}']) {
      expect((await received({ cursor: Buffer.from(none).toString('base64url') })).status).toBe(400);
    }
    expect((await received({ phone: '12345' })).status).toBe(422);
  });

  it('answers too late, once a message, and has it all the same', async () => {
    await behave('timeout-once');
    vi.useFakeTimers({ toFake: ['Date'] });
    const started = performance.now();
    const late = send('r/1');
    await vi.waitFor(() => expect(sandbox.queue).toHaveLength(1));
    expect((await received()).body.items).toHaveLength(1);
    const again = await send('r/1');
    expect(again.status).toBe(202);
    expect(performance.now() - started).toBeLessThan(3000);
    expect((await late).body).toEqual(again.body);
    expect(performance.now() - started).toBeGreaterThan(5000);
    expect((await received()).body.items).toHaveLength(1);
  }, 10_000);

  it('refuses, and keeps nothing then', async () => {
    await behave('refuse');
    expect(await send('r/1')).toMatchObject({ status: 422, body: { error: 'number' } });
    expect((await received()).body.items).toEqual([]);
    await behave('deliver');
    expect((await send('r/1')).status).toBe(202);
  });

  it('takes nothing unsigned and obeys the operator alone', async () => {
    expect((await send('r/1', 'x', courierSecret)).status).toBe(401);
    expect((await sandbox.as('agent', 'PUT /sandbox/carrier', {}, { behaviour: 'refuse' })).status).toBe(403);
    expect((await sandbox.as('agent', 'GET /sandbox/sms', {}, undefined, { phone })).status).toBe(403);
    expect((await behave('explode')).status).toBe(422);
  });

  it('writes neither phone nor text into a log or a job', async () => {
    const lines: unknown[] = [];
    for (const level of ['info', 'warn', 'error'] as const) {
      vi.spyOn(log, level).mockImplementation((...line: unknown[]) => void lines.push(line));
    }
    await send('r/1', 'a text to look for');
    await sandbox.signed(smsSecret, messages, 'sms_r', { reference: 'r', phone, text: 'a text to look for' });
    const traces = JSON.stringify([lines, sandbox.queue]);
    expect(lines.length).toBeGreaterThan(0);
    expect(traces).not.toContain(phone);
    expect(traces).not.toContain('a text to look for');
  });
});

describe('the clock', () => {
  const move = (now: string, role = 'operator') => sandbox.as(role, 'POST /sandbox/clock', {}, { now });
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

  it('moves forward, and tells the sweep', async () => {
    const now = inDays(3);
    expect(await move(now)).toEqual({ status: 200, body: { now } });
    const row = sandbox.table.store('main').get({ hash: 'CLOCK', range: 'CLOCK' });
    expect(Math.round(Number(row?.offsetMs) / 1000)).toBe(3 * 86_400);
    expect(sandbox.events).toEqual([
      {
        EventBusName: 'bus',
        Source: 'onewindow',
        DetailType: 'clock.moved',
        Detail: JSON.stringify({ now }),
      },
    ]);
    const again = inDays(4).replace('Z', '+00:00');
    expect((await move(again)).body.now).toBe(new Date(again).toISOString());
  });

  it('never moves back, nor out of all calendars', async () => {
    expect((await move(inDays(-1))).status).toBe(422);
    await move(inDays(3));
    const back = await move(inDays(2));
    expect(back.status).toBe(422);
    expect(back.body.errors).toEqual([{ pointer: '/now', detail: expect.any(String) }]);
    expect((await move(inDays(20 * 365))).status).toBe(422);
    expect((await move('tomorrow')).status).toBe(422);
    expect((await move(inDays(4), 'officer')).status).toBe(403);
    expect(sandbox.events).toHaveLength(1);
  });

  it('counts for what the carrier receives', async () => {
    const now = inDays(30);
    await move(now);
    // The clock is read again a moment later at the latest.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await sandbox.signed(smsSecret, messages, 'sms_r', {
      reference: 'r',
      phone,
      text: 't',
      application: number,
    });
    const { body } = await sandbox.as('operator', 'GET /sandbox/sms', {}, undefined, { phone });
    expect((body.items as { at: string }[])[0]?.at.slice(0, 10)).toBe(now.slice(0, 10));
  });
});
