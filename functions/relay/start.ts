/** Starting the execution of a case. */
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { setting } from '../platform/env.ts';

const sfn = new SFNClient({});

/**
 * Starts the joint approval of a case, named by its number. Started before: an ordinary end, whether the
 * execution still runs (same name and input) or has ended (the name stays taken for 90 days).
 */
export async function startExecution(number: string, reviews: string[]): Promise<void> {
  try {
    await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: setting('STATE_MACHINE_ARN'),
        name: number,
        input: JSON.stringify({ application: number, reviews }),
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExecutionAlreadyExists') throw error;
  }
}
