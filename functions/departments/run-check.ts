/**
 * Runs a self-check: three parts, some seconds apart, in which a receiver is sent what it may meet; and a look at what
 * it answered, read and decided. The parts are messages of the webhooks' queue, so no call has to wait for them.
 */
import { randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { optionalSetting, setting } from '../platform/env.ts';
import type { BusMessage } from '../platform/queue.ts';
import { validSecrets } from '../platform/secrets.ts';
import { table, tableName } from '../platform/table.ts';
import {
  type Answer,
  type CheckStep,
  checkSteps,
  conclude,
  type Found,
  isPassed,
  type Seen,
  summaryOf,
} from './check.ts';
import { webhookIdOf } from './deliveries.ts';
import { standardAnswerMs } from './pace.ts';
import { enqueue, type Message } from './queue.ts';
import { secretIdOf } from './secrets.ts';
import { sendSigned } from './send.ts';
import {
  cancelTrial,
  expiry,
  makeTrial,
  newTrial,
  readTrial,
  runKey,
  type Sample,
  type Trial,
  trialBody,
  trialId,
  writeNew,
} from './trials.ts';

type Report = {
  run: string;
  department: string;
  /** Where it is sent; a setting of meanwhile is another receiver's. */
  webhookUrl: string;
  startedAt: string;
  endedAt?: string;
  /** Parts that were carried out. */
  parts: number;
  answers: Partial<Record<CheckStep, Answer[]>>;
  cancelledAt?: string;
  found?: Found[];
};

const reportKey = (run: string) => runKey(run, 'REPORT');
/** The repetition is about the review that was sent at first. */
const reviewOf = (run: string, step: CheckStep): string =>
  trialId(run, step === 'repetition' ? 1 : checkSteps.indexOf(step) + 1);

async function readReport(run: string): Promise<Report | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: reportKey(run), ConsistentRead: true }),
  );
  return Item as Report | undefined;
}

/** @returns false when another copy of the message has carried out this part meanwhile, and perhaps more */
async function writeReport(report: Report, before: Report): Promise<boolean> {
  const Item = { ...reportKey(report.run), ...report, expiresAt: expiry() };
  const unchanged = {
    ConditionExpression: 'parts = :before',
    ExpressionAttributeValues: { ':before': before.parts },
  };
  try {
    await table.send(new PutCommand({ TableName: tableName(), Item, ...unchanged }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** A report as it is read. */
const reportView = ({ run, department, startedAt, endedAt, found }: Report) => ({
  id: run,
  department,
  status: found ? ('done' as const) : ('running' as const),
  startedAt,
  ...(endedAt ? { endedAt } : {}),
  passed: found ? isPassed(found) : null,
  says: summaryOf(found),
  steps: found ?? [],
});

/** The report of a department's check; undefined: it has none of that id. */
export async function checkReport(department: string, run: string) {
  const report = await readReport(run);
  return report?.department === department ? reportView(report) : undefined;
}

const partMessage = (department: string, run: string, part: number): Message => ({
  'detail-type': 'department.check',
  detail: { id: `${run}/${part}`, time: new Date().toISOString(), subject: department, data: { run, part } },
});

const minuteMs = 60_000;

/** A first part that has not come within so long was never queued. */
const firstPartWithinMs = minuteMs;

const isForgotten = (report: Report | undefined, at: Date): boolean =>
  report?.parts === 0 && at.getTime() - Date.parse(report.startedAt) >= firstPartWithinMs;

/** Makes the reviews of a check and begins it. Begun before: nothing, unless it died before its first part. */
export async function beginCheck(
  department: string,
  webhookUrl: string,
  run: string,
  sample: Sample,
): Promise<void> {
  const at = new Date();
  const statusOf = (step: CheckStep) => (step === 'early-cancellation' ? 'cancelled' : 'requested');
  const own = checkSteps.filter((step) => step !== 'repetition');
  await Promise.all(
    own.map((step) => makeTrial(newTrial(reviewOf(run, step), department, sample, statusOf(step), at))),
  );
  const report: Report = { run, department, webhookUrl, startedAt: at.toISOString(), parts: 0, answers: {} };
  const isNew = await writeNew({ ...reportKey(run), ...report });
  if (isNew || isForgotten(await readReport(run), at)) await enqueue(partMessage(department, run, 1));
}

const answerMs = (): number => Number(optionalSetting('WEBHOOK_ANSWER_MS') ?? standardAnswerMs);
const dayMs = 24 * 3600_000;

type Sending = { type?: string; id?: string; secrets?: string[]; signedAt?: Date; time?: string };

/** Sends to the receiver of a check, as its department's webhook unless something is said to be otherwise. */
async function send(
  { webhookUrl, run, department }: Report,
  step: CheckStep,
  as: Sending = {},
): Promise<Answer> {
  const trial = (await readTrial(reviewOf(run, step))) as Trial;
  const { type = 'review.requested', time = trial.at } = as;
  const body = trialBody(type, trial, setting('API_URL'), time);
  const id = as.id ?? webhookIdOf(`${trial.id}/${type}`);
  const secrets = as.secrets ?? (await validSecrets(secretIdOf(department)));
  const outgoing = { id, text: JSON.stringify(body), answerMs: answerMs() };
  return secrets.length === 0
    ? { status: 'no answer', durationMs: 0 }
    : sendSigned(webhookUrl, outgoing, secrets, as.signedAt);
}

type Part = (report: Report) => Promise<Report>;

/** Several things at once, each with the answers that it got. */
async function gather(sendings: [CheckStep, Promise<Answer>][]): Promise<Report['answers']> {
  const answers: Report['answers'] = {};
  for (const [step, answer] of sendings) answers[step] = [...(answers[step] ?? []), await answer];
  return answers;
}

function joined(before: Report['answers'], more: Report['answers']): Report['answers'] {
  const steps = checkSteps.filter((step) => before[step] || more[step]);
  return Object.fromEntries(steps.map((step) => [step, [...(before[step] ?? []), ...(more[step] ?? [])]]));
}

/** Everything that is sent at first; the same event twice at the same moment. */
const first: Part = async (report) => {
  const { run, startedAt } = report;
  const now = Date.parse(startedAt);
  const event = send(report, 'taken');
  const answers = await gather([
    ['taken', event],
    ['repetition', send(report, 'repetition')],
    ['delay', send(report, 'delay', { time: new Date(now - 2 * dayMs).toISOString() })],
    [
      'wrong-signature',
      send(report, 'wrong-signature', { secrets: [`whsec_${randomBytes(32).toString('base64')}`] }),
    ],
    ['old-signature', send(report, 'old-signature', { signedAt: new Date(Date.now() - 10 * minuteMs) })],
    ['other-purpose', send(report, 'other-purpose', { id: `read_${reviewOf(run, 'other-purpose')}_1` })],
    ['unknown-type', send(report, 'unknown-type', { type: 'review.of-a-type-to-come' })],
    ['late-cancellation', send(report, 'late-cancellation')],
    ['early-cancellation', send(report, 'early-cancellation', { type: 'review.cancelled' })],
  ]);
  return { ...report, answers: joined(report.answers, answers) };
};

/** What comes late: the same event a third time, a cancellation after the work, a request after its cancellation. */
const second: Part = async (report) => {
  await cancelTrial(reviewOf(report.run, 'late-cancellation'));
  const answers = await gather([
    ['repetition', send(report, 'repetition')],
    ['late-cancellation', send(report, 'late-cancellation', { type: 'review.cancelled' })],
    ['early-cancellation', send(report, 'early-cancellation')],
  ]);
  return { ...report, answers: joined(report.answers, answers), cancelledAt: new Date().toISOString() };
};

async function seenIn(report: Report, step: CheckStep): Promise<Seen> {
  const trial = await readTrial(reviewOf(report.run, step));
  return {
    answers: report.answers[step] ?? [],
    reads: trial?.timesRead ?? 0,
    decisions: trial?.decisions ?? [],
    ...(report.cancelledAt ? { cancelledAt: report.cancelledAt } : {}),
  };
}

/** The look at what the receiver has done. */
const last: Part = async (report) => {
  const seen = await Promise.all(checkSteps.map(async (step) => [step, await seenIn(report, step)] as const));
  const found = conclude(Object.fromEntries(seen) as Record<CheckStep, Seen>);
  return { ...report, found, endedAt: new Date().toISOString() };
};

const parts = [first, second, last];
/** So long a receiver has to read and decide, seconds. */
const pauseSeconds = 5;

/** One part of a check; carried out before: nothing but the next one. */
export async function runCheck({ data }: BusMessage): Promise<void> {
  const run = String(data.run);
  const number = Number(data.part);
  const report = await readReport(run);
  const part = parts[number - 1];
  if (!report || !part || report.found) return;
  if (report.parts < number && !(await writeReport({ ...(await part(report)), parts: number }, report)))
    return;
  if (number < parts.length) await enqueue(partMessage(report.department, run, number + 1), pauseSeconds);
}
