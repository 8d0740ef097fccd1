/**
 * Tells a test run in few lines: one a file, every failure in full, and last `N passed, N failed`. What cannot be
 * loaded or set up counts as failed too, so that zero failures mean what they say.
 */
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node';

export type Counts = { passed: number; failed: number; skipped: number };

/** The last line of a run. */
export const summaryLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

const quietForMs = 10_000;

export class SummaryReporter implements Reporter {
  readonly counts: Counts;
  private vitest?: Vitest;
  private readonly running = new Set<string>();
  private ticker?: NodeJS.Timeout;
  private lastWordAt = Date.now();
  private readonly printsSummary: boolean;

  /**
   * @param printsSummary false when more is counted in before the last line
   * @param counts where others count, too
   */
  constructor({ printsSummary = true, counts = { passed: 0, failed: 0, skipped: 0 } as Counts } = {}) {
    this.printsSummary = printsSummary;
    this.counts = counts;
  }

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  onTestRunStart(): void {
    this.ticker = setInterval(() => this.stillThere(), 1000);
    this.ticker.unref();
  }

  onTestModuleStart(module: TestModule): void {
    this.running.add(module.relativeModuleId);
  }

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state === 'pending') return;
    this.counts[result.state] += 1;
    if (result.state !== 'failed') return;
    this.say(`✗ ${test.module.relativeModuleId} > ${test.fullName}`);
    for (const error of result.errors) this.explain(error, test);
  }

  onTestSuiteResult(suite: TestSuite): void {
    this.countErrors(suite, `${suite.module.relativeModuleId} > ${suite.fullName}`);
  }

  onTestModuleEnd(module: TestModule): void {
    const name = module.relativeModuleId;
    this.running.delete(name);
    this.countErrors(module, name);
    const tests = [...module.children.allTests()].length;
    const seconds = (module.diagnostic().duration / 1000).toFixed(1);
    this.say(`${module.ok() ? '✓' : '✗'} ${name} (${tests} ${tests === 1 ? 'test' : 'tests'}, ${seconds} s)`);
  }

  onTestRunEnd(_modules: readonly TestModule[], errors: readonly unknown[]): void {
    clearInterval(this.ticker);
    for (const error of errors) {
      this.counts.failed += 1;
      this.say('✗ Outside any test:');
      this.explain(error);
    }
    if (this.printsSummary) this.say(`\n${summaryLine(this.counts)}`);
  }

  /** A file that does not load, or a set-up that fails, is a failure of its own. */
  private countErrors(entity: TestModule | TestSuite, name: string): void {
    const errors = entity.errors();
    if (errors.length === 0) return;
    this.counts.failed += 1;
    this.say(`✗ ${name}, outside its tests:`);
    for (const error of errors) this.explain(error, entity);
  }

  private explain(error: unknown, entity?: TestCase | TestModule | TestSuite): void {
    this.vitest?.logger.printError(error, {
      ...(entity ? { project: entity.project } : {}),
      showCodeFrame: true,
    });
  }

  private stillThere(): void {
    if (this.running.size === 0 || Date.now() - this.lastWordAt < quietForMs) return;
    const done = this.counts.passed + this.counts.failed + this.counts.skipped;
    this.say(`  … ${[...this.running].join(', ')} (${done} tests done so far)`);
  }

  private say(text: string): void {
    this.lastWordAt = Date.now();
    process.stdout.write(`${text}\n`);
  }
}

export default SummaryReporter;
