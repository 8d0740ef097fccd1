/**
 * The processes of a run, each the leader of a group. They are ended when this process ends, and written down, so
 * that the next start of this directory can end what a killed run left behind, and only that.
 */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './setup/lock.mjs';

type Run = {
  /** The process that started the others. */
  starter: number;
  port: number;
  /** Leaders of groups, and a piece of their command line that no stranger's has. */
  started: { pid: number; mark: string }[];
};

const fileOf = (directory: string): string => join(directory, 'run.json');
let current: { file: string; run: Run } | undefined;

const write = (): void => {
  if (current) writeFileSync(current.file, JSON.stringify(current.run));
};

/** How a process was started, or nothing when there is none. */
function commandLine(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  try {
    if (existsSync('/proc/self/cmdline'))
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

/** Ends a process and its group at once; one that is gone is no error. */
function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {}
}

/** Ends every process of this run. */
export function endRun(): void {
  if (!current) return;
  for (const { pid } of current.run.started) killGroup(pid);
  rmSync(current.file, { force: true });
  current = undefined;
}
process.on('exit', endRun);

function readRun(directory: string): Run | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(directory), 'utf8')) as Run;
  } catch {
    return undefined;
  }
}

/** Ends what is left of an earlier run: every written-down process that still is the one written down. */
async function endLeftovers({ started }: Run): Promise<void> {
  const left = started.filter(({ pid, mark }) => commandLine(pid)?.includes(mark));
  for (const { pid } of left) killGroup(pid);
  for (let waited = 0; waited < 5000 && left.some(({ pid }) => isAlive(pid)); waited += 50) await sleep(50);
}

/**
 * Begins a run in a directory, after ending what an earlier one left behind.
 * @returns the earlier run when it is still going on: then nothing was begun or ended.
 */
export async function beginRun(directory: string, port: number): Promise<Run | undefined> {
  const earlier = readRun(directory);
  if (earlier && earlier.starter !== process.pid) {
    if (commandLine(earlier.starter)?.includes('node')) return earlier;
    await endLeftovers(earlier);
  }
  endRun();
  current = { file: fileOf(directory), run: { starter: process.pid, port, started: [] } };
  write();
  return undefined;
}

/** Makes a group leader part of the run until it ends. */
export function track(child: ChildProcess, mark: string): void {
  const { pid } = child;
  if (!current || !pid) return;
  const { run } = current;
  run.started.push({ pid, mark });
  write();
  child.once('close', () => {
    run.started = run.started.filter((each) => each.pid !== pid);
    if (current?.run === run) write();
  });
}
