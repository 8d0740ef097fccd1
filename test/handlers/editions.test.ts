/**
 * What a case keeps of the catalogue: published anew while it runs, nothing changes for it. What follows from answers.
 * What an applicant puts together.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetCatalogue } from '../../functions/catalogue/published.ts';
import type { Item, Service } from '../../functions/catalogue/schemas.ts';
import { handler as text } from '../../functions/notifications/send-sms.ts';
import { table, tableName } from '../../functions/platform/table.ts';
import { Publisher } from '../../infra/catalogue/publish.ts';
import { catalogue, serviceOf } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

/** Publishes the files with some services replaced, added, or left out; every function sees it. */
async function publish(changed: Service[], without: string[] = []): Promise<void> {
  const codes = new Set([...changed.map(({ code }) => code), ...without]);
  const services = [...catalogue.services.filter(({ code }) => !codes.has(code)), ...changed];
  await new Publisher(table, tableName()).publish({ ...catalogue, services });
  forgetCatalogue();
}

/** Publishes the files without a department, as if another decided its item from now on. */
async function publishWithout(code: string): Promise<void> {
  const departments = catalogue.departments.filter((each) => each.code !== code);
  const services = catalogue.services.map((service) => ({
    ...service,
    items: service.items.map((each) =>
      each.department === code ? { ...each, department: 'housing' } : each,
    ),
  }));
  await new Publisher(table, tableName()).publish({ departments, services });
  forgetCatalogue();
}

const submit = (body: Json): Promise<Reply> => here.as('applicant').post('/applications', body);
const correct = (number: string, body: Json): Promise<Reply> =>
  here.as('applicant').post(`/applications/${number}/corrections`, body);
const errorsOf = ({ body }: Reply): unknown =>
  body.errors.map(({ pointer, parameter, detail }: Json) => `${pointer ?? parameter} ${detail}`);
const opening = (): Service => structuredClone(serviceOf('business-opening'));

type Field = Record<string, unknown>;
const propertiesOf = ({ form }: Service) => form.properties as Record<string, Field>;
const text20 = (zh: string): Field => ({ type: 'string', title: zh, 'x-en': zh, maxLength: 20 });

/** An item with one field of its own. */
const item = (code: string, more: Partial<Item> = {}): Item => ({
  ...(serviceOf('rental-filing').items[0] as Item),
  code,
  name: { zh: code, en: code },
  department: 'housing',
  fields: [`${code}Field`],
  materials: [],
  ...more,
});

function documentOf(items: Item[], more: Partial<Service> = {}): Service {
  const names = [...new Set(items.flatMap(({ fields }) => fields))];
  return {
    ...serviceOf('rental-filing'),
    delivery: ['pickup', 'electronic'],
    items,
    form: {
      type: 'object',
      title: '表',
      'x-en': 'Form',
      additionalProperties: false,
      required: [],
      properties: Object.fromEntries(names.map((name) => [name, text20(name)])),
    },
    ...more,
  };
}

const body = (service: string, form: Json, more: Json = {}): Json => ({
  ...here.example(),
  service,
  form,
  materials: [],
  delivery: { method: 'pickup' },
  ...more,
});

describe('a case keeps its edition', () => {
  async function asked(): Promise<string> {
    const number = await here.accepted();
    const correction = { outcome: 'correction', reason: 'The name is taken', fields: ['/form/companyName'] };
    expect((await here.decide(`${number}-1`, 'market-supervision', correction)).status).toBe(200);
    return number;
  }
  const companyName = '杭州湖滨新青禾文化创意有限公司';

  it.each<[string, (service: Service) => void]>([
    [
      'a field vanished',
      (service) => {
        delete propertiesOf(service).members;
        delete propertiesOf(service).companyName;
        service.form.required = [];
        for (const each of service.items) {
          each.fields = each.fields.filter((name) => name !== 'members' && name !== 'companyName');
        }
      },
    ],
    [
      'a new field became compulsory',
      (service) => {
        propertiesOf(service).colour = text20('颜色');
        service.items[0]?.fields.push('colour');
      },
    ],
    [
      'a field allows less',
      (service) => {
        propertiesOf(service).companyName = { ...text20('企业名称'), maxLength: 5 };
      },
    ],
    [
      'items vanished',
      (service) => {
        service.items = service.items.slice(0, 1);
      },
    ],
    [
      'nothing is personal any more',
      (service) => {
        service.form = JSON.parse(JSON.stringify(service.form).replaceAll('"x-personal":true', '"x-en":"x"'));
      },
    ],
  ])('for corrections and sealing, although %s', async (_, change) => {
    const number = await asked();
    const changed = opening();
    change(changed);
    await publish([changed]);
    const { status, body: after } = await correct(number, { form: { companyName } });
    expect(status).toBe(200);
    expect(after.form).toMatchObject({ companyName, members: [{ name: '王**' }, { name: '李**' }] });
    expect(JSON.stringify(here.cloud.rows)).not.toContain('王建国');
    expect(after.reviews).toHaveLength(5);
    const whole = await here.signed(here.secretOf('market-supervision'), 'GET', `/reviews/${number}-1`);
    expect(whole.body.form).toMatchObject({ companyName, members: [{ name: '王建国' }, { name: '李秀英' }] });
  });

  it('to the end, although the service is gone, while nobody can apply for it any more', async () => {
    const number = await asked();
    await publish([], ['business-opening']);
    expect((await correct(number, { form: { companyName } })).status).toBe(200);
    expect(errorsOf(await submit(here.example()))).toEqual(['/service Not in the catalogue']);
  });

  it('also after going back to what was published before', async () => {
    const changed = opening();
    propertiesOf(changed).colour = text20('颜色');
    changed.items[0]?.fields.push('colour');
    await publish([changed]);
    const form = { ...here.example().form, colour: '红' };
    const { number } = (await submit(here.example({ form }))).body;
    await new Publisher(table, tableName()).rollBack();
    forgetCatalogue();
    const correction = { outcome: 'correction', reason: 'Another colour', fields: ['/form/colour'] };
    await here.decide(`${number}-1`, 'market-supervision', correction);
    expect((await correct(number, { form: { colour: '蓝' } })).body.form.colour).toBe('蓝');
  });

  it('and its messages name the service as it was called', async () => {
    const number = await here.accepted();
    await publish([{ ...opening(), name: { zh: '新名字', en: 'New name' } }]);
    await text(here.message(number, 'application.accepted'));
    expect(here.cloud.outgoing.at(-1)?.body.text).toContain('企业开办');
  });

  it('costs no read of the catalogue that is not kept already', async () => {
    const number = await asked();
    const before = here.cloud.asked.length;
    await correct(number, { form: { companyName } });
    const keys = here.cloud.asked.slice(before).map(({ input }) => String(input.Key?.pk ?? ''));
    expect(keys.filter((pk) => /^(CATALOGUE|SERVICE)/.test(pk))).toEqual([]);
  });

  it('and one of before editions were kept goes by what is published', async () => {
    const number = await asked();
    const { unpacked, packed } = await import('../../functions/cases/packed-dossier.ts');
    const store = here.cloud.table.store('main');
    const key = { hash: `APPLICATION#${number}`, range: 'DOSSIER' };
    const row = store.get(key) ?? {};
    const { catalogue: _, ...dossier } = unpacked(row);
    store.set(key, { ...row, ...packed(dossier) });
    expect((await correct(number, { form: { companyName } })).status).toBe(200);
    await text(here.message(number, 'application.accepted'));
    expect(here.cloud.outgoing.at(-1)?.body.text).toContain('企业开办');
    await publish([], ['business-opening']);
    const correction = { outcome: 'correction', reason: 'Again', fields: ['/form/companyName'] };
    await here.decide(`${number}-1`, 'market-supervision', { ...correction, dossierVersion: 2 });
    expect((await correct(number, { form: { companyName: '杭州湖滨文化有限公司' } })).status).toBe(409);
  });
});

describe('questions first', () => {
  const because = { zh: '卖食品须有许可', en: 'Who sells food needs a licence' };
  const shop = documentOf(
    [
      item('shop', { fields: ['sellsFood', 'shopField'] }),
      item('food', {
        after: ['shop'],
        when: { '==': [{ var: 'sellsFood' }, 'yes'] },
        because,
        materials: [{ code: 'kitchen-plan', name: because, grade: 'C', required: true }],
      }),
      item('sign', { after: ['food'], onRefusal: 'continues' }),
    ],
    { code: 'shop-opening', kind: 'bundle', questions: ['sellsFood'] },
  );
  beforeEach(() => publish([shop]));
  const answered = (sellsFood: string, more: Json = {}, rest: Json = {}): Json =>
    body('shop-opening', { sellsFood, shopField: 'x', signField: 'y', ...more }, rest);
  const planOf = async (number: string) =>
    (await here.read(number)).reviews.map(({ item: code, status }: Json) => `${code} ${status}`);

  it('says before anything is filed what follows from the answers', async () => {
    const read = async (answers: Json) =>
      (
        await here
          .as('applicant')
          .get(`/catalogue/shop-opening?answers=${encodeURIComponent(JSON.stringify(answers))}`)
      ).body.derivation;
    expect(await read({ sellsFood: 'yes' })).toEqual({
      items: ['shop', 'food', 'sign'],
      materials: [{ code: 'kitchen-plan', required: true, items: ['food'] }],
      required: ['sellsFood', 'shopField', 'foodField', 'signField'],
      reasons: [
        { item: 'shop', applies: true },
        { item: 'food', applies: true, because },
        { item: 'sign', applies: true },
      ],
    });
    expect((await read({ sellsFood: 'no' })).items).toEqual(['shop', 'sign']);
    expect((await read({})).items).toEqual(['shop', 'sign']);
  });

  it.each(['nonsense', '[]', '7', '"x"'])('refuses the answers %s', async (answers) => {
    const reply = await here.as('applicant').get(`/catalogue/shop-opening?answers=${answers}`);
    expect([reply.status, errorsOf(reply)]).toEqual([422, ['answers Not a JSON object of answers by field']]);
  });

  it('asks for what the answers make compulsory, and for no more', async () => {
    expect(errorsOf(await submit(answered('yes')))).toEqual([
      '/form/foodField Required',
      '/materials The material kitchen-plan is missing',
    ]);
    expect((await submit(answered('no'))).status).toBe(201);
  });

  it('plans the items that apply, and keeps the order across those that do not', async () => {
    const { number } = (await submit(answered('no'))).body;
    expect(await planOf(number)).toEqual(['shop requested', 'sign waiting']);
    await here.decide(`${number}-1`, 'housing', { outcome: 'approved', output: { number: 'N' } });
    expect(await planOf(number)).toEqual(['shop approved', 'sign requested']);
    expect((await here.read(number)).derivation).toEqual([{ item: 'food', applies: false, because }]);
    expect((await here.read(number)).form).toMatchObject({ sellsFood: 'no' });
  });

  it('keeps the derivation with the case, whatever is published later', async () => {
    const rest = { materials: [await here.uploaded('kitchen-plan')] };
    const { number } = (await submit(answered('yes', { foodField: 'z' }, rest))).body;
    await publish([{ ...shop, items: shop.items.slice(0, 1) }]);
    expect((await here.read(number)).derivation).toEqual([{ item: 'food', applies: true, because }]);
    expect(await planOf(number)).toEqual(['shop requested', 'food waiting', 'sign waiting']);
  });

  it('refuses an item that does not apply by the answers', async () => {
    expect(errorsOf(await submit(answered('no', {}, { items: ['shop', 'food'] })))).toEqual([
      '/items/1 Does not apply by what was answered',
    ]);
  });

  it('lets no correction change the plan', async () => {
    const { number } = (await submit(answered('no'))).body;
    const ask = (fields: string[]) =>
      here.decide(`${number}-1`, 'housing', { outcome: 'correction', reason: 'Look again', fields });
    await ask(['/form/sellsFood', '/form/shopField']);
    expect(errorsOf(await correct(number, { form: { sellsFood: 'yes' } }))).toEqual([
      '/form/sellsFood Would change which items are needed: withdraw this application and apply anew',
    ]);
    expect((await correct(number, { form: { sellsFood: 'never', shopField: 'w' } })).status).toBe(200);
  });

  it('says so when nothing applies', async () => {
    const [, food] = shop.items as [Item, Item];
    await publish([{ ...shop, items: [{ ...food, after: [] }] }]);
    expect(errorsOf(await submit(body('shop-opening', {})))).toEqual([
      '/form/sellsFood By these answers there is nothing to apply for',
    ]);
  });
});

describe('who may apply, and for what', () => {
  it('is said by the pointer of the applicant', async () => {
    await publish([{ ...serviceOf('rental-filing'), applicants: ['company'] }]);
    const reply = await submit({ ...serviceOf('rental-filing').example });
    expect(errorsOf(reply)).toContain('/applicant/type This service is for: company');
  });

  it('what is part of bundles only is refused with their names', async () => {
    await publish([{ ...serviceOf('rental-filing'), alone: false, partOf: ['home-moving'] }]);
    expect(errorsOf(await submit({ ...serviceOf('rental-filing').example }))).toEqual([
      '/service Is applied for as part of home-moving',
    ]);
  });
});

describe('what an applicant puts together', () => {
  const because = { zh: '因为', en: 'because' };
  const single = (code: string, more: Partial<Item> = {}, rest: Partial<Service> = {}): Service =>
    documentOf([item(code, more)], { code, kind: 'item', ...rest });
  const services: Service[] = [
    single('water', { needs: [{ item: 'meter', because }], fields: ['place', 'waterField'] }),
    single('meter', { fields: ['place'] }),
    single('gas', { waitsFor: { water: because }, excludes: [{ item: 'heat', because }] }),
    single('heat'),
    single('yard', {}, { applicants: ['company'] }),
    single('inner', {}, { alone: false, partOf: ['home-moving'] }),
  ];
  beforeEach(() => publish(services));
  const look = (items: string, more = '') =>
    here.as('applicant').get(`/catalogue/self-selected?items=${items}${more}`);
  const form = { place: 'p', waterField: 'w', gasField: 'g' };

  it('is shown before anything is filed: one form, the plan and why, the promise', async () => {
    const { body: shown } = await look('gas,water');
    expect(Object.keys(shown.form.properties).toSorted()).toEqual(['gasField', 'place', 'waterField']);
    expect(shown.derivation.items.toSorted()).toEqual(['gas', 'meter', 'water']);
    const explained = Object.fromEntries(shown.explanation.map((each: Json) => [each.item, each]));
    expect(explained).toMatchObject({
      meter: { chosen: false, neededBy: [{ item: 'water', because }], waitsFor: [] },
      water: { chosen: true, neededBy: [], waitsFor: [{ item: 'meter', because }] },
      gas: { chosen: true, waitsFor: [{ item: 'water', because }] },
    });
    const alone = (await look('heat')).body.promise;
    expect(shown.promise.dueAt > alone.dueAt).toBe(true);
    expect((await here.as('applicant').get('/catalogue/self-selected/promise?items=gas,water')).body).toEqual(
      shown.promise,
    );
  });

  it.each([
    ['gas,heat', '', ['/items/0 Cannot go together with heat: because']],
    ['gas,nothing', '', ['/items/1 Not an item of the catalogue']],
    ['gas,business-opening', '', ['/items/1 Not an item of the catalogue']],
    ['yard,heat', '&applicant=person', ['/items/0 A person may not apply for it']],
    ['heat,inner', '', ['/items/1 Is applied for as part of home-moving']],
  ])('is refused by pointer, here and when it is filed: %s', async (items, more, errors) => {
    expect(errorsOf(await look(items, more))).toEqual(errors);
    const filed = await submit(body('self-selected', {}, { items: items.split(',') }));
    expect(errorsOf(filed)).toEqual(errors);
  });

  it('is refused without items', async () => {
    expect(errorsOf(await submit(body('self-selected', {})))).toEqual(['/items Name the items to apply for']);
    expect((await look(',')).status).toBe(422);
  });

  it('becomes one case with one review for each item, and keeps their editions', async () => {
    const { number } = (await submit(body('self-selected', form, { items: ['gas', 'water'] }))).body;
    const { reviews } = await here.read(number);
    expect(reviews.map(({ item: code, status }: Json) => `${code} ${status}`)).toEqual([
      'meter requested',
      'water waiting',
      'gas waiting',
    ]);
    await here.decide(`${number}-1`, 'housing', {
      outcome: 'correction',
      reason: 'Where?',
      fields: ['/form/place'],
    });
    const shorter = single('meter', { fields: ['room'] });
    await publish([...services.filter(({ code }) => code !== 'meter' && code !== 'water'), shorter]);
    expect((await correct(number, { form: { place: 'q' } })).body.form).toEqual({ ...form, place: 'q' });
    for (const place of [1, 2, 3])
      await here.decide(`${number}-${place}`, 'housing', {
        outcome: 'approved',
        output: { number: `N-${place}` },
        dossierVersion: 2,
      });
    expect(await here.read(number)).toMatchObject({ status: 'approved' });
  });

  it('needs the fields of its items and no others', async () => {
    const reply = await submit(body('self-selected', { gasField: 'g' }, { items: ['gas', 'water'] }));
    expect(errorsOf(reply)).toEqual(['/form/place Required', '/form/waterField Required']);
  });
});

describe('a submission that is repeated with its Idempotency-Key', () => {
  const key = { 'idempotency-key': 'submitted-once' };
  const send = (more: Json = {}) => here.as('applicant').post('/applications', here.example(more), key);

  it('has its first answer, whatever has been published since', async () => {
    const first = await send();
    expect(first.status).toBe(201);
    await publish([], ['business-opening']);
    const second = await send();
    expect([second.status, second.body]).toEqual([201, first.body]);
    const other = await send({ language: 'en' });
    expect([other.status, other.body.type]).toEqual([422, expect.stringContaining('idempotency-key-reused')]);
  });

  it('and was refused at first is looked at anew', async () => {
    await publish([], ['business-opening']);
    expect((await send()).status).toBe(422);
    await publish([serviceOf('business-opening')]);
    expect((await send()).status).toBe(201);
  });
});

describe('a department that the catalogue names no more', () => {
  const code = 'market-supervision';
  const officer = () => here.as('officer', code);

  it('has its inbox as long as something is open in it, and is connected as before', async () => {
    const number = await here.accepted();
    await publishWithout(code);
    const { status, body: inbox } = await officer().get(`/departments/${code}/reviews`);
    expect([status, inbox.items?.map(({ id }: Json) => id)]).toEqual([200, [`${number}-1`]]);
    const webhookUrl = 'https://93.184.215.14/hook';
    expect((await here.as('operator').put(`/departments/${code}`, { webhookUrl })).status).toBe(200);
    expect((await here.as('operator').post(`/departments/${code}/secrets`)).status).toBe(201);
    expect((await here.as('operator').get(`/departments/${code}/deliveries`)).status).toBe(200);
    const { body } = await here.as('operator').get('/departments');
    expect(body.items.at(-1)).toMatchObject({ code, name: { en: code }, webhookUrl });
  });

  it('is none once nothing is open and nobody connected it', async () => {
    await publishWithout(code);
    for (const each of [code, 'nobody', 'x'.repeat(3000), 'A#B']) {
      const reply = await here.as('operator').get(`/departments/${encodeURIComponent(each)}`);
      expect(reply.status, each).toBe(404);
    }
  });
});
