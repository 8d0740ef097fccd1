import { beforeAll, describe, expect, it } from 'vitest';
import { timelineFaults } from '../../infra/bench/timeline.ts';
import {
  as,
  behave,
  type Json,
  read,
  reviewOf,
  sms,
  submit,
  timeline,
  until,
  untilStatus,
} from '../support/client.ts';

const departments = ['traffic-police', 'city-management', 'housing'];

beforeAll(async () => {
  await Promise.all(departments.map((department) => behave(department, 'approve')));
});

describe('temporary occupation of a road', () => {
  it('is decided by both departments side by side and ends with electronic documents', async () => {
    const { number, phone } = await submit('road-occupation');
    const done = await untilStatus(number, 'completed');
    expect(reviewOf(done, 'traffic-police').status).toBe('approved');
    expect(reviewOf(done, 'city-management').status).toBe('approved');
    expect(done.delivery).toMatchObject({ method: 'electronic', status: 'issued' });
    expect(done.outputs.every(({ facts }: Json) => facts.number)).toBe(true);

    const items = await timeline(number);
    expect(timelineFaults(items)).toEqual([]);
    // Both are asked by the same commit: neither waits for the other.
    const requested = items.filter(({ type }) => type === 'review.requested');
    expect(requested.map(({ department }) => department).toSorted()).toEqual([
      'city-management',
      'traffic-police',
    ]);
    expect(new Set(requested.map(({ version }) => version)).size).toBe(1);
    await until(
      'the message that the documents are issued',
      () => sms(phone),
      (list) => list.some(({ text }) => text.includes('电子证照已发放')),
    );
  });

  it('is refused when one of the two refuses', async () => {
    await behave('city-management', 'refuse');
    const { number } = await submit('road-occupation');
    await untilStatus(number, 'refused');
    await behave('city-management', 'approve');
  });
});

describe('rental filing', () => {
  it('is collected with the code from the SMS at a self-service machine', async () => {
    const { number, phone } = await submit('rental-filing');
    const ready = await untilStatus(number, 'ready-for-pickup');
    expect(ready.reviews).toHaveLength(1);
    const messages = await until(
      'the code',
      () => sms(phone),
      (list) => list.some(({ text }) => /取件码\d{8}/.test(text)),
    );
    const code = messages.map(({ text }) => text.match(/取件码(\d{8})/)?.[1]).find(Boolean);
    const collected = await as('applicant').post(`/applications/${number}/collection`, { code });
    expect(collected.status).toBe(200);
    expect(collected.body).toMatchObject({ status: 'completed', delivery: { status: 'picked-up' } });
    expect(timelineFaults(await timeline(number))).toEqual([]);
  });
});

describe('works near a monument, accepted by hand', () => {
  const department = 'culture-tourism-sports';

  it('goes on once its department accepts it, and is concluded', async () => {
    await behave(department, 'approve');
    const { number } = await submit('heritage-works-permit');
    const done = await until(
      `${number} to be handed out`,
      () => read(number),
      ({ status }) => ['completed', 'ready-for-pickup'].includes(status),
      60_000,
    );
    expect(done.acceptance).toMatchObject({ department, status: 'accepted' });
    const items = await timeline(number);
    expect(timelineFaults(items)).toEqual([]);
    expect(items.find(({ type }) => type === 'application.accepted')).toMatchObject({
      by: `department:${department}`,
    });
  });

  it('is not accepted, and the applicant is told', async () => {
    await behave(department, 'not-accept');
    const { number, phone } = await submit('heritage-works-permit');
    const found = await untilStatus(number, 'not-accepted');
    expect(found.acceptance).toMatchObject({ status: 'not-accepted' });
    await until(
      'the message that it is not accepted',
      () => sms(phone),
      (list) => list.some(({ text }) => text.includes('不予受理')),
    );
    await behave(department, 'approve');
  });
});

describe('a food business licence, whose health certificate follows', () => {
  const code = 'health-check-certificate';

  it('is accepted without it, and approved once it has come, with the clock as it was', async () => {
    await behave('market-supervision', 'approve');
    const { body: offered } = await as('applicant').get('/catalogue/food-business-licence');
    const materials = offered.example.materials.filter((each: Json) => each.code !== code);
    const { number } = await submit('food-business-licence', { materials });
    const before = await read(number);
    expect(before).toMatchObject({ status: 'in-review', following: [{ code }] });
    const path = `/applications/${number}/supplements`;
    const brought = await as('applicant').post(path, { materials: [{ code }] });
    expect(brought.status).toBe(200);
    expect(brought.body).toMatchObject({ following: [], dossierVersion: 2, clock: before.clock });
    const done = await until(
      `${number} to be handed out`,
      () => read(number),
      ({ status }) => ['completed', 'ready-for-pickup'].includes(status),
      60_000,
    );
    expect(timelineFaults(await timeline(done.number))).toEqual([]);
  });
});
