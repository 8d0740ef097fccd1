/** A review handed over to another officer: who may, to whom, when, what it changes, and what it leaves as it was. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as deliver } from '../../functions/departments/deliver-webhook.ts';
import { readWhole } from '../../functions/operations/read.ts';
import { storyOf } from '../../functions/operations/story.ts';
import { cloudEvents } from '../../functions/relay/cloud-events.ts';
import { handOverReview } from '../../infra/ops/act.ts';
import { storyLines } from '../../infra/ops/render.ts';
import { later, monday } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';

const department = 'market-supervision';
let here: OneWindow;
let number: string;
let review: string;
beforeEach(async () => {
  here = new OneWindow();
  number = await here.accepted();
  review = `${number}-1`;
});
afterEach(dismantle);

const handOver = (officer: string, id = review): Promise<Reply> =>
  here.as('operator').post(`/reviews/${id}/handover`, { officer });
const inbox = async (officer: string): Promise<Json> => {
  const options = { groups: ['officer', `department:${department}`], subject: officer };
  return (await here.send('GET', `/departments/${department}/reviews`, options)).body.items[0];
};
const handed = (): Json[] => here.events(number).filter(({ type }) => type === 'review.handed-over');
const problem = ({ status, body }: Reply): [number, string, string] => [
  status,
  body.type.split(':').at(-1),
  body.detail,
];

describe('a review that is handed over', () => {
  it('is shown to the whole department, with whose it is now', async () => {
    vi.setSystemTime(later(7));
    const reply = await handOver('officer-2');
    expect([reply.status, reply.body]).toEqual([
      200,
      { review, department, status: 'requested', officer: 'officer-2', since: later(7).toISOString() },
    ]);
    const handedTo = { officer: 'officer-2', since: later(7).toISOString() };
    expect(await inbox('officer-2')).toMatchObject({ id: review, handedTo: { ...handedTo, me: true } });
    expect(await inbox('officer-1')).toMatchObject({ id: review, handedTo: { ...handedTo, me: false } });
  });

  it('is in the journal as the operator’s act, and tells neither applicant nor bus who the officer is', async () => {
    await handOver('officer-2');
    expect(here.journal(number).at(-1)).toMatchObject({
      by: { capacity: 'operator', subject: 'operator-1' },
      events: [{ type: 'review.handed-over', review, department, status: 'requested', officer: 'officer-2' }],
    });
    const told = (await here.as('applicant').get(`/applications/${number}/timeline`)).body.items.at(-1);
    expect(told).toEqual({
      at: monday.toISOString(),
      by: 'operator',
      version: 2,
      type: 'review.handed-over',
      review,
      item: expect.any(String),
      department,
      status: 'requested',
    });
    const entry = here.journal(number).at(-1);
    expect(JSON.stringify(entry && cloudEvents(entry))).not.toContain('officer-2');
    expect(JSON.stringify((await here.as('applicant').get(`/applications/${number}`)).body)).not.toContain(
      'officer-2',
    );
  });

  it('said again, is not handed over again', async () => {
    await handOver('officer-2');
    const again = await handOver('officer-2');
    expect([again.status, again.body.since]).toEqual([200, monday.toISOString()]);
    expect(handed()).toHaveLength(1);
    vi.setSystemTime(later(3));
    await handOver('officer-3');
    expect(handed().map(({ officer }) => officer)).toEqual(['officer-2', 'officer-3']);
  });

  it('is decided by any officer of the department, or its system, all the same', async () => {
    await handOver('officer-2');
    const reply = await here
      .as('officer', department)
      .post(`/reviews/${review}/decisions`, { outcome: 'approved', output: { number: 'N-1' } });
    expect(reply.status).toBe(200);
    await handOver('officer-2', `${number}-2`);
    const second = await here.decide(`${number}-2`, 'public-security', {
      outcome: 'approved',
      output: { number: 'N-2' },
    });
    expect(second.status).toBe(200);
  });

  it('keeps its officer over a correction, its limit and its webhooks as they were', async () => {
    const { dueAt } = await inbox('officer-1');
    await here.as('operator').put(`/departments/${department}`, { webhookUrl: 'https://hooks.example.org' });
    await handOver('officer-2');
    expect((await inbox('officer-1')).dueAt).toBe(dueAt);
    await here.decide(review, department, { outcome: 'correction', reason: 'Name' });
    await handOver('officer-3');
    await here.as('applicant').post(`/applications/${number}/corrections`, { form: {} });
    expect(await inbox('officer-1')).toMatchObject({
      status: 'requested',
      handedTo: { officer: 'officer-3' },
    });
    // Who hears of it at all: nobody outside.
    await deliver(here.message(number, 'review.handed-over'));
    expect(here.cloud.rows.filter(({ pk }) => pk === `DELIVERIES#${department}`)).toEqual([]);
  });

  it('is shown in the story of its case', async () => {
    await handOver('officer-2');
    const lines = storyLines(
      storyOf(await readWhole(number), (name) => name),
      monday,
    ).join('\n');
    expect(lines).toMatch(/market-supervision +requested +round 1 +due .* +handed to officer-2/);
    expect(lines).toContain('review.handed-over');
  });
});

describe('nobody hands over', () => {
  it('who is no operator', async () => {
    for (const [role, name] of [['applicant'], ['clerk'], ['officer', department]] as const) {
      const reply = await here.as(role, name).post(`/reviews/${review}/handover`, { officer: 'officer-2' });
      expect([role, reply.status]).toEqual([role, 403]);
    }
    expect(handed()).toEqual([]);
  });

  it('what nobody is asked for, or what is decided', async () => {
    expect(problem(await handOver('officer-2', `${number}-2`))).toEqual([
      409,
      'wrong-state',
      'The review is waiting; there is nothing to hand over.',
    ]);
    await here.decide(review, department, { outcome: 'refused', reason: 'No' });
    expect(problem(await handOver('officer-2'))).toEqual([
      409,
      'wrong-state',
      'The review is refused; there is nothing to hand over.',
    ]);
    const chinese = await here.send('POST', `/reviews/${review}/handover`, {
      groups: ['operator'],
      headers: { 'accept-language': 'zh' },
      body: { officer: 'officer-2' },
    });
    expect(chinese.body.detail).toBe('该审批当前状态为 refused，无可转交的事项。');
  });

  it('to the applicant, or to whoever chaired the hearing', async () => {
    expect(problem(await handOver('applicant-1'))[1]).toBe('forbidden');
    const chair = here.as('officer', department);
    await chair.post(`/reviews/${review}/decisions`, {
      outcome: 'special-procedure',
      procedure: 'hearing',
      days: 20,
      chair: 'chair-1',
    });
    expect(problem(await handOver('chair-1'))[1]).toBe('forbidden');
    expect((await handOver('officer-2')).status).toBe(200);
  });

  it('a review that there is not', async () => {
    expect((await handOver('officer-2', `${number}-9`)).status).toBe(404);
    expect((await handOver('officer-2', 'nobody')).status).toBe(404);
  });
});

describe('with the stage’s own pool', () => {
  const known: Record<string, { sub: string; groups: string[]; enabled?: boolean }> = {
    wang: { sub: 'sub-of-wang', groups: ['officer', `department:${department}`] },
    li: { sub: 'sub-of-li', groups: ['officer', 'department:taxation'] },
    zhao: { sub: 'sub-of-zhao', groups: [`department:${department}`] },
    gone: { sub: 'sub-of-gone', groups: ['officer', `department:${department}`], enabled: false },
  };
  beforeEach(() => {
    vi.stubEnv('USER_POOL_ID', 'pool');
    here.cloud.users = known;
  });

  it('takes an officer of the department by name, and keeps the subject', async () => {
    expect((await handOver('wang')).body).toMatchObject({ officer: 'sub-of-wang' });
    expect(here.cloud.of('AdminGetUserCommand')).toEqual([{ UserPoolId: 'pool', Username: 'wang' }]);
  });

  it.each(['li', 'zhao', 'gone', 'nobody'])('takes not %s', async (name) => {
    const reply = await handOver(name);
    expect([reply.status, reply.body.errors]).toEqual([
      422,
      [{ pointer: '/officer', detail: 'Not an officer of this department' }],
    ]);
    expect(handed()).toEqual([]);
  });

  it('the command line does the same, in the operator’s own name', async () => {
    expect((await handOverReview(review, 'wang', 'pool')).assignee?.officer).toBe('sub-of-wang');
    expect(here.journal(number).at(-1)?.by).toMatchObject({
      capacity: 'operator',
      subject: expect.stringMatching(/^ops:/),
    });
    await expect(handOverReview(review, 'li', 'pool')).rejects.toThrow(
      'li: Not an officer of this department, market-supervision.',
    );
    await expect(handOverReview(`${number}-2`, 'wang', undefined)).rejects.toThrow('nothing to hand over');
    await expect(handOverReview('nobody-1', 'wang', undefined)).rejects.toThrow('There is no review');
  });
});
