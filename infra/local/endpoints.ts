/** What a running local copy tells others: its addresses for everybody, its outputs for our own tools. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './settings.ts';
import { Failure } from './setup/progress.mjs';

/** The file `.local/endpoints.json`: base addresses without a trailing slash. */
export type Endpoints = {
  api: string;
  portal: string;
  aws: string;
  region: string;
  stateMachines: { jointApproval: string };
};

/** Outputs of the stacks that are spoken to from outside. */
export type Outputs = {
  ApiUrl: string;
  UserPoolId: string;
  UserPoolClientId: string;
  StateMachineArn: string;
  TableName: string;
  BusName: string;
};

const endpointsFile = (directory: string): string => join(directory, 'endpoints.json');
export const outputsFile = (directory: string): string => join(directory, 'outputs.json');

export const notRunning =
  'OneWindow is not running: start it with npm start in another terminal, then run this again.';

function readJson(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/**
 * Outputs of the deployed stacks, as the CDK wrote them.
 * @throws Failure when nothing is deployed.
 */
export function readOutputs({ directory }: Settings): Outputs {
  const stacks = readJson(outputsFile(directory)) as Record<string, Partial<Outputs>> | undefined;
  if (!stacks) throw new Failure(notRunning);
  return Object.assign({}, ...Object.values(stacks)) as Outputs;
}

/** Addresses of the running copy. @throws Failure when there is none. */
export function readEndpoints({ directory }: Pick<Settings, 'directory'>): Endpoints {
  const endpoints = readJson(endpointsFile(directory)) as Endpoints | undefined;
  if (!endpoints) throw new Failure(notRunning);
  return endpoints;
}

/** The addresses of a deployment. */
export const endpointsOf = (settings: Settings, aws: string, outputs: Outputs): Endpoints => ({
  api: outputs.ApiUrl.replace(/\/+$/, ''),
  portal: `http://127.0.0.1:${settings.portalPort}`,
  aws,
  region: settings.region,
  stateMachines: { jointApproval: outputs.StateMachineArn },
});

/** Writes the addresses, whole or not at all; to be called once everything behind them answers. */
export function writeEndpoints({ directory }: Settings, endpoints: Endpoints): void {
  const file = endpointsFile(directory);
  writeFileSync(`${file}.new`, `${JSON.stringify(endpoints, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** Withdraws the addresses: nothing answers there any more. */
export function forgetEndpoints({ directory }: Settings): void {
  rmSync(endpointsFile(directory), { force: true });
  rmSync(outputsFile(directory), { force: true });
}
