/** Courier and SMS carrier call in: signed, late, repeated and in any order. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { handler as text } from '../../functions/notifications/send-sms.ts';
import { courierNumber } from '../../functions/platform/codes.ts';
import { later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { dismantle, whsec } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const problem = ({ status, body }: Reply): unknown => [status, body.type?.split(':').at(-1)];

describe('a tracking event', () => {
  const trackingNumber = 'EA100000017CN';
  let number: string;
  beforeEach(async () => {
    number = await here.concluded();
    await issue(here.message(number, 'application.concluded'));
  });
  const track = (event: string, changes: Json = {}, by = whsec('C'), options = {}): Promise<Reply> =>
    here.signed(
      by,
      'POST',
      '/courier/events',
      { reference: `${number}/1`, trackingNumber, event, ...changes },
      options,
    );

  it('moves the parcel and the case on', async () => {
    expect(await here.read(number)).toMatchObject({
      status: 'issuing',
      delivery: { status: 'ordered', trackingNumber },
    });
    expect((await track('collected')).body).toEqual({ reference: `${number}/1`, status: 'collected' });
    expect(await here.read(number)).toMatchObject({
      status: 'delivering',
      delivery: { status: 'collected' },
    });
    expect((await track('delivered', { at: later(9).toISOString() })).status).toBe(202);
    expect(await here.read(number)).toMatchObject({ status: 'completed', delivery: { status: 'delivered' } });
  });

  it('late, repeated or impossible is taken note of and changes nothing', async () => {
    await track('in-transit');
    const before = here.journal(number).length;
    for (const event of ['collected', 'in-transit', 'collected'])
      expect((await track(event)).status).toBe(202);
    expect(here.journal(number)).toHaveLength(before);
    await track('delivered');
    for (const event of ['lost', 'returned', 'in-transit', 'delivered']) {
      expect((await track(event)).body.status).toBe('delivered');
    }
    expect(here.journal(number)).toHaveLength(before + 1);
    expect(here.cloud.counted).not.toContain('ParcelsLost');
  });

  it('at the same time from several sides is recorded once each', async () => {
    await Promise.all(['collected', 'in-transit', 'delivered', 'delivered'].map((event) => track(event)));
    expect((await here.read(number)).delivery.status).toBe('delivered');
    const delivered = here.events(number).filter(({ type }) => type === 'parcel.delivered');
    expect(delivered).toHaveLength(1);
  });

  it('of another parcel is not applied', async () => {
    const reply = await track('delivered', { trackingNumber: courierNumber(99) });
    expect(reply.status).toBeLessThan(500);
    expect((await here.read(number)).delivery.status).toBe('ordered');
  });

  it('of a parcel that nobody ordered is not found', async () => {
    expect(problem(await track('delivered', { reference: 'nobody/1' }))).toEqual([404, 'not-found']);
    expect(problem(await track('delivered', { reference: '///' }))).toEqual([404, 'not-found']);
  });

  it('forged, stale or signed by somebody else is not taken', async () => {
    expect(problem(await track('delivered', {}, whsec('S')))).toEqual([401, 'bad-signature']);
    expect(problem(await track('delivered', {}, whsec('C'), { at: later(-6) }))).toEqual([
      401,
      'bad-signature',
    ]);
    expect((await here.read(number)).delivery.status).toBe('ordered');
  });

  it.each<[string, Json, string]>([
    ['a courier number with a wrong check digit', { trackingNumber: 'EA100000016CN' }, '/trackingNumber'],
    ['an event that is none', { event: 'eaten' }, '/event'],
    ['a time without offset', { at: '2026-11-23T10:00:00' }, '/at'],
    ['no reference', { reference: '' }, '/reference'],
  ])('with %s is refused by its pointer', async (_, changes, pointer) => {
    const reply = await track('delivered', changes);
    expect(reply.status).toBe(422);
    expect(reply.body.errors.map((each: Json) => each.pointer)).toEqual([pointer]);
  });

  it('that says more than we know is taken all the same', async () => {
    expect((await track('collected', { courier: '王师傅', station: 12 })).status).toBe(202);
  });
});

describe('what we have signed ourselves', () => {
  it.each(['event', 'parcel', 'sms', 'read', 'decision'])(
    'as %s_… and is sent back to us is refused as badly signed',
    async (purpose) => {
      const number = await here.concluded();
      const event = { reference: `${number}/1`, trackingNumber: 'EA100000017CN', event: 'lost' };
      const id = `${purpose}_${number}/1`;
      const courier = await here.signed(whsec('C'), 'POST', '/courier/events', event, { id });
      expect(problem(courier)).toEqual([401, 'bad-signature']);
      const receipt = { reference: `${number}/2/0`, status: 'failed' };
      const sms = await here.signed(whsec('S'), 'POST', '/sms/receipts', receipt, { id });
      expect(problem(sms)).toEqual([401, 'bad-signature']);
    },
  );

  it('begins with its purpose', async () => {
    const number = await here.concluded();
    await issue(here.message(number, 'application.concluded'));
    await text(here.message(number, 'application.accepted'));
    const ids = here.cloud.outgoing.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([expect.stringMatching(/^parcel_/), expect.stringMatching(/^sms_/)]);
  });
});

describe('a delivery receipt', () => {
  let number: string;
  let reference: string;
  beforeEach(async () => {
    number = await here.accepted();
    await text(here.message(number, 'application.accepted'));
    reference = here.cloud.outgoing.at(-1)?.body.reference;
  });
  const receive = (status: string, changes: Json = {}, by = whsec('S')): Promise<Reply> =>
    here.signed(by, 'POST', '/sms/receipts', { reference, status, ...changes });
  const messageStatus = () => here.cloud.rows.find(({ sk }) => String(sk).startsWith('MESSAGE#'))?.status;

  it('moves the message forward, once', async () => {
    expect(messageStatus()).toBe('sent');
    expect((await receive('delivered')).body).toEqual({ reference, applied: true });
    expect((await receive('delivered')).body).toEqual({ reference, applied: false });
    expect((await receive('failed')).body).toEqual({ reference, applied: false });
    expect(messageStatus()).toBe('delivered');
  });

  it('of a failure may be corrected by one of delivery, not the other way round', async () => {
    expect((await receive('failed')).body.applied).toBe(true);
    expect((await receive('delivered')).body.applied).toBe(true);
    expect((await receive('failed')).body.applied).toBe(false);
  });

  it.each(['x/1/0', 'nobody', '////', `${'a'.repeat(100)}/2/0`])(
    'of the unknown message %s is taken and changes nothing',
    async (unknown) => {
      const { status, body } = await receive('delivered', { reference: unknown });
      expect([status, body.applied]).toEqual([202, false]);
    },
  );

  it('reaches no row but a message', async () => {
    const before = JSON.stringify(here.cloud.rows.filter(({ sk }) => sk === 'APPLICATION'));
    await receive('failed', { reference: `${number}/../APPLICATION` });
    expect(JSON.stringify(here.cloud.rows.filter(({ sk }) => sk === 'APPLICATION'))).toBe(before);
  });

  it('signed by somebody else is not taken', async () => {
    expect(problem(await receive('delivered', {}, whsec('C')))).toEqual([401, 'bad-signature']);
  });
});
