/**
 * Reviews that are made up to try a department's receiver. They are read and decided like any other, by the same
 * calls, and are marked as such everywhere; no case is behind them, and nobody's data.
 */
import { createHash, randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Because } from '../cases/events.ts';
import type { ReviewStatus } from '../cases/status.ts';
import type { PlannedReview } from '../cases/types.ts';
import type { Item, Service } from '../catalogue/schemas.ts';
import { Problem } from '../platform/problems.ts';
import { type Key, table, tableName } from '../platform/table.ts';
import type { WebhookType } from './webhook.ts';

/** What its department reads of it, made up from the worked example of a service. */
export type Sample = {
  service: string;
  item: string;
  name?: PlannedReview['name'];
  output?: PlannedReview['output'];
  applicant: Record<string, string>;
  form: Record<string, unknown>;
  materials: { code: string }[];
};

/** A decision as it came in; `tooLate`: the review took none any more. */
export type TrialDecision = { id: string; hash: string; at: string; status: ReviewStatus; tooLate?: true };

export type Trial = {
  /** `test-<run>-<n>` */
  id: string;
  department: string;
  status: ReviewStatus;
  at: string;
  dueAt: string;
  sample: Sample;
  timesRead: number;
  decisions: TrialDecision[];
  because?: Because['because'];
};

const pattern = /^test-([0-9a-f]{20})-\d{1,2}$/;

/** Whether an id is that of a made-up review. */
export const isTrial = (review: string): boolean => pattern.test(review);

/** Names what a request makes up; the same request, by its key, always the same. */
export const runId = (department: string, key: string | undefined): string =>
  createHash('sha256')
    .update(`${department}\n${key ?? randomUUID()}`)
    .digest('hex')
    .slice(0, 20);

export const trialId = (run: string, n: number): string => `test-${run}-${n}`;

const keptForSeconds = 30 * 24 * 3600;
export const expiry = (): number => Math.floor(Date.now() / 1000) + keptForSeconds;

/** Where everything of one run lies. */
export const runKey = (run: string, sk: string): Key => ({ pk: `TRIAL#${run}`, sk });

const keyOf = (review: string): Key => runKey(pattern.exec(review)?.[1] ?? '', `REVIEW#${review}`);

/** What a department sees of its item in the worked example of a service. */
export function sampleOf({ code: service, example }: Service, item: Item): Sample {
  const given = example as { applicant?: Record<string, string>; form?: Record<string, unknown> };
  const form = Object.entries(given.form ?? {}).filter(([name]) => item.fields.includes(name));
  return {
    service,
    item: item.code,
    name: item.name,
    ...(item.output ? { output: item.output } : {}),
    applicant: given.applicant ?? {},
    form: Object.fromEntries(form),
    materials: item.materials.map(({ code }) => ({ code })),
  };
}

/** For a department that no item of the catalogue names. */
export const emptySample: Sample = {
  service: 'test',
  item: 'test',
  applicant: { type: 'person', name: '测试', idNumber: '', phone: '' },
  form: {},
  materials: [],
};

const hourMs = 3600_000;

/** A made-up review, two hours before it is due. */
export const newTrial = (
  id: string,
  department: string,
  sample: Sample,
  status: ReviewStatus,
  at: Date,
): Trial => ({
  id,
  department,
  status,
  at: at.toISOString(),
  dueAt: new Date(at.getTime() + 2 * hourMs).toISOString(),
  sample,
  timesRead: 0,
  decisions: [],
  ...(status === 'cancelled' ? { because: 'withdrawal' } : {}),
});

/** Writes a row of a run unless it is there. @returns whether it was new */
export async function writeNew(row: Key & Record<string, unknown>): Promise<boolean> {
  try {
    await table.send(
      new PutCommand({
        TableName: tableName(),
        Item: { ...row, expiresAt: expiry() },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

const askedKey = (run: string): Key => runKey(run, 'ASKED');

/**
 * Whether what a request asks for was taken before.
 * @param what it asks for, in words of its own
 * @throws Problem idempotency-key-reused when its key asked for something else then
 */
export async function isAsked(run: string, what: string): Promise<boolean> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: askedKey(run), ConsistentRead: true }),
  );
  // What was asked by a version that did not write it down is taken for the same.
  if (Item && (Item.what ?? what) !== what) {
    throw new Problem('idempotency-key-reused', 'Use a new Idempotency-Key for a new request.');
  }
  return Item !== undefined;
}

export const rememberAsked = (run: string, what: string): Promise<boolean> =>
  writeNew({ ...askedKey(run), what });

export const makeTrial = (trial: Trial): Promise<boolean> => writeNew({ ...keyOf(trial.id), ...trial });

export async function readTrial(review: string): Promise<Trial | undefined> {
  if (!isTrial(review)) return undefined;
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: keyOf(review), ConsistentRead: true }),
  );
  return Item as Trial | undefined;
}

const change = (review: string, UpdateExpression: string, values: object, names?: Record<string, string>) =>
  table.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: keyOf(review),
      UpdateExpression,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ...values },
      ...(names ? { ExpressionAttributeNames: names } : {}),
    }),
  );

export async function countRead(review: string): Promise<void> {
  await change(review, 'ADD timesRead :one', { ':one': 1 });
}

/** A receiver that goes on and on has shown what there is to see; its row stays small. */
const mostDecisions = 50;

/** Each decision is kept, also one that came too late: how a receiver decides is what is looked at. */
export async function recordTrialDecision(
  { id, decisions }: Pick<Trial, 'id' | 'decisions'>,
  decision: TrialDecision,
): Promise<void> {
  if (decisions.length >= mostDecisions) return;
  const values = { ':one': [decision], ':status': decision.status };
  await change(id, 'SET #status = :status, decisions = list_append(decisions, :one)', values, {
    '#status': 'status',
  });
}

export async function cancelTrial(review: string): Promise<void> {
  await change(
    review,
    'SET #status = :cancelled, because = :because',
    { ':cancelled': 'cancelled', ':because': 'withdrawal' },
    { '#status': 'status' },
  );
}

/** The body of a webhook about a made-up review. */
export const trialBody = (type: WebhookType | string, trial: Trial, apiUrl: string, time = trial.at) => ({
  type,
  timestamp: time,
  test: true,
  data: {
    reviewId: trial.id,
    application: trial.id.slice(0, trial.id.lastIndexOf('-')),
    item: trial.sample.item,
    dueAt: trial.dueAt,
    ...(trial.because ? { because: trial.because } : {}),
    decisionUrl: `${apiUrl}/reviews/${trial.id}/decisions`,
    materials: trial.sample.materials,
  },
});
