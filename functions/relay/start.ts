/** Starting the execution of a round. */
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { executionName } from '../cases/reviews.ts';
import { setting } from '../platform/env.ts';
import { expiryOf } from '../platform/synthetic.ts';

const sfn = new SFNClient({});

/** A token is of no use after the longest wait; DynamoDB removes its row some time later. */
const tokenLivesForSeconds = 400 * 24 * 3600;

/**
 * Starts the joint approval of a round, named by the case and the round. Started before: an ordinary end, whether the
 * execution still runs (same name and input) or has ended (the name stays taken for 90 days).
 * @param at when the round was opened, so that a repetition has the same input
 */
export async function startExecution(
  number: string,
  round: number,
  reviews: string[],
  at: string,
): Promise<void> {
  const opened = new Date(at);
  const tokensExpireAt =
    expiryOf(number, opened).expiresAt ?? Math.floor(opened.getTime() / 1000) + tokenLivesForSeconds;
  try {
    await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: setting('STATE_MACHINE_ARN'),
        name: executionName(number, round),
        input: JSON.stringify({
          application: number,
          round,
          reviews,
          tokensExpireAt: String(tokensExpireAt),
        }),
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExecutionAlreadyExists') throw error;
  }
}
