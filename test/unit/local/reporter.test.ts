import { expect, it } from 'vitest';
import { summaryLine } from '../../../infra/local/reporter.ts';

it('ends a run with its counts', () => {
  expect(summaryLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  expect(summaryLine({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
});
