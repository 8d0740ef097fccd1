/** Every call of the contract that exists, as it is written there, each answer held against the served document. */
import { randomUUID } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../infra/api-document.ts';
import { checkedAnyone, checkedAs } from '../support/checked.ts';
import {
  as,
  behave,
  call,
  endpoints,
  exampleOf,
  type Json,
  type Reply,
  read,
  resetDepartments,
  submit,
  timeline,
  untilReview,
  untilStatus,
} from '../support/client.ts';
import { signedCall } from '../support/department.ts';

const department = 'market-supervision';
/** One review, of one department: the shortest case there is. */
const short = { items: ['business-registration'] };

const applicant = checkedAs('applicant');
const operator = checkedAs('operator');
const officer = checkedAs('officer', department);

beforeAll(resetDepartments);
afterAll(resetDepartments);

const problem = ({ status, body }: { status: number; body: Json }): unknown => [
  status,
  body.type?.split(':').at(-1),
];
const codes = ({ body }: { body: Json }): string[] => body.items.map(({ code }: Json) => code);

describe('what anybody may read', () => {
  it('GET /health', async () => {
    expect((await checkedAnyone.get('/health/live')).status).toBe(200);
    expect((await checkedAnyone.get('/health')).body).toEqual({
      status: 'ok',
      dependencies: { table: 'ok', keys: 'ok', queues: 'ok', catalogue: 'ok' },
    });
  });

  it('GET /openapi.json is the document that is made from the schemas', async () => {
    const { status, body } = await checkedAnyone.get('/openapi.json');
    expect(status).toBe(200);
    expect(body).toEqual({
      ...JSON.parse(JSON.stringify(openApiDocument(body.info.version))),
      servers: [{ url: endpoints().api }],
    });
  });

  it('GET /catalogue: by kind, department and words, page by page', async () => {
    expect(codes(await checkedAnyone.get('/catalogue?kind=bundle&department=bank'))).toContain(
      'business-opening',
    );
    expect(codes(await checkedAnyone.get(`/catalogue?q=${encodeURIComponent('企业开办')}`))).toContain(
      'business-opening',
    );
    const pages = async (limit: number): Promise<string[]> => {
      const seen: string[] = [];
      let page = await checkedAnyone.get(`/catalogue?limit=${limit}`);
      for (;;) {
        seen.push(...codes(page));
        if (!page.body.cursor) return seen;
        page = await checkedAnyone.get(`/catalogue?limit=${limit}&cursor=${page.body.cursor}`);
      }
    };
    const all = await pages(100);
    expect(new Set(all).size).toBe(all.length);
    expect(await pages(30)).toEqual(all);
    expect(problem(await checkedAnyone.get('/catalogue?cursor=nonsense'))).toEqual([
      400,
      'malformed-request',
    ]);
    expect(problem(await checkedAnyone.get('/catalogue?limit=0'))).toEqual([422, 'invalid-input']);
  });

  it('GET /catalogue/{code}: its form, its departments, and an example that is accepted as it stands', async () => {
    const { body } = await checkedAnyone.get('/catalogue/business-opening');
    expect(body.departments.map(({ code }: Json) => code).sort()).toEqual(
      ['bank', 'human-resources', 'market-supervision', 'public-security', 'taxation'].sort(),
    );
    expect(body.items.map(({ code }: Json) => code)).toEqual([
      'business-registration',
      'seal-engraving',
      'invoice-application',
      'social-insurance-registration',
      'bank-account',
    ]);
    expect(body.form).toMatchObject({ type: 'object' });
    expect((await applicant.post('/applications', { ...body.example, ...short })).status).toBe(201);
    expect(problem(await checkedAnyone.get('/catalogue/nothing'))).toEqual([404, 'not-found']);
  });

  it('GET /catalogue/{code}/promise: due when, if filed then', async () => {
    const at = (instant: string) =>
      checkedAnyone.get(`/catalogue/business-opening/promise?at=${encodeURIComponent(instant)}`);
    expect((await at('2026-11-23T10:00:00+08:00')).body).toEqual({
      dueAt: '2026-11-23T07:00:00.000Z',
      statutoryDueAt: expect.any(String),
      provisional: true,
    });
    expect((await at('2026-03-02T10:00:00+08:00')).body.provisional).toBe(false);
    expect(problem(await at('yesterday'))).toEqual([422, 'invalid-input']);
  });
});

describe('who gets in', () => {
  it.each([
    '/applications',
    '/departments',
    `/departments/${department}`,
    `/departments/${department}/reviews`,
  ])('GET %s: nobody without a token, nor with a forged one', async (path) => {
    expect((await checkedAnyone.get(path)).status).toBe(401);
    const forged = await call('GET', path, { headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' } });
    expect(forged.status).toBe(401);
  });

  it('POST /applications: applicants, agents and clerks, nobody else', async () => {
    const body = await exampleOf('business-opening', short);
    for (const role of ['applicant', 'agent', 'clerk'] as const) {
      expect((await checkedAs(role).post('/applications', body)).status, role).toBe(201);
    }
    expect(problem(await operator.post('/applications', body))).toEqual([403, 'forbidden']);
    expect(problem(await officer.post('/applications', body))).toEqual([403, 'forbidden']);
  });

  it('departments: the operator, nobody else', async () => {
    for (const other of [applicant, checkedAs('clerk'), officer]) {
      expect(problem(await other.get('/departments'))).toEqual([403, 'forbidden']);
      expect(problem(await other.put('/departments/bank', { paused: true }))).toEqual([403, 'forbidden']);
      expect(problem(await other.post('/departments/bank/secrets'))).toEqual([403, 'forbidden']);
    }
    expect(problem(await officer.get('/departments/bank/reviews'))).toEqual([403, 'forbidden']);
    expect(problem(await operator.get('/departments/bank/reviews'))).toEqual([403, 'forbidden']);
  });
});

describe('an application', () => {
  it('is made once, listed and read with everything that the contract names', async () => {
    const body = await exampleOf('business-opening', short);
    const key = { 'idempotency-key': randomUUID() };
    const made = await applicant.post('/applications', body, key);
    expect(made.status).toBe(201);
    const { id, number } = made.body;
    expect(made.headers.get('location')).toBe(`${endpoints().api}/applications/${id}`);
    expect((await applicant.post('/applications', body, key)).body).toEqual(made.body);
    expect(problem(await applicant.post('/applications', { ...body, channel: 'phone' }, key))).toEqual([
      422,
      'idempotency-key-reused',
    ]);
    const first = await applicant.get('/applications?limit=1');
    expect(first.body.items[0].id).toBe(id);
    const second = await applicant.get(`/applications?limit=1&cursor=${first.body.cursor}`);
    expect(second.body.items[0].id).not.toBe(id);
    await untilStatus(number, 'completed');
    const { headers, body: one } = await applicant.get(`/applications/${id}`);
    expect(headers.get('etag')).toBe(`"${one.version}"`);
    expect(one.reviews).toEqual([
      expect.objectContaining({
        id: expect.any(String),
        item: 'business-registration',
        department,
        status: 'approved',
      }),
    ]);
    expect(one.delivery).toMatchObject({
      method: 'ems',
      status: 'delivered',
      trackingNumber: expect.any(String),
    });
    expect(one.outputs).toHaveLength(1);
    const { items } = (await applicant.get(`/applications/${id}/timeline`)).body;
    expect(items[0]).toMatchObject({
      at: expect.any(String),
      type: 'application.submitted',
      by: 'applicant',
    });
    expect(items.map(({ at }: Json) => at)).toEqual(items.map(({ at }: Json) => at).toSorted());
  });

  it('is there for its own people only', async () => {
    const { number } = await submit('business-opening', short);
    expect((await operator.get(`/applications/${number}`)).status).toBe(200);
    expect(problem(await checkedAs('applicant', 'another').get(`/applications/${number}`))).toEqual([
      404,
      'not-found',
    ]);
    expect(problem(await checkedAs('applicant', 'another').get(`/applications/${number}/timeline`))).toEqual([
      404,
      'not-found',
    ]);
  });

  it('is corrected and withdrawn against the version that was read', async () => {
    await behave(department, 'correct-once');
    const { number } = await submit('business-opening', short);
    const { version } = await untilStatus(number, 'awaiting-correction');
    await behave(department, 'silent');
    const corrections = `/applications/${number}/corrections`;
    const companyName = '杭州湖滨新青禾文化创意有限公司';
    const stale = await applicant.post(
      corrections,
      { form: { companyName } },
      { 'if-match': `"${version - 1}"` },
    );
    expect(problem(stale)).toEqual([412, 'precondition-failed']);
    const done = await applicant.post(corrections, { form: { companyName } }, { 'if-match': `"${version}"` });
    expect(done.body).toMatchObject({ status: 'in-review', form: { companyName } });
    const withdrawn = await applicant.post(`/applications/${number}/withdrawal`, { reason: 'Another plan' });
    expect(withdrawn.body.status).toBe('withdrawn');
    expect(problem(await applicant.post(corrections, { form: {} }))).toEqual([409, 'wrong-state']);
    await behave(department, 'approve');
  });

  it('carries materials: uploaded straight to the bucket, fetched by the department', async () => {
    await behave(department, 'silent');
    const file = Buffer.from('%PDF-1.7 a lease');
    const wish = { code: 'proof-of-address', contentType: 'application/pdf', size: file.length };
    const { status, body: place } = await applicant.post('/materials', wish);
    expect(status).toBe(201);
    const put = await fetch(place.uploadUrl, {
      method: 'PUT',
      headers: place.headers,
      body: file,
    });
    expect(put.status).toBe(200);
    const again = (headers: Json, body = file) => fetch(place.uploadUrl, { method: 'PUT', headers, body });
    expect((await again(place.headers, Buffer.from('%PDF-1.7 b lease'))).status).toBe(412);
    expect((await again({ ...place.headers, 'content-type': 'text/html' })).status).toBe(403);
    expect((await again({ 'content-type': 'application/pdf' })).status).toBe(403);
    const materials = [{ code: 'articles-of-association' }, { code: 'proof-of-address', id: place.id }];
    const { number } = await submit('business-opening', { ...short, materials });
    const { id } = await untilReview(number, department, 'requested');
    const review = await officer.get(`/reviews/${id}`);
    const { downloadUrl } = review.body.materials[1];
    expect(Buffer.from(await (await fetch(downloadUrl)).arrayBuffer()).equals(file)).toBe(true);
    await behave(department, 'approve');
  });
});

describe('partners', () => {
  /** What the deployment made, as an operator hands it to the courier. */
  async function secretOf(name: string): Promise<string> {
    const { SecretString = '' } = await new SecretsManagerClient({}).send(
      new GetSecretValueCommand({ SecretId: `onewindow/local/${name}` }),
    );
    return `whsec_${JSON.parse(SecretString).random}`;
  }

  it('POST /courier/events: signed by the courier, late ones change nothing', async () => {
    const { number } = await submit('business-opening', short);
    const { delivery } = await untilStatus(number, 'issuing', 'delivering');
    const event = { reference: `${number}/1`, trackingNumber: delivery.trackingNumber, event: 'in-transit' };
    const secret = await secretOf('CourierSecret');
    await signedCall(secret, 'POST', '/courier/events', { ...event, event: 'delivered' });
    const reply = await signedCall(secret, 'POST', '/courier/events', event);
    expect([reply.status, reply.body]).toEqual([202, { reference: event.reference, status: 'delivered' }]);
    expect((await read(number)).status).toBe('completed');
    const other = await signedCall(await secretOf('SmsSecret'), 'POST', '/courier/events', event);
    expect(problem(other)).toEqual([401, 'bad-signature']);
    const stale = await signedCall(secret, 'POST', '/courier/events', event, {
      at: new Date(Date.now() - 360_000),
    });
    expect(problem(stale)).toEqual([401, 'bad-signature']);
  });

  it('POST /sms/receipts: of an unknown message changes nothing', async () => {
    const receipt = { reference: 'nobody/1/0', status: 'delivered' };
    const reply = await signedCall(await secretOf('SmsSecret'), 'POST', '/sms/receipts', receipt);
    expect([reply.status, reply.body.applied]).toEqual([202, false]);
  });
});

describe('the sandbox', () => {
  /** By the operator; these calls are of the sandbox, not in the document. */
  const sandbox = async (method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<Reply> => {
    const caller = as('operator');
    if (method === 'GET') return caller.get(path);
    return method === 'PUT' ? caller.put(path, body) : caller.post(path, body);
  };

  it('is the operator’s alone', async () => {
    for (const [method, path] of [
      ['PUT', `/sandbox/departments/${department}`],
      ['GET', '/sandbox/sms?phone=13800000000'],
      ['GET', '/sandbox/ems/EA100000017CN'],
      ['POST', '/sandbox/ems/EA100000017CN/events'],
      ['POST', '/sandbox/clock'],
    ] as const) {
      expect((await call(method, path, { body: method === 'GET' ? undefined : {} })).status, path).toBe(401);
    }
  });

  it('keeps what a phone received, and lets a parcel meet with whatever is wished', async () => {
    const { number, phone } = await submit('business-opening', short);
    const { delivery } = await untilStatus(number, 'issuing', 'delivering', 'completed');
    const messages = await sandbox('GET', `/sandbox/sms?phone=${phone}`);
    expect(messages.body.items[0]).toEqual({
      at: expect.any(String),
      phone,
      text: expect.stringContaining(number),
      application: number,
    });
    expect((await sandbox('GET', `/sandbox/ems/${delivery.trackingNumber}`)).body.reference).toBe(
      `${number}/1`,
    );
    const event = await sandbox('POST', `/sandbox/ems/${delivery.trackingNumber}/events`, {
      event: 'delivered',
    });
    expect(event.status).toBe(202);
    await untilStatus(number, 'completed');
    expect((await timeline(number)).filter(({ type }) => type === 'parcel.delivered')).toHaveLength(1);
  });

  it('takes no behaviour, event or time that is none', async () => {
    expect((await sandbox('PUT', `/sandbox/departments/${department}`, { behaviour: 'dance' })).status).toBe(
      422,
    );
    expect((await sandbox('POST', '/sandbox/clock', { now: '2001-01-01T00:00:00Z' })).status).toBe(422);
    expect((await sandbox('GET', '/sandbox/ems/EA100000017CN')).status).toBe(404);
    expect(endpoints().api).toMatch(/^http/);
  });
});
