/**
 * The first step of every npm script: whatever Node and npm the machine has, install what is missing, then go on
 * under the pinned Node. Plain JavaScript without a dependency; it must load even where it cannot go on.
 *
 *   node infra/local/prepare.mjs <start|test|token|bench|lint:templates|lint:api|fuzz:api|ops|drill|catalogue|simulate|test:dynamodb>
 *     [arguments]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const local = join(root, '.local');

/** Each command, and whether it starts a cloud of its own. */
const commands = new Map([
  ['start', { script: 'start.ts', cloud: true }],
  ['test', { script: 'test.ts', cloud: true }],
  ['bench', { script: '../bench/run.ts', cloud: true }],
  ['lint:templates', { script: '../lint/templates.ts', cloud: false }],
  ['lint:api', { script: '../lint/api.ts', cloud: false }],
  ['fuzz:api', { script: '../lint/fuzz.ts', cloud: true }],
  ['ops', { script: '../ops/cli.ts', cloud: false }],
  ['drill', { script: '../drills/cli.ts', cloud: false }],
  ['catalogue', { script: '../catalogue/cli.ts', cloud: false }],
  ['token', { script: 'token.ts', cloud: false }],
  ['simulate', { script: '../../test/simulation/cli.ts', cloud: false }],
  ['test:dynamodb', { script: '../../test/simulation/dynamodb/run.ts', cloud: false }],
]);

/** The parent of a process and its name; nothing where neither the kernel nor `ps` tells. */
function parentOf(pid) {
  const told = existsSync('/proc/self/stat')
    ? readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^\d+ \((.*)\) \S (\d+) [\s\S]*$/, '$2 $1')
    : spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  const [, parent, name] = /^\s*(\d+)\s+(.*?)\s*$/.exec(told ?? '') ?? [];
  return parent && { parent: Number(parent), name };
}

/**
 * An npm that is asked to end, or killed, may pass that on to the shell between it and this process, or to nobody:
 * whoever it started looks for it.
 */
function endWithNpm(end) {
  if (!process.env.npm_execpath) return;
  const { ppid } = process;
  const above = parentOf(ppid);
  const npm = above && /sh$/.test(above.name) ? above.parent : ppid;
  const isThere = () => {
    try {
      return process.ppid === ppid && process.kill(npm, 0);
    } catch (error) {
      return error.code === 'EPERM';
    }
  };
  const watch = setInterval(() => {
    if (isThere()) return;
    clearInterval(watch);
    end();
  }, 250);
  watch.unref();
}

/** Hands over to the pinned Node and ends as it ends. */
function goOn(script, args) {
  const bin = join(root, 'node_modules', '.bin');
  const child = spawn(
    join(root, 'node_modules', 'node', 'bin', 'node'),
    [join(root, 'infra', 'local', script), ...args],
    {
      cwd: root,
      env: {
        ...process.env,
        PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
        // Nobody sees colours in a file.
        ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' }),
      },
      // The channel tells the other side when this process is gone, however it went.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    },
  );
  // A terminal's Ctrl-C reaches both; the child takes its time to stop what it started.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  endWithNpm(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function main() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    console.error(
      `OneWindow needs Node 20 or newer and this is Node ${process.versions.node}: install a newer one, then run this again.`,
    );
    return 1;
  }
  const [name, ...args] = process.argv.slice(2);
  const command = commands.get(name);
  if (!command) {
    console.error(`Say what to prepare for: ${[...commands.keys()].join(', ')}.`);
    return 1;
  }
  const { reportFailure } = await import('./setup/progress.mjs');
  try {
    const { ensurePackages } = await import('./setup/packages.mjs');
    const { checkPython, ensurePython } = await import('./setup/python.mjs');
    mkdirSync(local, { recursive: true });
    const ownCloud = command.cloud && !process.env.AWS_ENDPOINT_URL;
    // First what costs nothing to find out: a machine without Python should not wait for npm to hear of it.
    if (ownCloud) checkPython(root, local);
    const done = await Promise.allSettled([
      ensurePackages(root, local),
      ownCloud && ensurePython(root, local),
    ]);
    const failed = done.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    return await goOn(command.script, args);
  } catch (error) {
    reportFailure(error);
    return 1;
  }
}

main().then((code) => {
  process.exitCode = code;
});
