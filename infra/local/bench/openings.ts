/** Business openings, and their like on the floor, one after another and many at a time. Times are only printed. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { readCatalogue } from '../../../catalogue/build.ts';
import { timelineFaults } from '../../../test/support/timeline.ts';
import { caller } from '../api.ts';
import { type Endpoints, readOutputs } from '../endpoints.ts';
import type { Settings } from '../settings.ts';
import { Failure } from '../setup/progress.mjs';
import { getToken } from '../token.ts';
import type { Floor } from './floor.ts';
import { median } from './load.ts';

type Row = Record<string, unknown>;

/** A pipeline under test: how a case is handed in, and when it is through. */
export type Pipeline = {
  name: string;
  /** @returns the case's id. */
  submit: () => Promise<string>;
  tableName: string;
  keyOf: (id: string) => Row;
  idOf: (row: Row) => string;
  isThrough: (row: Row) => boolean;
};

/** The product: through when its parcel is on the way; that is when its own work and the courier's part. */
export async function product(settings: Settings, { api }: Endpoints): Promise<Pipeline> {
  const call = caller(api, await getToken('applicant'));
  const body = readCatalogue().services.find(({ code }) => code === 'business-opening')?.example;
  return {
    name: 'OneWindow',
    tableName: readOutputs(settings).TableName,
    submit: async () => {
      const headers = { 'idempotency-key': randomUUID() };
      return (await call<{ number: string }>('POST', '/applications', body, headers)).number;
    },
    keyOf: (id) => ({ pk: `APPLICATION#${id}`, sk: 'APPLICATION' }),
    idOf: ({ number }) => String(number),
    isThrough: ({ status }) => status === 'delivering' || status === 'completed',
  };
}

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
  isThrough: ({ status }) => status === 'approved',
});

const table = (aws: Pick<Endpoints, 'aws' | 'region'>) =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: aws.aws, region: aws.region }));

/** The rows of some cases. DynamoDB gives a hundred at a time. */
async function rowsOf(client: DynamoDBDocumentClient, pipeline: Pipeline, ids: string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (let from = 0; from < ids.length; from += 100) {
    const Keys = ids.slice(from, from + 100).map(pipeline.keyOf);
    const RequestItems = { [pipeline.tableName]: { Keys, ConsistentRead: true } };
    const { Responses } = await client.send(new BatchGetCommand({ RequestItems }));
    rows.push(...(Responses?.[pipeline.tableName] ?? []));
  }
  return rows;
}

const stuckAfterMs = 120_000;

/**
 * Waits until every case fits the test.
 * @throws Failure when none has moved for two minutes: something is lost or stuck.
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
    const rows = await rowsOf(client, pipeline, waiting);
    const seen = JSON.stringify(rows.map(({ status, version }) => [status, version]));
    if (seen !== last.seen) last = { seen, at: Date.now() };
    if (Date.now() - last.at > stuckAfterMs) {
      throw new Failure(`${waiting.length} cases of ${pipeline.name} are stuck, ${waiting[0]} among them.`);
    }
    const done = new Set(rows.filter(fits).map(pipeline.idOf));
    waiting = waiting.filter((id) => !done.has(id));
    tell(ids.length - waiting.length);
    if (waiting.length > 0) await sleep(everyMs);
  }
}

export type Latency = { intakeMs: number; throughMs: number; completedMs?: number };

/** Medians of cases submitted one at a time, after one that warms everything up. */
export async function measureLatency(
  aws: Endpoints,
  pipeline: Pipeline,
  cases: number,
  isCompleted?: (row: Row) => boolean,
): Promise<Latency> {
  const client = table(aws);
  const samples: Required<Latency>[] = [];
  for (let i = 0; i <= cases; i++) {
    const start = performance.now();
    const id = await pipeline.submit();
    const intakeMs = performance.now() - start;
    await untilAll(client, pipeline, [id], 20, pipeline.isThrough);
    const throughMs = performance.now() - start;
    if (isCompleted) await untilAll(client, pipeline, [id], 20, isCompleted);
    if (i > 0) samples.push({ intakeMs, throughMs, completedMs: performance.now() - start });
  }
  const of = (name: keyof Latency): number => median(samples.map((each) => each[name]));
  return {
    intakeMs: of('intakeMs'),
    throughMs: of('throughMs'),
    ...(isCompleted ? { completedMs: of('completedMs') } : {}),
  };
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
