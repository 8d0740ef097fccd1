/** A whole running copy: generated files, cloud, deployment, published catalogue, connected sandbox, addresses. */
import { connectSandbox } from './connect-sandbox.ts';
import { startAndDeploy } from './deploy.ts';
import { type Endpoints, endpointsOf, forgetEndpoints, writeEndpoints } from './endpoints.ts';
import { generate } from './generate.ts';
import { publishCatalogue } from './publish.ts';
import type { Settings } from './settings.ts';
import { Failure, progress } from './setup/progress.mjs';
import { getToken } from './token.ts';

export type Running = {
  endpoints: Endpoints;
  stop: () => Promise<void>;
  /** Resolves when the cloud ends without being stopped. */
  lost: Promise<void>;
};

/**
 * Brings everything up; the addresses are published last, when all of it answers.
 * @throws Failure when something cannot be started.
 */
export async function bringUp(settings: Settings): Promise<Running> {
  await generate();
  const { cloud, outputs } = await startAndDeploy(settings);
  const stop = async () => {
    forgetEndpoints(settings);
    await cloud.stop();
  };
  const endpoints = endpointsOf(settings, cloud.endpoint, outputs);
  const place = { aws: endpoints.aws, region: endpoints.region, outputs };
  try {
    await progress('Publishing the catalogue', () => publishCatalogue(settings, endpoints, outputs));
    await progress('Connecting the simulated departments', () =>
      connectSandbox(endpoints.api, (role) => getToken(role, undefined, place)),
    );
  } catch (error) {
    await stop();
    if (error instanceof Failure) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `The simulated departments could not be connected (${why}): read ${settings.directory}/cloud.log.`,
    );
  }
  writeEndpoints(settings, endpoints);
  return { endpoints, stop, lost: cloud.lost };
}
