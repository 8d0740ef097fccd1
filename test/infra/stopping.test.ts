/** However `npm start` is asked to end, and however early, it leaves nothing behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, isFree } from '../../infra/local/ports.ts';
import { root, sharedDirectory } from '../../infra/local/settings.ts';
import { npmCommand } from '../../infra/local/setup/packages.mjs';
import { findPython } from '../../infra/local/setup/python.mjs';
import { until } from '../support/client.ts';

/** The cloud runs by then, and the deployment to it begins. */
const running = 'Starting the local cloud (';

let directory: string;
let port: number;
let started: ChildProcess;
let printed: string;

beforeEach(async () => {
  mkdirSync(sharedDirectory, { recursive: true });
  directory = mkdtempSync(join(sharedDirectory, 'stop-'));
  port = await freePort(4591);
  printed = '';
});
afterEach(() => {
  for (const pid of processesOf(directory)) process.kill(pid, 'SIGKILL');
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
});

/** Processes that have to do with a run, by its directory. */
function processesOf(place: string): number[] {
  return globSync('/proc/[0-9]*/environ').flatMap((file) => {
    const pid = Number(file.split('/')[2]);
    try {
      const text = readFileSync(file, 'utf8') + readFileSync(file.replace('environ', 'cmdline'), 'utf8');
      return text.includes(place) && pid !== process.pid ? [pid] : [];
    } catch {
      return [];
    }
  });
}

/** `npm start -- --no-demo` in a process group of its own, by a command before it if any. */
function start(before: string[] = []): void {
  const [npm = 'npm', ...args] = npmCommand();
  const [command = '', ...rest] = [...before, npm, ...args, 'start', '--', '--no-demo'];
  const { AWS_ENDPOINT_URL: _, ...inherited } = process.env;
  started = spawn(command, rest, {
    cwd: root,
    env: { ...inherited, ONEWINDOW_LOCAL_DIR: directory, LOCAL_CLOUD_PORT: String(port) },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [started.stdout, started.stderr]) {
    stream?.on('data', (chunk) => {
      printed += chunk;
    });
  }
}

const untilRunning = () =>
  until(
    'the local cloud to run',
    async () => printed,
    (text) => text.includes(running),
    60_000,
  );

async function expectNothingLeft(): Promise<void> {
  await until(
    'every process to end',
    async () => processesOf(directory),
    (left) => left.length === 0,
    20_000,
  );
  expect(await isFree(port)).toBe(true);
  const left = ['run.json', 'endpoints.json', 'outputs.json'].filter((file) =>
    existsSync(join(directory, file)),
  );
  expect(left).toEqual([]);
}

// Where there is no /proc, nobody could say what is left.
describe.skipIf(!existsSync('/proc/self/environ'))('npm start leaves nothing', () => {
  it('after Ctrl-C, which reaches every process of the terminal', async () => {
    start();
    await untilRunning();
    process.kill(-(started.pid ?? 0), 'SIGINT');
    await expectNothingLeft();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('after a %s to npm alone', async (signal) => {
    start();
    await untilRunning();
    started.kill(signal);
    await expectNothingLeft();
  });

  it('after its terminal was closed', async () => {
    start([findPython().executable, join(root, 'test', 'support', 'terminal.py'), running]);
    await once(started, 'close');
    await expectNothingLeft();
  });
});
