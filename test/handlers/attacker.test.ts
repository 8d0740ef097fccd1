/** What an attacker could once do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { pickupCode } from '../../functions/fulfilment/pickup-code.ts';
import { strictLimits } from '../../functions/platform/limits.ts';
import { cloudEvents } from '../../functions/relay/cloud-events.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { jwt, OneWindow, type Reply } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const post = (path: string, body: Json, headers = {}, role = 'applicant'): Promise<Reply> =>
  here.as(role).post(path, body, headers);

async function asked(fields: string[]): Promise<string> {
  const number = await here.accepted();
  const notice = { outcome: 'correction', reason: 'Look again', fields };
  expect((await here.decide(`${number}-1`, 'market-supervision', notice)).status).toBe(200);
  return number;
}

/** Registered, and seals engraved; the others refused, each by an officer; concluded. */
async function refused(): Promise<{ number: string; refused: Json[] }> {
  const number = await here.accepted();
  const { reviews } = await here.read(number);
  for (const [i, { id, department }] of reviews.entries()) {
    const reply =
      i < 2
        ? await here.decide(id, department, { outcome: 'approved', output: { number: `N-${i}` } })
        : await refuse(id, department);
    expect(reply.status).toBe(200);
  }
  const after = await here.read(number);
  expect(after.concludedAt).not.toBeNull();
  return { number, refused: after.reviews.filter(({ status }: Json) => status === 'refused') };
}

const refuse = (id: string, department: string): Promise<Reply> =>
  here.as('officer', department).post(`/reviews/${id}/decisions`, { outcome: 'refused', reason: 'No' });

describe('a pick-up code', () => {
  it('that is wrong is refused again when the same request is repeated with its Idempotency-Key', async () => {
    const number = await here.concluded({ delivery: { method: 'pickup' } });
    await issue(here.message(number, 'application.concluded'));
    const attempt = () =>
      post(`/applications/${number}/collection`, { code: '00000000' }, { 'idempotency-key': 'machine-1' });
    expect((await attempt()).status).toBe(422);
    expect((await attempt()).status).toBe(422);
  });
});

describe('who did it', () => {
  it('an officer who is an applicant elsewhere decides an objection as an officer', async () => {
    const { number, refused: reviews } = await refused();
    const [review] = reviews;
    await post(`/applications/${number}/objection`, { reviews: [review.id], reason: 'Wrong' });
    const reply = await here.send('POST', `/applications/${number}/objections/1/decision`, {
      body: { outcome: 'rejected', reason: 'Right' },
      groups: ['applicant', 'officer', `department:${review.department}`],
      subject: 'officer-and-citizen',
    });
    expect(reply.status).toBe(200);
    expect(here.journal(number).at(-1)?.by).toMatchObject({
      capacity: 'officer',
      department: review.department,
    });
  });

  it('an officer of two departments acts for the one that is concerned', async () => {
    const { number, refused: reviews } = await refused();
    const [review] = reviews;
    await post(`/applications/${number}/objection`, { reviews: [review.id], reason: 'Wrong' });
    await here.send('POST', `/applications/${number}/objections/1/decision`, {
      body: { outcome: 'rejected', reason: 'Right' },
      groups: ['officer', 'department:housing', `department:${review.department}`],
      subject: 'officer-of-two',
    });
    expect(here.journal(number).at(-1)?.by.department).toBe(review.department);
  });

  it('the journal tells who approved an extension and who chairs a hearing, and the timeline does not', async () => {
    const number = await here.accepted();
    const decide = (body: Json) =>
      here.as('officer', 'market-supervision').post(`/reviews/${number}-1/decisions`, body);
    const extension = {
      outcome: 'extension',
      days: 3,
      reason: 'Much to read',
      approvedBy: 'head-of-division',
    };
    expect((await decide(extension)).status).toBe(200);
    const hearing = {
      outcome: 'special-procedure',
      procedure: 'hearing',
      heldOn: '2026-12-10',
      chair: 'judge-7',
    };
    expect((await decide(hearing)).status).toBe(200);
    expect((await decide({ outcome: 'procedure-ended' })).status).toBe(200);
    expect(here.events(number)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'review.extended', approvedBy: 'head-of-division' }),
        expect.objectContaining({ type: 'review.procedure-announced', chair: 'judge-7' }),
      ]),
    );
    const people = ['head-of-division', 'judge-7', 'officer-market-supervision'];
    const { body } = await here.as('applicant').get(`/applications/${number}/timeline`);
    const seen = JSON.stringify([body, await here.read(number)]);
    for (const person of people) expect(seen).not.toContain(person);
    const onTheBus = JSON.stringify(here.journal(number).flatMap((entry) => cloudEvents(entry)));
    for (const person of people) expect(onTheBus).not.toContain(person);
  });

  it('the journal tells to which address an operator has sent a department’s webhooks', async () => {
    const set = (host: string) =>
      here.as('operator').put('/departments/bank', { webhookUrl: `https://${host}/hooks`, paused: false });
    here.cloud.refuse = () => {};
    expect((await set('192.88.98.7')).status).toBe(200);
    expect((await set('192.88.98.8')).status).toBe(200);
    expect(JSON.stringify(here.journal('bank'))).toContain('192.88.98.7');
  });
});

describe('an objection', () => {
  it('against another department’s refusal is not decided by an officer through a refusal of their own', async () => {
    const { number, refused: reviews } = await refused();
    const [own, other] = reviews;
    expect(own.department).not.toBe(other.department);
    await post(`/applications/${number}/objection`, { reviews: [own.id, other.id], reason: 'Wrong' });
    await here.send('POST', `/applications/${number}/objections/1/decision`, {
      body: { outcome: 'upheld' },
      groups: ['officer', `department:${own.department}`],
      subject: 'colleague',
    });
    const after = await here.read(number);
    expect(after.reviews.filter(({ item }: Json) => item === other.item)).toHaveLength(1);
  });

  it('is not decided by who refused the same item in an earlier round', async () => {
    const { number, refused: reviews } = await refused();
    const [{ id, item, department }] = reviews;
    const decide = (objection: number, outcome: string, subject: string) =>
      here.send('POST', `/applications/${number}/objections/${objection}/decision`, {
        body: { outcome },
        groups: ['officer', `department:${department}`],
        subject,
      });
    await post(`/applications/${number}/objection`, { reviews: [id], reason: 'Wrong' });
    expect((await decide(1, 'rejected', `officer-${department}`)).status).toBe(403);
    expect((await decide(1, 'upheld', 'colleague')).status).toBe(200);
    const again = (await here.read(number)).reviews.findLast((each: Json) => each.item === item);
    await here.decide(again.id, department, { outcome: 'refused', reason: 'Still' });
    await post(`/applications/${number}/objection`, { reviews: [again.id], reason: 'Still wrong' });
    expect((await decide(2, 'rejected', `officer-${department}`)).status).toBe(403);
  });
});

describe('the answer to an act', () => {
  const itemOf = (view: Json): string[] => view.reviews.map(({ item }: Json) => item);

  it('shows an officer who decides an objection the own item, and no more', async () => {
    const { number, refused: reviews } = await refused();
    const [{ id, item, department }] = reviews;
    await post(`/applications/${number}/objection`, { reviews: [id], reason: 'Wrong' });
    const read = await here.as('officer', department).get(`/reviews/${id}`);
    const decide = () =>
      here.send('POST', `/applications/${number}/objections/1/decision`, {
        body: { outcome: 'rejected' },
        headers: { 'idempotency-key': 'k' },
        groups: ['officer', `department:${department}`],
        subject: 'colleague',
      });
    const { status, body } = await decide();
    expect(status).toBe(200);
    expect(Object.keys(body.form).toSorted()).toEqual(Object.keys(read.body.form).toSorted());
    expect(Object.keys(body.form).length).toBeLessThan(Object.keys(here.example().form).length);
    expect(itemOf(body)).toEqual([item]);
    expect(body.objections).toMatchObject([{ status: 'rejected' }]);
    expect(body.outputs).toEqual([]);
    expect(Object.keys(body.delivery)).not.toContain('address');
    expect((await decide()).body, 'repeated').toEqual(body);
  });

  it('shows a clerk who hands out what it is, and not what was filled in', async () => {
    const delivery = { method: 'pickup' };
    const number = await here.concluded({ delivery, onBehalfOf: 'Somebody' });
    await issue(here.message(number, 'application.concluded'));
    const [consignment] = here.cloud.rows
      .filter(({ sk }) => sk === 'APPLICATION')
      .flatMap(({ consignments }) => consignments as Json[])
      .filter(({ status }) => status === 'ready-for-pickup');
    const code = await pickupCode(number, consignment);
    const { status, body } = await here.as('clerk').post(`/applications/${number}/collection`, { code });
    expect(status).toBe(200);
    expect(body.consignments.flatMap(({ outputs }: Json) => outputs).length).toBeGreaterThan(0);
    expect(body.form).toEqual({});
    expect(body.materials).toEqual([]);
    expect(body).not.toHaveProperty('onBehalfOf');
  });

  it('shows an operator, and the people of the case, all of it', async () => {
    const { number, refused: reviews } = await refused();
    const objection = { reviews: [reviews[0].id], reason: 'Wrong' };
    const filed = await post(`/applications/${number}/objection`, objection);
    expect(filed.body).toEqual(await here.read(number));
    const decision = `/applications/${number}/objections/1/decision`;
    const decided = await here.as('operator').post(decision, { outcome: 'rejected' });
    expect(decided.body).toEqual(await here.read(number));
  });
});

describe('a correction', () => {
  it('does not store a mask as the name of a person', async () => {
    const number = await asked(['/form/members']);
    const { form } = await here.read(number);
    // The first member leaves; of the second the identity number is typed anew, the name comes as it was shown.
    const [, second] = here.example().form.members;
    const reply = await post(`/applications/${number}/corrections`, {
      form: { members: [{ ...second, name: form.members[1].name, contribution: 1_000_000 }] },
    });
    const read = await here.as('officer', 'market-supervision').get(`/reviews/${number}-1`);
    if (reply.status === 200) expect(read.body.form.members[0].name).toBe(second.name);
    else expect(reply.status).toBe(422);
  });

  it('does not give one person the name of another whose mask is alike', async () => {
    const form = { ...here.example().form };
    const [first, second] = form.members;
    form.members = [{ ...first, name: '李建国' }, second];
    const number = await here.accepted({ form });
    const notice = { outcome: 'correction', reason: 'Look again', fields: ['/form/members'] };
    await here.decide(`${number}-1`, 'market-supervision', notice);
    const shown = (await here.read(number)).form.members;
    expect(shown[0].name).toBe(shown[1].name);
    const reply = await post(`/applications/${number}/corrections`, {
      form: { members: [{ ...second, name: shown[1].name, contribution: 1_000_000 }] },
    });
    const read = await here.as('officer', 'market-supervision').get(`/reviews/${number}-1`);
    if (reply.status === 200) expect(read.body.form.members[0].name).toBe(second.name);
    else expect(reply.status).toBe(422);
  });

  it.each([500, 1_000, 2_000, 3_000, 4_000, 5_000, 7_000])(
    'that nests %i deep is refused, and is no fault of ours',
    async (depth) => {
      const number = await asked(['/form/companyName']);
      const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      const reply = await here.send('POST', `/applications/${number}/corrections`, {
        raw: `{"form":{"companyName":${deep}}}`,
        groups: ['applicant'],
        subject: 'applicant-1',
      });
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
    },
  );
});

describe('a stranger who has signed in', () => {
  it.each([
    ['objections/1/decision', { outcome: 'upheld' }, 'applicant'],
    ['withdrawal', { reason: 'x' }, 'officer'],
  ])('cannot tell by %s whether an application exists', async (what, body, role) => {
    const number = await here.accepted();
    const by = (id: string) =>
      here.send('POST', `/applications/${id}/${what}`, { body, groups: [role], subject: 'stranger' });
    const [there, none] = [await by(number), await by('330102-261123-00000000')];
    expect(there.status).toBe(none.status);
  });
});

describe('a header with two tokens, of which API Gateway verified one', () => {
  const list = (authorization: string) =>
    here.send('GET', '/departments', { groups: ['applicant'], headers: { authorization } });
  const forged = `${jwt(['operator']).split('.').slice(0, 2).join('.')}.AAAA`;

  it.each([
    `Bearer ${forged},Bearer ${jwt(['applicant'])}`,
    `Bearer ${forged}, ${jwt(['applicant'])}`,
    `${forged} ${jwt(['applicant'])}`,
    `Bearer ${jwt(['applicant'])},Bearer ${forged}`,
    'Basic YTpi',
    '',
  ])('gives nobody the groups of the other: %#', async (authorization) => {
    expect((await list(authorization)).status).toBe(401);
  });

  it('is not one with a single token', async () => {
    expect((await list(`Bearer ${jwt(['applicant'])}`)).status).toBe(403);
    expect((await list(jwt(['operator']))).status).toBe(200);
  });
});

describe('a token of another issuer', () => {
  it('without a subject is nobody’s', async () => {
    const options = { groups: ['applicant'], claims: { sub: undefined } };
    const reply = await here.send('POST', '/applications', { ...options, body: here.example() });
    expect(reply.status).toBe(401);
  });
});

describe('beyond the limit of submissions', () => {
  const limited = (changes: Json) => {
    dismantle();
    here = new OneWindow({ LIMITS: JSON.stringify({ ...strictLimits, ...changes }) });
  };

  it('an upload is not kept for ever by an application that is refused', async () => {
    limited({ submissions: { applicant: 1, agent: 1, clerk: 1 } });
    await here.submitted();
    const material = await here.uploaded('articles-of-association');
    const reply = await post('/applications', here.example({ materials: [material] }));
    expect(reply.status).toBe(429);
    expect(here.cloud.uploads.get(material.id)?.tag).toBe('unused');
  });

  it('nobody uses up the submissions of a stranger’s phone', async () => {
    limited({ submissions: { applicant: 1, agent: 5, clerk: 5 }, submissionsPerPhone: 2 });
    await here.submitted();
    const phone = '13912345678';
    const applicant = { ...here.example().applicant, phone };
    for (let i = 0; i < 3; i++)
      expect((await post('/applications', here.example({ applicant }))).status).toBe(429);
    const own = await here.as('agent').post('/applications', here.example({ applicant }));
    expect(own.status).toBe(201);
  });
});
