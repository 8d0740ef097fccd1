/** A process that runs the seeds it is given, one after another. */
import type { SeedResult } from './seed.ts';
import { layFoundation, runSeed } from './seed.ts';
import { openStage } from './stage.ts';
import { wired } from './wired.ts';

export type Order = { seeds: number[]; keepsHistory: boolean };
export type Report = { results: SeedResult[] };

const stage = await openStage(wired());
const ready = { ...stage, foundation: await layFoundation(stage) };

/** Of the thousands of errors that a seed throws hardly one is read; to note where each came from takes time. */
const linesOfStack = (keepsHistory: boolean): number => (keepsHistory ? 10 : 3);

/** A fault of the simulation itself, or of a function that nobody foresaw, counts against the seed. */
async function attempt(seed: number, keepsHistory: boolean): Promise<SeedResult> {
  Error.stackTraceLimit = linesOfStack(keepsHistory);
  try {
    return await runSeed(ready, seed, keepsHistory);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const violations = [{ invariant: 'simulation', detail }];
    const none = {
      cases: 0,
      invocations: 0,
      events: 0,
      digest: '',
      injected: [],
      conclusions: [],
      services: [],
      conditionsMet: 0,
      tookMs: 0,
    };
    return { seed, violations, ...none };
  }
}

process.on('message', async ({ seeds, keepsHistory }: Order) => {
  const results: SeedResult[] = [];
  for (const seed of seeds) results.push(await attempt(seed, keepsHistory));
  process.send?.({ results } satisfies Report);
});
process.send?.({ results: [] } satisfies Report);
