/**
 * The local cloud: MiniStack, one process on 127.0.0.1, in a process group of its own with the functions that it
 * runs. It starts empty every time: its saved state would lack running executions, and an application deployed in
 * seconds is easier to trust than one half remembered.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFree } from './ports.ts';
import { beginRun, endRun, track } from './processes.ts';
import { endpointOf, root, type Settings, sharedDirectory } from './settings.ts';
import { Failure } from './setup/progress.mjs';
import { ensurePython } from './setup/python.mjs';
import { reason } from './setup/run.mjs';

export type Cloud = {
  endpoint: string;
  /** Ends it and every process that it started. */
  stop: () => Promise<void>;
  /** Resolves when it ends without being stopped; never for an existing endpoint. */
  lost: Promise<void>;
};

const readyWithinMs = 60_000;

/** The sentence for a port that is taken. */
export const portTaken = (port: number, by = 'another program'): string =>
  `Port ${port} on 127.0.0.1 is in use by ${by}: stop that, or choose another port, for example ` +
  `LOCAL_CLOUD_PORT=${port === 65535 ? port - 1 : port + 1} npm start.`;

/** Everything the process may need and nothing that would lead it elsewhere. */
function environment(settings: Settings, edition: string, python: Record<string, string>): NodeJS.ProcessEnv {
  const own = join(settings.directory, 'cloud');
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|npm_|NODE_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    ...python,
    PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    GATEWAY_PORT: String(settings.cloudPort),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    MINISTACK_REGION: settings.region,
    MINISTACK_EDITION: edition,
    NO_PROXY: '*',
    no_proxy: '*',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    PERSIST_STATE: '0',
    STATE_DIR: join(own, 'state'),
    S3_DATA_DIR: join(own, 's3'),
    TMPDIR: join(own, 'tmp'),
    PYTHONUNBUFFERED: '1',
  };
}

/** Waits until the very process that was started answers; another one on the port would not know its name. */
async function untilReady(
  child: ChildProcess,
  endpoint: string,
  edition: string,
  log: string,
): Promise<void> {
  const end = Date.now() + readyWithinMs;
  while (Date.now() < end) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const printed = readFileSync(log, 'utf8');
      if (/already in use/.test(printed)) throw new Failure(portTaken(Number(new URL(endpoint).port)));
      throw new Failure(
        `The local cloud ended while it started (${reason(printed)}): read ${log}; if it does not help, delete .local and run this again.`,
      );
    }
    const health = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2000) }).then(
      (answer) => answer.json() as Promise<{ edition?: string }>,
      () => undefined,
    );
    if (health?.edition === edition) return;
    await sleep(100);
  }
  throw new Failure(`The local cloud did not answer within a minute: read ${log}, then run this again.`);
}

/**
 * Claims the run's directory and port, after ending what a killed run left behind there.
 * @throws Failure when either is in use.
 */
export async function claim({ directory, cloudPort, existingEndpoint }: Settings): Promise<void> {
  const other = await beginRun(directory, cloudPort);
  if (other?.port === cloudPort) {
    throw new Failure(
      portTaken(cloudPort, `the OneWindow that already runs from here (process ${other.starter})`),
    );
  }
  if (other) {
    throw new Failure(
      `OneWindow already runs from here on port ${other.port} (process ${other.starter}): stop it first, or give this one a directory of its own with ONEWINDOW_LOCAL_DIR.`,
    );
  }
  if (!existingEndpoint && !(await isFree(cloudPort))) throw new Failure(portTaken(cloudPort));
}

/**
 * Starts an empty local cloud on a port already claimed, or takes the existing one of `AWS_ENDPOINT_URL` as it is.
 * @throws Failure when it does not start.
 */
export async function startCloud(settings: Settings): Promise<Cloud> {
  const endpoint = endpointOf(settings);
  if (settings.existingEndpoint) return { endpoint, stop: async () => endRun(), lost: new Promise(() => {}) };
  const { directory } = settings;
  const python = await ensurePython(root, sharedDirectory);

  const own = join(directory, 'cloud');
  rmSync(own, { recursive: true, force: true });
  for (const name of ['state', 's3', 'tmp']) mkdirSync(join(own, name), { recursive: true });
  // The functions run below this directory; without this their runtime would be taken for a part of our package.
  writeFileSync(join(own, 'package.json'), '{}\n');
  const log = join(directory, 'cloud.log');
  const output = openSync(log, 'w');
  const edition = `onewindow-${randomUUID()}`;
  const child = spawn(python.executable, [join(root, 'infra', 'local', 'cloud.py'), directory], {
    cwd: own,
    env: environment(settings, edition, python.env),
    detached: true,
    stdio: ['pipe', output, output],
  });
  closeSync(output);
  child.on('error', () => {});
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  track(child, directory);
  let stopping = false;
  const lost = new Promise<void>((resolve) => child.once('close', () => !stopping && resolve()));
  const stop = async () => {
    stopping = true;
    endRun();
    if (child.pid) await ended;
    rmSync(own, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  try {
    await untilReady(child, endpoint, edition, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, stop, lost };
}
