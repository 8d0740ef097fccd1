import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { log } from '../../functions/platform/log.ts';
import { later } from '../support/cases.ts';
import { serviceOf } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { awsError, dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const sweepAt = (minutes: number): Promise<void> => {
  vi.setSystemTime(later(minutes));
  return sweep();
};
const types = (number: string): string[] =>
  here
    .events(number)
    .map(({ type }) => type)
    .slice(4);
const first = async (number: string): Promise<string> => (await here.read(number)).reviews[0].status;
const alarmOf = (number: string): unknown =>
  here.cloud.rows.find(({ sk, pk }) => sk === 'APPLICATION' && pk === `APPLICATION#${number}`)?.dueSort;

describe('a reminder', () => {
  const joint = (): Json => structuredClone(serviceOf('tobacco-retail-licence').example);
  const alarms = (number: string): Json[] =>
    here.events(number).filter(({ type }) => type === 'review.due-soon');

  it('tells the department and the operators, not the applicant, and costs a case in time nothing', async () => {
    const number = await here.submitted(joint());
    const { reviews } = await here.read(number);
    const [{ id, department }] = reviews;
    const row = here.cloud.rows.find(({ sk }) => sk === `REVIEW#${id}`);
    const remindAt = new Date(String(row?.remindAt));
    expect(remindAt.toISOString() < reviews[0].dueAt).toBe(true);
    vi.setSystemTime(remindAt);
    await sweep();
    await sweep();
    expect(alarms(number)).toMatchObject([{ review: id, department, dueAt: reviews[0].dueAt }]);
    expect(here.cloud.counted.filter((name) => name === 'ReviewsReminded')).toHaveLength(1);
    const toldOf = async (role: string): Promise<string[]> => {
      const { body } = await here.as(role).get(`/applications/${number}/timeline`);
      return body.items.map(({ type }: Json) => type);
    };
    expect(await toldOf('operator')).toContain('review.due-soon');
    expect(await toldOf('applicant')).not.toContain('review.due-soon');
    const inbox = await here.as('officer', department).get(`/departments/${department}/reviews`);
    expect(inbox.body.items).toMatchObject([{ id, dueSoon: true }]);
    await here.decide(id, department, { outcome: 'approved', output: { number: 'N-1' } });
    expect((await here.read(number)).conclusion).toBe('approved');
  });
});

describe('the sweep', () => {
  it('does nothing before its time', async () => {
    const number = await here.accepted();
    await sweepAt(59);
    expect(types(number)).toEqual([]);
  });

  it('turns a silent review overdue, then escalates it, and reports the case’s own limits, once each', async () => {
    const number = await here.accepted();
    await sweepAt(60);
    await sweepAt(61);
    expect(await first(number)).toBe('overdue');
    expect(types(number)).toEqual(['review.overdue']);
    await sweepAt(5 * 60 + 1);
    expect(types(number)).toEqual(['review.overdue', 'application.overdue']);
    await sweepAt(24 * 60 + 60);
    await sweepAt(24 * 60 + 61);
    expect(types(number)).toEqual(['review.overdue', 'application.overdue', 'review.escalated']);
    expect(here.cloud.counted.filter((name) => name === 'ReviewsEscalated').length).toBeGreaterThan(0);
    const decision = { outcome: 'approved', output: { number: 'N-1' } };
    expect((await here.decide(`${number}-1`, 'market-supervision', decision)).status).toBe(200);
  });

  it('names in each line the case that it is about, however many are in hand at a time', async () => {
    const numbers = await Promise.all(Array.from({ length: 12 }, () => here.accepted()));
    const lines = vi.spyOn(log, 'warn').mockReturnValue(undefined);
    await sweepAt(60);
    const about = lines.mock.calls.map(([, extra]) => extra as { application: string; review: string });
    expect(about.map(({ application }) => application).toSorted()).toEqual(numbers.toSorted());
    for (const { application, review } of about) expect(review.startsWith(application)).toBe(true);
  });

  it('says anew that a review is overdue when it was escalated, corrected and is silent again', async () => {
    const number = await here.accepted();
    await sweepAt(60);
    await sweepAt(24 * 60 + 61);
    expect(types(number)).toContain('review.escalated');
    await here.decide(`${number}-1`, 'market-supervision', { outcome: 'correction', reason: 'Name' });
    vi.setSystemTime(later(3 * 24 * 60));
    await here.as('applicant').post(`/applications/${number}/corrections`, { form: {} });
    const before = types(number).length;
    await sweepAt(6 * 24 * 60);
    expect(types(number).slice(before)).toContain('review.overdue');
    expect(types(number).slice(before)).not.toContain('review.escalated');
  });

  it('leaves a case alone while its clock stands still', async () => {
    const number = await here.accepted();
    await here.decide(`${number}-1`, 'market-supervision', { outcome: 'correction', reason: 'Name' });
    const before = types(number);
    await sweepAt(30 * 24 * 60);
    expect(types(number)).toEqual(before);
  });

  it('looks once more at a case that has ended, and forgets it when all has had its effect', async () => {
    const number = await here.accepted();
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    expect(alarmOf(number)).toBeDefined();
    here.leaveTraces(number);
    await sweepAt(11);
    expect(alarmOf(number)).toBeUndefined();
    expect(here.cloud.counted).not.toContain('CasesRepaired');
  });

  it('has an entry carried again whose effects left no trace, and says so when that does not help', async () => {
    const number = await here.accepted();
    const again = () => here.journal(number).map((entry) => (entry as unknown as { again?: number }).again);
    await sweepAt(11);
    expect(again()).toEqual([1]);
    expect(here.cloud.counted).toContain('CasesRepaired');
    await sweepAt(31);
    expect(again()).toEqual([2]);
    expect(here.cloud.counted).not.toContain('CasesStuck');
    for (let minutes = 61; minutes < 600; minutes += 30) await sweepAt(minutes);
    expect(here.cloud.counted).toContain('CasesStuck');
  });

  it('looks at a false alarm once and sets it anew', async () => {
    const number = await here.accepted();
    const before = alarmOf(number);
    await here.decide(`${number}-1`, 'market-supervision', {
      outcome: 'approved',
      output: { number: 'N-1' },
    });
    expect(alarmOf(number)).toBe(before);
    vi.setSystemTime(later(61));
    const later61 = types(number);
    await sweep();
    expect(types(number).slice(later61.length)).toEqual(['review.overdue', 'review.overdue']);
    expect(String(alarmOf(number)) > String(before)).toBe(true);
  });

  it('is not stopped by one case that cannot be handled, and says which failed', async () => {
    const numbers = [await here.accepted(), await here.accepted(), await here.accepted()];
    const [, sick = ''] = numbers;
    here.cloud.refuse = ({ name, input }) => {
      if (name === 'TransactWriteCommand' && input.TransactItems[0].Put.Item.number === sick)
        throw awsError('Ill');
    };
    await expect(sweepAt(60)).rejects.toThrow('1 cases');
    expect(await Promise.all(numbers.map(first))).toEqual(['overdue', 'requested', 'overdue']);
    expect(here.cloud.counted).toContain('CasesUnsweepable');
    here.cloud.refuse = () => {};
    await sweepAt(61);
    expect(await first(sick)).toBe('requested');
    await sweepAt(71);
    expect(await first(sick)).toBe('overdue');
  });

  it('twice at the same time marks once', async () => {
    const number = await here.accepted();
    vi.setSystemTime(later(60));
    await Promise.all([sweep(), sweep()]);
    expect(types(number)).toEqual(['review.overdue']);
  });
});
