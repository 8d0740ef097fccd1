/**
 * The example receivers, run as programs of their own against the real API and the real self-check; and the
 * self-check held against receivers with one fault each.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CheckStep, checkSteps } from '../../functions/departments/check.ts';
import { handler } from '../../functions/departments/deliver-webhook.ts';
import { Bridge } from '../support/bridge.ts';
import type { Json } from '../support/client.ts';
import { changed, kits, missingFor, programOf, type Running, start } from '../support/kits.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, sqsEvent } from '../support/onewindow.ts';

const department = 'market-supervision';
const path = `/departments/${department}`;
let bridge: Bridge;
let here: OneWindow;
let receiver: Running | undefined;

beforeAll(async () => {
  bridge = await new Bridge().open();
});
afterAll(() => bridge.close());
afterEach(async () => {
  await receiver?.stop();
  receiver = undefined;
  dismantle();
});

async function connected(program: Parameters<typeof start>[0]): Promise<void> {
  here = new OneWindow({ PRIVATE_DESTINATIONS: 'allowed', API_URL: bridge.url });
  // The receiver is another program: it goes by the real time.
  vi.useRealTimers();
  bridge.here = here;
  bridge.answered.length = 0;
  receiver = await start(program, here.secretOf(department));
  await here.as('operator').put(path, { webhookUrl: receiver.url });
}

/** What the queue was handed since. */
async function carriedOut(): Promise<void> {
  const messages = here.cloud.of('SendMessageCommand').map(({ MessageBody }) => JSON.parse(MessageBody));
  here.cloud.asked.length = 0;
  for (const message of messages) await handler(sqsEvent(message));
}

const reviewOf = (run: string, step: CheckStep): string => `test-${run}-${checkSteps.indexOf(step) + 1}`;
const answered = (method: string, review: string): number =>
  bridge.answered.filter((each) => each.startsWith(`${method} /reviews/${review}`)).length;
const eventually = (what: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(what(), receiver?.output()).toBe(true), { timeout: 20_000, interval: 50 });

type Until = (run: string) => boolean;
const isDecided: Until = (run) =>
  (['taken', 'delay', 'late-cancellation'] as const).every(
    (step) => answered('POST', reviewOf(run, step)) > 0,
  );
/** It has asked about the review that was cancelled before it was requested. */
const hasAsked: Until = (run) => answered('GET', reviewOf(run, 'early-cancellation')) > 0;

/** The three parts of a check; each begins when the receiver has done what it does because of the one before. */
async function checked(first: Until = isDecided, second: Until = hasAsked): Promise<Json> {
  const { status, body } = await here.as('operator').post(`${path}/check?wait=0`);
  expect([status, body.status]).toEqual([200, 'running']);
  await carriedOut();
  await eventually(() => first(body.id));
  await carriedOut();
  await eventually(() => second(body.id));
  await carriedOut();
  return (await here.as('operator').get(`${path}/checks/${body.id}`)).body;
}

const wrongIn = ({ steps }: Json): string[] =>
  steps.filter(({ verdict }: Json) => verdict === 'wrong').map(({ step }: Json) => step);

describe.each(kits)('the receiver in %s', (kit) => {
  const reason = missingFor(kit);
  if (reason) console.log(reason);

  it.skipIf(reason)(
    'passes the self-check, each step seen',
    async () => {
      await connected(await programOf(kit));
      const report = await checked();
      expect(report, receiver?.output()).toMatchObject({ status: 'done', passed: true });
      expect(report.steps.map(({ step, verdict }: Json) => [step, verdict])).toEqual(
        checkSteps.map((step) => [step, 'right']),
      );
    },
    120_000,
  );

  it.skipIf(reason)(
    'decides a true review, and forgets nothing when it is restarted',
    async () => {
      await connected(await programOf(kit));
      const number = await here.accepted();
      bridge.here = undefined;
      await handler(here.message(number, 'review.requested'));
      await receiver?.restart();
      bridge.here = here;
      await vi.waitFor(async () => expect((await here.read(number)).reviews[0].status).toBe('approved'), {
        timeout: 30_000,
      });
    },
    120_000,
  );
});

describe('a receiver that', () => {
  const anything: Until = () => true;
  const faults: [string, CheckStep[], [string, string][], Until?, Until?][] = [
    [
      'takes nothing',
      ['taken', 'repetition', 'delay', 'unknown-type', 'late-cancellation', 'early-cancellation'],
      [['response.writeHead(204)', 'response.writeHead(500)']],
      undefined,
      anything,
    ],
    [
      'does not recognise a repetition',
      ['repetition'],
      [
        ['const isNew = !received.has(id);', 'const isNew = true;'],
        ['ownId, decision', 'ownId + Math.random(), decision'],
      ],
      (run) => isDecided(run) && answered('POST', reviewOf(run, 'taken')) > 1,
    ],
    [
      'takes the time of the event for that of the message',
      ['delay'],
      [
        [
          '  if (isNew) write({ id, event });',
          '  if (Date.now() - Date.parse(JSON.parse(body).timestamp) > 300_000) return response.writeHead(400).end();\n  if (isNew) write({ id, event });',
        ],
      ],
      (run) => answered('POST', reviewOf(run, 'taken')) > 0,
    ],
    [
      'verifies no signature',
      ['wrong-signature', 'old-signature'],
      [['return false;\n    }\n  });', 'return true;\n    }\n  });']],
    ],
    [
      'takes what was signed long ago',
      ['old-signature'],
      [
        [
          '} catch {\n      return false;',
          "} catch (error) {\n      return String(error).includes('too old');",
        ],
      ],
    ],
    [
      'looks at no purpose',
      ['other-purpose'],
      [["if (!headers['webhook-id']?.startsWith('event_')) return false;", '']],
    ],
    [
      'refuses what it does not know',
      ['unknown-type'],
      [
        [
          '  if (isNew) write({ id, event });',
          '  if (!/requested|cancelled|revoked|overdue/.test(event.type)) return response.writeHead(400).end();\n  if (isNew) write({ id, event });',
        ],
      ],
    ],
    [
      'decides what was cancelled before it was asked',
      ['early-cancellation'],
      [
        ['if (read.status !== 200)', 'if (read.status > 500)'],
        ['    if (ended.has(reviewId)) return;\n', ''],
      ],
      undefined,
      (run) => answered('POST', reviewOf(run, 'early-cancellation')) > 0,
    ],
    [
      'goes on deciding after a cancellation',
      ['late-cancellation', 'early-cancellation'],
      [
        [
          '      ended.add(event.data.reviewId);\n',
          "      await setTimeout(2500);\n      await call(event.data.decisionUrl, 'decision_' + event.data.reviewId + '_again', JSON.stringify({ outcome: 'refused', reason: 'x' }));\n",
        ],
      ],
      undefined,
      (run) => answered('POST', reviewOf(run, 'late-cancellation')) > 1,
    ],
  ];

  it.each(faults)(
    '%s is told so',
    async (name, expected, edits, first, second) => {
      await connected(changed(name.replaceAll(' ', '-'), edits));
      const report = await checked(first, second);
      expect(wrongIn(report), receiver?.output()).toEqual(expect.arrayContaining(expected));
      if (expected.length === 1) expect(wrongIn(report)).toEqual(expected);
      expect(report.passed).toBe(false);
    },
    60_000,
  );

  it('never decides by itself is told what could not be seen', async () => {
    await connected(changed('silent', [['      await work(id, event);\n', '']]));
    const report = await checked(
      () => true,
      () => true,
    );
    expect(report).toMatchObject({ passed: true });
    expect(
      report.steps.filter(({ verdict }: Json) => verdict === 'not-seen').map(({ step }: Json) => step),
    ).toEqual(['repetition']);
  });

  it('is checked by its department, too; the report is for nobody else', async () => {
    await connected(changed('receiver', []));
    const secret = here.secretOf(department);
    const { body } = await here.signed(secret, 'POST', `${path}/check?wait=0`, {});
    expect((await here.signed(secret, 'GET', `${path}/checks/${body.id}`)).body).toEqual(body);
    const bank = here.secretOf('bank');
    expect((await here.signed(bank, 'GET', `${path}/checks/${body.id}`)).status).toBe(401);
    expect((await here.signed(bank, 'GET', `/departments/bank/checks/${body.id}`)).status).toBe(404);
    expect((await here.as('operator').get(`${path}/checks/nothing`)).status).toBe(404);
    await carriedOut();
  });
});
