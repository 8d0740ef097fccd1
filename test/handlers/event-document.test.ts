/** What departments' tools are given about the webhooks, held against the specification and against what is sent. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type Options } from 'ajv';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handler } from '../../functions/departments/deliver-webhook.ts';
import { webhookTypes } from '../../functions/departments/webhook.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';
import { Receiver } from '../support/receiver.ts';

const department = 'market-supervision';
let receiver: Receiver;
let here: OneWindow;
beforeAll(async () => {
  receiver = await new Receiver().open();
});
afterAll(() => receiver.close());
beforeEach(async () => {
  here = new OneWindow({ PRIVATE_DESTINATIONS: 'allowed' });
  receiver.received.length = 0;
  await here.as('operator').put(`/departments/${department}`, { webhookUrl: receiver.url });
});
afterEach(dismantle);

const get = async (path: string): Promise<Json> => (await here.send('GET', path)).body;
/** @param more its specification brings the meta-schema with it */
const ajv = (more: Options = {}) => {
  const made = new Ajv({ strict: false, allErrors: true, ...more });
  made.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
  made.addFormat('uri', (text: string) => URL.canParse(text));
  made.addFormat('uri-reference', true);
  made.addFormat('email', true);
  return made;
};

describe('the AsyncAPI document', () => {
  it('is one, by the schema of its own specification', async () => {
    const document = await get('/asyncapi.json');
    const file = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0.json');
    const validate = ajv({ meta: false, validateSchema: false }).compile(
      JSON.parse(readFileSync(file, 'utf8')),
    );
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
    expect(validate({ ...document, channels: { webhook: { adress: null } } })).toBe(false);
  });

  it('has every webhook that there is, and refers to nothing that it does not have', async () => {
    const document = await get('/asyncapi.json');
    const names = Object.values<Json>(document.components.messages).map(({ name }) => name);
    expect(names.toSorted()).toEqual([...webhookTypes].toSorted());
    const text = JSON.stringify(document);
    for (const [, pointer = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      expect(
        pointer.split('/').reduce((at, part) => at?.[part], document),
        pointer,
      ).toBeDefined();
    }
  });
});

describe('the JSON Schemas', () => {
  const validatorOf = async (type: string) => ajv().compile(await get(`/events/${type}`));

  it.each(webhookTypes)('of %s hold for what is sent, and for nothing else', async (type) => {
    await here.as('operator').post(`/departments/${department}/test-events`, { type });
    const [{ body }] = receiver.received as [Json];
    const validate = await validatorOf(type);
    expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...body, moreInALaterVersion: 1 })).toBe(true);
    for (const name of ['reviewId', 'application', 'item', 'dueAt', 'decisionUrl', 'materials']) {
      const { [name]: _, ...rest } = body.data;
      expect(validate({ ...body, data: rest }), name).toBe(false);
    }
    expect(validate({ ...body, type: 'review.other' })).toBe(false);
  });

  it('hold for true ones', async () => {
    const number = await here.accepted({ materials: [await here.uploaded('articles-of-association')] });
    await handler(here.message(number, 'review.requested'));
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    await handler(here.message(number, 'review.cancelled', 1, `${number}-1`));
    expect(receiver.received).toHaveLength(2);
    for (const { body } of receiver.received) {
      const validate = await validatorOf(body.type);
      expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it('are of known events only', async () => {
    expect((await here.send('GET', '/events/review.unheard-of')).status).toBe(404);
  });
});
