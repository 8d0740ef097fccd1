import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sign } from '../../functions/platform/signing.ts';
import { later } from '../support/cases.ts';
import { dismantle, whsec } from '../support/memory-cloud.ts';
import { groupsOf, jwt, OneWindow, type Reply } from '../support/onewindow.ts';

const department = 'market-supervision';
const approved = {
  outcome: 'approved',
  output: { number: 'L-1', validUntil: '2036-01-01', copies: 2, paper: true },
};

let here: OneWindow;
let number: string;
let review: string;
beforeEach(async () => {
  here = new OneWindow();
  number = await here.accepted();
  review = `${number}-1`;
});
afterEach(dismantle);

const problem = ({ status, body }: Reply): unknown => [status, body.type?.split(':').at(-1)];
const decisions = (): string => `/reviews/${review}/decisions`;
const journalLength = (): number => here.journal(number).length;

describe('a signature that is not for this review', () => {
  it('is refused before anything is read', async () => {
    const number = await here.accepted();
    const before = here.cloud.asked.length;
    const secret = here.secretOf('market-supervision');
    const reply = await here.signed(secret, 'GET', `/reviews/${number}-1`, undefined, {
      id: 'read_another_1',
    });
    expect(reply.status).toBe(401);
    expect(here.cloud.asked.slice(before)).toEqual([]);
  });
});

describe('a review, read by its department', () => {
  it('shows what it needs to decide, personal data whole', async () => {
    const { status, body } = await here.signed(here.secretOf(department), 'GET', `/reviews/${review}`);
    expect(status).toBe(200);
    const { applicant, form: whole } = here.example();
    const { sealKinds, financeContact, employees, bankBranch, ...form } = whole;
    expect(body).toMatchObject({
      id: review,
      application: number,
      department,
      status: 'requested',
      applicant,
      dossierVersion: 1,
    });
    expect(body.form, 'its own fields and no others').toEqual(form);
    expect(body.dueAt).toBe('2026-11-23T03:00:00.000Z');
  });

  it('is read by its officer as well, with addresses from which the materials come', async () => {
    const uploaded = await here.uploaded('articles-of-association');
    const other = await here.accepted({ materials: [uploaded] });
    const { body } = await here.as('officer', department).get(`/reviews/${other}-1`);
    expect(body.materials[0]).toMatchObject(uploaded);
    expect(body.materials[0].downloadUrl).toMatch(new RegExp(`^https:.*${uploaded.id}.*X-Amz-Signature=`));
  });

  it('is shown to no other department and to nobody else', async () => {
    const bank = await here.signed(here.secretOf('bank'), 'GET', `/reviews/${review}`);
    expect(problem(bank)).toEqual([401, 'bad-signature']);
    for (const [role, name, answer] of [
      ['officer', 'bank', [404, 'not-found']],
      ['operator', undefined, [403, 'forbidden']],
      ['applicant', undefined, [403, 'forbidden']],
    ] as const) {
      const there = await here.as(role, name).get(`/reviews/${review}`);
      const nowhere = await here.as(role, name).get('/reviews/330102-261123-00000000-1');
      expect(problem(there), role).toEqual(answer);
      expect(nowhere.body, role).toEqual(there.body);
    }
  });

  it('tells a stranger nothing, not even whether it exists', async () => {
    const there = await here.signed(whsec('Z'), 'GET', `/reviews/${review}`);
    const nowhere = await here.signed(whsec('Z'), 'GET', '/reviews/330102-261123-00000000-1');
    expect(there.status).toBe(401);
    expect(nowhere.body).toEqual(there.body);
  });
});

describe('need to know', () => {
  const read = (id: string, by: string): Promise<Reply> =>
    here.as('officer', by).get(`/reviews/${number}-${id}`);

  it('shows each department the fields and materials of its item', async () => {
    await here.decide(review, department, approved);
    const { body } = await read('4', 'human-resources');
    expect(Object.keys(body.form).toSorted()).toEqual([
      'address',
      'companyName',
      'employees',
      'legalRepresentative',
    ]);
    expect(body.materials).toEqual([]);
  });

  it('begins with the request and ends with a cancellation, or some time after the decision', async () => {
    expect(problem(await read('4', 'human-resources'))).toEqual([409, 'wrong-state']);
    await here.decide(review, department, approved);
    vi.setSystemTime(later(29 * 24 * 60));
    expect((await read('1', department)).status).toBe(200);
    vi.setSystemTime(later(31 * 24 * 60));
    expect(problem(await read('1', department))).toEqual([409, 'wrong-state']);
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    expect(problem(await read('4', 'human-resources'))).toEqual([409, 'wrong-state']);
  });

  it('leaves a trace of who read, before anything is answered', async () => {
    await read('1', department);
    const traces = here.cloud.rows.filter(({ sk }) => String(sk).startsWith('AUDIT#'));
    expect(traces).toMatchObject([
      { review, by: { capacity: 'officer', subject: `officer-${department}`, department } },
    ]);
  });

  it('lets nobody decide on an application of their own', async () => {
    const own = (path: string, method: string, body?: object): Promise<Reply> =>
      here.send(method, path, {
        headers: { authorization: `Bearer ${jwt(groupsOf('officer', department), { sub: 'applicant-1' })}` },
        ...(body ? { body } : {}),
      });
    expect(problem(await own(`/reviews/${review}`, 'GET'))).toEqual([403, 'forbidden']);
    expect(problem(await own(decisions(), 'POST', approved))).toEqual([403, 'forbidden']);
  });
});

describe('what is signed', () => {
  it('for another purpose or another review is as good as not signed', async () => {
    const secret = here.secretOf(department);
    const other = await here.accepted();
    const wrong = await here.signed(whsec('Z'), 'GET', `/reviews/${review}`);
    for (const id of [
      `decision_${other}-1_1`,
      `read_${review}_1`,
      `event_${review}_1`,
      `decision_${review}`,
      `Decision_${review}_1`,
      'decision_1',
      'msg_1',
    ]) {
      const reply = await here.decide(review, department, approved, { id });
      expect(reply.body, id).toEqual(wrong.body);
    }
    for (const id of [`read_${other}-1_1`, `decision_${review}_1`, 'event_1', 'read_1']) {
      const reply = await here.signed(secret, 'GET', `/reviews/${review}`, undefined, { id });
      expect(reply.body, id).toEqual(wrong.body);
    }
    expect((await here.read(number)).reviews[0].status).toBe('requested');
  });

  it('and captured decides nothing else: neither another review of the department nor the reading of one', async () => {
    const other = await here.accepted();
    const raw = JSON.stringify(approved);
    const headers = sign([here.secretOf(department)], `decision_${review}_1`, raw);
    expect((await here.send('POST', decisions(), { raw, headers })).status).toBe(200);
    const moved = await here.send('POST', `/reviews/${other}-1/decisions`, { raw, headers });
    expect(problem(moved)).toEqual([401, 'bad-signature']);
    expect((await here.read(other)).reviews[0].status).toBe('requested');
  });
});

describe('a bearer token on an open route', () => {
  const get = (authorization: string): Promise<Reply> =>
    here.send('GET', `/reviews/${review}`, { headers: { authorization } });
  const officer = groupsOf('officer', department);

  it('is verified like API Gateway would: signature, issuer, client, expiry', async () => {
    expect((await get(`Bearer ${jwt(officer)}`)).status).toBe(200);
    const [head, , signature] = jwt(officer).split('.');
    const forgedBody = jwt(['operator']).split('.')[1];
    const bad = [
      `${head}.${forgedBody}.${signature}`,
      jwt(officer, { iss: 'https://elsewhere.test' }),
      jwt(officer, { client_id: 'another' }),
      jwt(officer, { exp: Math.floor(Date.now() / 1000) - 60 }),
      jwt(officer).slice(0, -8),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${jwt(officer).split('.')[1]}.`,
      'nonsense',
    ];
    for (const token of bad)
      expect(problem(await get(`Bearer ${token}`)), token).toEqual([401, 'unauthenticated']);
    for (const other of ['Basic YTpi', 'Bearer', 'Bearer ', `Token ${jwt(officer)}`]) {
      expect(problem(await get(other)), other).toEqual([401, 'unauthenticated']);
    }
  });

  it('does not save a request that also carries a wrong token', async () => {
    const signature = sign([here.secretOf(department)], `read_${review}_1`, '');
    const reply = await here.send('GET', `/reviews/${review}`, {
      headers: { ...signature, authorization: 'Bearer x' },
    });
    expect(reply.status).toBe(401);
  });
});

describe('a decision', () => {
  it('by a signed callback is taken, and frees what waited for it', async () => {
    const { status, body } = await here.decide(review, department, approved);
    expect([status, body]).toEqual([200, { review, status: 'approved' }]);
    const read = await here.read(number);
    expect(read.reviews.map(({ status }: { status: string }) => status)).toEqual([
      'approved',
      'requested',
      'waiting',
      'requested',
      'waiting',
    ]);
    expect(read.outputs).toEqual([
      expect.objectContaining({ item: 'business-registration', form: 'physical', facts: approved.output }),
    ]);
  });

  it('by the officer is taken likewise', async () => {
    const { body } = await here
      .as('officer', department)
      .post(decisions(), { outcome: 'refused', reason: 'No' });
    expect(body).toEqual({ review, status: 'refused' });
    expect(here.journal(number).at(-1)?.by).toEqual({
      capacity: 'officer',
      subject: `officer-${department}`,
      department,
    });
  });

  it('repeated, with the same id or another, gets the same answer and changes nothing', async () => {
    const first = await here.decide(review, department, approved, { id: `decision_${review}_1` });
    const length = journalLength();
    expect((await here.decide(review, department, approved, { id: `decision_${review}_1` })).body).toEqual(
      first.body,
    );
    expect((await here.decide(review, department, approved, { id: `decision_${review}_2` })).body).toEqual(
      first.body,
    );
    expect(journalLength()).toBe(length);
  });

  it('sent twice at the same time is taken once', async () => {
    const both = await Promise.all(
      [1, 2, 3].map(() => here.decide(review, department, approved, { id: `decision_${review}_1` })),
    );
    expect(both.map(({ body }) => body.status)).toEqual(['approved', 'approved', 'approved']);
    expect(here.events(number).filter(({ type }) => type === 'review.decided')).toHaveLength(1);
  });

  it('replayed with another body is refused: signed anew as a fault of the sender, else as a forgery', async () => {
    await here.decide(review, department, approved, { id: `decision_${review}_1` });
    const anew = await here.decide(
      review,
      department,
      { outcome: 'refused', reason: 'No' },
      { id: `decision_${review}_1` },
    );
    expect(problem(anew)).toEqual([422, 'idempotency-key-reused']);
    const headers = sign([here.secretOf(department)], `decision_${review}_3`, JSON.stringify(approved));
    const forged = await here.send('POST', decisions(), {
      body: { outcome: 'refused', reason: 'No' },
      headers,
    });
    expect(problem(forged)).toEqual([401, 'bad-signature']);
    expect((await here.read(number)).reviews[0].status).toBe('approved');
  });

  it.each([
    ['six minutes old', -6, 401],
    ['six minutes ahead', 6, 401],
    ['four minutes old', -4, 200],
  ])('%s is answered as it should be', async (_, minutes, status) => {
    expect((await here.decide(review, department, approved, { at: later(minutes) })).status).toBe(status);
  });

  it.each<[string, Record<string, string>]>([
    ['without a timestamp', { 'webhook-timestamp': '' }],
    ['with a timestamp that is none', { 'webhook-timestamp': 'now' }],
    ['with another id', { 'webhook-id': 'msg_9' }],
    ['with an empty signature', { 'webhook-signature': '' }],
    ['with an unknown version of signature', { 'webhook-signature': 'v9,AAAA' }],
    ['with a great many signatures', { 'webhook-signature': 'v1,AAAA '.repeat(1000) }],
  ])('signed %s is not taken', async (_, headers) => {
    const reply = await here.decide(review, department, approved, { id: `decision_${review}_1`, headers });
    expect(reply.status).toBe(401);
    expect((await here.read(number)).reviews[0].status).toBe('requested');
  });

  it('of another department is not taken', async () => {
    expect(problem(await here.decide(review, 'bank', approved))).toEqual([401, 'bad-signature']);
    const reply = await here.as('officer', 'bank').post(decisions(), approved);
    expect(problem(reply)).toEqual([404, 'not-found']);
  });

  it('too early, or after the end, is a conflict', async () => {
    expect(problem(await here.decide(`${number}-5`, 'bank', approved))).toEqual([409, 'wrong-state']);
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    expect(problem(await here.decide(review, department, approved))).toEqual([409, 'wrong-state']);
  });

  it('after another decision is a conflict', async () => {
    await here.decide(review, department, approved);
    expect(problem(await here.decide(review, department, { outcome: 'refused', reason: 'No' }))).toEqual([
      409,
      'wrong-state',
    ]);
  });

  it.each<[string, object, string]>([
    ['no outcome', {}, '/outcome'],
    ['an outcome that is none', { outcome: 'perhaps' }, '/outcome'],
    ['an endless reason', { outcome: 'refused', reason: 'x'.repeat(501) }, '/reason'],
    ['an output without a number', { outcome: 'approved', output: {} }, '/output/number'],
    [
      'an output with a structure',
      { outcome: 'approved', output: { number: '1', deep: {} } },
      '/output/deep',
    ],
    [
      'too many facts',
      {
        outcome: 'approved',
        output: Object.fromEntries([...'abcdefghij'].map((k) => [k, 1]).concat([['number', '1']])),
      },
      '/output',
    ],
    [
      'a number that no table keeps',
      { outcome: 'approved', output: { number: '1', weight: -1.5e-206 } },
      '/output/weight',
    ],
    ['a fact without a name', { outcome: 'approved', output: { number: '1', '': 1 } }, '/output'],
    [
      'no version of a dossier',
      { outcome: 'approved', output: { number: 'N-1' }, dossierVersion: 0 },
      '/dossierVersion',
    ],
    ['no reason for a refusal', { outcome: 'refused' }, '/reason'],
    ['no reason for a correction', { outcome: 'correction', fields: ['/form/companyName'] }, '/reason'],
    ['nothing to hand out', { outcome: 'approved' }, '/output'],
    ['too many materials', { outcome: 'correction', materials: Array(21).fill('x') }, '/materials'],
  ])('with %s is refused by its pointer', async (_, body, pointer) => {
    const reply = await here.decide(review, department, body);
    expect(reply.status).toBe(422);
    expect(reply.body.errors.map((each: { pointer: string }) => each.pointer)).toEqual([pointer]);
  });
});

describe('a correction asked for again in the same words', () => {
  const words = { outcome: 'correction', reason: 'The name is taken' };
  const corrected = (): Promise<Reply> =>
    here.as('applicant').post(`/applications/${number}/corrections`, {
      form: { companyName: '杭州湖滨新青禾文化创意有限公司' },
    });
  const status = async (): Promise<string> => (await here.read(number)).reviews[0].status;

  it('by an officer, who sends no id, counts', async () => {
    const officer = here.as('officer', department);
    expect((await officer.post(decisions(), words)).status).toBe(200);
    expect((await officer.post(decisions(), words)).body).toEqual({ review, status: 'correction' });
    await corrected();
    expect(await status()).toBe('requested');
    await officer.post(decisions(), { ...words, dossierVersion: 2 });
    expect(await status()).toBe('correction');
  });

  it('by a new callback counts, and a late copy of the first one does not', async () => {
    await here.decide(review, department, words, { id: `decision_${review}_1` });
    await corrected();
    const late = await here.decide(review, department, words, { id: `decision_${review}_1` });
    expect(late.body).toEqual({ review, status: 'correction' });
    expect(await status()).toBe('requested');
    const again = { ...words, dossierVersion: 2 };
    await here.decide(review, department, again, { id: `decision_${review}_2` });
    expect(await status()).toBe('correction');
  });
});

describe('secrets', () => {
  it('may be renewed at any time: both sign until the older one ends', async () => {
    const { body } = await here.as('operator').post(`/departments/${department}/secrets`);
    const old = here.secretOf(department);
    expect((await here.signed(old, 'POST', decisions(), approved)).status).toBe(200);
    vi.setSystemTime(later(2));
    expect((await here.signed(body.secret, 'POST', decisions(), approved)).status).toBe(200);
    vi.setSystemTime(later(24 * 60 + 1));
    expect((await here.signed(old, 'POST', decisions(), approved)).status).toBe(401);
    expect((await here.signed(body.secret, 'POST', decisions(), approved)).status).toBe(200);
  });

  it('may end the older ones at once, also for functions that have read them a moment ago', async () => {
    const old = here.secretOf(department);
    expect((await here.signed(old, 'GET', `/reviews/${review}`)).status).toBe(200);
    const { body } = await here.as('operator').post(`/departments/${department}/secrets`, { endOlder: true });
    expect((await here.signed(old, 'GET', `/reviews/${review}`)).status).toBe(401);
    expect((await here.signed(body.secret, 'GET', `/reviews/${review}`)).status).toBe(200);
  });

  it('that nobody was given open nothing', async () => {
    here.cloud.secrets.clear();
    expect((await here.decide(review, department, approved)).status).toBe(401);
  });
});
