/** Python programs, each in an environment of its own in `.local`: pinned by hash, shared by every run of this checkout. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { Failure, progress } from './progress.mjs';
import { reason, run } from './run.mjs';

export const oldestPython = [3, 10];

/** What is installed, from which list, and where. */
export const cloud = {
  name: 'The local cloud',
  module: 'ministack',
  requirements: ['infra', 'local', 'requirements.txt'],
  venv: 'venv',
};
export const linter = {
  name: 'The linter of templates',
  module: 'cfnlint',
  requirements: ['infra', 'lint', 'requirements.txt'],
  venv: 'lint-venv',
};
/** Tries every call of the API document. */
export const fuzzer = {
  name: 'The fuzzer of the API',
  module: 'schemathesis',
  requirements: ['infra', 'tools', 'fuzz.txt'],
  venv: 'fuzz-venv',
};
/** Makes Python clients, and has what they need. */
export const clientMaker = {
  name: 'The maker of Python clients',
  module: 'openapi_python_client',
  requirements: ['infra', 'tools', 'clients.txt'],
  venv: 'clients-venv',
};
const inside = ({ name }) => name.replace('The', 'the');

const names = [
  'python3',
  'python',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'py',
];
const tell = 'import sys; print("%d.%d %s" % (sys.version_info[0], sys.version_info[1], sys.executable))';

/** Asks one name on the path what it is: `3.12 /usr/bin/python3`, or nothing. */
function ask(name) {
  const args = name === 'py' ? ['-3', '-c', tell] : ['-c', tell];
  const { status, stdout } = spawnSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * The first Python that is new enough.
 * @throws Failure that names what was found instead.
 */
export function findPython(answerOf = ask, program = cloud) {
  let tooOld;
  for (const name of names) {
    const [, major, minor, executable] = answerOf(name)?.match(/^(\d+)\.(\d+) (.+)$/) ?? [];
    if (!executable) continue;
    const version = `${major}.${minor}`;
    if (Number(major) === oldestPython[0] && Number(minor) >= oldestPython[1]) return { executable, version };
    tooOld ??= version;
  }
  const found = tooOld ? `only Python ${tooOld} was found` : 'none was found';
  throw new Failure(
    `${program.name} needs Python 3.10 or newer and ${found}: install one, then run this again.`,
  );
}

const programOf = (venv) =>
  process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python');

/** How a program is started: with the environment's own Python, or with packages kept beside it. */
function usable({ venv, hash, module }) {
  const file = join(venv, 'onewindow.json');
  if (!existsSync(file)) return undefined;
  const made = JSON.parse(readFileSync(file, 'utf8'));
  if (made.hash !== hash || !existsSync(made.executable)) return undefined;
  const env = made.packages ? { PYTHONPATH: made.packages } : {};
  const { status } = spawnSync(made.executable, ['-c', `import ${module}`], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  return status === 0 ? { executable: made.executable, env } : undefined;
}

const install = ['-m', 'pip', 'install', '--require-hashes', '--only-binary', ':all:', '--no-compile'];
const quietly = ['--disable-pip-version-check', '--no-input', '--quiet', '--requirement'];

/** Makes the environment; a Python without `venv` but with `pip` keeps the packages in a folder instead. */
async function make(venv, requirements, python, log) {
  rmSync(venv, { recursive: true, force: true });
  const made = await run(python.executable, ['-m', 'venv', venv], { log });
  if (made.code === 0) {
    const executable = programOf(venv);
    return { executable, ...(await run(executable, [...install, ...quietly, requirements], { log })) };
  }
  rmSync(venv, { recursive: true, force: true });
  if ((await run(python.executable, ['-m', 'pip', '--version'], { log })).code !== 0) {
    throw new Failure(
      `Python ${python.version} (${python.executable}) has neither venv nor pip: install its venv package ` +
        '(on Debian and Ubuntu: apt-get install python3-venv), then run this again.',
    );
  }
  const packages = join(venv, 'packages');
  const args = [...install, '--target', packages, ...quietly, requirements];
  return { executable: python.executable, packages, ...(await run(python.executable, args, { log })) };
}

function placeOf(root, local, { requirements, venv, module }) {
  const file = join(root, ...requirements);
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
  return { requirements: file, venv: join(local, venv), module, hash };
}

/**
 * Finds out whether there is, or can be, a Python for the local cloud.
 * @throws Failure when there is none.
 */
export function checkPython(root, local) {
  if (!usable(placeOf(root, local, cloud))) findPython();
}

/**
 * The Python that runs a program, with its packages installed.
 * @throws Failure when there is no Python, or its packages cannot be installed.
 */
export async function ensurePython(root, local, program = cloud) {
  const place = placeOf(root, local, program);
  const { requirements, venv, hash } = place;
  const ready = usable(place);
  if (ready) return ready;
  const python = findPython(ask, program);
  return withLock(join(local, 'python.lock'), async () => {
    const meanwhile = usable(place);
    if (meanwhile) return meanwhile;
    const log = join(local, 'pip.log');
    return progress(`Installing ${inside(program)}`, async () => {
      const { executable, packages, code, output } = await make(venv, requirements, python, log);
      if (code !== 0) {
        throw new Failure(
          `Installing ${inside(program)} failed (${reason(output)}): check the network and read ${log}, then run this again.`,
        );
      }
      writeFileSync(join(venv, 'onewindow.json'), JSON.stringify({ hash, executable, packages }));
      const now = usable(place);
      if (!now)
        throw new Failure(
          `${program.name} does not load in Python ${python.version}: delete ${venv}, then run this again.`,
        );
      return now;
    });
  });
}
