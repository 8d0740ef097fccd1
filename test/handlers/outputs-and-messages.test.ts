/** What reaches the applicant: one parcel, and one SMS for each step that concerns them. */
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { handler as text } from '../../functions/notifications/send-sms.ts';
import { courierNumber } from '../../functions/platform/codes.ts';
import { serviceOf } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { awsError, dismantle, whsec } from '../support/memory-cloud.ts';
import { OneWindow, sqsEvent } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const done = { batchItemFailures: [] };
const again = { batchItemFailures: [{ itemIdentifier: 'm-1' }] };
const sentTo = (host: string) => here.cloud.outgoing.filter(({ url }) => url.includes(host));
const track = (number: string, trackingNumber: string, event: string, parcel = 1) =>
  here.signed(whsec('C'), 'POST', '/courier/events', {
    reference: `${number}/${parcel}`,
    trackingNumber,
    event,
  });
const refuseAccept = (number: string) =>
  here.decide(`${number}-1`, 'market-supervision', { outcome: 'refused', reason: 'No' });

/** The courier gives each order a number of its own, the same one when asked again. */
function givesNumbers(): void {
  const given: string[] = [];
  here.cloud.answer = ({ body }) => {
    if (!given.includes(body.reference)) given.push(body.reference);
    return Response.json({ trackingNumber: courierNumber(given.indexOf(body.reference)) }, { status: 201 });
  };
}

describe('the outputs of a case', () => {
  const ordered = (): Json[] => sentTo('courier.test').map(({ body }) => body);
  const conclusion = (number: string) => issue(here.message(number, 'application.concluded'));

  it('travel in one parcel, to the address as it was given', async () => {
    const number = await here.concluded();
    expect(await conclusion(number)).toEqual(done);
    const { delivery } = here.example();
    expect(ordered()).toEqual([
      {
        reference: `${number}/1`,
        recipient: { name: delivery.recipient, phone: delivery.phone, address: delivery.address },
        contents: [
          { item: 'business-registration', name: '营业执照' },
          { item: 'seal-engraving', name: '印章' },
          { item: 'invoice-application', name: '发票和税务 UKey' },
        ],
      },
    ]);
    expect(await here.read(number)).toMatchObject({
      status: 'issuing',
      delivery: { status: 'ordered', parcel: 1 },
    });
  });

  it('are ordered by a signed call whose key never changes', async () => {
    const number = await here.concluded();
    await conclusion(number);
    const [{ headers, body }] = sentTo('courier.test') as [Json];
    expect(new Webhook(whsec('C')).verify(JSON.stringify(body), headers)).toEqual(body);
    expect(headers['webhook-id']).toBe(`parcel_${number}/1`);
  });

  it('are ordered once, however often the conclusion is heard', async () => {
    const number = await here.concluded();
    await Promise.all([conclusion(number), conclusion(number)]);
    await conclusion(number);
    expect(new Set(ordered().map(({ reference }) => reference))).toEqual(new Set([`${number}/1`]));
    expect(here.events(number).filter(({ type }) => type === 'parcel.ordered')).toHaveLength(1);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ['refuses', () => new Response('', { status: 422 })],
    ['is down', () => new Response('', { status: 503 })],
    ['does not answer', () => Promise.reject(new DOMException('timeout', 'TimeoutError'))],
    ['answers with a number that is none', () => Response.json({ trackingNumber: 'EA000000000CN' })],
    ['answers nonsense', () => new Response('<html>')],
  ])('wait in the queue while the courier %s', async (_, answer) => {
    const number = await here.concluded();
    here.cloud.answer = answer;
    expect(await conclusion(number)).toEqual(again);
    expect((await here.read(number)).delivery.status).toBe('pending');
  });

  it('lost are sent again, until after the third a person must look; nobody is told to collect what is not there', async () => {
    givesNumbers();
    const number = await here.concluded();
    await conclusion(number);
    for (const parcel of [1, 2, 3]) {
      const { delivery } = await here.read(number);
      expect(delivery.parcel).toBe(parcel);
      expect((await track(number, delivery.trackingNumber, 'lost', parcel)).status).toBe(202);
      if (parcel < 3) expect(await issue(here.message(number, 'parcel.lost'))).toEqual(done);
    }
    expect(await here.read(number)).toMatchObject({ status: 'issuing', delivery: { status: 'lost' } });
    expect(here.events(number).map(({ type }) => type)).not.toContain('pickup.ready');
    expect(ordered().map(({ reference }) => reference)).toEqual([1, 2, 3].map((n) => `${number}/${n}`));
    expect(here.cloud.counted.filter((name) => name === 'ParcelsLost')).toHaveLength(2);
    expect(here.cloud.counted.filter((name) => name === 'ParcelsGivenUp')).toHaveLength(1);
  });

  it('chosen to be electronic leave the physical ones a consignment of their own', async () => {
    const number = await here.concluded({ delivery: { method: 'electronic' } });
    await conclusion(number);
    const { status, consignments } = await here.read(number);
    expect(status).toBe('ready-for-pickup');
    expect(consignments).toMatchObject([
      { id: '1', method: 'electronic', status: 'issued' },
      { id: '2', method: 'pickup', status: 'ready-for-pickup' },
    ]);
    expect(consignments[1].outputs.map(({ item }: Json) => item)).toContain('seal-engraving');
  });

  it('returned wait at the window, and nothing is ordered', async () => {
    const number = await here.concluded();
    await conclusion(number);
    const { delivery } = await here.read(number);
    await track(number, delivery.trackingNumber, 'returned');
    expect(await issue(here.message(number, 'parcel.returned'))).toEqual(done);
    expect(await here.read(number)).toMatchObject({
      status: 'ready-for-pickup',
      delivery: { status: 'ready-for-pickup' },
    });
    expect(ordered()).toHaveLength(1);
  });

  it('that are electronic need nobody: the case is completed', async () => {
    const number = await here.concluded(serviceOf('road-occupation').example);
    await conclusion(number);
    await conclusion(number);
    expect(await here.read(number)).toMatchObject({ status: 'completed', delivery: { status: 'issued' } });
    expect(ordered()).toEqual([]);
  });

  it('of a refused or withdrawn case are none', async () => {
    const number = await here.accepted();
    await refuseAccept(number);
    expect((await here.read(number)).status).toBe('refused');
    expect(await conclusion(number)).toEqual(done);
    expect(ordered()).toEqual([]);
  });

  it('of a case that does not exist are left to the queue', async () => {
    const detail = { id: 'x/1/0', time: '2026-11-23T02:00:00Z', subject: 'x', data: { application: 'x' } };
    expect(await issue(sqsEvent({ 'detail-type': 'application.concluded', detail }))).toEqual(again);
  });
});

describe('an SMS', () => {
  const messages = (): Json[] => sentTo('sms.test').map(({ body }) => body);
  const row = () => here.cloud.rows.find(({ sk }) => String(sk).startsWith('MESSAGE#'));
  const accepted = async (changes: Json = {}) => {
    const number = await here.accepted(changes);
    return { number, event: here.message(number, 'application.accepted') };
  };

  it('tells the phone that was given, in the language that was asked for, no name', async () => {
    const { number, event } = await accepted({ language: 'en' });
    expect(await text(event)).toEqual(done);
    const [message] = messages();
    expect(message).toMatchObject({ phone: here.example().applicant.phone, application: number });
    expect(message.text).toBe(
      `[OneWindow] Your application "Opening a business" ${number} is accepted. We promise to finish by 23 Nov, 15:00.`,
    );
    expect(message.reference).toMatch(new RegExp(`^${number}/\\d+/\\d+$`));
    expect(row()).toMatchObject({ status: 'sent', template: 'application.accepted' });
    expect(JSON.stringify(row())).not.toContain(message.phone);
  });

  it('is sent once, however often its event is heard', async () => {
    const { event } = await accepted();
    await text(event);
    await text(event);
    await Promise.all([text(event), text(event)]);
    expect(messages()).toHaveLength(1);
  });

  it('of the conclusion is sent for a refusal only: an approval is told with the parcel', async () => {
    const number = await here.concluded();
    expect(await text(here.message(number, 'application.concluded'))).toEqual(done);
    expect(messages()).toEqual([]);
    const refused = await here.accepted();
    await refuseAccept(refused);
    await text(here.message(refused, 'application.concluded'));
    expect(messages()[0].text).toContain('未获批准');
  });

  it('of the parcel says when only a part was approved', async () => {
    for (const [outcome, expected] of [
      ['refused', true],
      ['approved', false],
    ] as const) {
      const number = await here.accepted();
      const { reviews } = await here.read(number);
      for (const { id, department } of reviews) {
        await here.decide(id, department, {
          outcome: department === 'human-resources' ? outcome : 'approved',
          reason: 'As it is',
          output: { number: 'N-1' },
        });
      }
      await issue(here.message(number, 'application.concluded'));
      await text(here.message(number, 'parcel.ordered'));
      expect(messages().at(-1).text.includes('部分')).toBe(expected);
    }
  });

  it('whose carrier did not answer is asked for again with the same reference', async () => {
    const { event } = await accepted();
    here.cloud.answer = () => Promise.reject(new DOMException('timeout', 'TimeoutError'));
    expect(await text(event)).toEqual(again);
    here.cloud.answer = () => Response.json({}, { status: 202 });
    expect(await text(event)).toEqual(done);
    expect(new Set(messages().map(({ reference }) => reference)).size).toBe(1);
    expect(row()?.status).toBe('sent');
  });

  it.each([500, 503, 429, 400, 401, 403, 404, 422])(
    'answered %i is asked for again, and is sent when the carrier is itself again',
    async (status) => {
      const { event } = await accepted();
      const { answer } = here.cloud;
      here.cloud.answer = () => new Response('', { status });
      expect(await text(event)).toEqual(again);
      expect(here.cloud.counted).toContain('MessagesFailing');
      expect(here.cloud.counted).not.toContain('MessagesRefused');
      here.cloud.answer = answer;
      expect(await text(event)).toEqual(done);
      expect(row()?.status).toBe('sent');
    },
  );

  it.each([400, 422])(
    'whose number the carrier refuses (%i) has failed, and is not sent again',
    async (status) => {
      const { event } = await accepted();
      here.cloud.answer = () => Response.json({ error: 'number' }, { status });
      expect(await text(event)).toEqual(done);
      expect(row()?.status).toBe('failed');
      expect(here.cloud.counted).toContain('MessagesRefused');
      await text(event);
      expect(messages()).toHaveLength(1);
    },
  );

  it('waits longer the longer the carrier is away', async () => {
    const { number } = await accepted();
    here.cloud.answer = () => new Response('', { status: 503 });
    for (const receive of [1, 9, 25]) await text(here.message(number, 'application.accepted', receive));
    const waits = here.cloud.of('ChangeMessageVisibilityCommand');
    expect(waits.map(({ QueueUrl }) => QueueUrl)).toEqual(Array(3).fill('https://queue.test/patient'));
    for (const [i, least] of [10, 3600, 3600].entries()) {
      expect(waits[i].VisibilityTimeout).toBeGreaterThanOrEqual(least);
      expect(waits[i].VisibilityTimeout).toBeLessThanOrEqual(least * 1.1);
    }
  });

  it.each(['nobody', 'application.submitted'])(
    'of an event that tells nothing (%s) is none',
    async (type) => {
      const { number } = await accepted();
      const detail = {
        id: `${number}/1/0`,
        time: '2026-11-23T02:00:00Z',
        subject: number,
        data: { application: number },
      };
      expect(await text(sqsEvent({ 'detail-type': type, detail }))).toEqual(done);
      expect(messages()).toEqual([]);
    },
  );
});

/** An error of End User Messaging as its client throws it. */
const smsError = (name: string, httpStatusCode?: number, more: Json = {}): Error =>
  Object.assign(awsError(name), { $metadata: { httpStatusCode }, ...more });
const field = (Name: string) => ({ Reason: 'FIELD_VALIDATION_FAILED', Fields: [{ Name, Message: 'no' }] });

describe('a carrier without a key to de-duplicate on', () => {
  const asked = () => here.cloud.of('SendTextMessageCommand');
  const status = () => here.cloud.rows.find(({ sk }) => String(sk).startsWith('MESSAGE#'))?.status;
  let answer: (() => void) | undefined;
  async function accepted() {
    vi.resetModules();
    here.cloud.refuse = ({ name }) => {
      if (name === 'SendTextMessageCommand') answer?.();
    };
    vi.stubEnv('SMS_URL', '');
    vi.stubEnv('SMS_ORIGINATION_IDENTITY', '10690001');
    const number = await here.accepted();
    const { handler } = await import('../../functions/notifications/send-sms.ts');
    return { event: here.message(number, 'application.accepted'), handler };
  }
  const fails = (error: Error) => {
    answer = () => {
      throw error;
    };
  };

  it.each<[string, Error, string, string]>([
    ['an answer that did not come', smsError('TimeoutError'), 'unknown', 'MessagesUnknown'],
    ['a fault of theirs', smsError('InternalServerException', 500), 'unknown', 'MessagesUnknown'],
    [
      'a number that is none',
      smsError('ValidationException', 400, field('DestinationPhoneNumber')),
      'failed',
      'MessagesRefused',
    ],
    [
      'a number that wants no messages',
      smsError('ConflictException', 409, { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }),
      'failed',
      'MessagesRefused',
    ],
  ])('after %s is never sent the message again', async (_, error, expected, counted) => {
    const { event, handler } = await accepted();
    fails(error);
    expect(await handler(event)).toEqual(done);
    expect(await handler(event)).toEqual(done);
    expect(asked()).toHaveLength(1);
    expect(asked()[0]).toMatchObject({ DestinationPhoneNumber: '+8613857100001' });
    expect(status()).toBe(expected);
    expect(here.cloud.counted).toContain(counted);
  });

  it.each<[string, Error]>([
    ['no right', smsError('AccessDeniedException', 400)],
    ['no identity', smsError('ResourceNotFoundException', 400)],
    ['no origination', smsError('ConflictException', 409, { Reason: 'NO_ORIGINATION_IDENTITIES_FOUND' })],
    [
      'an unverified number in their sandbox',
      smsError('ConflictException', 409, { Reason: 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED' }),
    ],
    ['the end of the budget', smsError('ServiceQuotaExceededException', 402)],
    ['too many at once', smsError('ThrottlingException', 429)],
    ['a parameter of ours', smsError('ValidationException', 400, field('OriginationIdentity'))],
    ['no credentials', smsError('CredentialsProviderError')],
    ['no connection', Object.assign(smsError('Error'), { code: 'ECONNREFUSED' })],
  ])('is asked again after %s, once it is mended', async (_, error) => {
    const { event, handler } = await accepted();
    fails(error);
    expect(await handler(event)).toEqual(again);
    expect(await handler(event)).toEqual(again);
    expect(here.cloud.counted).toContain('MessagesFailing');
    expect(status()).toBe('waiting');
    answer = undefined;
    await Promise.all([handler(event), handler(event)]);
    expect(asked()).toHaveLength(3);
    expect(status()).toBe('sent');
  });
});
