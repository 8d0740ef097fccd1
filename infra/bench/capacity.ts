/**
 * How many applications a second an account and Region carry until the first quota: what one business opening may use
 * at most (its budgets) against the default quotas of AWS. Prints the table of docs/capacity.md:
 *
 *   node infra/bench/capacity.ts
 */
import { assumedMilliseconds, budgets } from './counts.ts';
import quotas from './quotas.json' with { type: 'json' };

/** Departments of a business opening. */
const departments = 5;

/** What one business opening uses of each quota. */
export const uses = {
  transitions: budgets.transitions,
  /** An execution for its one round. */
  starts: 1,
  /** A wait is released for each review. */
  releases: departments,
  /** The watch asks after a round whose reviews are decided, once when nothing is missing. */
  looks: 1,
  /** Every second of an execution takes one of the concurrent ones. */
  lambdaSeconds: ((budgets.invocations + departments) * assumedMilliseconds) / 1000,
  /** Departments leave a trace of what they read. */
  writeUnits: budgets.writeUnits + departments,
  apiRequests: budgets.apiRequests,
  busEvents: budgets.busEvents,
  kmsRequests: budgets.kmsRequests,
} as const;

export type Capacity = {
  what: string;
  perCase: number;
  quota: [number, number];
  perSecond: [number, number];
};

const upTo = (quota: number, perCase: number): number => Math.floor(quota / perCase);

/** Applications a second that each quota allows; the least first. */
export function capacities(): Capacity[] {
  return quotas.perSecond
    .map(({ what, largest, others, uses: name }): Capacity => {
      const perCase = uses[name as keyof typeof uses];
      return {
        what,
        perCase,
        quota: [largest, others],
        perSecond: [upTo(largest, perCase), upTo(others, perCase)],
      };
    })
    .toSorted((a, b) => a.perSecond[1] - b.perSecond[1]);
}

const shown = (value: number): string => value.toLocaleString('en-US');
const pair = ([largest, others]: [number, number]): string =>
  largest === others ? shown(largest) : `${shown(largest)}; ${shown(others)}`;

/** The table of docs/capacity.md. */
export const capacityTable = (): string =>
  [
    '| Quota | A second | One application | Applications a second |',
    '|---|---|---|---|',
    ...capacities().map(
      ({ what, quota, perCase, perSecond }) =>
        `| ${what} | ${pair(quota)} | ${perCase} | ${pair(perSecond)} |`,
    ),
  ].join('\n');

if (import.meta.main) process.stdout.write(`${capacityTable()}\n`);
