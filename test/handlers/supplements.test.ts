/** Tolerant acceptance through the API: what may follow, who hands it in, until when, and what happens when it does not come. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { handler as tell } from '../../functions/notifications/send-sms.ts';
import { days, later } from '../support/cases.ts';
import { seedCatalogue, withServices } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { awsError, dismantle } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';
import { streetFair } from '../support/services.ts';

const automatic = { ...streetFair, acceptance: 'automatic' as const };
const { published } = withServices(automatic);
const byHand = withServices(streetFair).published;
const code = 'health-check-certificate';
const approval = { outcome: 'approved', output: { number: 'N-1' } };

let here: OneWindow;
let number: string;
beforeEach(async () => {
  here = new OneWindow();
  seedCatalogue(here.cloud.table, 'main', published);
  number = await here.submitted(structuredClone(automatic.example));
});
afterEach(dismantle);

const supplement = (materials: Json[] = [{ code }], headers: Record<string, string> = {}): Promise<Reply> =>
  here.as('applicant').post(`/applications/${number}/supplements`, { materials }, headers);
const correct = (body: Json): Promise<Reply> =>
  here.as('applicant').post(`/applications/${number}/corrections`, body);
const health = (body: Json): Promise<Reply> => here.decide(`${number}-2`, 'health', body);
const problem = ({ status, body }: Reply): unknown => [status, body.type?.split(':').at(-1)];
const stalls = async (): Promise<Json> => (await here.read(number)).reviews[1];
const types = (): string[] => here.events(number).map(({ type }) => type);
const at = (minutes: number): void => void vi.setSystemTime(later(minutes));
const sweepAt = (minutes: number): Promise<void> => {
  at(minutes);
  return sweep();
};
/** Monday 10:00 and four working days: Friday, when the centre closes. */
const dueAt = '2026-11-27T09:00:00.000Z';
const untilDue = days(4) + 7 * 60;

describe('an application without a material that may follow', () => {
  it('is accepted, shows what has still to follow and by when, and says so in its message', async () => {
    const found = await here.read(number);
    expect(found.status).toBe('in-review');
    expect(found.following).toEqual([{ code, dueAt, items: ['food-stalls'] }]);
    await tell(here.message(number, 'application.accepted'));
    expect(here.cloud.outgoing.at(-1)?.body.text).toContain('容缺');
  });

  it('has nothing to follow where everything is there; and what may not follow is asked for at once', async () => {
    const { example } = automatic;
    const whole = await here.submitted({ ...example, materials: [{ code: 'safety-plan' }, { code }] });
    expect(await here.read(whole)).not.toHaveProperty('following');
    const none = await here.as('applicant').post('/applications', { ...example, materials: [{ code }] });
    expect(none.body.errors).toEqual([
      { pointer: '/materials', detail: 'The material safety-plan is missing' },
    ]);
  });

  it('takes it in by a supplement: the department is told, no clock is touched', async () => {
    at(days(1));
    const before = await here.read(number);
    const { status, body } = await supplement();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'in-review',
      dossierVersion: 2,
      clock: before.clock,
      following: [],
    });
    expect(body.materials).toContainEqual({ code });
    expect(body.reviews.map(({ dueAt }: Json) => dueAt)).toEqual(
      before.reviews.map(({ dueAt }: Json) => dueAt),
    );
    expect(body.reviews.map(({ dossierVersion }: Json) => dossierVersion)).toEqual([1, 2, undefined]);
    expect(here.events(number).slice(-2)).toMatchObject([
      { type: 'application.supplemented', dossierVersion: 2, materials: [code] },
      { type: 'review.requested', review: `${number}-2`, dossierVersion: 2 },
    ]);
  });

  it('is not approved in the item that asks for it before it has come; refused it may be, and the others go on', async () => {
    const early = await health(approval);
    expect(problem(early)).toEqual([409, 'wrong-state']);
    expect(early.body.detail).toContain(code);
    expect((await here.decide(`${number}-1`, 'culture-tourism-sports', approval)).status).toBe(200);
    await supplement();
    expect(problem(await health(approval))).toEqual([412, 'precondition-failed']);
    expect((await health({ ...approval, dossierVersion: 2 })).status).toBe(200);
    number = await here.submitted(structuredClone(automatic.example));
    expect((await health({ outcome: 'refused', reason: 'No water there' })).status).toBe(200);
  });
});

describe('a supplement', () => {
  it('is taken once: by its key, and by its words', async () => {
    const key = { 'idempotency-key': 'supplement-1' };
    const first = await supplement(undefined, key);
    const again = await supplement(undefined, key);
    expect(again.body).toEqual(first.body);
    expect((await supplement()).status).toBe(200);
    expect(types().filter((type) => type === 'application.supplemented')).toHaveLength(1);
  });

  it('is taken by its repetition when its first write failed', async () => {
    const key = { 'idempotency-key': 'supplement-2' };
    let dies = true;
    here.cloud.refuse = ({ name }) => {
      if (dies && name === 'TransactWriteCommand') {
        dies = false;
        throw awsError('InternalServerError');
      }
    };
    expect((await supplement(undefined, key)).status).toBe(500);
    expect((await supplement(undefined, key)).status).toBe(200);
    expect(types().filter((type) => type === 'application.supplemented')).toHaveLength(1);
  });

  it.each([
    ['nothing', []],
    ['what is there already, otherwise', [{ code: 'safety-plan', id: 'another' }]],
    ['what nobody knows', [{ code: 'poem' }]],
    ['the same twice', [{ code }, { code }]],
    ['an upload that there is not', [{ code, id: 'none' }]],
    ['no code', [{ id: 'x' }]],
  ])('of %s is refused by pointer', async (_, materials) => {
    const reply = await supplement(materials);
    expect(problem(reply)).toEqual([422, 'invalid-input']);
    expect(reply.body.errors[0].pointer).toMatch(/^\/materials/);
    expect(here.journal(number)).toHaveLength(1);
  });

  it('is checked like every other material, and its file is taken', async () => {
    const file = await here.uploaded(code);
    const { body } = await supplement([file]);
    expect(body.materials).toContainEqual(file);
    const read = await here.signed(here.secretOf('health'), 'GET', `/reviews/${number}-2`);
    expect(read.body.materials[0]).toMatchObject(file);
  });

  it('is its people’s alone', async () => {
    const path = `/applications/${number}/supplements`;
    const body = { materials: [{ code }] };
    expect(problem(await here.send('POST', path, { body }))).toEqual([401, 'unauthenticated']);
    expect(problem(await here.as('operator').post(path, body))).toEqual([403, 'forbidden']);
    expect(problem(await here.as('officer', 'health').post(path, body))).toEqual([403, 'forbidden']);
    const stranger = { groups: ['applicant'], subject: 'somebody', body };
    expect(problem(await here.send('POST', path, stranger))).toEqual([404, 'not-found']);
  });

  it('reaches whoever has to accept the application first', async () => {
    seedCatalogue(here.cloud.table, 'main', byHand);
    here = new OneWindow();
    seedCatalogue(here.cloud.table, 'main', byHand);
    const plan = { ...streetFair.example, items: ['food-stalls'] };
    number = await here.submitted(structuredClone(plan));
    const { acceptance } = await here.read(number);
    at(60);
    expect((await supplement()).body).toMatchObject({ status: 'submitted', acceptance });
    expect(types().slice(-2)).toEqual(['application.supplemented', 'review.acceptance-requested']);
    expect(problem(await here.decide(`${number}-1`, 'health', { outcome: 'accepted' }))).toEqual([
      412,
      'precondition-failed',
    ]);
  });
});

describe('what has not come by its day', () => {
  const refused = [409, 'wrong-state'];

  it('makes the clock stand still: the department and the applicant are told, once', async () => {
    await sweepAt(untilDue - 1);
    expect(types()).not.toContain('review.supplement-overdue');
    await sweepAt(untilDue);
    await sweepAt(untilDue + 1);
    const found = await here.read(number);
    expect(found).toMatchObject({ status: 'awaiting-correction', clock: { running: false } });
    expect(await stalls()).toMatchObject({ status: 'correction', asked: { fields: [], materials: [code] } });
    expect(types().filter((type) => type === 'review.supplement-overdue')).toHaveLength(1);
    await tell(here.message(number, 'review.supplement-overdue'));
    expect(here.cloud.outgoing.at(-1)?.body.text).toContain('未按期');
    expect(problem(await health(approval))).toEqual(refused);
  });

  it('is handed in by a correction then; a supplement says so, and an empty correction does not do', async () => {
    await sweepAt(untilDue);
    at(days(20));
    const late = await supplement();
    expect(problem(late)).toEqual(refused);
    expect(late.body.detail).toContain('correction');
    const empty = await correct({ form: {} });
    expect(empty.body.errors).toEqual([{ pointer: '/materials', detail: `The material ${code} is missing` }]);
    expect((await correct({ materials: [{ code }] })).status).toBe(200);
    const found = await here.read(number);
    expect(found).toMatchObject({
      status: 'in-review',
      clock: { running: true },
      following: [],
      dossierVersion: 2,
    });
    expect(await stalls()).toMatchObject({ status: 'requested', dossierVersion: 2 });
    expect((await health({ ...approval, dossierVersion: 2 })).status).toBe(200);
  });

  it('is still taken as a supplement in the minute before anybody has noticed', async () => {
    at(untilDue);
    expect((await supplement()).status).toBe(200);
    await sweepAt(untilDue + 1);
    expect(types()).not.toContain('review.supplement-overdue');
  });

  it('is asked for after the correction that the department itself had asked for, not in its place', async () => {
    at(days(3));
    await health({ outcome: 'correction', reason: 'How many?', fields: ['/form/stalls'] });
    await sweepAt(days(10));
    expect(types()).not.toContain('review.supplement-overdue');
    expect((await correct({ form: { stalls: 41 } })).status).toBe(200);
    expect(await stalls()).toMatchObject({ status: 'correction', asked: { fields: [], materials: [code] } });
    expect((await correct({ materials: [{ code }] })).status).toBe(200);
    expect(await stalls()).toMatchObject({ status: 'requested' });
  });

  it('is asked for when the special procedure is over, during which the clock stands still anyway', async () => {
    at(days(1));
    await health({ outcome: 'special-procedure', procedure: 'inspection', days: 9 });
    await sweepAt(days(7));
    expect(await stalls()).toMatchObject({ status: 'requested' });
    await health({ outcome: 'procedure-ended' });
    expect(await stalls()).toMatchObject({ status: 'correction', asked: { materials: [code] } });
  });

  it('does not wake the sweep again and again while nobody works on what asks for it', async () => {
    await sweepAt(untilDue);
    await sweepAt(untilDue + 15);
    const [row] = here.cloud.rows.filter(
      ({ sk, pk }) => sk === 'APPLICATION' && pk === `APPLICATION#${number}`,
    );
    expect(String(row?.nextDueAt) > later(untilDue + 15).toISOString()).toBe(true);
  });
});

describe('what is asked for in a later round', () => {
  const permit = (outcome: Json) => here.decide(`${number}-1`, 'culture-tourism-sports', outcome);
  const street = (outcome: Json) => here.decide(`${number}-3`, 'public-security', outcome);

  /** The stalls refused before the certificate has come; a month later that is objected to. */
  async function objected(): Promise<Reply> {
    await health({ outcome: 'refused', reason: 'No water there' });
    await permit(approval);
    await street(approval);
    at(days(30));
    const objection = { reviews: [`${number}-2`], reason: 'There is a well' };
    await here.as('applicant').post(`/applications/${number}/objection`, objection);
    return here
      .as('operator')
      .post(`/applications/${number}/objections/1/decision`, { outcome: 'upheld', reason: 'It is right' });
  }

  it('is noticed at once where its day is over, and the round goes on when it has come', async () => {
    expect((await objected()).status).toBe(200);
    expect(await here.read(number)).toMatchObject({ status: 'awaiting-correction', round: 2 });
    expect(types().slice(-2)).toEqual(['review.requested', 'review.supplement-overdue']);
    expect((await correct({ materials: [{ code }] })).status).toBe(200);
    const granted = await here.decide(`${number}-2.2`, 'health', { ...approval, dossierVersion: 2 });
    expect(granted.status).toBe(200);
    expect((await here.read(number)).reviews.at(-2)).toMatchObject({
      id: `${number}-2.2`,
      status: 'approved',
    });
  });
});

describe('the message of an extension', () => {
  it('promises the end of the case, not that of one department’s part', async () => {
    const extension = { outcome: 'extension', days: 3, reason: 'The street is long', approvedBy: 'head' };
    expect((await here.decide(`${number}-1`, 'culture-tourism-sports', extension)).status).toBe(200);
    await tell(here.message(number, 'review.extended'));
    const { clock, reviews } = await here.read(number);
    // Monday 23 November, 15 and 3 working days; the department's part 5 and 3.
    expect([clock.dueAt, reviews[0].dueAt]).toEqual(['2026-12-17T09:00:00.000Z', '2026-12-03T09:00:00.000Z']);
    expect(here.cloud.outgoing.at(-1)?.body.text).toContain('承诺12月17日');
  });
});
