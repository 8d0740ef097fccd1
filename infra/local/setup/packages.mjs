/** The Node packages: as the lock file says, with the pinned Node among them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { Failure, progress } from './progress.mjs';
import { reason, run } from './run.mjs';

const pinnedNode = (root) => join(root, 'node_modules', 'node', 'bin', 'node');
const record = (root) => join(root, 'node_modules', '.onewindow-lock');
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

/** What the installed packages must agree with: the lock file, on this kind of machine. */
const wanted = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');

/** Whether npm itself wrote these packages from this very lock file, by whichever command. */
function installedByHand(root) {
  const installed = read(join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return false;
  const there = JSON.parse(installed).packages;
  const asked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(asked).every(([path, { version, integrity, optional, devOptional }]) => {
    if (path === '') return true;
    const found = there[path];
    if (!found) return Boolean(optional || devOptional);
    return found.version === version && found.integrity === integrity;
  });
}

/** Whether nothing has to be installed. */
export function packagesAreCurrent(root) {
  if (!existsSync(pinnedNode(root))) return false;
  if (read(record(root)) === wanted(root)) return true;
  if (!installedByHand(root)) return false;
  writeFileSync(record(root), wanted(root));
  return true;
}

/** How to run npm: the very one that runs this script, if it does, else the one on the path. */
export function npmCommand(environment = process.env) {
  const own = environment.npm_execpath;
  if (own && /^npm(-cli)?\.c?js$/.test(basename(own)) && existsSync(own)) return [process.execPath, own];
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  if (existsSync(beside)) return [process.execPath, beside];
  return ['npm'];
}

const noNpm = 'npm was not found: install Node 20 or newer together with npm, then run this again.';

async function npm(root, log, args) {
  const [command, ...before] = npmCommand();
  const answer = await run(command, [...before, ...args], { cwd: root, log });
  if (answer.code === 127) throw new Failure(noNpm);
  return answer;
}

const nodeRuns = async (root) => (await run(pinnedNode(root), ['--version'])).code === 0;

/**
 * Installs the packages of the lock file unless they are there.
 * @throws Failure when npm is missing or fails.
 */
export async function ensurePackages(root, local) {
  if (packagesAreCurrent(root)) return;
  await withLock(join(local, 'install.lock'), async () => {
    if (packagesAreCurrent(root)) return;
    const log = join(local, 'npm.log');
    await progress('Installing the Node packages', async () => {
      const { code, output } = await npm(root, log, ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
      if (code !== 0) {
        throw new Failure(
          `Installing the Node packages failed (${reason(output)}): check the network and read ${log}, then run this again.`,
        );
      }
      // An npm that runs no install scripts unasked leaves these two without their programs.
      if (!(await nodeRuns(root))) {
        await npm(root, log, ['rebuild', 'node', 'esbuild', '--ignore-scripts=false']);
      }
      if (!(await nodeRuns(root))) {
        throw new Failure(
          `The pinned Node was not installed: run "npm rebuild node esbuild", read ${log} if that fails, then run this again.`,
        );
      }
      writeFileSync(record(root), wanted(root));
    });
  });
}
