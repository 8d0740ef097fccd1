/** `GET /applications/{id}/clock`: what it explains is what is stored, for the case and for each review. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { days, later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const clockOf = async (number: string, role = 'applicant', name?: string): Promise<Json[]> =>
  (await here.as(role, name).get(`/applications/${number}/clock`)).body.limits;
const one = (limits: Json[], scope: string, kind = 'promised'): Json =>
  limits.find((each) => each.scope === scope && each.kind === kind);

/** What is explained is what is stored. */
async function proves(number: string): Promise<Json[]> {
  const limits = await clockOf(number);
  const { clock, reviews } = await here.read(number);
  const [promised, statutory] = [one(limits, 'case'), one(limits, 'case', 'statutory')];
  if (clock.running) {
    expect([promised.dueAt, statutory.dueAt]).toEqual([clock.dueAt, clock.statutoryDueAt]);
  }
  for (const review of reviews) {
    if (review.status !== 'requested') continue;
    expect(one(limits, review.id).dueAt).toBe(review.dueAt);
  }
  return limits;
}

describe('the clock', () => {
  it('of a fresh case tells its two limits and those of the reviews that were requested', async () => {
    const number = await here.accepted();
    const limits = await proves(number);
    expect(limits.map(({ scope, kind }) => `${scope} ${kind}`)).toEqual([
      'case promised',
      'case statutory',
      `${number}-1 promised`,
      `${number}-1 statutory`,
    ]);
    expect(one(limits, 'case', 'statutory').counted).toHaveLength(45);
    expect(one(limits, 'case').because.zh).toContain('办公小时');
  });

  it('stands still from a correction notice until the correction, and for a hearing beside it', async () => {
    const number = await here.accepted();
    await here.decide(`${number}-1`, 'market-supervision', {
      outcome: 'approved',
      output: { number: 'N-1' },
    });
    vi.setSystemTime(later(60));
    await here.decide(`${number}-2`, 'public-security', { outcome: 'correction', reason: 'Which seals?' });
    vi.setSystemTime(later(90));
    await here.decide(`${number}-4`, 'human-resources', {
      outcome: 'special-procedure',
      procedure: 'hearing',
      days: 5,
    });
    expect(one(await proves(number), 'case').running).toBe(false);
    vi.setSystemTime(later(days(2)));
    await here.as('applicant').post(`/applications/${number}/corrections`, { form: {} });
    expect(one(await proves(number), 'case').running).toBe(false);
    vi.setSystemTime(later(days(4)));
    await here.decide(`${number}-4`, 'human-resources', { outcome: 'procedure-ended', procedure: 'hearing' });
    const limits = await proves(number);
    const { running, pauses, because, counted, notCounted } = one(limits, 'case', 'statutory');
    expect(running).toBe(true);
    expect(pauses.map(({ cause, review }: Json) => [cause, review])).toEqual([
      ['correction', `${number}-2`],
      ['special-procedure', `${number}-4`],
    ]);
    expect(counted).toHaveLength(45);
    expect(notCounted.filter((each: Json) => each.because === 'pause')).toHaveLength(4);
    expect(because.en).toContain('art. 32');
    expect(because.en).toContain('art. 45');
    // Each with the notice that caused it, where the timeline has it.
    const { items } = (await here.as('applicant').get(`/applications/${number}/timeline`)).body;
    const typesAt = (at: number) =>
      items.filter(({ version }: Json) => version === at).map(({ type }: Json) => type);
    expect(pauses.map(({ notice }: Json) => typesAt(notice.version)[0])).toEqual([
      'review.correction-asked',
      'review.procedure-announced',
    ]);
    expect(pauses[1].notice).toMatchObject({ procedure: 'hearing', item: { zh: expect.any(String) } });
    expect(because.zh).toContain('听证');
    expect(because.zh).toContain(pauses[0].notice.item.zh);
    // Each review has its own causes only.
    expect(one(limits, `${number}-2`).pauses).toHaveLength(1);
    expect(one(limits, `${number}-4`).pauses.map(({ cause }: Json) => cause)).toEqual(['special-procedure']);
  });

  it('tells each extension of each limit, and each rule with its article', async () => {
    const number = await here.accepted();
    vi.setSystemTime(later(5));
    const asked = { outcome: 'extension', days: 10, reason: 'A second look', approvedBy: 'head' };
    expect((await here.decide(`${number}-1`, 'market-supervision', asked)).status).toBe(200);
    const limits = await proves(number);
    expect(limits).toHaveLength(4);
    for (const { extensions, because, rules } of limits) {
      expect(extensions).toEqual([{ days: 10, at: later(5).toISOString() }]);
      expect(because.en).toContain('extended by 10 working days');
      expect(because.zh).toContain('延长 10 个工作日');
      expect(rules.map(({ article }: Json) => article)).toContain('42');
      for (const { text } of rules) expect([text.zh, text.en].every((each) => each.length > 5)).toBe(true);
    }
    expect(one(limits, 'case', 'statutory').rules.map(({ article }: Json) => article)).toEqual(['82', '42']);
  });

  it('of a round after the conclusion stands still for its own notices', async () => {
    const number = await here.accepted();
    for (const { id, department } of (await here.read(number)).reviews) {
      const isRefused = department === 'human-resources';
      await here.decide(id, department, {
        ...(isRefused
          ? { outcome: 'refused', reason: 'No' }
          : { outcome: 'approved', output: { number: 'N' } }),
      });
    }
    const objection = { reviews: [`${number}-4`], reason: 'I disagree' };
    await here.as('applicant').post(`/applications/${number}/objection`, objection);
    await here.as('operator').post(`/applications/${number}/objections/1/decision`, { outcome: 'upheld' });
    vi.setSystemTime(later(30));
    const again = `${number}-4.2`;
    await here.decide(again, 'human-resources', { outcome: 'correction', reason: 'Which?' });
    expect(one(await clockOf(number), again)).toMatchObject({ running: false, pauses: [{ review: again }] });
    vi.setSystemTime(later(days(3)));
    await here.as('applicant').post(`/applications/${number}/corrections`, { form: {} });
    const limits = await proves(number);
    expect(one(limits, again).pauses).toMatchObject([
      { cause: 'correction', to: later(days(3)).toISOString() },
    ]);
    // The clock of the case ended with its conclusion.
    expect(one(limits, 'case').pauses).toEqual([]);
  });

  it('stays what it was once the case has ended', async () => {
    const number = await here.accepted();
    await here.decide(`${number}-1`, 'market-supervision', { outcome: 'correction', reason: 'Name' });
    vi.setSystemTime(later(days(3)));
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    const at = await clockOf(number);
    vi.setSystemTime(later(days(30)));
    expect(await clockOf(number)).toEqual(at);
  });

  it('is told to its people, to operators, and to officers as far as it concerns them', async () => {
    const number = await here.accepted();
    await here.decide(`${number}-1`, 'market-supervision', {
      outcome: 'approved',
      output: { number: 'N-1' },
    });
    const scopes = async (role: string, name?: string) =>
      new Set((await clockOf(number, role, name)).map(({ scope }) => scope));
    expect(await scopes('operator')).toEqual(await scopes('applicant'));
    expect(await scopes('officer', 'public-security')).toEqual(new Set(['case', `${number}-2`]));
    for (const [role, name] of [
      ['officer', 'traffic-police'],
      ['applicant', 'somebody'],
    ] as const) {
      expect((await here.as(role, name).get(`/applications/${number}/clock`)).status).toBe(404);
    }
  });
});
