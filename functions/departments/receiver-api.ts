/** HTTP: a department's receiver as seen from here: what it was sent, sending it again, trying it. */
import { setTimeout } from 'node:timers/promises';
import type { Actor } from '../cases/events.ts';
import type { ReviewStatus } from '../cases/status.ts';
import { currentService, currentVersion, directoryOf } from '../catalogue/published.ts';
import { optionalSetting, setting } from '../platform/env.ts';
import { type Answer, parse, parseQuery, type Request } from '../platform/http.ts';
import { replayed } from '../platform/idempotency.ts';
import { log } from '../platform/log.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { keyOf, operatorOrSystem } from './callers.ts';
import {
  type Delivery,
  deliveriesPage,
  deliveryKey,
  deliveryOf,
  deliveryView,
  readDelivery,
  recordTest,
  webhookIdOf,
} from './deliveries.ts';
import { connectedDepartment } from './known.ts';
import { countAsked } from './limits.ts';
import { standardAnswerMs } from './pace.ts';
import { enqueue, type Message, resendMessage } from './queue.ts';
import { resendAllMessage } from './resend-all.ts';
import { beginCheck, checkReport } from './run-check.ts';
import { checkQuery, deliveriesQuery, nothingMore, resending, testEvent } from './schemas.ts';
import { isTaken, send } from './send.ts';
import { type Connection, readConnection } from './store.ts';
import {
  emptySample,
  isAsked,
  makeTrial,
  newTrial,
  readTrial,
  rememberAsked,
  runId,
  type Sample,
  sampleOf,
  trialBody,
  trialId,
} from './trials.ts';
import type { WebhookType } from './webhook.ts';

/** @throws Problem not-found */
const codeOf = async ({ params }: Request): Promise<string> => (await connectedDepartment(params.code)).code;

async function list(request: Request): Promise<Answer> {
  const code = await codeOf(request);
  await operatorOrSystem(request, code, 'department:read', { purpose: 'deliveries' });
  const page = await deliveriesPage(code, parseQuery(deliveriesQuery, request.query));
  return {
    status: 200,
    body: { items: page.items.map(deliveryView), ...(page.cursor ? { cursor: page.cursor } : {}) },
  };
}

/** @throws Problem wrong-state */
async function connectionOf(code: string): Promise<Connection & { webhookUrl: string }> {
  const { webhookUrl, ...connection } = await readConnection(code);
  if (!webhookUrl) throw new Problem('wrong-state', 'The department has no address.');
  return { ...connection, webhookUrl };
}

/**
 * Hands a request to the queue. Its repetition does nothing; who dies in between asks again, and is recognised there.
 * @returns the answer, told to be given again where it is
 */
async function askOnce(
  run: string,
  what: string,
  by: Actor,
  asking: Parameters<typeof countAsked>[1],
  message: Message,
  answer: Answer,
): Promise<Answer> {
  if (await isAsked(run, what)) return replayed(answer);
  await countAsked(by, asking);
  await enqueue(message);
  await rememberAsked(run, what);
  return answer;
}

async function resend(request: Request): Promise<Answer> {
  const code = await codeOf(request);
  const { id = '' } = request.params;
  const wanted = { purpose: 'resend', object: id } as const;
  const by = await operatorOrSystem(request, code, 'department:configure', wanted);
  parse(nothingMore, request.body === undefined ? {} : request.body);
  const delivery = await deliveryOf(code, id);
  if (delivery.test) throw new Problem('wrong-state', 'A made-up event is sent anew by test-events.');
  await connectionOf(code);
  const run = runId(code, keyOf(request, by));
  const told = { status: 202, body: { eventId: webhookIdOf(delivery.event) } };
  const answer = await askOnce(run, id, by, 'receiverResends', resendMessage(delivery, run), told);
  log.info('A webhook is sent again', { department: code, by: by.capacity, review: delivery.review });
  return answer;
}

async function resendSince(request: Request): Promise<Answer> {
  const code = await codeOf(request);
  const by = await operatorOrSystem(request, code, 'department:configure', { purpose: 'resend' });
  const { since, failed } = parse(resending, request.body);
  await connectionOf(code);
  const run = runId(code, keyOf(request, by));
  const asked = { department: code, since, failed, resend: run };
  const [what, told] = [JSON.stringify({ since, failed }), { status: 202, body: { since, failed } }];
  const answer = await askOnce(run, what, by, 'receiverResendsOfAll', resendAllMessage(asked), told);
  log.info('Webhooks are sent again', { department: code, by: by.capacity, since, failed });
  return answer;
}

/** The worked example of the department's first item. */
async function sampleFor(code: string): Promise<Sample> {
  const entries = (await directoryOf((await currentVersion()).version)) ?? [];
  const entry = entries.find(({ departments }) => departments.includes(code));
  const found = entry && (await currentService(entry.code));
  const item = found?.service.items.find(({ department }) => department === code);
  return found && item ? sampleOf(found.service, item) : emptySample;
}

const statusFor: Record<WebhookType, ReviewStatus> = {
  'review.acceptance-requested': 'waiting',
  'review.requested': 'requested',
  'review.overdue': 'overdue',
  'review.supplement-overdue': 'correction',
  'review.cancelled': 'cancelled',
  'review.revoked': 'cancelled',
  'review.hearing-asked': 'requested',
  'review.due-soon': 'requested',
  'review.due-changed': 'requested',
  'review.hearing-lapsed': 'requested',
};

/** Sent at once, once a request; also to a receiver that is paused. */
async function sendTestEvent(request: Request): Promise<Answer> {
  const code = await codeOf(request);
  const by = await operatorOrSystem(request, code, 'department:configure', { purpose: 'check' });
  const { type } = parse(testEvent, request.body);
  const connection = await connectionOf(code);
  const run = runId(code, keyOf(request, by));
  const id = trialId(run, 1);
  if (!(await isAsked(run, type))) {
    await countAsked(by, 'receiverTrials');
    await rememberAsked(run, type);
  }
  await makeTrial(newTrial(id, code, await sampleFor(code), statusFor[type], new Date()));
  const trial = await readTrial(id);
  if (!trial) throw new Error('The made-up review is gone.');
  const told = { review: trial, type, time: trial.at, event: `${id}/${type}` };
  const key = deliveryKey(told);
  const earlier = await readDelivery(key);
  if (earlier) return replayed({ status: 200, body: deliveryView({ ...key, ...earlier }) });
  const text = JSON.stringify(trialBody(type, trial, setting('API_URL')));
  const answerMs = Number(optionalSetting('WEBHOOK_ANSWER_MS') ?? standardAnswerMs);
  const made = await send(code, connection, { id: webhookIdOf(told.event), text, answerMs }, true);
  const delivery: Delivery = {
    type,
    event: told.event,
    time: told.time,
    review: id,
    department: code,
    status: isTaken(made) ? 'delivered' : 'given-up',
    at: new Date().toISOString(),
    attempts: 1,
    ...(made.status === 'no answer' ? {} : { answer: made.status }),
    durationMs: made.durationMs,
    test: true,
  };
  await recordTest(key, delivery);
  return { status: 200, body: deliveryView({ ...key, ...delivery }) };
}

const lookEveryMs = 500;

/** Begins a check and waits for its report as long as it is asked to; who does not wait reads it later. */
async function check(request: Request): Promise<Answer> {
  const code = await codeOf(request);
  const by = await operatorOrSystem(request, code, 'department:configure', { purpose: 'check' });
  const { wait } = parseQuery(checkQuery, request.query);
  parse(nothingMore, request.body === undefined ? {} : request.body);
  const { webhookUrl } = await connectionOf(code);
  const run = runId(code, keyOf(request, by));
  if (!(await checkReport(code, run))) await countAsked(by, 'receiverTrials');
  await beginCheck(code, webhookUrl, run, await sampleFor(code));
  let report = await checkReport(code, run);
  for (let waited = 0; waited < wait * 1000 && report?.status === 'running'; waited += lookEveryMs) {
    await setTimeout(lookEveryMs);
    report = await checkReport(code, run);
  }
  return { status: 200, body: report, headers: { location: `/departments/${code}/checks/${run}` } };
}

async function readCheck(request: Request): Promise<Answer> {
  const code = await codeOf(request);
  await operatorOrSystem(request, code, 'department:read', { purpose: 'check' });
  const { id = '' } = request.params;
  const report = /^[0-9a-f]{20}$/.test(id) ? await checkReport(code, id) : undefined;
  if (!report) throw notFound('check');
  return { status: 200, body: report };
}

export const receiverRoutes = {
  'GET /departments/{code}/deliveries': list,
  'POST /departments/{code}/deliveries/{id}/resend': resend,
  'POST /departments/{code}/deliveries/resend': resendSince,
  'POST /departments/{code}/test-events': sendTestEvent,
  'POST /departments/{code}/check': check,
  'GET /departments/{code}/checks/{id}': readCheck,
};
