/** Everything that there is about one case: its rows, its journal, what it has sent, its executions. */
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { readTraces } from '../approvals/traces.ts';
import type { Traces } from '../approvals/watch.ts';
import { wholeJournal } from '../cases/journal.ts';
import { keys } from '../cases/keys.ts';
import { executionName } from '../cases/reviews.ts';
import { loadCase } from '../cases/store.ts';
import type { Case, JournalEntry } from '../cases/types.ts';
import { type Delivery, readDeliveries } from '../departments/deliveries.ts';
import { type Connection, readConnections } from '../departments/store.ts';
import type { MessageStatus } from '../notifications/schemas.ts';
import { setting } from '../platform/env.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { table, tableName } from '../platform/table.ts';

/** An SMS as its row tells; `id` is version and place of the event that it tells. */
export type Message = { id: string; template: string; status: MessageStatus; at: string };
/** A round's execution. `NONE`: Step Functions does not know it (any more). */
export type Execution = { round: number; name: string; status: string; from?: string; to?: string };

/** A case with everything around it. */
export type Found = {
  found: Case;
  journal: JournalEntry[];
  traces: Traces;
  messages: Message[];
  deliveries: Delivery[];
  executions: Execution[];
  connections: Map<string, Connection>;
};

async function readMessages(number: string): Promise<Message[]> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: tableName(),
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :message)',
      ExpressionAttributeValues: { ':pk': keys.application(number).pk, ':message': 'MESSAGE#' },
    }),
  );
  const messages = Items.map(({ sk, template, status, at }) => ({
    id: String(sk).slice('MESSAGE#'.length),
    template: String(template),
    status: status as MessageStatus,
    at: String(at),
  }));
  // By their ids the tenth event would come before the second.
  return messages.sort((a, b) => (a.at < b.at ? -1 : 1));
}

const sfn = new SFNClient({});

/** The execution of a name, on this stage's machine. */
export const executionArn = (name: string): string =>
  `${setting('STATE_MACHINE_ARN').replace(':stateMachine:', ':execution:')}:${name}`;

async function readExecution(number: string, round: number): Promise<Execution> {
  const name = executionName(number, round);
  try {
    const answer = await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(name) }));
    return {
      round,
      name,
      status: String(answer.status),
      ...(answer.startDate ? { from: answer.startDate.toISOString() } : {}),
      ...(answer.stopDate ? { to: answer.stopDate.toISOString() } : {}),
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist')
      return { round, name, status: 'NONE' };
    if (error instanceof Error && error.name === 'ThrottlingException')
      throw new Problem('unavailable', busy);
    throw error;
  }
}

const busy = 'Step Functions is asked too often at the moment: try again in a minute.';

/** Everything that departments were told of these entries, oldest first. */
async function readWebhooks(found: Case, journal: JournalEntry[]): Promise<Delivery[]> {
  const told = journal.flatMap(({ id, version, at, events }) =>
    events.flatMap((event, i) => {
      const review = 'review' in event ? found.reviews.find((each) => each.id === event.review) : undefined;
      return review ? [{ review, type: event.type, time: at, event: `${id}/${version}/${i}` }] : [];
    }),
  );
  return (await Promise.all(told.map(readDeliveries))).flat();
}

/** @throws Problem not-found; unavailable when Step Functions is asked too often */
export async function readWhole(number: string): Promise<Found> {
  const found = await loadCase(number);
  if (!found) throw notFound('application');
  const rounds = Array.from({ length: found.application.round }, (_, i) => i + 1);
  const journal = await wholeJournal(number);
  const [traces, messages, deliveries, executions, connections] = await Promise.all([
    readTraces(found, journal),
    readMessages(number),
    readWebhooks(found, journal),
    Promise.all(rounds.map((round) => readExecution(number, round))),
    readConnections(),
  ]);
  if (!traces) throw new Problem('unavailable', busy);
  return { found, journal, traces, messages, deliveries, executions, connections };
}
