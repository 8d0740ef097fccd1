/**
 * Before the tests of a project that need a cloud: one of their own, on a free port and in a directory of its own, so that an
 * `npm start` may go on beside them. It ends with them.
 */
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePort } from '../../../infra/local/ports.ts';
import { cloudEnvironment, settingsFrom } from '../../../infra/local/settings.ts';
import { bringUp } from '../../../infra/local/up.ts';

/** By project. Preferred, so that the addresses in the kept synthesis stay the same from run to run. */
const preferredPorts: Record<string, number> = { cloud: 4577, journeys: 4579 };

declare module 'vitest' {
  interface ProvidedContext {
    /** What a program needs in its environment to speak to the tests' cloud. */
    cloudEnvironment: Record<string, string>;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const settings = settingsFrom({
    ...process.env,
    ONEWINDOW_LOCAL_DIR: join(process.env.ONEWINDOW_LOCAL_DIR || '.local', 'test', project.name),
    LOCAL_CLOUD_PORT: String(await freePort(preferredPorts[project.name] ?? 0)),
  });
  const { endpoints, stop } = await bringUp(settings);
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = cloudEnvironment(settings);
  project.provide('cloudEnvironment', {
    ONEWINDOW_LOCAL_DIR: settings.directory,
    AWS_ENDPOINT_URL: endpoints.aws,
    AWS_REGION: endpoints.region,
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
  });
  return stop;
}
