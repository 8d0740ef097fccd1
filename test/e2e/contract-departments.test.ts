/** The calls of the contract by which departments are connected, paused and given secrets, and work in an inbox. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkedAs } from '../support/checked.ts';
import { type Json, resetDepartments, submit, until, untilReview, untilStatus } from '../support/client.ts';
import { connect, connectSandbox, Department } from '../support/department.ts';

const department = 'market-supervision';
/** One review, of one department: the shortest case there is. */
const short = { items: ['business-registration'] };

const applicant = checkedAs('applicant');
const operator = checkedAs('operator');
const officer = checkedAs('officer', department);

beforeAll(resetDepartments);
afterAll(resetDepartments);

const problem = ({ status, body }: { status: number; body: Json }): unknown => [
  status,
  body.type?.split(':').at(-1),
];

describe('a department without a system of its own', () => {
  afterEach(() => connectSandbox(department));

  it('works in its inbox: its officer reads and decides, and is answered the same however often', async () => {
    await connect(department, { webhookUrl: null });
    expect((await operator.get(`/departments/${department}`)).body).toMatchObject({
      webhookUrl: null,
      paused: false,
    });
    const { number } = await submit('business-opening', { ...short, delivery: { method: 'pickup' } });
    const { id } = await untilReview(number, department, 'requested');
    const inbox = await until(
      'the review in the inbox',
      async () => {
        const found: string[] = [];
        let path = `/departments/${department}/reviews?status=requested&limit=50`;
        for (;;) {
          const { body } = await officer.get(path);
          found.push(...body.items.map((each: Json) => each.id));
          if (!body.cursor) return found;
          path = `/departments/${department}/reviews?status=requested&limit=50&cursor=${body.cursor}`;
        }
      },
      (ids) => ids.includes(id),
    );
    expect(new Set(inbox).size).toBe(inbox.length);
    const { body: review } = await officer.get(`/reviews/${id}`);
    expect(review).toMatchObject({ id, application: number, status: 'requested', dueAt: expect.any(String) });
    expect(review.applicant.idNumber).toMatch(/^\d{17}[\dX]$/);
    expect(review.form.companyName).toBeTruthy();
    const decision = { outcome: 'approved', output: { number: 'L-2026-1' } };
    const path = `/reviews/${id}/decisions`;
    expect((await officer.post(path, decision)).body).toEqual({ review: id, status: 'approved' });
    expect((await officer.post(path, decision)).body).toEqual({ review: id, status: 'approved' });
    expect(problem(await officer.post(path, { outcome: 'refused', reason: 'No' }))).toEqual([
      409,
      'wrong-state',
    ]);
    expect(problem(await checkedAs('officer', 'bank').post(path, decision))).toEqual([404, 'not-found']);
    expect(problem(await applicant.get(`/reviews/${id}`))).toEqual([403, 'forbidden']);
    const { outputs } = await untilStatus(number, 'ready-for-pickup');
    expect(outputs[0].facts.number).toBe('L-2026-1');
  });
});

describe('a department that an operator', () => {
  let own: Department;
  beforeAll(async () => {
    own = await Department.open(department);
  });
  afterAll(() => own.close());

  it('pauses is sent nothing, and on resumption what waited', async () => {
    const webhookUrl = own.receiver.url;
    await connect(department, { webhookUrl, paused: true });
    const { number } = await submit('business-opening', short);
    const { id } = await untilReview(number, department, 'requested');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(own.about(number)).toEqual([]);
    await connect(department, { webhookUrl, paused: false });
    expect((await own.told(number)).data.reviewId).toBe(id);
    expect((await own.decide(id, { outcome: 'approved', output: { number: 'N-1' } })).body.status).toBe(
      'approved',
    );
    await untilStatus(number, 'approved', 'issuing', 'delivering', 'completed');
  });

  it('gives a new secret knows both for a day: either signs, and it is signed to by both', async () => {
    const old = own.secret;
    const fresh = await own.renewSecret();
    expect(fresh).not.toBe(old);
    const { number } = await submit('business-opening', short);
    const { data } = await own.told(number);
    const [{ headers }] = own.about(number) as [Json];
    expect(headers['webhook-signature'].split(' ').length).toBeGreaterThan(1);
    expect((await own.read(data.reviewId, { secret: old })).status).toBe(200);
    expect((await own.read(data.reviewId)).status).toBe(200);
    expect(
      (await own.decide(data.reviewId, { outcome: 'approved', output: { number: 'N-1' } }, { secret: old }))
        .status,
    ).toBe(200);
  });

  it('hears 410 from is left alone until it is set anew', async () => {
    own.answers(410);
    const first = await submit('business-opening', short);
    await own.told(first.number);
    await until(
      'the department to be gone',
      async () => (await operator.get(`/departments/${department}`)).body,
      ({ gone }) => gone,
    );
    own.answers(204);
    const second = await submit('business-opening', short);
    await untilReview(second.number, department, 'requested');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(own.about(second.number)).toEqual([]);
    expect(own.about(first.number)).toHaveLength(1);
    await connect(department, { webhookUrl: own.receiver.url });
    await own.told(second.number);
    const third = await own.told(first.number, 'review.requested', 2);
    await own.decide(third.data.reviewId, { outcome: 'approved', output: { number: 'N-1' } });
  });
});
