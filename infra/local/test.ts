/**
 * `npm test [-- filters]`: formatting and types, then every test. The last line counts all of it, whatever happens.
 * With filters only the tests that match are run.
 */
import { join } from 'node:path';
import { createVitest } from 'vitest/node';
import { generate } from './generate.ts';
import { endWithEverything, untilAskedToEnd } from './lifecycle.ts';
import { SummaryReporter, summaryLine } from './reporter.ts';
import { root } from './settings.ts';
import { Failure, progress, reportFailure } from './setup/progress.mjs';
import { run } from './setup/run.mjs';

const checks = [
  { name: 'Checking format and style', program: 'biome', args: ['check'] },
  { name: 'Checking types', program: 'tsc', args: ['--noEmit'] },
];

class Faults extends Error {}

/** @returns whether the check found nothing; prints what it found. */
async function check({ name, program, args }: (typeof checks)[number]): Promise<boolean> {
  try {
    await progress(name, async () => {
      const { code, output } = await run(join(root, 'node_modules', '.bin', program), args, { cwd: root });
      if (code !== 0) throw new Faults(output);
    });
    return true;
  } catch (error) {
    if (!(error instanceof Faults)) throw error;
    console.log(error.message);
    return false;
  }
}

async function test(filters: string[], reporter: SummaryReporter): Promise<void> {
  await generate();
  if (filters.length === 0) {
    for (const each of checks) reporter.counts[(await check(each)) ? 'passed' : 'failed'] += 1;
  }
  const vitest = await createVitest('test', { watch: false, run: true, reporters: [reporter] });
  try {
    await vitest.start(filters);
  } catch (error) {
    if (error instanceof Error && error.message === 'No test files found') {
      throw new Failure(`No test matches ${filters.join(' ')}: give a part of a file's path.`);
    }
    throw error;
  } finally {
    await vitest.close();
  }
}

if (import.meta.main) {
  const reporter = new SummaryReporter({ printsSummary: false });
  endWithEverything();
  untilAskedToEnd().then(() => process.exit(130));
  try {
    await test(process.argv.slice(2), reporter);
  } catch (error) {
    reportFailure(error);
    reporter.counts.failed += 1;
  }
  console.log(`\n${summaryLine(reporter.counts)}`);
  process.exit(reporter.counts.failed > 0 || reporter.counts.passed === 0 ? 1 : 0);
}
