/**
 * Where a stage runs, found in the outputs of its stacks. The rooms of the functions are then used as they are, with
 * the operator's own credentials: what an operator sees is what the functions see.
 */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { consoleLink } from '../../functions/operations/console.ts';
import { readEndpoints, readOutputs } from '../local/endpoints.ts';
import { cloudEnvironment, settingsFrom } from '../local/settings.ts';
import { Failure } from '../local/setup/progress.mjs';
import { departmentSecretsPrefix } from '../settings.ts';

export type Stage = {
  name: string;
  region: string;
  /** Of the local cloud; absent on AWS. */
  endpoint?: string;
  tableName: string;
  stateMachineArn: string;
  /** The stage's own user pool; absent with an issuer outside. */
  userPoolId?: string;
};

async function outputsOf(stage: string): Promise<Record<string, string>> {
  const cloud = new CloudFormationClient({});
  const outputs: Record<string, string> = {};
  for (const part of ['Data', 'App']) {
    const StackName = `OneWindow-${stage}-${part}`;
    const { Stacks = [] } = await cloud
      .send(new DescribeStacksCommand({ StackName }))
      .catch((error: Error) => {
        throw new Failure(
          `The stack ${StackName} could not be read (${error.message}): is the stage deployed, and are these its credentials and Region?`,
        );
      });
    for (const { OutputKey, OutputValue } of Stacks[0]?.Outputs ?? []) {
      if (OutputKey && OutputValue) outputs[OutputKey] = OutputValue;
    }
  }
  return outputs;
}

function needed(outputs: Record<string, string | undefined>, name: string): string {
  const value = outputs[name];
  if (!value) throw new Failure(`The stage has no output ${name}: deploy it with this version first.`);
  return value;
}

/**
 * Turns this process to a stage: everything that is loaded from `functions/` afterwards speaks to it.
 * @throws Failure when it is not there
 */
export async function turnTo(name: string): Promise<Stage> {
  let endpoint: string | undefined;
  let outputs: Record<string, string | undefined>;
  if (name === 'local') {
    const settings = settingsFrom();
    const running = readEndpoints(settings);
    Object.assign(process.env, cloudEnvironment(settings), {
      AWS_ENDPOINT_URL: running.aws,
      AWS_REGION: running.region,
    });
    endpoint = running.aws;
    outputs = readOutputs(settings);
  } else {
    outputs = await outputsOf(name);
  }
  const tableName = needed(outputs, 'TableName');
  const stateMachineArn = needed(outputs, 'StateMachineArn');
  Object.assign(process.env, {
    STAGE: name,
    TABLE_NAME: tableName,
    STATE_MACHINE_ARN: stateMachineArn,
    DEPARTMENT_SECRETS_PREFIX: departmentSecretsPrefix(name),
    ...(name === 'local' ? { PRIVATE_DESTINATIONS: 'allowed' } : {}),
    POWERTOOLS_METRICS_DISABLED: 'true',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    // A sandbox moves its clock; elsewhere there is no row of it.
    BUSINESS_CLOCK: 'movable',
  });
  const region =
    process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? stateMachineArn.split(':')[3] ?? '';
  const { UserPoolId } = outputs;
  return {
    name,
    region,
    ...(endpoint ? { endpoint } : {}),
    tableName,
    stateMachineArn,
    ...(UserPoolId ? { userPoolId: UserPoolId } : {}),
  };
}

/** Where the console shows an execution; on a local cloud, the command that does. */
export function executionLink({ endpoint, stateMachineArn }: Stage, name: string): string {
  const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return endpoint
    ? `aws --endpoint-url ${endpoint} stepfunctions get-execution-history --execution-arn ${arn}`
    : consoleLink(arn);
}
