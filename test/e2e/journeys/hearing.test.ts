/** The right to a hearing on the local cloud: not asked for, and the department decides; asked for, and it is held. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calendar } from '../../../functions/catalogue/centre.ts';
import { shanghaiDay } from '../../../functions/clock/calendar.ts';
import {
  as,
  behave,
  type Json,
  moveClock,
  read,
  sms,
  submit,
  timeline,
  untilStatus,
} from '../../support/client.ts';

const department = 'culture-tourism-sports';
const officer = as('officer', department);
const applicant = as('applicant');

beforeAll(() => behave(department, 'approve'));
afterAll(() => behave(department, 'approve'));

const offered = async (): Promise<Json> => {
  const { number, phone } = await submit('entertainment-licence');
  const found = await untilStatus(number, 'special-procedure');
  expect(found.reviews[0]).toMatchObject({ status: 'requested', procedure: { name: 'hearing', days: 5 } });
  expect(found.clock.running).toBe(false);
  return { ...found, phone };
};
const typesOf = async (number: string): Promise<string[]> => (await timeline(number)).map(({ type }) => type);

describe('the right to a hearing', () => {
  it('that is not asked for is over by itself, and the department decides', async () => {
    const { number, phone, reviews } = await offered();
    const [{ hearing }] = reviews;
    await moveClock(new Date(Date.parse(hearing.until) + 60_000));
    const done = await untilStatus(number, 'issuing', 'delivering', 'completed');
    expect(done.reviews[0].status).toBe('approved');
    expect(await typesOf(number)).toEqual(
      expect.arrayContaining(['review.hearing-offered', 'review.hearing-lapsed', 'application.concluded']),
    );
    expect((await sms(phone)).some(({ text }) => text.includes('听证'))).toBe(true);
    const late = await applicant.post(`/applications/${number}/hearing`, { review: reviews[0].id });
    expect(late.status).toBe(409);
  }, 180_000);

  it('that is asked for leads to a hearing, before which nothing is decided', async () => {
    const { number, reviews } = await offered();
    const [{ id }] = reviews;
    const decide = (body: Json) => officer.post(`/reviews/${id}/decisions`, body);
    const asked = await applicant.post(`/applications/${number}/hearing`, {
      review: id,
      reason: 'Neighbours',
    });
    expect(asked.status).toBe(200);
    const { askedAt } = asked.body.reviews[0].hearing;
    expect((await decide({ outcome: 'approved', output: { number: 'N-1' } })).status).toBe(409);
    const heldOn = shanghaiDay(calendar.addWorkingDays(new Date(askedAt), 8));
    const arranged = await decide({
      outcome: 'special-procedure',
      procedure: 'hearing',
      heldOn,
      chair: 'chair-1',
    });
    expect(arranged.status).toBe(200);
    expect((await decide({ outcome: 'procedure-ended' })).status).toBe(409);
    await moveClock(new Date(`${heldOn}T10:00:00+08:00`));
    expect((await decide({ outcome: 'procedure-ended', reason: 'Held' })).status).toBe(200);
    const heard = await read(number);
    expect(heard).toMatchObject({ status: 'in-review', clock: { running: true } });
    expect(heard.clock.pauses).toHaveLength(1);
    expect((await decide({ outcome: 'approved', output: { number: 'N-1' } })).status).toBe(200);
    await untilStatus(number, 'issuing', 'delivering', 'completed');
  }, 180_000);
});
