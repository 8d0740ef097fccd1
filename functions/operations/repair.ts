/**
 * What is safe to repeat, repeated: entries of the journal whose effects are missing, waits that were not released,
 * executions that were stopped or failed, SMS of which the carrier did not say whether it took them.
 */
import { RedriveExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { relayAgain, wakeAgain } from '../approvals/traces.ts';
import { missingEffects, unreleased } from '../approvals/watch.ts';
import { keys } from '../cases/keys.ts';
import { isFinal } from '../cases/status.ts';
import { faultOf, log } from '../platform/log.ts';
import { table, tableName } from '../platform/table.ts';
import type { LocalText } from '../platform/text.ts';
import { executionArn, type Found } from './read.ts';
import { effects } from './story.ts';

export const stepKinds = ['relay', 'release', 'redrive', 'stop', 'message'] as const;

/** One thing that a repair does: its kind, what it is in words, and doing it. */
export type Step = { kind: (typeof stepKinds)[number]; what: LocalText; run: () => Promise<unknown> };

const sfn = new SFNClient({});
const unlucky = ['ABORTED', 'FAILED', 'TIMED_OUT'];

/**
 * An execution that ended before its reviews did is taken up where it was. One that outlives them, because the token
 * of a wait is lost, waits for nothing that could come: it is stopped.
 */
function executionSteps({ found, executions, traces }: Found): Step[] {
  return executions.flatMap(({ round, name, status }): Step[] => {
    const own = found.reviews.filter((each) => each.round === round);
    const isDecided = own.every((each) => isFinal(each.status));
    const isLost = own.some(({ id, requestedAt }) => requestedAt && !traces.rows.includes(`WAIT#${id}`));
    if (isDecided && isLost && status === 'RUNNING') {
      const cause = 'all reviews are decided, and the token of a wait is lost';
      return [
        {
          kind: 'stop',
          what: {
            zh: `停止执行 ${name}：它在等待一个已丢失的令牌`,
            en: `stop the execution ${name}, which waits for a token that is lost`,
          },
          run: () => sfn.send(new StopExecutionCommand({ executionArn: executionArn(name), cause })),
        },
      ];
    }
    if (!unlucky.includes(status) || isDecided) return [];
    return [
      {
        kind: 'redrive',
        what: {
          zh: `从中断处恢复执行 ${name}（${status.toLowerCase()}）`,
          en: `redrive the execution ${name} (${status.toLowerCase()})`,
        },
        run: () => sfn.send(new RedriveExecutionCommand({ executionArn: executionArn(name) })),
      },
    ];
  });
}

/** Of an SMS that perhaps was not sent; `waiting`: nobody may have it in hand, as whoever repaired it died half-way. */
const unsent: readonly string[] = ['unknown', 'waiting'];

/** An SMS that perhaps was not sent goes once more, with the reference that it had. */
function messageSteps({ found, messages }: Found): Step[] {
  const { number } = found.application;
  return messages
    .filter(({ status }) => unsent.includes(status))
    .map(({ id, template }) => ({
      kind: 'message',
      what: {
        zh: `再次发送短信 ${template}：运营商可能未收到`,
        en: `send the SMS ${template} again, which the carrier perhaps did not take`,
      },
      run: async () => {
        await table.send(
          new UpdateCommand({
            TableName: tableName(),
            Key: keys.message(number, id),
            UpdateExpression: 'SET #status = :waiting',
            ConditionExpression: '#status IN (:unknown, :waiting)',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: { ':waiting': 'waiting', ':unknown': 'unknown' },
          }),
        );
        await relayAgain(number, Number(id.split('/')[0]));
      },
    }));
}

/** Entries whose effects are missing, each with what is missing of it. */
function entrySteps({ found, journal, traces }: Found): Step[] {
  const { number, watched } = found.application;
  const entries = journal.filter(({ version }) => version > (watched?.version ?? 0));
  const byVersion = Map.groupBy(missingEffects(found, entries, traces), ({ version }) => version);
  return [...byVersion].map(([version, lost]) => ({
    kind: 'relay',
    what: {
      zh: `再次传递日志第 ${version} 条，补上：${lost.map(({ missing }) => effects[missing].zh).join('、')}`,
      en: `carry journal entry ${version} again, for its ${lost.map(({ missing }) => effects[missing].en).join(' and ')}`,
    },
    run: () => relayAgain(number, version),
  }));
}

/**
 * What can be done for a case.
 * @param withMessages also SMS that may have arrived: the applicant may then get one twice
 */
export function repairsOf(whole: Found, withMessages = false): Step[] {
  const { found, traces } = whole;
  const { number } = found.application;
  return [
    ...entrySteps(whole),
    ...unreleased(found, traces).map(
      (review): Step => ({
        kind: 'release',
        what: { zh: `放行 ${review} 的等待`, en: `release the wait of ${review}` },
        run: () => wakeAgain(number, review),
      }),
    ),
    ...executionSteps(whole),
    ...(withMessages ? messageSteps(whole) : []),
  ];
}

export type Done = Pick<Step, 'kind' | 'what'> & { done: boolean };

/** Does one step after another; one that is refused, by what has changed meanwhile say, hinders none behind it. */
export async function carryOut(steps: Step[]): Promise<Done[]> {
  const report: Done[] = [];
  for (const { kind, what, run } of steps) {
    const done = await run().then(
      () => true,
      (error: unknown) => {
        log.warn('A step of a repair was refused', { step: kind, error: faultOf(error) });
        return false;
      },
    );
    report.push({ kind, what, done });
  }
  return report;
}
