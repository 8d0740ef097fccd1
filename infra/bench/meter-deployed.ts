/**
 * How often the deployed functions really run for one business opening: by the START lines in their logs. It watches
 * the case in the table and not over the API, so that nothing but the case makes them run.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { entries, type FunctionId } from '../bundle.ts';
import { repositoryCatalogue } from '../catalogue/read.ts';
import { caller } from '../local/api.ts';
import { readEndpoints, readOutputs } from '../local/endpoints.ts';
import type { Settings } from '../local/settings.ts';
import { getToken } from '../local/token.ts';

export type Runs = Partial<Record<FunctionId, number>>;

/** Not part of a case: the simulated outside, and what runs every minute for all cases together. */
const leftOut: FunctionId[] = ['SandboxApi', 'SandboxWork', 'Sweep'];
const counted = (Object.keys(entries) as FunctionId[]).filter((id) => !leftOut.includes(id));

/** Longer than anything that is delayed on purpose: the simulated courier's longest step. */
const quietForMs = 5_000;

async function runsSince(client: CloudWatchLogsClient, id: FunctionId, startTime: number): Promise<number> {
  let runs = 0;
  const logGroupName = `/onewindow/local/${id}`;
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, startTime })) {
      runs += events.filter(({ message }) => message?.startsWith('START RequestId:')).length;
    }
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
  }
  return runs;
}

async function allRuns(client: CloudWatchLogsClient, startTime: number): Promise<Runs> {
  const found = await Promise.all(
    counted.map(async (id) => [id, await runsSince(client, id, startTime)] as const),
  );
  return Object.fromEntries(found.filter(([, runs]) => runs > 0));
}

const total = (runs: Runs): number => Object.values(runs).reduce((sum, each) => sum + each, 0);

/** Waits until no function has run for some seconds. @returns what ran since the start. */
async function untilQuiet(client: CloudWatchLogsClient, startTime: number): Promise<Runs> {
  const end = Date.now() + 120_000;
  let last = await allRuns(client, startTime);
  for (let since = Date.now(); Date.now() - since < quietForMs; ) {
    if (Date.now() > end) throw new Error('The functions never came to rest.');
    await sleep(500);
    const now = await allRuns(client, startTime);
    if (total(now) !== total(last)) since = Date.now();
    last = now;
  }
  return last;
}

/** Until the case is completed and each of its messages has arrived. */
async function untilDone(table: DynamoDBDocumentClient, TableName: string, number: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(250)) {
    const { Items = [] } = await table.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `APPLICATION#${number}` },
      }),
    );
    const messages = Items.filter(({ sk }) => String(sk).startsWith('MESSAGE#'));
    const isCompleted = Items.some(({ sk, status }) => sk === 'APPLICATION' && status === 'completed');
    if (isCompleted && messages.length >= 3 && messages.every(({ status }) => status === 'delivered')) return;
  }
  throw new Error(`${number} was not completed within a minute.`);
}

/**
 * Submits one business opening to the running copy when it is at rest, and counts the runs of every function until it
 * is at rest again.
 */
export async function countDeployed(settings: Settings): Promise<Runs> {
  const { api, aws, region } = readEndpoints(settings);
  const client = { endpoint: aws, region };
  const logs = new CloudWatchLogsClient(client);
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const body = repositoryCatalogue().services.find(({ code }) => code === 'business-opening')?.example;
  const submit = caller(api, await getToken('applicant'));
  await untilQuiet(logs, Date.now() - quietForMs);
  const start = Date.now();
  const key = { 'idempotency-key': randomUUID() };
  const { number } = await submit<{ number: string }>('POST', '/applications', body, key);
  await untilDone(table, readOutputs(settings).TableName, number);
  return untilQuiet(logs, start);
}
