/** Business openings, and their like on the floor, one after another and many at a time. Times are only printed. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { repositoryCatalogue } from '../catalogue/read.ts';
import { caller } from '../local/api.ts';
import { type Endpoints, readOutputs } from '../local/endpoints.ts';
import type { Settings } from '../local/settings.ts';
import { Failure } from '../local/setup/progress.mjs';
import { getToken } from '../local/token.ts';
import type { Floor } from './floor.ts';
import { median } from './load.ts';
import { timelineFaults } from './timeline.ts';

type Row = Record<string, unknown>;

/** A pipeline under test: how a case is handed in, and when it is through. */
export type Pipeline = {
  name: string;
  /** @returns the case's id. */
  submit: () => Promise<string>;
  tableName: string;
  keyOf: (id: string) => Row;
  idOf: (row: Row) => string;
  /** Every department has decided. */
  isApproved: (row: Row) => boolean;
  /** The work is done; the parcel, if there is one, is on its way. */
  isThrough: (row: Row) => boolean;
  isCompleted: (row: Row) => boolean;
};

/** The product, as an applicant uses it. */
export async function product(settings: Settings, { api }: Endpoints): Promise<Pipeline> {
  const call = caller(api, await getToken('applicant'));
  const body = repositoryCatalogue().services.find(({ code }) => code === 'business-opening')?.example;
  return {
    name: 'OneWindow',
    tableName: readOutputs(settings).TableName,
    submit: async () => {
      const headers = { 'idempotency-key': randomUUID() };
      return (await call<{ number: string }>('POST', '/applications', body, headers)).number;
    },
    keyOf: (id) => ({ pk: `APPLICATION#${id}`, sk: 'APPLICATION' }),
    idOf: ({ number }) => String(number),
    isApproved: ({ concludedAt }) => concludedAt !== undefined,
    isThrough: ({ status }) => status === 'delivering' || status === 'completed',
    isCompleted: ({ status }) => status === 'completed',
  };
}

const isApproved = ({ status }: Row): boolean => status === 'approved';

export const bare = ({ url, tableName }: Floor): Pipeline => ({
  name: 'floor',
  tableName,
  submit: async () => {
    const id = randomUUID();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id }),
    });
    if (response.status !== 201) throw new Error(`The floor answered ${response.status}.`);
    return id;
  },
  keyOf: (id) => ({ id }),
  idOf: ({ id }) => String(id),
  isApproved,
  isThrough: isApproved,
  isCompleted: isApproved,
});

const table = (aws: Pick<Endpoints, 'aws' | 'region'>) =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: aws.aws, region: aws.region }));

/** The rows of some cases, at most a hundred. */
async function rowsOf(client: DynamoDBDocumentClient, pipeline: Pipeline, ids: string[]): Promise<Row[]> {
  const RequestItems = { [pipeline.tableName]: { Keys: ids.map(pipeline.keyOf), ConsistentRead: true } };
  const { Responses } = await client.send(new BatchGetCommand({ RequestItems }));
  return Responses?.[pipeline.tableName] ?? [];
}

/** Longer than a message that was not handled stays hidden in its queue. */
const stuckAfterMs = 300_000;

/** Looking costs the very cloud that is measured, and all are through no sooner than any of them. */
const lookedAtAtOnce = 10;

/**
 * Waits until every case fits the test.
 * @throws Failure when none of those looked at has moved for five minutes: something is lost or stuck.
 */
async function untilAll(
  client: DynamoDBDocumentClient,
  pipeline: Pipeline,
  ids: string[],
  everyMs: number,
  fits: (row: Row) => boolean,
  tell: (done: number) => void = () => {},
): Promise<void> {
  let waiting = ids;
  let last = { seen: '', at: Date.now() };
  while (waiting.length > 0) {
    const rows = await rowsOf(client, pipeline, waiting.slice(0, lookedAtAtOnce));
    const seen = JSON.stringify(rows.map(({ status, version }) => [status, version]));
    if (seen !== last.seen) last = { seen, at: Date.now() };
    if (Date.now() - last.at > stuckAfterMs) {
      throw new Failure(`${waiting.length} cases of ${pipeline.name} are stuck, ${waiting[0]} among them.`);
    }
    const done = new Set(rows.filter(fits).map(pipeline.idOf));
    waiting = waiting.filter((id) => !done.has(id));
    tell(ids.length - waiting.length);
    if (done.size === 0) await sleep(everyMs);
  }
}

/** Milliseconds from the submission, as its client saw it. */
export type Latency = { intakeMs: number; approvedMs: number; completedMs: number };

/** Medians of cases submitted one at a time, after one that warms everything up. */
export async function measureLatency(aws: Endpoints, pipeline: Pipeline, cases: number): Promise<Latency> {
  const client = table(aws);
  const samples: Latency[] = [];
  for (let i = 0; i <= cases; i++) {
    const start = performance.now();
    const after = (): number => performance.now() - start;
    const id = await pipeline.submit();
    const intakeMs = after();
    await untilAll(client, pipeline, [id], 20, pipeline.isApproved);
    const approvedMs = after();
    await untilAll(client, pipeline, [id], 20, pipeline.isCompleted);
    if (i > 0) samples.push({ intakeMs, approvedMs, completedMs: after() });
  }
  const of = (name: keyof Latency): number => median(samples.map((each) => each[name]));
  return { intakeMs: of('intakeMs'), approvedMs: of('approvedMs'), completedMs: of('completedMs') };
}

export type Throughput = { ids: string[]; seconds: number; perSecond: number };

/** Cases submitted by some clients at a time, each its next one as soon as the last was taken. */
export async function measureThroughput(
  aws: Endpoints,
  pipeline: Pipeline,
  { cases, clients }: { cases: number; clients: number },
  tell: (detail: string) => void,
): Promise<Throughput> {
  const start = performance.now();
  const ids: string[] = [];
  let started = 0;
  const submitNext = async (): Promise<void> => {
    while (started < cases) {
      started += 1;
      ids.push(await pipeline.submit());
      tell(`${ids.length} of ${cases} submitted`);
    }
  };
  await Promise.all(Array.from({ length: clients }, submitNext));
  await untilAll(table(aws), pipeline, ids, 250, pipeline.isThrough, (done) =>
    tell(`${done} of ${cases} through`),
  );
  const seconds = (performance.now() - start) / 1000;
  return { ids, seconds, perSecond: cases / seconds };
}

/** Messages that nobody could handle: what lies in all dead-letter queues together. */
export async function deadLetters({ aws, region }: Endpoints): Promise<number> {
  const client = new SQSClient({ endpoint: aws, region });
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({ MaxResults: 1000 }));
  const counts = await Promise.all(
    QueueUrls.filter((url) => url.includes('DeadLetters')).map(async (QueueUrl) => {
      const AttributeNames = ['ApproximateNumberOfMessages' as const];
      const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    }),
  );
  return counts.reduce((sum, each) => sum + each, 0);
}

/** Faults of the timelines of these applications, in words; empty when every one is valid. */
export async function faultsOf({ api }: Endpoints, numbers: string[]): Promise<string[]> {
  const call = caller(api, await getToken('applicant'));
  const faults: string[] = [];
  const left = [...numbers];
  const next = async (): Promise<void> => {
    for (let number = left.pop(); number; number = left.pop()) {
      const { items } = await call<{ items: unknown[] }>('GET', `/applications/${number}/timeline?limit=100`);
      faults.push(...timelineFaults(items).map((fault) => `${number}: ${fault}`));
    }
  };
  await Promise.all(Array.from({ length: 4 }, next));
  return faults;
}
