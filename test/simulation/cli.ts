/**
 * `npm run simulate -- [--seeds N] [--seed S] [--from F] [--workers W] [--mutants]`: runs seeds, says what faults were
 * injected and which seeds break an invariant. One seed prints its whole history.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';
import { runMutants } from './mutants/run.ts';
import { complaint, summary } from './report.ts';
import { wire } from './wired.ts';

const options = {
  seeds: { type: 'string', default: '200' },
  seed: { type: 'string' },
  from: { type: 'string', default: '1' },
  workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  mutants: { type: 'boolean', default: false },
  only: { type: 'string' },
} as const;

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

async function simulateOne(seed: number): Promise<boolean> {
  const [result] = await runCampaign({ seeds: [seed], workers: 1, keepsHistory: true });
  if (!result) throw new Error(`The seed ${seed} was not run.`);
  console.log(result.history?.join('\n'));
  console.log(summary([result], result.tookMs));
  console.log(`Digest of the history: ${result.digest}`);
  if (result.violations.length > 0) console.log(complaint(result));
  return result.violations.length === 0;
}

async function simulateMany(from: number, count: number, workers: number): Promise<boolean> {
  const began = performance.now();
  let shown = 0;
  const results = await runCampaign({
    seeds: range(from, count),
    workers,
    onResult: (result) => {
      if (result.violations.length > 0 && shown++ < 10) console.log(complaint(result));
      return false;
    },
  });
  console.log(summary(results, performance.now() - began));
  return results.every(({ violations }) => violations.length === 0);
}

if (import.meta.main) {
  const { values } = parseArgs({ options });
  const [seeds, from, workers] = [values.seeds, values.from, values.workers].map(Number) as [
    number,
    number,
    number,
  ];
  let isGood: boolean;
  await wire();
  if (values.mutants) isGood = await runMutants({ seeds: range(from, seeds), workers, only: values.only });
  else {
    isGood =
      values.seed === undefined
        ? await simulateMany(from, seeds, workers)
        : await simulateOne(Number(values.seed));
  }
  // A pipe may still hold the history of a seed.
  process.stdout.write('', () => process.exit(isGood ? 0 : 1));
}
