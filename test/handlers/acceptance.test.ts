/** Acceptance by hand, through the API: who may say what, once, in time; and what silence means. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { handler as tell } from '../../functions/notifications/send-sms.ts';
import { days, later } from '../support/cases.ts';
import { seedCatalogue, withServices } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';
import { streetFair } from '../support/services.ts';

const { published } = withServices(streetFair);
const lead = 'culture-tourism-sports';
const reason = 'The fair lies outside the district';

let here: OneWindow;
let number: string;
beforeEach(async () => {
  here = new OneWindow();
  seedCatalogue(here.cloud.table, 'main', published);
  number = await here.submitted({
    ...structuredClone(streetFair.example),
    materials: [{ code: 'safety-plan' }, { code: 'health-check-certificate' }],
  });
});
afterEach(dismantle);

const answer = (body: Json, options: Json = {}): Promise<Reply> =>
  here.decide(`${number}-1`, lead, body, options);
const problem = ({ status, body }: Reply): unknown => [status, body.type?.split(':').at(-1)];
const types = (): string[] => here.events(number).map(({ type }) => type);
const statuses = async (): Promise<string[]> =>
  (await here.read(number)).reviews.map(({ status }: Json) => status);
const correct = (body: Json, headers = {}): Promise<Reply> =>
  here.as('applicant').post(`/applications/${number}/corrections`, body, headers);
const at = (minutes: number): void => void vi.setSystemTime(later(minutes));
const sweepAt = (minutes: number): Promise<void> => {
  at(minutes);
  return sweep();
};
/** Monday 10:00 and five working days: the next Monday, when the centre closes. */
const dueAt = '2026-11-30T09:00:00.000Z';
const untilDue = days(7) + 7 * 60;

describe('an application that is accepted by hand', () => {
  it('stays submitted, asks one department and nobody else, and says until when', async () => {
    const found = await here.read(number);
    expect(found.status).toBe('submitted');
    expect(found.acceptance).toEqual({
      review: `${number}-1`,
      department: lead,
      status: 'awaited',
      dueAt,
    });
    expect(types()).toEqual(['application.submitted', 'review.acceptance-requested']);
    expect(await statuses()).toEqual(['waiting', 'waiting', 'waiting']);
    const { body } = await here.as('officer', lead).get(`/departments/${lead}/reviews`);
    expect(body.items).toMatchObject([{ id: `${number}-1`, status: 'waiting', dueAt }]);
    const health = await here.as('officer', 'health').get('/departments/health/reviews');
    expect(health.body.items).toEqual([]);
  });

  it('is read by the department that accepts, its own part, and by no other', async () => {
    const { body } = await here.signed(here.secretOf(lead), 'GET', `/reviews/${number}-1`);
    expect(body).toMatchObject({ status: 'waiting', form: { street: '河坊街', organiser: '沈知秋' } });
    expect(body.form).not.toHaveProperty('stalls');
    const other = await here.signed(here.secretOf('health'), 'GET', `/reviews/${number}-2`);
    expect(problem(other)).toEqual([409, 'wrong-state']);
  });

  it('is accepted by a department’s system; then everybody is asked, and the clock counts from the receipt', async () => {
    at(days(2));
    const { clock } = await here.read(number);
    expect((await answer({ outcome: 'accepted' })).body).toEqual({
      review: `${number}-1`,
      status: 'requested',
    });
    const found = await here.read(number);
    expect(found.status).toBe('in-review');
    expect(found.acceptance).toMatchObject({ status: 'accepted', at: later(days(2)).toISOString() });
    expect(found.acceptance).not.toHaveProperty('silence');
    expect(await statuses()).toEqual(['requested', 'requested', 'waiting']);
    expect(found.clock).toEqual(clock);
    expect(types().slice(2)).toEqual([
      'application.accepted',
      'round.opened',
      'review.requested',
      'review.requested',
    ]);
  });

  it('is accepted by an officer; an officer of another department, an operator and its applicant may not', async () => {
    const body = { outcome: 'accepted' };
    const path = `/reviews/${number}-1/decisions`;
    expect(problem(await here.as('officer', 'health').post(path, body))).toEqual([404, 'not-found']);
    expect(problem(await here.as('operator').post(path, body))).toEqual([403, 'forbidden']);
    expect(problem(await here.as('applicant').post(path, body))).toEqual([403, 'forbidden']);
    expect(problem(await here.decide(`${number}-1`, 'health', body))).toEqual([401, 'bad-signature']);
    expect(await statuses()).toEqual(['waiting', 'waiting', 'waiting']);
    expect((await here.as('officer', lead).post(path, body)).status).toBe(200);
    expect(here.journal(number).at(-1)?.by).toMatchObject({ capacity: 'officer', department: lead });
  });

  it('is accepted once: a repetition has the same answer, another word is too late', async () => {
    const id = `decision_${number}-1_1`;
    const first = await answer({ outcome: 'accepted' }, { id });
    expect((await answer({ outcome: 'accepted' }, { id })).body).toEqual(first.body);
    const length = here.journal(number).length;
    for (const body of [
      { outcome: 'not-accepted', reason },
      { outcome: 'accepted', reason: 'Again' },
    ])
      expect(problem(await answer(body))).toEqual([409, 'wrong-state']);
    expect(here.journal(number)).toHaveLength(length);
  });

  it.each([
    [{ outcome: 'approved', output: { number: 'N-1' } }, [409, 'wrong-state']],
    [{ outcome: 'refused', reason }, [409, 'wrong-state']],
    [{ outcome: 'special-procedure', procedure: 'hearing' }, [409, 'wrong-state']],
    [{ outcome: 'extension', days: 3, reason, approvedBy: 'head' }, [409, 'wrong-state']],
    [{ outcome: 'not-accepted' }, [422, 'invalid-input']],
    [{ outcome: 'correction' }, [422, 'invalid-input']],
    [{ outcome: 'correction', reason, fields: ['/form/stalls'] }, [422, 'invalid-input']],
    [{ outcome: 'accepted', dossierVersion: 7 }, [412, 'precondition-failed']],
  ])('takes no %j before the acceptance', async (body, expected) => {
    expect(problem(await answer(body))).toEqual(expected);
    expect((await here.read(number)).status).toBe('submitted');
    expect(here.journal(number)).toHaveLength(1);
  });

  it('takes no acceptance by a department that is not asked for it', async () => {
    expect(problem(await here.decide(`${number}-2`, 'health', { outcome: 'accepted' }))).toEqual([
      409,
      'wrong-state',
    ]);
  });

  it('is not accepted, with a reason: that is its end, dated, and the applicant is told', async () => {
    at(days(1));
    expect((await answer({ outcome: 'not-accepted', reason })).body.status).toBe('cancelled');
    const found = await here.read(number);
    expect(found).toMatchObject({
      status: 'not-accepted',
      concludedAt: later(days(1)).toISOString(),
      acceptance: { status: 'not-accepted', at: later(days(1)).toISOString() },
    });
    expect(found.reviews[0]).toMatchObject({ status: 'cancelled', because: 'not-accepted', reason });
    expect(await statuses()).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(here.events(number)).toContainEqual({ type: 'application.not-accepted', reason });
    await tell(here.message(number, 'application.not-accepted'));
    const told = here.cloud.outgoing.filter(({ url }) => url.includes('sms.test'));
    expect(told.map(({ body }) => body.text).join()).toContain('不予受理');
    for (const [what, body] of [
      ['withdrawal', { reason: 'No' }],
      ['corrections', { form: {} }],
      ['objection', { reviews: [`${number}-1`], reason: 'No' }],
    ] as const) {
      const reply = await here.as('applicant').post(`/applications/${number}/${what}`, body);
      expect(problem(reply), what).toEqual([409, 'wrong-state']);
    }
    expect(problem(await answer({ outcome: 'accepted' }))).toEqual([409, 'wrong-state']);
    await sweepAt(days(100));
    expect((await here.read(number)).status).toBe('not-accepted');
  });

  it('is handed over to another officer of its department, and no review that nobody is asked for is', async () => {
    const over = (review: string): Promise<Reply> =>
      here.as('operator').post(`/reviews/${review}/handover`, { officer: 'officer-2' });
    expect((await over(`${number}-1`)).status).toBe(200);
    expect(problem(await over(`${number}-2`))).toEqual([409, 'wrong-state']);
    expect((await answer({ outcome: 'accepted' })).status).toBe(200);
  });

  it('is withdrawn before anybody has accepted it', async () => {
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'It rains' });
    expect((await here.read(number)).status).toBe('withdrawn');
    expect(problem(await answer({ outcome: 'accepted' }))).toEqual([409, 'wrong-state']);
    await sweepAt(days(30));
    expect((await here.read(number)).status).toBe('withdrawn');
  });
});

describe('a notice before the acceptance', () => {
  const notice = { outcome: 'correction', reason: 'Which street?', fields: ['/form/street'] };

  it('is given once: the clock stands still until the correction comes, and then only yes or no is left', async () => {
    at(days(1));
    expect((await answer(notice)).body.status).toBe('correction');
    const asked = await here.read(number);
    expect(asked).toMatchObject({ status: 'awaiting-correction', clock: { running: false } });
    expect(asked.reviews[0].asked).toEqual({ fields: ['/form/street'], materials: [] });
    expect(asked.acceptance).not.toHaveProperty('dueAt');
    expect(problem(await answer({ outcome: 'accepted', dossierVersion: 1 }))).toEqual([409, 'wrong-state']);

    await sweepAt(days(50));
    expect((await here.read(number)).status).toBe('awaiting-correction');

    expect((await correct({ form: { street: '清河坊街' } })).status).toBe(200);
    const back = await here.read(number);
    expect(back).toMatchObject({ status: 'submitted', dossierVersion: 2, clock: { running: true } });
    expect(back.acceptance.dueAt > later(days(50)).toISOString()).toBe(true);
    expect(types().at(-1)).toBe('review.acceptance-requested');

    const again = await answer({ ...notice, reason: 'Which number?', dossierVersion: 2 });
    expect(problem(again)).toEqual([409, 'wrong-state']);
    expect(again.body.detail).toContain('once');
    expect(problem(await answer({ outcome: 'accepted' }))).toEqual([412, 'precondition-failed']);
    expect((await answer({ outcome: 'accepted', dossierVersion: 2 })).status).toBe(200);
    expect((await here.read(number)).status).toBe('in-review');
  });

  it('leaves the clock of the review that follows as if it had not been', async () => {
    await answer(notice);
    at(days(3));
    await correct({ form: { street: '清河坊街' } });
    await answer({ outcome: 'accepted', dossierVersion: 2 });
    const { body } = await here.as('applicant').get(`/applications/${number}/clock`);
    const found = await here.read(number);
    const own = body.limits.find(({ scope, kind }: Json) => scope === `${number}-1` && kind === 'promised');
    expect(own).toMatchObject({ dueAt: found.reviews[0].dueAt, running: true, pauses: [] });
    const whole = body.limits.find(({ scope, kind }: Json) => scope === 'case' && kind === 'promised');
    expect(whole.dueAt).toBe(found.clock.dueAt);
    expect(whole.pauses).toHaveLength(1);
  });
});

describe('silence', () => {
  it('means accepted once five working days are over, not a minute before, counted from the day of receipt', async () => {
    const { clock } = await here.read(number);
    await sweepAt(untilDue - 1);
    expect((await here.read(number)).status).toBe('submitted');
    await sweepAt(untilDue);
    const found = await here.read(number);
    expect(found.status).toBe('in-review');
    expect(found.acceptance).toMatchObject({ status: 'accepted', silence: true, at: dueAt });
    expect(found.clock.dueAt).toBe(clock.dueAt);
    expect(here.events(number)).toContainEqual({
      type: 'application.accepted',
      dueAt: clock.dueAt,
      silence: true,
      receivedAt: clock.receivedAt,
    });
    expect(here.journal(number).at(-1)?.by).toEqual({ capacity: 'system' });
    expect(problem(await answer({ outcome: 'not-accepted', reason }))).toEqual([409, 'wrong-state']);
  });

  it('cannot be broken after its time by anything but an acceptance, which says that it came too late', async () => {
    at(untilDue);
    for (const body of [
      { outcome: 'not-accepted', reason },
      { outcome: 'correction', reason: 'Unclear', fields: ['/form/street'] },
    ])
      expect(problem(await answer(body))).toEqual([409, 'wrong-state']);
    expect((await answer({ outcome: 'accepted' })).status).toBe(200);
    expect((await here.read(number)).acceptance).toMatchObject({ status: 'accepted', silence: true });
  });

  it('is nothing that the watch repairs or finds stuck before', async () => {
    here.leaveTraces(number);
    for (let day = 0; day < 7; day++) await sweepAt(days(day) + 11);
    expect(here.cloud.counted.filter((name) => /Stuck|Repaired/.test(name))).toEqual([]);
    expect((await here.read(number)).status).toBe('submitted');
  });
});
