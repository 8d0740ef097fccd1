/** Many seeds, side by side in several processes. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SeedResult } from './seed.ts';
import type { Order, Report } from './worker.ts';

export type Campaign = {
  seeds: number[];
  workers: number;
  keepsHistory?: boolean;
  /** Where the sources lie that are run; these ones unless named. */
  root?: string;
  /** @returns true to end before all are run */
  onResult?: (result: SeedResult) => boolean;
};

const chunk = 10;
/** Where processes keep what they compiled. */
const compiled = join(import.meta.dirname, '../../.local/compiled');
/** What functions remember of each seed's secrets adds up: a process is replaced after so many. */
const mostPerProcess = 4_000;

/** @returns what was found, in the order of the seeds */
export async function runCampaign(campaign: Campaign): Promise<SeedResult[]> {
  const { seeds, workers, onResult } = campaign;
  const left = [...seeds];
  const results: SeedResult[] = [];
  let isOver = false;
  const take = (found: SeedResult[]): void => {
    for (const result of found) {
      results.push(result);
      if (onResult?.(result)) isOver = true;
    }
  };
  const next = (): number[] => (isOver ? [] : left.splice(0, chunk));
  const count = Math.max(1, Math.min(workers, Math.ceil(seeds.length / chunk)));
  await Promise.all(Array.from({ length: count }, () => work(campaign, next, take)));
  return results.sort((a, b) => a.seed - b.seed);
}

/** One process after another, until there is nothing more to run. */
async function work(
  campaign: Campaign,
  next: () => number[],
  take: (found: SeedResult[]) => void,
): Promise<void> {
  let seeds = next();
  while (seeds.length > 0) {
    seeds = await oneProcess(campaign, seeds, next, take);
  }
}

/** @returns the seeds with which another process goes on */
function oneProcess(
  { root, keepsHistory = false }: Campaign,
  first: number[],
  next: () => number[],
  take: (found: SeedResult[]) => void,
): Promise<number[]> {
  const here = fileURLToPath(new URL('./worker.ts', import.meta.url));
  const script = root ? `${root}/test/simulation/worker.ts` : here;
  return new Promise((resolve, reject) => {
    const child: ChildProcess = fork(script, [], {
      ...(root ? { cwd: root } : {}),
      // Most of what a seed makes does not outlive it; and every process loads the same modules.
      execArgv: [...process.execArgv, '--max-semi-space-size=64'],
      env: { ...process.env, POWERTOOLS_LOG_LEVEL: 'SILENT', NODE_COMPILE_CACHE: compiled },
      serialization: 'advanced',
    });
    let seeds = first;
    let ran = 0;
    child.on('message', ({ results }: Report) => {
      take(results);
      ran += results.length;
      if (results.length > 0) seeds = next();
      if (seeds.length === 0 || ran >= mostPerProcess) {
        child.removeAllListeners('exit');
        child.kill();
        resolve(seeds);
        return;
      }
      child.send({ seeds, keepsHistory } satisfies Order);
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      reject(new Error(`A worker of the simulation ended with ${code} at ${seeds}.`)),
    );
  });
}
