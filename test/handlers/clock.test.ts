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
    // Each review has its own causes only.
    expect(one(limits, `${number}-2`).pauses).toHaveLength(1);
    expect(one(limits, `${number}-4`).pauses.map(({ cause }: Json) => cause)).toEqual(['special-procedure']);
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
