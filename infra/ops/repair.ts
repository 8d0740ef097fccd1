/**
 * What is safe to repeat, repeated: entries of the journal whose effects are missing, waits that were not released,
 * executions that were stopped or failed, SMS of which the carrier did not say whether it took them.
 */
import { RedriveExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { relayAgain, wakeAgain } from '../../functions/approvals/traces.ts';
import { missingEffects, unreleased } from '../../functions/approvals/watch.ts';
import { keys, numberOfPartition } from '../../functions/cases/keys.ts';
import { isFinal } from '../../functions/cases/status.ts';
import { table, tableName } from '../../functions/platform/table.ts';
import type { Found } from './read.ts';

/** One thing that a repair does: what it is in words, and doing it. */
export type Step = { what: string; run: () => Promise<unknown> };

const unlucky = ['ABORTED', 'FAILED', 'TIMED_OUT'];

/**
 * An execution that ended before its reviews did is taken up where it was. One that outlives them, because the token
 * of a wait is lost, waits for nothing that could come: it is stopped.
 */
function executionSteps({ found, executions, traces }: Found): Step[] {
  const machine = process.env.STATE_MACHINE_ARN ?? '';
  return executions.flatMap(({ round, name, status }): Step[] => {
    const own = found.reviews.filter((each) => each.round === round);
    const isDecided = own.every((each) => isFinal(each.status));
    const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
    const isLost = own.some(({ id, requestedAt }) => requestedAt && !traces.rows.includes(`WAIT#${id}`));
    if (isDecided && isLost && status === 'RUNNING') {
      const cause = 'All reviews are decided, and the token of a wait is lost';
      return [
        {
          what: `stop the execution ${name}, which waits for a token that is lost`,
          run: () => new SFNClient({}).send(new StopExecutionCommand({ executionArn, cause })),
        },
      ];
    }
    if (!unlucky.includes(status) || isDecided) return [];
    return [
      {
        what: `redrive the execution ${name} (${status.toLowerCase()})`,
        run: () => new SFNClient({}).send(new RedriveExecutionCommand({ executionArn })),
      },
    ];
  });
}

/** An SMS that perhaps was not sent goes once more, with the reference that it had. */
function messageSteps({ found, messages }: Found): Step[] {
  const { number } = found.application;
  return messages
    .filter(({ status }) => status === 'unknown')
    .map(({ id, template }) => ({
      what: `send the SMS ${template} again, which the carrier perhaps did not take`,
      run: async () => {
        await table.send(
          new UpdateCommand({
            TableName: tableName(),
            Key: keys.message(number, id),
            UpdateExpression: 'SET #status = :waiting',
            ConditionExpression: '#status = :unknown',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: { ':waiting': 'waiting', ':unknown': 'unknown' },
          }),
        );
        await relayAgain(number, Number(id.split('/')[0]));
      },
    }));
}

/**
 * What can be done for a case.
 * @param withMessages also SMS that may have arrived: the applicant may then get one twice
 */
export function repairsOf(whole: Found, withMessages = false): Step[] {
  const { found, journal, traces } = whole;
  const { number, watched } = found.application;
  const entries = journal.filter(({ version }) => version > (watched?.version ?? 0));
  const findings = missingEffects(found, entries, traces);
  const byVersion = Map.groupBy(findings, ({ version }) => version);
  return [
    ...[...byVersion].map(([version, lost]) => ({
      what: `carry journal entry ${version} again, for its ${lost.map(({ missing }) => missing).join(' and ')}`,
      run: () => relayAgain(number, version),
    })),
    ...unreleased(found, traces).map((review) => ({
      what: `release the wait of ${review}`,
      run: () => wakeAgain(number, review),
    })),
    ...executionSteps(whole),
    ...(withMessages ? messageSteps(whole) : []),
  ];
}

/** Carries every entry of a case's journal again. @returns how many */
export async function replayCase({ found, journal }: Found): Promise<number> {
  for (const { version } of journal) await relayAgain(found.application.number, version);
  return journal.length;
}

/** Carries every entry written since an instant again, of all cases. Reads the whole table. @returns how many */
export async function replaySince(since: string, told: (count: number) => void): Promise<number> {
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.send(
      new ScanCommand({
        TableName: tableName(),
        FilterExpression: 'begins_with(sk, :event) AND begins_with(pk, :case) AND #at >= :since',
        ProjectionExpression: 'pk, sk',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':event': 'EVENT#', ':case': 'APPLICATION#', ':since': since },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const { pk, sk } of Items) {
      await relayAgain(numberOfPartition(String(pk)), Number(String(sk).slice('EVENT#'.length)));
      count += 1;
    }
    told(count);
    start = LastEvaluatedKey;
  } while (start);
  return count;
}
