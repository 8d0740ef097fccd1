/** Every service of the brief, from its own example to what is handed out: each is data, none has code of its own. */
import { beforeAll, describe, expect, it } from 'vitest';
import { timelineFaults } from '../../infra/bench/timeline.ts';
import { anyone, as, behave, type Json, read, submit, timeline, until } from '../support/client.ts';

const services = [
  'business-opening',
  'birth',
  'adoption',
  'marriage',
  'school-enrolment',
  'funeral',
  'site-and-land',
  'road-occupation',
  'rental-filing',
  'joint-licence',
  'recruitment',
  'water-and-gas',
  'investment-project',
  'self-selected',
];

beforeAll(async () => {
  const { body } = await as('operator').get('/departments');
  await Promise.all(body.items.map(({ code }: Json) => behave(code, 'approve')));
});

/** What the world outside the departments does: whatever a case waits for comes true. */
async function meetConditions(found: Json): Promise<void> {
  if (found.status !== 'awaiting-condition') return;
  for (const { code } of found.conditions.filter(({ status }: Json) => status === 'open')) {
    const { status } = await as('applicant').post(`/applications/${found.number}/conversion`, {
      condition: code,
      evidence: `Document of ${code}`,
    });
    expect(status).toBe(200);
  }
}

const handedOut = ['completed', 'ready-for-pickup'];

/** Follows a case to its end, with whatever its people must do meanwhile. */
const toItsEnd = (number: string): Promise<Json> =>
  until(
    `${number} to be handed out`,
    async () => {
      const found = await read(number);
      await meetConditions(found);
      return found;
    },
    ({ status }) => handedOut.includes(status),
    90_000,
  );

/** Names of the form's fields that the department of a review is shown. */
async function shownTo({ id, department }: Json): Promise<string[]> {
  const { status, body } = await as('officer', department).get(`/reviews/${id}`);
  expect(status).toBe(200);
  return Object.keys(body.form).toSorted();
}

describe.concurrent.each(services)('%s', (service) => {
  it('goes from its example to what it hands out, and each department sees what its item needs', async () => {
    const { body: offered } = await anyone.get(`/catalogue/${service}`);
    const { number } = await submit(service);
    const done = await toItsEnd(number);
    expect(done.reviews.map(({ status }: Json) => status)).toEqual(done.reviews.map(() => 'approved'));
    expect(done.concludedAt <= done.clock.dueAt, `${done.concludedAt} is after ${done.clock.dueAt}`).toBe(
      true,
    );
    const given = Object.keys(offered.example.form);
    for (const review of done.reviews) {
      const { body: item } = await anyone.get(`/catalogue/${review.item}`);
      const needed = item.items[0].fields.filter((name: string) => given.includes(name));
      expect(await shownTo(review), review.item).toEqual(needed.toSorted());
    }
    const promised = done.reviews.filter(({ item }: Json) =>
      done.outputs.some((output: Json) => output.item === item),
    );
    expect(done.outputs).toHaveLength(promised.length);
    expect(done.outputs.length).toBeGreaterThan(0);
    expect(timelineFaults(await timeline(number))).toEqual([]);
  }, 120_000);
});
