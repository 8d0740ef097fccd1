/**
 * A department's system as docs/departments.md asks of one: it verifies what it is told by the library of Standard
 * Webhooks and answers by signed callbacks. And everything that may go wrong in between.
 */
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { timelineFaults } from '../../../infra/bench/timeline.ts';
import { depth, invoke, journalRow, partition, queueNamed, redrive } from '../../support/aws.ts';
import {
  as,
  type Json,
  read,
  resetDepartments,
  sms,
  submit,
  timeline,
  until,
  untilStatus,
} from '../../support/client.ts';
import { Department } from '../../support/department.ts';

/** One review, of one department, an output that waits at the window: nobody else has a part in it. */
const short = { items: ['business-registration'], delivery: { method: 'pickup' } };
const approved = { outcome: 'approved', output: { number: 'L-1' } };

let own: Department;
beforeAll(async () => {
  await resetDepartments();
  own = await Department.open('market-supervision');
});
afterEach(() => own.answers(204));
afterAll(async () => {
  await own.close();
});

const problem = ({ status, body }: { status: number; body: Json }): unknown => [
  status,
  body.type?.split(':').at(-1),
];

/** A case whose department has been told, and its review. */
async function told(
  changes: Json = short,
): Promise<{ number: string; phone: string; review: string; body: Json }> {
  const { number, phone } = await submit('business-opening', changes);
  const body = await own.told(number);
  return { number, phone, review: body.data.reviewId, body };
}

async function finish(number: string, review: string): Promise<void> {
  expect((await own.decide(review, approved)).status).toBe(200);
  await untilStatus(number, 'ready-for-pickup');
  expect(timelineFaults(await timeline(number))).toEqual([]);
}

describe('a department’s system', () => {
  it('is told by a signed webhook with ids only, reads the review, and decides by a signed callback', async () => {
    const { number, review, body } = await told();
    expect(body).toEqual({
      type: 'review.requested',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      data: {
        reviewId: review,
        application: number,
        item: 'business-registration',
        dueAt: expect.any(String),
        decisionUrl: expect.stringMatching(new RegExp(`/reviews/${review}/decisions$`)),
        materials: [{ code: 'articles-of-association' }],
      },
    });
    const details = await own.read(review);
    expect(details.body.applicant.idNumber).toMatch(/^\d{17}[\dX]$/);
    expect(details.body.dueAt).toBe(body.data.dueAt);
    const posted = new URL(body.data.decisionUrl).pathname;
    expect(posted.endsWith(`/reviews/${review}/decisions`)).toBe(true);
    await finish(number, review);
    const [first, ...others] = own.about(number);
    expect(others).toEqual([]);
    expect(first?.headers['webhook-id']).toMatch(/^event_/);
  });

  it('is told that a review is cancelled when the applicant withdraws', async () => {
    const { number, review } = await told();
    await as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'Another plan' });
    const cancelled = await own.told(number, 'review.cancelled');
    expect(cancelled.data.reviewId).toBe(review);
    expect(problem(await own.decide(review, approved))).toEqual([409, 'wrong-state']);
  });

  it('that is down at first is told again, by the same id, until it answers', async () => {
    // By application: cases of earlier tests may be told of at the same time.
    const told = new Map<string, number>();
    own.receiver.answer = (received) => {
      if (!own.knows(received)) return 401;
      const { application } = received.body.data;
      told.set(application, (told.get(application) ?? 0) + 1);
      return (told.get(application) ?? 0) <= 2 ? 503 : 204;
    };
    const { number } = await submit('business-opening', short);
    await own.told(number, 'review.requested', 3);
    const ids = new Set(own.about(number).map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(1);
    await finish(number, own.about(number)[0]?.body.data.reviewId);
  });
});

describe('a callback', () => {
  it('that is forged, stale, signed by another or for another review is not taken', async () => {
    const { number, review } = await told();
    const minutes = (n: number): Date => new Date(Date.now() + n * 60_000);
    const another = `whsec_${Buffer.from('another secret of 32 bytes, wrong').toString('base64')}`;
    const refused = { outcome: 'refused', reason: 'Forged' };
    const { id: otherReview } = (await read((await submit('business-opening')).number)).reviews[1];
    for (const [what, reply] of [
      ['wrongly signed', await own.decide(review, refused, { secret: another })],
      ['six minutes old', await own.decide(review, refused, { at: minutes(-6) })],
      ['from the future', await own.decide(review, refused, { at: minutes(6) })],
      ['another body', await own.decide(review, approved, { sent: refused })],
      [
        'another id',
        await own.decide(review, refused, { headers: { 'webhook-id': `decision_${review}_other` } }),
      ],
      ['no signature', await own.decide(review, refused, { headers: { 'webhook-signature': '' } })],
      ['of another department', await own.decide(otherReview, refused)],
      ['of no review', await own.decide('330102-261123-00000000-1', refused)],
      ['read by another', await own.read(review, { secret: another })],
    ] as const) {
      expect(reply.status, what).toBe(401);
    }
    expect((await read(number)).reviews[0].status).toBe('requested');
    await finish(number, review);
  });

  it('that is repeated gets the same answer; with another body it is refused', async () => {
    const { number, review } = await told();
    const first = await own.decide(review, approved, { id: `decision_${review}_first` });
    const again = await Promise.all(
      [1, 2, 3].map(() => own.decide(review, approved, { id: `decision_${review}_first` })),
    );
    expect(again.map(({ status, body }) => [status, body])).toEqual(again.map(() => [200, first.body]));
    const other = await own.decide(
      review,
      { outcome: 'refused', reason: 'No' },
      { id: `decision_${review}_first` },
    );
    expect(problem(other)).toEqual([422, 'idempotency-key-reused']);
    expect(problem(await own.decide(review, { outcome: 'refused', reason: 'No' }))).toEqual([
      409,
      'wrong-state',
    ]);
    await untilStatus(number, 'ready-for-pickup');
    expect((await timeline(number)).filter(({ type }) => type === 'review.decided')).toHaveLength(1);
  });
});

describe('a stream record that is delivered again', () => {
  it('changes nothing, whichever it is', async () => {
    const { number, phone, review } = await told();
    await finish(number, review);
    const before = await timeline(number);
    const messages = await until(
      'the messages',
      () => sms(phone),
      (list) => list.length >= 2,
    );
    const { version } = await read(number);
    const rows: Json[] = [];
    for (let each = 1; each <= version; each++) rows.push(await journalRow(number, each));
    expect(rows.every(Boolean)).toBe(true);
    for (let times = 0; times < 2; times++) {
      await invoke('Relay', {
        Records: rows.map((row) => ({ eventName: 'INSERT', dynamodb: { NewImage: marshall(row) } })),
      });
    }
    // The events have gone the same way again: to the bus, and through every queue.
    await until(
      'the queues to be empty',
      async () =>
        Promise.all(
          ['Webhooks', 'Messages', 'Outputs'].map(async (word) => depth(await queueNamed(`${word}Queue`))),
        ),
      (depths) => depths.every((each) => each === 0),
      // A message that a carrier did not answer in an earlier test comes again after a minute and a half.
      110_000,
    );
    expect(await timeline(number)).toEqual(before);
    expect(await sms(phone)).toEqual(messages);
    expect(own.about(number)).toHaveLength(1);
    expect((await read(number)).version).toBe(version);
  });
});

describe('a webhook that nobody takes', () => {
  it('ends in the dead-letter queue, keeps the case open, and is sent when it is moved back', async () => {
    const [queue, deadLetters] = [await queueNamed('WebhooksQueue'), await queueNamed('WebhooksDeadLetters')];
    own.receiver.answer = () => 500;
    const { number } = await submit('business-opening', short);
    const attempts = () => own.receiver.received.filter(({ body }) => body.data.application === number);
    const isGivenUp = async (): Promise<boolean> => attempts().length >= 6 && (await depth(deadLetters)) > 0;
    await until('the dead letter', isGivenUp, Boolean, 90_000);
    const ids = new Set(attempts().map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(1);
    expect((await read(number)).status).toBe('in-review');

    own.answers(204);
    await redrive(deadLetters, queue);
    const body = await own.told(number);
    await finish(number, body.data.reviewId);
    expect(await depth(deadLetters)).toBe(0);
  }, 180_000);
});

describe('a department that hangs', () => {
  const row = async (): Promise<Json> =>
    (await partition('DEPARTMENT')).find(({ code }) => code === 'market-supervision');
  const lastRow = async (number: string): Promise<Json> =>
    (await partition('DELIVERIES#market-supervision')).findLast(
      ({ review, sk }) => review.startsWith(number) && !/\.\d+$/.test(sk),
    );
  // A setting begins without a pace, for whoever comes after.
  afterAll(() => own.connect());

  it('is given turns while it is still waited for, and what waited for one is told at the first attempt', async () => {
    own.receiver.answer = () => 'never';
    const { number: hanging } = await submit('business-opening', short);
    await until('the pace', row, ({ pace }) => pace > 0);
    expect(await lastRow(hanging)).toBeUndefined();
    own.answers(204);
    const { number } = await submit('business-opening', short);
    const body = await own.told(number);
    const told = await until('the row', () => lastRow(number), Boolean);
    expect(told).toMatchObject({ status: 'delivered', attempts: 1, answer: 204 });
    await finish(number, body.data.reviewId);
    await own.told(hanging, 'review.requested', 2);
    expect(
      await until(
        'the row',
        () => lastRow(hanging),
        ({ status }) => status === 'delivered',
      ),
    ).toMatchObject({
      attempts: 2,
    });
  });
});
