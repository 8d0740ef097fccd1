/**
 * `npm test [-- filters]`: formatting and types, then every test. The last line counts all of it, whatever happens.
 * With filters only the tests that match are run.
 */
import { join } from 'node:path';
import { createVitest } from 'vitest/node';
import { apiFaults } from '../lint/api.ts';
import { generate } from './generate.ts';
import { endWithEverything, untilAskedToEnd } from './lifecycle.ts';
import { type Counts, SummaryReporter, summaryLine } from './reporter.ts';
import { root } from './settings.ts';
import { Failure, progress, reportFailure } from './setup/progress.mjs';
import { run } from './setup/run.mjs';

/** What a program of ours prints when it is not content; empty when it is. */
async function complaints(program: string, args: string[]): Promise<string> {
  const { code, output } = await run(join(root, 'node_modules', '.bin', program), args, { cwd: root });
  return code === 0 ? '' : output || `${program} ended with ${code}.`;
}

const checks = [
  { name: 'Checking format and style', find: () => complaints('biome', ['check']) },
  { name: 'Checking types', find: () => complaints('tsc', ['--noEmit']) },
  { name: 'Checking the API documents', find: apiFaults },
];

class Faults extends Error {}

/** @returns whether the check found nothing; prints what it found. */
async function check({ name, find }: (typeof checks)[number]): Promise<boolean> {
  try {
    await progress(name, async () => {
      const faults = await find();
      if (faults) throw new Faults(faults);
    });
    return true;
  } catch (error) {
    if (!(error instanceof Faults)) throw error;
    console.log(error.message);
    return false;
  }
}

/**
 * Runs the tests of some projects of vitest.config.ts; all without names.
 * @throws Failure when no test matches the filters
 */
async function runProjects(project: string[], filters: string[], counts: Counts): Promise<void> {
  const reporter = new SummaryReporter({ printsSummary: false, counts });
  const vitest = await createVitest('test', { watch: false, run: true, reporters: [reporter], project });
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

/** Each file of tests loads its modules in a process of its own: what was compiled once is not compiled again. */
const compiled = join(root, '.local', 'compiled');

async function test(filters: string[], counts: Counts): Promise<void> {
  process.env.NODE_COMPILE_CACHE ??= compiled;
  await generate();
  if (filters.length > 0) return runProjects([], filters, counts);
  for (const each of checks) counts[(await check(each)) ? 'passed' : 'failed'] += 1;
  await runProjects(['unit', 'handlers'], [], counts);
  // Tests on a cloud mostly wait for it: the other two compute meanwhile.
  const lanes = [['cloud'], ['journeys'], ['infra', 'simulation']];
  await Promise.all(lanes.map((lane) => runProjects(lane, [], counts)));
}

if (import.meta.main) {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  endWithEverything();
  untilAskedToEnd().then(() => process.exit(130));
  try {
    await test(process.argv.slice(2), counts);
  } catch (error) {
    reportFailure(error);
    counts.failed += 1;
  }
  console.log(`\n${summaryLine(counts)}`);
  process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
}
