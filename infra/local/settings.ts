/** Where a local run keeps its files and on which ports it listens. All of it comes from the environment. */
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './setup/progress.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What every run of this checkout shares: the Python environment, the catalogue. */
export const sharedDirectory = join(root, '.local');

export type Settings = {
  /** This run's own files; `ONEWINDOW_LOCAL_DIR` keeps two runs of one checkout apart. */
  directory: string;
  cloudPort: number;
  portalPort: number;
  region: string;
  /** An existing cloud to use instead of starting one. */
  existingEndpoint?: string;
};

/**
 * A port from the environment.
 * @throws Failure when it is none.
 */
export function portOf(name: string, otherwise: number, environment = process.env): number {
  const given = environment[name];
  if (given === undefined || given === '') return otherwise;
  const port = Number(given);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Failure(`${name} is "${given}", which is no port: give a number from 1 to 65535.`);
}

/** The settings of this run; makes its directory. */
export function settingsFrom(environment = process.env): Settings {
  const directory = resolve(root, environment.ONEWINDOW_LOCAL_DIR || '.local');
  mkdirSync(directory, { recursive: true });
  const existing = environment.AWS_ENDPOINT_URL?.replace(/\/+$/, '');
  return {
    directory,
    cloudPort: portOf('LOCAL_CLOUD_PORT', 4566, environment),
    portalPort: portOf('PORTAL_PORT', 5173, environment),
    region: environment.AWS_REGION || environment.AWS_DEFAULT_REGION || 'us-east-1',
    ...(existing ? { existingEndpoint: existing } : {}),
  };
}

/** The address of the cloud: every service of it behind one. */
export const endpointOf = ({ existingEndpoint, cloudPort }: Settings): string =>
  existingEndpoint ?? `http://127.0.0.1:${cloudPort}`;

/**
 * The environment for a program that speaks to the local cloud: its address and credentials that open nothing
 * else. Credentials are the caller's own only with an existing endpoint.
 */
export function cloudEnvironment(settings: Settings): NodeJS.ProcessEnv {
  const { AWS_PROFILE, AWS_DEFAULT_PROFILE, AWS_SESSION_TOKEN, ...inherited } = process.env;
  const credentials =
    settings.existingEndpoint && inherited.AWS_ACCESS_KEY_ID
      ? { AWS_SESSION_TOKEN }
      : { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  return {
    ...inherited,
    ...credentials,
    ONEWINDOW_LOCAL_DIR: settings.directory,
    AWS_ENDPOINT_URL: endpointOf(settings),
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_EC2_METADATA_DISABLED: 'true',
    LOCAL_CLOUD_PORT: String(settings.cloudPort),
    PORTAL_PORT: String(settings.portalPort),
  };
}
