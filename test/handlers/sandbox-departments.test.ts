import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sandbox, type Sent, secret } from '../support/sandbox.ts';

const setting = 'PUT /sandbox/departments/{code}';
const webhook = 'POST /sandbox/departments/{code}/webhook';
const code = 'public-security';
const review = '330102-261123-7K3M9Q2X-2';
const decisions = `/reviews/${review}/decisions`;

const webhookBody = (type = 'review.requested') => ({
  type,
  timestamp: '2026-11-23T02:00:00.000Z',
  data: {
    reviewId: review,
    application: '330102-261123-7K3M9Q2X',
    item: 'seal-engraving',
    dueAt: '2026-11-24T02:00:00.000Z',
    decisionUrl: `http://onewindow.test${decisions}`,
    materials: [],
    newField: 'of a later version',
  },
});

let sandbox: Sandbox;

const set = (body: unknown, role = 'operator') => sandbox.as(role, setting, { code }, body);
const deliver = (id: string, type?: string, by = secret('A')) =>
  sandbox.signed(by, webhook, id, webhookBody(type), { code });

/** Answers as the reviews API does. */
const reviews =
  (decision: () => Response = () => Response.json({ review, status: 'approved' })) =>
  ({ method }: Sent): Response =>
    method === 'POST'
      ? decision()
      : Response.json({
          id: review,
          item: 'seal-engraving',
          department: code,
          form: { companyName: '某某' },
          materials: [],
          output: { name: { zh: '印章', en: 'Seals' }, form: 'physical' },
        });

const posted = (): Sent[] => sandbox.sent.filter(({ method }) => method === 'POST');
const outcomes = (): unknown[] => posted().map(({ body }) => (body as { outcome: string }).outcome);

beforeEach(async () => {
  sandbox = new Sandbox();
  sandbox.answer = reviews();
  await set({ secret: secret('A') });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('the setting of a department', () => {
  it('approves at once unless set, and is not connected without a secret', async () => {
    const other = await sandbox.as('operator', 'GET /sandbox/departments/{code}', { code: 'bank' });
    expect(other).toEqual({
      status: 200,
      body: { code: 'bank', behaviour: 'approve', delaySeconds: 0, connected: false },
    });
  });

  it('keeps what is not named, never shows the secret, and drops the delay with a new behaviour', async () => {
    const slow = await set({ behaviour: 'refuse', delaySeconds: 5 });
    expect(slow.body).toEqual({ code, behaviour: 'refuse', delaySeconds: 5, connected: true });
    expect((await set({ secret: secret('B') })).body).toEqual(slow.body);
    expect((await set({ behaviour: 'approve' })).body).toMatchObject({ delaySeconds: 0 });
    const read = await sandbox.as('operator', 'GET /sandbox/departments/{code}', { code });
    expect(JSON.stringify(read.body)).not.toContain('whsec_');
  });

  it('is strict with what an operator sends', async () => {
    for (const body of [
      { behaviour: 'shrug' },
      { delaySeconds: 901 },
      { delaySeconds: 0.5 },
      { secret: 'whsec_short' },
      { speed: 1 },
    ]) {
      const { status, body: problem } = await set(body);
      expect(status).toBe(422);
      expect(problem.errors).toHaveLength(1);
    }
  });

  it('is an operator’s alone', async () => {
    expect((await set({ behaviour: 'refuse' }, 'officer')).status).toBe(403);
    expect((await sandbox.as('applicant', 'GET /sandbox/departments/{code}', { code })).status).toBe(403);
    expect((await sandbox.as('operator', setting, { code: 'No Code' }, {})).status).toBe(404);
  });
});

describe('a webhook', () => {
  it('with a wrong signature, or to a department without a secret, is refused', async () => {
    expect((await deliver('event_1', undefined, secret('X'))).status).toBe(401);
    const other = await sandbox.signed(secret('A'), webhook, 'event_1', webhookBody(), { code: 'bank' });
    expect(other.status).toBe(401);
    expect(sandbox.queue).toEqual([]);
  });

  it('is taken with either of the last two secrets, not with an older one', async () => {
    await set({ secret: secret('B') });
    await set({ secret: secret('B') });
    expect((await deliver('event_1', undefined, secret('A'))).status).toBe(204);
    expect((await deliver('event_2', undefined, secret('B'))).status).toBe(204);
    await set({ secret: secret('D') });
    expect((await deliver('event_3', undefined, secret('A'))).status).toBe(401);
  });

  it('leads to one job, after the delay, however often it is delivered', async () => {
    await set({ behaviour: 'refuse', delaySeconds: 7 });
    await deliver('event_1');
    await deliver('event_1');
    expect(sandbox.queue).toEqual([
      {
        delaySeconds: 7,
        job: {
          kind: 'decide',
          application: '330102-261123-7K3M9Q2X',
          department: code,
          review,
          decisionUrl: `http://onewindow.test${decisions}`,
          webhookId: 'event_1',
          behaviour: 'refuse',
        },
      },
    ]);
  });

  it('leads to a job though the first delivery failed before it was queued', async () => {
    const { sqs } = await import('../../functions/sandbox/jobs.ts');
    vi.mocked(sqs.send).mockRejectedValueOnce(new Error('no queue') as never);
    expect((await deliver('event_1')).status).toBe(500);
    expect((await deliver('event_1')).status).toBe(204);
    expect(sandbox.queue).toHaveLength(1);
  });

  it('of another type, or to a silent department, is only taken note of', async () => {
    expect((await deliver('event_1', 'review.cancelled')).status).toBe(204);
    expect((await deliver('event_2', 'review.overdue')).status).toBe(204);
    await set({ behaviour: 'silent' });
    expect((await deliver('event_3')).status).toBe(204);
    expect(sandbox.queue).toEqual([]);
  });

  it('is answered 503 once by a flaky department', async () => {
    await set({ behaviour: 'flaky' });
    expect((await deliver('event_1')).status).toBe(503);
    expect((await deliver('event_1')).status).toBe(204);
    expect((await deliver('event_2')).status).toBe(503);
    expect(sandbox.queue).toHaveLength(1);
  });

  it('of an unknown shape is refused with the fields named', async () => {
    const wrong = await sandbox.signed(
      secret('A'),
      webhook,
      'event_1',
      { type: 'review.requested' },
      { code },
    );
    expect(wrong.status).toBe(422);
  });
});

describe('a decision', () => {
  const request = async (behaviour: string, id = 'event_1'): Promise<boolean> => {
    await set({ behaviour });
    await deliver(id);
    return sandbox.runNext();
  };

  it('is made on what the review says, signed, at the address of the webhook', async () => {
    expect(await request('approve')).toBe(true);
    const [read, decision] = sandbox.sent;
    expect(read).toMatchObject({ method: 'GET', path: `/reviews/${review}` });
    expect(read?.signedBy(secret('A'))).toBe(true);
    expect(decision).toMatchObject({
      method: 'POST',
      path: decisions,
      id: `decision_${review}_event_1`,
      body: { outcome: 'approved', output: { number: expect.stringMatching(/^SE-20261123-\d{6}$/) } },
    });
    expect(decision?.signedBy(secret('A'))).toBe(true);
  });

  it('is repeated with the same id and content when the answer failed', async () => {
    sandbox.answer = reviews(() => new Response('', { status: 502 }));
    await set({});
    await deliver('event_1');
    const job = sandbox.queue[0]?.job;
    if (!job) throw new Error('No job was queued.');
    expect(await sandbox.run(job)).toBe(false);
    sandbox.answer = reviews();
    expect(await sandbox.run(job)).toBe(true);
    const [first, second] = posted();
    expect(second?.id).toBe(first?.id);
    expect(second?.body).toEqual(first?.body);
  });

  it('refuses with a reason', async () => {
    await request('refuse');
    expect(posted()[0]?.body).toEqual({ outcome: 'refused', reason: expect.any(String) });
  });

  it('asks for a correction once a review, also when its job is repeated', async () => {
    await set({ behaviour: 'correct-once' });
    await deliver('event_1');
    const job = sandbox.queue.shift()?.job;
    if (!job) throw new Error('No job was queued.');
    await sandbox.run(job);
    await sandbox.run(job);
    await request('correct-once', 'event_2');
    expect(outcomes()).toEqual(['correction', 'correction', 'approved']);
    expect(posted().map(({ id }) => id)).toEqual([
      `decision_${review}_event_1`,
      `decision_${review}_event_1`,
      `decision_${review}_event_2`,
    ]);
  });

  it('comes twice from one who duplicates', async () => {
    await request('duplicate');
    const [first, second] = posted();
    expect(posted()).toHaveLength(2);
    expect(second).toMatchObject({ id: first?.id, body: first?.body });
  });

  it('that comes too late is an ordinary end; one that met another change is repeated', async () => {
    const conflict = (type: string) => () =>
      Response.json({ type: `urn:onewindow:problem:${type}` }, { status: 409 });
    sandbox.answer = reviews(conflict('wrong-state'));
    expect(await request('approve', 'event_1')).toBe(true);
    sandbox.answer = reviews(conflict('version-conflict'));
    expect(await request('approve', 'event_2')).toBe(false);
  });

  it('waits in the queue while the review cannot be read', async () => {
    sandbox.answer = () => new Response('', { status: 401 });
    expect(await request('approve')).toBe(false);
    expect(posted()).toEqual([]);
  });
});
