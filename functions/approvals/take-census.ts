/**
 * Every quarter of an hour: counts what is late, stuck, escalated, given up and unreached, for the alarms, and names
 * it in one line of the log. And it writes a heartbeat, which the relay must carry: on a quiet night, too, it is missed
 * when it does not run.
 */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { eachWatched, openReviews } from '../cases/indexed.ts';
import { heartbeatKey } from '../cases/keys.ts';
import { deliveriesPage } from '../departments/deliveries.ts';
import { knownDepartments } from '../departments/known.ts';
import { readConnections } from '../departments/store.ts';
import { log } from '../platform/log.ts';
import { gauge } from '../platform/metrics.ts';
import { table, tableName } from '../platform/table.ts';
import { type Census, countCases, countDepartment, emptyCensus } from './census.ts';

/** Attempts to tell a department something that are looked at: the latest. */
const sampled = 20;
/** Named of each kind; all of them are counted. */
const named = 20;

const takeCases = (census: Census): Promise<void> => eachWatched((headers) => countCases(census, headers));

async function takeDepartments(census: Census): Promise<void> {
  const connections = await readConnections();
  for (const { code } of await knownDepartments(connections)) {
    const open = await openReviews(code);
    const { items } = open.length > 0 ? await deliveriesPage(code, { limit: sampled }) : { items: [] };
    countDepartment(census, code, connections.get(code), open, items);
  }
}

async function beat(): Promise<void> {
  await table.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: heartbeatKey,
      UpdateExpression: 'ADD beats :one',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
}

export async function handler(): Promise<void> {
  const census = emptyCensus();
  await Promise.all([beat(), takeCases(census), takeDepartments(census)]);
  const { watched, ...found } = census;
  const names = Object.entries(found).map(([kind, all]) => [kind, all.slice(0, named)]);
  log.info('Census', { watched, ...Object.fromEntries(names) });
  gauge({
    CasesWatched: watched,
    CasesLateNow: census.late.length + census.pastLaw.length,
    CasesPastLawNow: census.pastLaw.length,
    CasesStuckNow: census.stuck.length,
    ReviewsEscalatedNow: census.escalated.length,
    ParcelsGivenUpNow: census.givenUp.length,
    DepartmentsUnreachedNow: census.unreached.length,
    DepartmentsGoneNow: census.gone.length,
  });
}
