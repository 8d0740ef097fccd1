/** One at a time: a directory that exists while its owner works. Two commands may start at once in one checkout. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { progress } from './progress.mjs';

const unsignedIsStaleAfterMs = 5000;

/** Whether a process of that id exists. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the lock if it is free, or left over by a process that is gone. */
function take(lock) {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    const owner = Number(readFileSync(join(lock, 'pid'), 'utf8'));
    if (owner && isAlive(owner)) return false;
  } catch {
    // Its owner has not signed yet, or never will.
    const made = statSync(lock, { throwIfNoEntry: false });
    if (made && Date.now() - made.mtimeMs < unsignedIsStaleAfterMs) return false;
  }
  // Moved away first: of several that find it stale, one succeeds.
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    rmSync(aside, { recursive: true, force: true });
  } catch {}
  return false;
}

/** Works while holding the lock; waits, visibly, while another holds it. */
export async function withLock(lock, work) {
  if (!take(lock)) {
    await progress('Waiting for another start in this directory to finish installing', async () => {
      while (!take(lock)) await sleep(200);
    });
  }
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.on('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}
