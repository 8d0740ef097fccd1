/** Starting the execution of a case. */
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { loadCase } from '../shared/case-store.ts';
import { setting } from '../shared/env.ts';

const sfn = new SFNClient({});

/**
 * Starts the joint approval of a case, named by its number. Started before: an ordinary end, whether the
 * execution still runs (same name and input) or has ended (the name stays taken for 90 days).
 */
export async function startExecution(number: string): Promise<void> {
  const found = await loadCase(number);
  if (!found) throw new Error(`There is no application ${number}.`);
  try {
    await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: setting('STATE_MACHINE_ARN'),
        name: number,
        input: JSON.stringify({ application: number, reviews: found.dossier.plan.map(({ id }) => id) }),
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExecutionAlreadyExists') throw error;
  }
}
