import { randomUUID } from 'node:crypto';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { timelineFaults } from '../../../infra/bench/timeline.ts';
import {
  as,
  behave,
  endpoints,
  exampleOf,
  type Json,
  moveClock,
  read,
  resetDepartments,
  reviewOf,
  sms,
  submit,
  timeline,
  until,
  untilReview,
  untilStatus,
} from '../../support/client.ts';

const applicant = as('applicant');
const operator = as('operator');

beforeAll(resetDepartments);
afterEach(resetDepartments);

async function executionStatus(number: string): Promise<string | undefined> {
  const { region, stateMachines } = endpoints();
  const sfn = new SFNClient({ region });
  const executionArn = `${stateMachines.jointApproval.replace(':stateMachine:', ':execution:')}:${number}`;
  return (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status;
}

/** Nothing lost, doubled or stuck: a valid timeline, and an execution that ended as an outcome. */
async function expectSound(number: string): Promise<Json[]> {
  const items = await timeline(number);
  expect(timelineFaults(items)).toEqual([]);
  await until(
    'the execution to end',
    () => executionStatus(number),
    (status) => status === 'SUCCEEDED',
  );
  return items;
}

/** Decided for the applicant; whether the parcel has arrived is another test's. */
const granted = ['issuing', 'delivering', 'completed'];

const typesOf = (items: Json[]): string[] => items.map(({ type }) => type);

describe('a business opening', () => {
  it('goes from one submission to the courier at the door', async () => {
    const { number, phone, status } = await submit('business-opening', { language: 'en' });
    expect(status).toBe('in-review');
    const done = await untilStatus(number, 'completed');
    expect(done.reviews.map((review: Json) => review.status)).toEqual(Array(5).fill('approved'));
    expect(done.delivery).toMatchObject({ method: 'ems', status: 'delivered' });
    expect(done.delivery.trackingNumber).toMatch(/^E[A-Z]\d{9}CN$/);
    expect(done.outputs.every((output: Json) => output.facts.number)).toBe(true);

    const items = await expectSound(number);
    const requested = items.filter(({ type }) => type === 'review.requested').map(({ item }) => item);
    expect(requested[0]).toBe('business-registration');
    expect(requested.toSorted()).toEqual(done.reviews.map((review: Json) => review.item).toSorted());
    expect(typesOf(items).slice(-1)).toEqual(['application.completed']);

    const messages = await until(
      'three messages',
      () => sms(phone),
      (list) => list.length >= 3,
    );
    expect(messages).toHaveLength(3);
    expect(messages.map(({ application }) => application)).toEqual(Array(3).fill(number));
    expect(messages[1].text).toContain(done.delivery.trackingNumber);
    const parcel = await operator.get(`/sandbox/ems/${done.delivery.trackingNumber}`);
    expect(parcel.body.contents).toHaveLength(3);
  });

  it('ends with a blocking refusal: the other departments are told that theirs is cancelled', async () => {
    await behave('human-resources', 'silent');
    await behave('public-security', 'refuse', 1);
    const { number, phone } = await submit('business-opening');
    const done = await untilStatus(number, 'refused');
    expect(
      Object.fromEntries(done.reviews.map((review: Json) => [review.department, review.status])),
    ).toEqual({
      // Approved first, and then without effect.
      'market-supervision': 'cancelled',
      'public-security': 'refused',
      'human-resources': 'cancelled',
      taxation: 'cancelled',
      bank: 'cancelled',
    });
    await expectSound(number);
    const messages = await until(
      'the refusal by SMS',
      () => sms(phone),
      (list) => list.length >= 2,
    );
    expect(messages.at(-1)?.text).toContain('未获批准');
    const late = await as('officer', 'bank').post(`/reviews/${reviewOf(done, 'bank').id}/decisions`, {
      outcome: 'approved',
    });
    expect(late.status).toBe(409);
  });

  it('ends partly approved after a refusal that does not block', async () => {
    await behave('human-resources', 'refuse');
    const { number } = await submit('business-opening');
    const done = await untilStatus(number, ...granted);
    expect(reviewOf(done, 'human-resources').status).toBe('refused');
    const items = await expectSound(number);
    expect(items.find(({ type }) => type === 'application.concluded').status).toBe('partly-approved');
  });

  it('waits for a correction and goes back to the department that asked', async () => {
    await behave('market-supervision', 'correct-once');
    const { number } = await submit('business-opening');
    const waiting = await untilStatus(number, 'awaiting-correction');
    expect(waiting.clock).toMatchObject({ running: false });
    expect(reviewOf(waiting, 'market-supervision').status).toBe('correction');
    const again = await applicant.post(
      `/applications/${number}/corrections`,
      { form: waiting.nothing ?? {} },
      {
        'idempotency-key': randomUUID(),
        'if-match': `"${waiting.version}"`,
      },
    );
    expect(again.status).toBe(200);
    await untilStatus(number, ...granted);
    const items = await expectSound(number);
    const asked = items.filter(
      ({ type, department }) => type === 'review.requested' && department === 'market-supervision',
    );
    expect(asked).toHaveLength(2);
    expect((await read(number)).clock.pauses).toHaveLength(1);
  });

  it('can be withdrawn while departments review it', async () => {
    await behave('market-supervision', 'silent');
    const { number } = await submit('business-opening');
    await untilReview(number, 'market-supervision', 'requested');
    const reply = await applicant.post(`/applications/${number}/withdrawal`, { reason: 'Another plan' });
    expect(reply.body.status).toBe('withdrawn');
    await expectSound(number);
    const again = await applicant.post(`/applications/${number}/withdrawal`, { reason: 'Another plan' });
    expect(again.status).toBe(409);
  });

  it('survives a silent department: overdue, reminded, escalated, and decided late', async () => {
    await behave('human-resources', 'silent');
    const { number } = await submit('business-opening');
    const before = await untilReview(number, 'human-resources', 'requested');
    await untilReview(number, 'bank', 'approved');
    await moveClock(new Date(Date.parse(before.dueAt) + 60_000));
    await untilReview(number, 'human-resources', 'overdue');
    await moveClock(new Date(Date.parse(before.dueAt) + 4 * 24 * 3600_000));
    const officer = as('officer', 'human-resources');
    await until(
      'the escalation',
      async () => (await timeline(number)).filter(({ type }) => type === 'review.escalated'),
      (found) => found.length === 1,
    );
    const inbox = await officer.get('/departments/human-resources/reviews?status=overdue');
    expect(inbox.body.items.map((review: Json) => review.id)).toContain(before.id);
    const decision = await officer.post(`/reviews/${before.id}/decisions`, {
      outcome: 'approved',
      output: { number: 'SI-1' },
    });
    expect(decision.body).toEqual({ review: before.id, status: 'approved' });
    await untilStatus(number, ...granted);
    await expectSound(number);
  });

  it('is made once however often it is submitted', async () => {
    await behave('market-supervision', 'silent');
    const body = await exampleOf('business-opening');
    const key = { 'idempotency-key': randomUUID() };
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => applicant.post('/applications', body, key)),
    );
    const made = replies.filter(({ status }) => status === 201);
    expect(new Set(made.map((reply) => reply.body.id)).size).toBe(1);
    expect(replies.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const again = await applicant.post('/applications', body, key);
    expect(again.body).toEqual(made[0]?.body);
    expect(again.headers.get('location')).toBe(`${endpoints().api}/applications/${made[0]?.body.id}`);
    const other = await applicant.post('/applications', { ...body, channel: 'phone' }, key);
    expect(other.status).toBe(422);
  });

  it('is decided once by a department that decides twice', async () => {
    await behave('market-supervision', 'duplicate');
    await behave('public-security', 'duplicate');
    const { number } = await submit('business-opening');
    await untilStatus(number, ...granted);
    await expectSound(number);
  });

  it('reaches a department that is down for the first attempt', async () => {
    await behave('market-supervision', 'flaky');
    const { number } = await submit('business-opening');
    await untilStatus(number, ...granted);
    await expectSound(number);
  });
});

describe('the parcel', () => {
  async function withParcel(): Promise<{ number: string; phone: string; trackingNumber: string }> {
    const { number, phone } = await submit('business-opening');
    const { delivery } = await untilStatus(number, 'issuing', 'delivering');
    return { number, phone, trackingNumber: delivery.trackingNumber };
  }
  const event = (trackingNumber: string, name: string): Promise<unknown> =>
    operator.post(`/sandbox/ems/${trackingNumber}/events`, { event: name });

  it('that comes back lies at the window, to be collected with the code from the SMS', async () => {
    const { number, phone, trackingNumber } = await withParcel();
    await event(trackingNumber, 'returned');
    await untilStatus(number, 'ready-for-pickup');
    const messages = await until(
      'the code',
      () => sms(phone),
      (list) => list.some(({ text }) => /取件码\d{8}/.test(text)),
    );
    const code = messages.map(({ text }) => text.match(/取件码(\d{8})/)?.[1]).find(Boolean);
    const wrong = await applicant.post(`/applications/${number}/collection`, {
      code: code === '00000000' ? '00000001' : '00000000',
    });
    expect(wrong.status).toBe(422);
    const right = await applicant.post(`/applications/${number}/collection`, { code });
    expect(right.body).toMatchObject({ status: 'completed', delivery: { status: 'picked-up' } });
    await expectSound(number);
  });

  it('that is lost is sent again, and late events of the lost one change nothing', async () => {
    const { number, trackingNumber } = await withParcel();
    await event(trackingNumber, 'lost');
    const second = await until(
      'another parcel',
      () => read(number),
      ({ delivery }) => delivery.parcel === 2,
    );
    expect(second.delivery.trackingNumber).not.toBe(trackingNumber);
    await event(trackingNumber, 'returned');
    await untilStatus(number, 'completed');
    await expectSound(number);
  });
});

describe('the SMS carrier', () => {
  afterEach(async () => {
    await operator.put('/sandbox/carrier', { behaviour: 'deliver' });
  });

  it('that does not answer in time sends no second SMS', async () => {
    await operator.put('/sandbox/carrier', { behaviour: 'timeout-once' });
    const { number, phone } = await submit('business-opening');
    await untilStatus(number, 'completed');
    await until(
      'the last message',
      () => sms(phone),
      (list) => list.length >= 3,
      60_000,
    );
    const messages = await sms(phone);
    expect(messages).toHaveLength(3);
  }, 90_000);
});
