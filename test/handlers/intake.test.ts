import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Json } from '../support/client.ts';
import { awsError, dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const submit = (body: Json, key?: string, role = 'applicant') =>
  here.as(role).post('/applications', body, key ? { 'idempotency-key': key } : {});
const pointers = (body: Json): string[] => body.errors.map(({ pointer }: Json) => pointer);

describe('a submission', () => {
  it('is answered with where the application is, its number and its first version', async () => {
    const { status, headers, body } = await submit(here.example());
    expect(status).toBe(201);
    expect(body.number).toMatch(/^330102-261123-[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(headers.get('location')).toBe(`https://api.onewindow.test/applications/${body.number}`);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({ id: body.number, status: 'in-review', version: 1 });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('needs nothing but the table and the key: no queue, no execution, no bus', async () => {
    await submit(here.example());
    const names = new Set(here.cloud.asked.map(({ name }) => name));
    expect([...names].sort()).toEqual([
      'EncryptCommand',
      'GetCommand',
      'TransactWriteCommand',
      'UpdateCommand',
    ]);
    expect(here.cloud.of('TransactWriteCommand')).toHaveLength(1);
  });

  it('keeps every personal field sealed and masked, and no other', async () => {
    const number = await here.submitted();
    const text = JSON.stringify(here.cloud.rows);
    const { applicant, form, delivery } = here.example();
    const personal = [
      ...Object.values(applicant).slice(1),
      ...Object.values(form.legalRepresentative),
      ...form.members.flatMap(({ name, idNumber }: Json) => [name, idNumber]),
      delivery.recipient,
      delivery.phone,
    ];
    for (const value of personal) expect(text).not.toContain(value);
    const read = await here.read(number);
    expect(read.applicant).toEqual({
      type: 'person',
      name: '王**',
      idNumber: '330***********1017',
      phone: '138****0001',
    });
    expect(read.form.members[0]).toEqual({
      name: '王**',
      idNumber: '330***********1017',
      contribution: 600_000,
    });
    expect(read.form.companyName).toBe(form.companyName);
    expect(read.delivery).toMatchObject({
      method: 'ems',
      status: 'pending',
      recipient: '王**',
      phone: '138****0001',
    });
    expect(read.delivery.address).toMatch(/^浙\*+$/);
  });

  it('names every wrong field at once, by its pointer, and repeats no value', async () => {
    const body = here.example({
      items: ['seal-engraving', 'flying-licence'],
      materials: [{ code: 'love-letter' }],
    });
    delete body.form.companyName;
    body.form.employees = -1;
    body.form.members[1].idNumber = '330102198806052021';
    body.form['x/y'] = 1;
    const reply = await submit(body);
    expect(reply.status).toBe(422);
    expect(pointers(reply.body).sort()).toEqual(
      [
        '/items/1',
        '/form/companyName',
        '/form/employees',
        '/form/members/1/idNumber',
        '/form/x~1y',
        '/materials',
        '/materials/0/code',
      ].sort(),
    );
    expect(JSON.stringify(reply.body)).not.toContain('330102198806052021');
  });

  it.each<[string, (body: Json) => void, string]>([
    [
      'an identity number with a wrong check digit',
      (b) => (b.applicant.idNumber = '330102198503121018'),
      '/applicant/idNumber',
    ],
    ['a landline', (b) => (b.applicant.phone = '057188886666'), '/applicant/phone'],
    ['no name but blanks', (b) => (b.applicant.name = '  '), '/applicant/name'],
    ['a kind of applicant that is none', (b) => (b.applicant.type = 'ghost'), '/applicant/type'],
    ['a channel that is none', (b) => (b.channel = 'pigeon'), '/channel'],
    ['no address for the courier', (b) => delete b.delivery.address, '/delivery/address'],
    ['a service that is none', (b) => (b.service = 'no-such-service'), '/service'],
    ['no items at all', (b) => (b.items = []), '/items'],
    ['an unknown field deep down', (b) => (b.delivery.express = true), '/delivery/express'],
    ['a form that is a list', (b) => (b.form = []), '/form'],
  ])('with %s is not taken', async (_, spoil, pointer) => {
    const body = here.example();
    spoil(body);
    const reply = await submit(body);
    expect(reply.status).toBe(422);
    expect(pointers(reply.body)).toEqual([pointer]);
    expect(here.cloud.rows).toEqual([]);
  });

  it('of chosen items brings in what they need first, and nothing else', async () => {
    const { reviews } = await here.read(await here.submitted({ items: ['bank-account'] }));
    expect(reviews.map(({ item }: Json) => item)).toEqual([
      'business-registration',
      'seal-engraving',
      'bank-account',
    ]);
    expect(new Set(reviews.map(({ status }: Json) => status))).toEqual(new Set(['requested', 'waiting']));
  });

  it('outside opening hours is received at the next opening', async () => {
    vi.setSystemTime(new Date('2026-11-27T10:00:00.000Z'));
    const { clock, submittedAt } = await here.read(await here.submitted());
    expect(submittedAt).toBe('2026-11-27T10:00:00.000Z');
    expect(clock).toMatchObject({ receivedAt: '2026-11-30T00:30:00.000Z', running: true });
  });

  it('draws another number when the first is taken', async () => {
    let refusals = 2;
    here.cloud.refuse = ({ name, input }) => {
      if (name !== 'TransactWriteCommand' || refusals-- <= 0) return;
      const { pk } = input.TransactItems[0].Put.Item;
      here.cloud.table.store('main').set({ hash: pk, range: 'APPLICATION' }, { pk, sk: 'APPLICATION' });
    };
    expect((await submit(here.example())).status).toBe(201);
    expect(here.cloud.of('TransactWriteCommand')).toHaveLength(3);
  });

  it('that fails behind the scenes says no more than that, and leaves nothing half done', async () => {
    here.cloud.refuse = ({ name }) => {
      if (name === 'EncryptCommand') throw awsError('KMSInternalException');
    };
    const reply = await submit(here.example());
    expect(reply.status).toBe(500);
    expect(JSON.stringify(reply.body)).not.toContain('KMS');
    expect(here.cloud.rows.filter(({ pk }) => !String(pk).startsWith('LIMIT#'))).toEqual([]);
  });
});

describe('an Idempotency-Key', () => {
  it('gives the first answer again, with its headers, and makes nothing new', async () => {
    const body = here.example();
    const first = await submit(body, 'key-1');
    const again = await submit(body, 'key-1');
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(here.cloud.rows.filter(({ sk }) => sk === 'APPLICATION')).toHaveLength(1);
  });

  it('with another body is refused', async () => {
    await submit(here.example(), 'key-1');
    const { status, body } = await submit(here.example({ channel: 'phone' }), 'key-1');
    expect([status, body.type]).toEqual([422, 'urn:onewindow:problem:idempotency-key-reused']);
  });

  it('belongs to one user, and to one call', async () => {
    const first = await submit(here.example(), 'key-1');
    const other = await submit(here.example(), 'key-1', 'agent');
    expect(other.body.number).not.toBe(first.body.number);
    const elsewhere = await here
      .as('applicant')
      .post(
        `/applications/${first.body.number}/withdrawal`,
        { reason: 'No' },
        { 'idempotency-key': 'key-1' },
      );
    expect(elsewhere.status).toBe(422);
  });

  it('is not used up by a submission that was refused', async () => {
    expect((await submit(here.example({ channel: 'pigeon' }), 'key-1')).status).toBe(422);
    expect((await submit(here.example(), 'key-1')).status).toBe(201);
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['not ASCII', 'schlüssel'],
  ])('that is %s is refused', async (_, key) => {
    const reply = await here
      .as('applicant')
      .post('/applications', here.example(), { 'idempotency-key': key });
    expect(reply.status).toBe(400);
  });

  it.each(['None', 'TransactionConflict'])(
    'in flight at the same time makes one application (%s)',
    async (code) => {
      const replies = await Promise.all([1, 2, 3, 4].map(() => submit(here.example(), 'key-1')));
      expect(new Set(replies.map(({ body }) => body.number)).size).toBe(1);
      here.cloud.refuse = ({ name }) => {
        if (name !== 'TransactWriteCommand' || code === 'None') return;
        const reasons = ['None', 'None', code].map((Code) => ({ Code }));
        throw new TransactionCanceledException({
          message: '',
          CancellationReasons: reasons,
          $metadata: {},
        });
      };
      const reply = await submit(here.example(), 'key-2');
      expect([reply.status, reply.body.type?.split(':').at(-1)]).toEqual(
        code === 'None' ? [201, undefined] : [409, 'in-flight'],
      );
    },
  );
});

describe('a submission with faults in every part', () => {
  it('is told all of them at once', async () => {
    const here = new OneWindow();
    const body = here.example({ channel: 'pigeon', form: { ...here.example().form, employees: -1 } });
    delete body.applicant.name;
    const reply = await here.as('applicant').post('/applications', body);
    expect(reply.status).toBe(422);
    expect(pointers(reply.body).sort()).toEqual(['/applicant/name', '/channel', '/form/employees']);
    expect(reply.body.errors).toContainEqual({ pointer: '/applicant/name', detail: 'Required' });
    dismantle();
  });

  it('asks for the materials of the chosen items only', async () => {
    const here = new OneWindow();
    const chosen = { items: ['social-insurance-registration'], materials: [] };
    const reply = await here.as('applicant').post('/applications', here.example(chosen));
    // The registration comes first, and with it what it asks for.
    expect(reply.body.errors).toEqual([
      { pointer: '/materials', detail: 'The material articles-of-association is missing' },
    ]);
    dismantle();
  });
});
