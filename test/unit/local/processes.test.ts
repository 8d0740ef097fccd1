import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claim, portTaken } from '../../../infra/local/cloud.ts';
import { freePort, isFree } from '../../../infra/local/ports.ts';
import { beginRun, endRun } from '../../../infra/local/processes.ts';
import { settingsFrom, sharedDirectory } from '../../../infra/local/settings.ts';
import { isAlive, withLock } from '../../../infra/local/setup/lock.mjs';
import { reason } from '../../../infra/local/setup/run.mjs';

let directory: string;
beforeEach(() => {
  mkdirSync(sharedDirectory, { recursive: true });
  directory = mkdtempSync(join(sharedDirectory, 'unit-'));
});
afterEach(() => {
  endRun();
  rmSync(directory, { recursive: true, force: true });
});

/** A process that sleeps, leader of its own group, with this word in its command line. */
function sleeper(word: string): number {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', word], {
    detached: true,
    stdio: 'ignore',
  });
  return child.pid ?? 0;
}
const leftBy = (starter: number, started: { pid: number; mark: string }[]): void =>
  writeFileSync(join(directory, 'run.json'), JSON.stringify({ starter, port: 4602, started }));
const gonePid = 2 ** 22 - 7;

describe('a port', () => {
  it('is taken while somebody listens, and the sentence says what to do', async () => {
    const server = createServer();
    const port = await freePort(0);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    try {
      expect(await isFree(port)).toBe(false);
      expect(await freePort(port)).not.toBe(port);
      const settings = settingsFrom({ ONEWINDOW_LOCAL_DIR: directory, LOCAL_CLOUD_PORT: String(port) });
      await expect(claim(settings)).rejects.toThrow(portTaken(port));
    } finally {
      server.close();
    }
    expect(portTaken(4566)).toBe(
      'Port 4566 on 127.0.0.1 is in use by another program: stop that, or choose another port, for example LOCAL_CLOUD_PORT=4567 npm start.',
    );
  });
});

describe('what an earlier run left behind', () => {
  it('is ended when its starter is gone', async () => {
    const left = sleeper('left-behind');
    leftBy(gonePid, [{ pid: left, mark: 'left-behind' }]);
    expect(await beginRun(directory, 4602)).toBeUndefined();
    expect(isAlive(left)).toBe(false);
  });

  it('is left alone when the process of that number is another one now', async () => {
    const stranger = sleeper('stranger');
    try {
      leftBy(gonePid, [{ pid: stranger, mark: 'left-behind' }]);
      await beginRun(directory, 4602);
      expect(isAlive(stranger)).toBe(true);
    } finally {
      process.kill(stranger, 'SIGKILL');
    }
  });

  it('is left alone while its starter lives', async () => {
    const starter = sleeper('starter');
    try {
      leftBy(starter, []);
      expect((await beginRun(directory, 4602))?.starter).toBe(starter);
      const settings = settingsFrom({ ONEWINDOW_LOCAL_DIR: directory, LOCAL_CLOUD_PORT: '4603' });
      await expect(claim(settings)).rejects.toThrow(
        `OneWindow already runs from here on port 4602 (process ${starter})`,
      );
    } finally {
      process.kill(starter, 'SIGKILL');
    }
  });
});

describe('the lock of an installation', () => {
  it('lets one in at a time', async () => {
    const lock = join(directory, 'lock');
    let inside = 0;
    let most = 0;
    const work = () =>
      withLock(lock, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 20));
        inside -= 1;
      });
    await Promise.all([work(), work(), work()]);
    expect(most).toBe(1);
  });

  it('is taken over from an owner that is gone', async () => {
    const lock = join(directory, 'lock');
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(gonePid));
    expect(await withLock(lock, async () => 'in')).toBe('in');
  });
});

describe('the reason of a failure', () => {
  it('is the line that speaks of it, without what surrounds it', () => {
    const output =
      'added 1\nnpm error code ENOTFOUND\nnpm error network request failed\nnpm error A complete log of this run can be found in: x\n';
    expect(reason(output)).toBe('network request failed');
    expect(reason('\n\n')).toBe('it said nothing');
  });
});
