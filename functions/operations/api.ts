/** HTTP: what an operator asks and does about cases. Who acts is whose token it is. */
import { recordDeed, recordOperation } from '../cases/audit.ts';
import { actorOf, requirePermission } from '../cases/permissions.ts';
import { changeCase, loadCase } from '../cases/store.ts';
import { businessNow } from '../clock/now.ts';
import { deliveryView } from '../departments/deliveries.ts';
import { madeAnew } from '../fulfilment/delivery.ts';
import { setting } from '../platform/env.ts';
import { type Answer, apiHandler, parse, parseQuery, type Request } from '../platform/http.ts';
import { keepReceipt, once } from '../platform/idempotency.ts';
import { correlate, log } from '../platform/log.ts';
import { notFound, Problem } from '../platform/problems.ts';
import type { calls } from './calls.ts';
import { consoleLink } from './console.ts';
import { departmentState, escalatedPage } from './lists.ts';
import { executionArn, type Found, readWhole } from './read.ts';
import { carryOut, repairsOf } from './repair.ts';
import { type Replayed, replayCase, replaySince } from './replay.ts';
import { escalatedQuery, nothing, repairBody, repairQuery, replaying } from './schemas.ts';
import { storyOf } from './story.ts';

/** The case that the path names. @throws Problem not-found */
async function examined({ params }: Request): Promise<Found> {
  const whole = await readWhole(params.id ?? '');
  correlate(whole.found.application.number);
  return whole;
}

const given = ({ body }: Request): unknown => (body === undefined ? {} : body);

/** One's own machine has no console. */
const linkOf = (name: string): string | undefined =>
  setting('STAGE') === 'local' ? undefined : consoleLink(executionArn(name));

async function examine(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'case:examine');
  const whole = await examined(request);
  const { number } = whole.found.application;
  await recordDeed(number, 'examine', actorOf(user, 'case:examine'), await businessNow());
  const { timeline, webhooks, ...story } = storyOf(whole, linkOf);
  return { status: 200, body: { ...story, webhooks: webhooks.map(deliveryView) } };
}

async function previewRepair(request: Request): Promise<Answer> {
  requirePermission(request.user, 'case:repair');
  const { messages } = parseQuery(repairQuery, request.query);
  const whole = await examined(request);
  const steps = repairsOf(whole, messages).map(({ kind, what }) => ({ kind, what }));
  return { status: 200, body: { application: whole.found.application.number, steps } };
}

async function repair(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'case:repair');
  const { messages } = parse(repairBody, given(request));
  return once(request, async (receipt) => {
    const whole = await examined(request);
    const { number } = whole.found.application;
    const steps = repairsOf(whole, messages);
    const kinds = steps.map(({ kind }) => kind);
    const by = actorOf(user, 'case:repair');
    await recordDeed(number, 'repair', by, await businessNow(), { steps: kinds });
    const answer = { status: 200, body: { application: number, steps: await carryOut(steps) } };
    await keepReceipt(receipt(answer));
    log.info('A case is repaired', { steps: kinds });
    return answer;
  });
}

/** The number of the case that the path names. @throws Problem not-found */
async function numberIn({ params }: Request): Promise<string> {
  const found = await loadCase(params.id ?? '');
  if (!found) throw notFound('application');
  const { number } = found.application;
  correlate(number);
  return number;
}

async function replay(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'case:repair');
  parse(nothing, given(request));
  return once(request, async (receipt) => {
    const number = await numberIn(request);
    await recordDeed(number, 'replay', actorOf(user, 'case:repair'), await businessNow());
    const answer = { status: 200, body: { application: number, entries: await replayCase(number) } };
    await keepReceipt(receipt(answer));
    return answer;
  });
}

/** A cursor is part of the body here. @throws Problem invalid-input for one that is none of ours */
function replayedPart(since: string, now: Date, cursor: string | undefined): Promise<Replayed> {
  return replaySince(since, now, cursor).catch((error: unknown) => {
    if (!(error instanceof Problem && error.type === 'malformed-request')) throw error;
    throw new Problem('invalid-input', 'Please correct the fields named below.', [
      { pointer: '/cursor', detail: 'Not the cursor of a part before' },
    ]);
  });
}

async function replayAll(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'case:repair');
  const asked = parse(replaying, request.body);
  const since = new Date(asked.since).toISOString();
  return once(request, async (receipt) => {
    const now = await businessNow();
    await recordOperation('replay', actorOf(user, 'case:repair'), now, { since });
    const part = await replayedPart(since, now, asked.cursor);
    const answer = { status: 200, body: part };
    await keepReceipt(receipt(answer));
    log.info('The journal is replayed', { since, cases: part.cases, entries: part.entries });
    return answer;
  });
}

/** It stands in the journal of the case, with who did it. */
async function anew(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'case:repair');
  parse(nothing, given(request));
  return once(request, async (receipt) => {
    const number = await numberIn(request);
    const answerOf = ({ application }: Pick<Found['found'], 'application'>): Answer => ({
      status: 200,
      body: { application: number, status: application.status },
    });
    const after = await changeCase(number, madeAnew, {
      by: actorOf(user, 'case:repair'),
      receipt: (changed) => receipt(answerOf(changed)),
    });
    if (!after) throw notFound('application');
    return answerOf(after);
  });
}

async function escalated(request: Request): Promise<Answer> {
  requirePermission(request.user, 'case:examine');
  const { limit, cursor } = parseQuery(escalatedQuery, request.query);
  return { status: 200, body: await escalatedPage(limit, await businessNow(), cursor) };
}

async function examineDepartment(request: Request): Promise<Answer> {
  requirePermission(request.user, 'department:read');
  return { status: 200, body: await departmentState(request.params.code ?? '') };
}

export const handler = apiHandler<typeof calls>({
  'GET /operations/cases/{id}': examine,
  'GET /operations/cases/{id}/repair': previewRepair,
  'POST /operations/cases/{id}/repair': repair,
  'POST /operations/cases/{id}/replay': replay,
  'POST /operations/cases/{id}/anew': anew,
  'POST /operations/replays': replayAll,
  'GET /operations/escalated': escalated,
  'GET /operations/departments/{code}': examineDepartment,
});
