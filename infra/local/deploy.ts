/**
 * Deploys the whole CDK app to the local cloud, as it is deployed to AWS: synthesize, bootstrap, deploy.
 *
 * Every start deploys to an empty cloud. That takes seconds, because the synthesis is kept, and it needs no rule
 * for what an earlier run left behind. Should a deployment fail all the same, it is tried once more from nothing.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cdk } from './cdk.ts';
import { type Cloud, claim, startCloud } from './cloud.ts';
import { forgetEndpoints, type Outputs, outputsFile, readOutputs } from './endpoints.ts';
import type { Settings } from './settings.ts';
import { Failure, progress } from './setup/progress.mjs';
import { reason } from './setup/run.mjs';
import { assemblyOf, synthesize, synthIsCurrent } from './synth.ts';

const account = '000000000000';

/** Runs a step of the deployment and tells which stack it is at. @throws Failure */
async function step(settings: Settings, args: string[], setDetail: (detail: string) => void): Promise<void> {
  const log = join(settings.directory, 'deploy.log');
  const onLine = (line: string) => {
    const [, stack, position] = line.match(/^(\S+): deploying\.\.\. \[(\d+\/\d+)\]/) ?? [];
    if (stack) setDetail(`${stack}, ${position?.replace('/', ' of ')}`);
  };
  const options = { log, onLine, cwd: settings.directory };
  const { code, output } = await cdk(settings, [...args, '--no-notices'], options);
  if (code !== 0) throw new Failure(`The deployment failed (${reason(output)}): read ${log}.`);
}

/** The CDK's own bucket and roles. An existing endpoint may have them; running it again changes nothing then. */
const bootstrap = (settings: Settings) =>
  progress('Preparing the cloud for the CDK', (setDetail) =>
    step(settings, ['bootstrap', `aws://${account}/${settings.region}`], setDetail),
  );

const deployStacks = (settings: Settings) =>
  progress('Deploying OneWindow', (setDetail) => {
    const app = ['--app', assemblyOf(settings), '--all', '--concurrency', '4'];
    const outputs = ['--outputs-file', outputsFile(settings.directory)];
    const quickly = ['--method', 'direct', '--require-approval', 'never', '--progress', 'events'];
    return step(settings, ['deploy', ...app, ...outputs, ...quickly], setDetail);
  });

async function once(settings: Settings): Promise<Cloud> {
  rmSync(join(settings.directory, 'deploy.log'), { force: true });
  await claim(settings);
  forgetEndpoints(settings);
  const synthesis = synthIsCurrent(settings)
    ? Promise.resolve()
    : progress('Bundling the functions and writing the template', () => synthesize(settings));
  // Should the other part fail first, this one must not be an unhandled rejection.
  synthesis.catch(() => {});
  const cloud = settings.existingEndpoint
    ? await startCloud(settings)
    : await progress('Starting the local cloud', () => startCloud(settings));
  try {
    await bootstrap(settings);
    await synthesis;
    await deployStacks(settings);
    return cloud;
  } catch (error) {
    await synthesis.catch(() => {});
    await cloud.stop();
    throw error;
  }
}

/** A cloud with the application deployed to it. */
export type Deployment = { cloud: Cloud; outputs: Outputs };

/**
 * Starts a cloud and deploys the application.
 * @throws Failure when the port is taken, the app does not synthesize, or it does not deploy at the second attempt.
 */
export async function startAndDeploy(settings: Settings): Promise<Deployment> {
  let cloud: Cloud;
  try {
    cloud = await once(settings);
  } catch (error) {
    const mayHelp = error instanceof Failure && /^The deployment failed/.test(error.message);
    if (!mayHelp || settings.existingEndpoint) throw error;
    process.stderr.write('The deployment failed; trying once more from nothing.\n');
    rmSync(assemblyOf(settings), { recursive: true, force: true });
    cloud = await once(settings);
  }
  return { cloud, outputs: readOutputs(settings) };
}
