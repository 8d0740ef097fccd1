/** The example receivers of docs/receivers, installed and started as their pages say; in `.local`, nothing elsewhere. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { root, sharedDirectory } from '../../infra/local/settings.ts';
import { ensurePython } from '../../infra/local/setup/python.mjs';

export const kits = ['typescript', 'python', 'java'] as const;
export type Kit = (typeof kits)[number];

const folderOf = (kit: string): string => join(root, 'docs', 'receivers', kit);
const local = join(sharedDirectory, 'receivers');

/** How a program is started. */
type Program = { command: string; args: string[]; env?: Record<string, string> };

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

/** Why a kit cannot be run on this machine, in a sentence; undefined: it can. */
export function missingFor(kit: Kit): string | undefined {
  if (kit !== 'java') return undefined;
  if (!has('java')) return 'The Java receiver is not run: there is no java here.';
  const isThere = existsSync(join(local, 'java-lib'));
  return isThere || has('mvn')
    ? undefined
    : 'The Java receiver is not run: there is no mvn here to fetch its library.';
}

/** The TypeScript receiver, changed; beside the packages of this project, which has the same library. */
export function changed(name: string, edits: [string, string][]): Program {
  let text = readFileSync(join(folderOf('typescript'), 'receiver.ts'), 'utf8');
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`The receiver has no "${from}".`);
    text = text.replace(from, to);
  }
  mkdirSync(local, { recursive: true });
  const file = join(local, `${name}.ts`);
  writeFileSync(file, text);
  return { command: process.execPath, args: [file] };
}

function java(): Program {
  const lib = join(local, 'java-lib');
  if (!existsSync(lib)) {
    const goal = ['-q', '-f', join(folderOf('java'), 'pom.xml'), 'dependency:copy-dependencies'];
    const { status, stderr } = spawnSync('mvn', [...goal, `-DoutputDirectory=${lib}`], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`Maven could not fetch the library: ${stderr}`);
  }
  return { command: 'java', args: ['-cp', join(lib, '*'), join(folderOf('java'), 'Receiver.java')] };
}

async function python(): Promise<Program> {
  const { executable, env } = await ensurePython(root, sharedDirectory, {
    name: 'The Python receiver',
    module: 'standardwebhooks',
    requirements: ['docs', 'receivers', 'python', 'requirements.txt'],
    venv: join('receivers', 'venv'),
  });
  return { command: executable, args: [join(folderOf('python'), 'receiver.py')], env };
}

export async function programOf(kit: Kit): Promise<Program> {
  mkdirSync(local, { recursive: true });
  if (kit === 'java') return java();
  return kit === 'python' ? python() : changed('receiver', []);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.end());
  });

export type Running = {
  url: string;
  output: () => string;
  stop: () => Promise<void>;
  restart: () => Promise<void>;
};

/** Starts a receiver that knows a secret; ready when it listens. */
export async function start({ command, args, env = {} }: Program, secret: string): Promise<Running> {
  const port = await freePort();
  const folder = mkdtempSync(join(local, 'run-'));
  let output = '';
  let child: ChildProcess;
  const begin = async (): Promise<void> => {
    child = spawn(command, args, {
      env: { ...process.env, ...env, SECRETS: secret, PORT: String(port), EVENTS: join(folder, 'events') },
    });
    const note = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout?.on('data', note);
    child.stderr?.on('data', note);
    while (!(await listens(port))) {
      if (child.exitCode !== null) throw new Error(`The receiver ended: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill();
    await ended;
  };
  await begin();
  return {
    url: `http://127.0.0.1:${port}/`,
    output: () => output,
    stop,
    restart: async () => {
      await stop();
      await begin();
    },
  };
}
