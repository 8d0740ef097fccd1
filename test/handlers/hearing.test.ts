/** The right to a hearing through the API: announced, asked for by a party in time, held, or not asked for. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { handler as text } from '../../functions/notifications/send-sms.ts';
import { days, later } from '../support/cases.ts';
import { seedCatalogue, withServices } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';
import { nightWorks } from '../support/services.ts';

const { published } = withServices(nightWorks);

let here: OneWindow;
let number: string;
beforeEach(async () => {
  here = new OneWindow();
  seedCatalogue(here.cloud.table, 'main', published);
  number = await here.submitted(structuredClone(nightWorks.example));
});
afterEach(dismantle);

const permit = (body: Json): Promise<Reply> => here.decide(`${number}-1`, 'housing', body);
const offer = (): Promise<Reply> => permit({ outcome: 'hearing-offered', reason: 'The neighbours sleep' });
const ask = (name?: string, body: Json = {}, headers = {}): Promise<Reply> =>
  here
    .as('applicant', name)
    .post(`/applications/${number}/hearing`, { review: `${number}-1`, ...body }, headers);
const problem = ({ status, body }: Reply): unknown => [status, body.type?.split(':').at(-1)];
const types = (): string[] => here.events(number).map(({ type }) => type);
const at = (minutes: number): void => void vi.setSystemTime(later(minutes));

describe('a hearing', () => {
  it('is announced before a decision, and told to the applicant with its last day', async () => {
    const refusedFirst = await permit({ outcome: 'refused', reason: 'No' });
    expect(problem(refusedFirst)).toEqual([409, 'wrong-state']);
    expect(refusedFirst.body.detail).toContain('hearing-offered');
    expect((await offer()).status).toBe(200);
    const { status, clock, reviews } = await here.read(number);
    expect(status).toBe('special-procedure');
    expect(clock.running).toBe(false);
    const until = '2026-11-30T09:00:00.000Z';
    expect(reviews[0]).toMatchObject({ procedure: { name: 'hearing' }, hearing: { until } });
    await text(here.message(number, 'review.hearing-offered'));
    const sms = here.cloud.outgoing.find(({ url }) => url.includes('sms.test'));
    expect(sms?.body.text).toContain('11月30日');
    const seen = await here.as('officer', 'housing').get(`/reviews/${number}-1`);
    expect(seen.body.hearing).toMatchObject({ due: 'before-decision', until });
  });

  it('is asked for by a party, once, with the same answer to a repetition', async () => {
    await offer();
    at(days(1));
    expect((await ask('somebody')).status).toBe(404);
    const key = { 'idempotency-key': 'hearing-1' };
    const first = await ask(undefined, { reason: 'I want to be heard' }, key);
    expect(first.status).toBe(200);
    expect(first.body.reviews[0].hearing.askedAt).toBe(later(days(1)).toISOString());
    const again = await ask(undefined, { reason: 'I want to be heard' }, key);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect((await ask()).status).toBe(200);
    expect(types().filter((type) => type === 'review.hearing-asked')).toHaveLength(1);
  });

  it('is not asked for where none is offered, nor of another application, nor too late', async () => {
    expect(problem(await ask())).toEqual([409, 'wrong-state']);
    await offer();
    const other = await ask(undefined, { review: `${number}-9` });
    expect(other.body.errors).toMatchObject([{ pointer: '/review' }]);
    // A minute past the closing hour of the fifth working day, before the sweep has come by.
    vi.setSystemTime(new Date('2026-11-30T09:01:00.000Z'));
    const late = await ask();
    expect(problem(late)).toEqual([409, 'wrong-state']);
    expect(late.body.detail).toContain('2026-11-30T09:00:00.000Z');
  });

  it('that nobody asks for is over by itself, and the department decides', async () => {
    await offer();
    vi.setSystemTime(new Date('2026-11-30T09:00:30.000Z'));
    await sweep();
    expect(types()).toContain('review.hearing-lapsed');
    expect(await here.read(number)).toMatchObject({ status: 'in-review', clock: { running: true } });
    expect((await permit({ outcome: 'refused', reason: 'Too loud' })).status).toBe(200);
    expect((await here.read(number)).status).toBe('refused');
  });

  it('that is asked for is held on its day, by a chair who does not decide, and the clock stands still', async () => {
    const before = await here.read(number);
    await offer();
    at(days(2));
    await ask();
    at(days(3));
    const day = { heldOn: '2026-12-09', chair: 'officer-chair' };
    const arrange = { outcome: 'special-procedure', procedure: 'hearing', ...day };
    expect((await permit({ ...arrange, chair: undefined })).body.errors).toMatchObject([
      { pointer: '/chair' },
    ]);
    expect((await permit(arrange)).status).toBe(200);
    expect(problem(await permit({ outcome: 'procedure-ended' }))).toEqual([409, 'wrong-state']);
    vi.setSystemTime(new Date('2026-12-09T06:00:00.000Z'));
    expect((await permit({ outcome: 'procedure-ended', reason: 'Held' })).status).toBe(200);
    const byChair = await here
      .as('officer', 'chair')
      .post(`/reviews/${number}-1/decisions`, { outcome: 'approved', output: { number: 'N-1' } });
    expect(byChair.status).toBeGreaterThanOrEqual(400);
    const after = await here.read(number);
    expect(after.clock.pauses).toHaveLength(1);
    expect(after.clock.dueAt > before.clock.dueAt).toBe(true);
    const { body } = await here.as('applicant').get(`/applications/${number}/clock`);
    const limit = body.limits.find((each: Json) => each.scope === `${number}-1` && each.kind === 'promised');
    expect(limit.dueAt).toBe(after.reviews[0].dueAt);
    expect((await permit({ outcome: 'approved', output: { number: 'N-1' } })).status).toBe(200);
  });
});
