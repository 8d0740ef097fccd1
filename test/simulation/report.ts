/** What a campaign came to, in words. */
import type { SeedResult } from './seed.ts';

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);

/** How often each fault was injected, over all seeds. */
export function injectedFaults(results: SeedResult[]): Map<string, number> {
  const total = new Map<string, number>();
  for (const { injected } of results) {
    for (const [fault, count] of injected) total.set(fault, (total.get(fault) ?? 0) + count);
  }
  return new Map([...total].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function summary(results: SeedResult[], tookMs: number): string {
  const faults = injectedFaults(results);
  const failed = results.filter(({ violations }) => violations.length > 0);
  const ends = new Map<string, number>();
  for (const end of results.flatMap(({ conclusions }) => conclusions))
    ends.set(end, (ends.get(end) ?? 0) + 1);
  const list = (counts: Map<string, number>): string[] =>
    [...counts].map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`);
  return [
    `${results.length} seeds in ${(tookMs / 1000).toFixed(1)} s: ${sum(results.map(({ cases }) => cases))} cases, ` +
      `${sum(results.map(({ invocations }) => invocations))} invocations, ${sum([...faults.values()])} faults injected, ` +
      `${sum(results.map(({ conditionsMet }) => conditionsMet))} conditions met`,
    ...list(faults),
    'Cases ended as',
    ...list(ends),
    failed.length === 0 ? 'Every invariant held in every seed.' : `${failed.length} seeds failed.`,
  ].join('\n');
}

/** What is wrong with a seed, and how to see it again. */
export const complaint = ({ seed, violations }: SeedResult): string =>
  [
    `Seed ${seed} fails. Repeat it: npm run simulate -- --seed ${seed}`,
    ...violations.map(({ invariant, detail }) => `  ${invariant}: ${detail}`),
  ].join('\n');
