/** What the bench found, as a person reads it. */

import {
  assumedMilliseconds,
  budgets,
  type Counts,
  costsPerThousand,
  prices,
  smsUsdPerThousand,
  usdPerThousand,
} from './counts.ts';
import { type Load, loadBudget } from './load.ts';
import type { User } from './meter.ts';
import type { CatalogueCost } from './meter-catalogue.ts';
import type { Runs } from './meter-deployed.ts';
import type { Metered } from './meter-opening.ts';
import type { Latency, Throughput } from './openings.ts';

export type Speed = {
  cases: number;
  clients: number;
  latency: { product: Latency; floor: Latency };
  throughput: { product: Throughput; floor: Throughput };
  /** Of all timelines, in words. */
  faults: string[];
  deadLetters: number;
};

export type Result = {
  load?: Load[];
  counts?: { counts: Counts; metered: Metered; deployed: Runs };
  catalogue?: CatalogueCost[];
  speed?: Speed;
};

type Cell = string | number;

/** Columns as wide as they must be; numbers to the right. */
function table(rows: Cell[][]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => String(row[i] ?? '').length)));
  const line = (row: Cell[]): string =>
    row
      .map((cell, i) =>
        i === 0 ? String(cell).padEnd(widths[i] ?? 0) : String(cell).padStart(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return rows.map((row) => `  ${line(row)}`).join('\n');
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const times = (value: number): string => `${value.toFixed(2)} ×`;
const verdict = (value: number, budget: number): string => (value <= budget ? 'within' : 'OVER');
const total = (runs: Runs): number => Object.values(runs).reduce((sum, each) => sum + each, 0);

function countsSection({ counts, metered, deployed }: NonNullable<Result['counts']>): string {
  const own = counts.invocations - counts.departmentReads;
  const usd = usdPerThousand(counts);
  const row = (name: string, value: number, budget: number, shown = String(value)): Cell[] => [
    name,
    shown,
    `at most ${budget}`,
    verdict(value, budget),
  ];
  const largest = Object.entries(metered.largestRow).filter(
    ([kind]) => !['DOSSIER', 'IDEMPOTENCY'].includes(kind),
  );
  return [
    'One business opening, five departments, from submission to delivery (the simulated outside not counted)',
    table([
      row('state transitions, the start included', counts.transitions, budgets.transitions),
      row('Lambda invocations, without the departments’ own reads', own, budgets.invocations),
      [
        `  the ${counts.departmentReads} reads of a review by its department included`,
        counts.invocations,
        '',
        '',
      ],
      ['  as counted in the logs of the deployed functions', total(deployed), '', ''],
      row(
        'DynamoDB write units, without the traces of those reads',
        counts.writeUnits - counts.auditUnits,
        budgets.writeUnits,
      ),
      ['  those traces included', counts.writeUnits, '', ''],
      [`  of these for the indexes`, metered.writeUnits.indexes, '', ''],
      row('largest row that changes, bytes', Math.max(...largest.map(([, size]) => size)), budgets.rowBytes),
      ['DynamoDB read units', counts.readUnits, '', ''],
      row('requests to DynamoDB', counts.tableRequests, budgets.tableRequests),
      ['HTTP API requests', counts.apiRequests, '', ''],
      row('queue requests (send, receive, delete)', counts.queueRequests, budgets.queueRequests),
      ['events on the bus', counts.busEvents, '', ''],
      ['KMS requests', counts.kmsRequests, '', ''],
      [
        'Secrets Manager requests (then kept for a minute)',
        metered.calls['Secrets Manager GetSecretValue'] ?? 0,
        '',
        '',
      ],
      ['SMS', counts.messages, '', ''],
      ['parcels', counts.parcels, '', ''],
      row('USD per 1,000, without SMS and courier', usd, budgets.usdPerThousand, usd.toFixed(3)),
    ]),
    `\n  Of these USD (list prices of ${prices.asOf}, ${prices.region}):`,
    table(costsPerThousand(counts).map(({ what, usd: each }) => [`  ${what}`, each.toFixed(4)])),
    `  Each invocation is taken as ${assumedMilliseconds} ms. ${counts.messages} SMS would add ${smsUsdPerThousand(counts).toFixed(2)}.`,
    '  Not in it: what idle queues are polled for, logs, traces, storage, alarms, keys and secrets by the month.',
    `\n  Invocations and write units by function:`,
    table(
      Object.entries({ ...metered.invocations, JointApproval: '' }).map(([id, runs]) => [
        `  ${id}`,
        runs,
        metered.writeUnits.by[id as User] ?? '',
      ]),
    ),
    '\n  Write units by kind of row, without the indexes:',
    table(Object.entries(metered.writeUnits.byKind).map(([kind, units]) => [`  ${kind}`, units])),
  ].join('\n');
}

function loadSection(loads: Load[]): string {
  const rows = loads.map(({ id, kilobytes, sdkKilobytes, milliseconds, sdkMilliseconds, ratio }): Cell[] => {
    const size = times(kilobytes / sdkKilobytes);
    return [
      id,
      `${kilobytes.toFixed(0)} KB`,
      size,
      ms(milliseconds),
      ms(sdkMilliseconds),
      times(ratio),
      verdict(ratio, loadBudget),
    ];
  });
  return [
    `Module load and bundle of each function, beside its AWS clients alone (at most ${loadBudget} × the time)`,
    table([['', 'bundle', 'clients', 'load', 'clients', 'ratio', ''], ...rows]),
  ].join('\n');
}

function speedSection({ cases, clients, latency, throughput, faults, deadLetters }: Speed): string {
  const { product, floor } = throughput;
  const seconds = (value: number | undefined): string =>
    value === undefined ? '' : `${(value / 1000).toFixed(2)} s`;
  return [
    'Speed on this machine’s local cloud; the floor is a bare pipeline there, without any rule (see floor.ts)',
    table([
      ['', 'OneWindow', 'floor', ''],
      ['intake: answered after', ms(latency.product.intakeMs), ms(latency.floor.intakeMs), ''],
      [
        'one alone: all departments done after',
        seconds(latency.product.approvedMs),
        seconds(latency.floor.approvedMs),
        '',
      ],
      [
        'one alone: completed, 9 s of simulated courier included',
        seconds(latency.product.completedMs),
        '',
        '',
      ],
      [
        `${cases} by ${clients} clients: all through after`,
        `${product.seconds.toFixed(0)} s`,
        `${floor.seconds.toFixed(0)} s`,
        '',
      ],
      [
        'applications a second',
        product.perSecond.toFixed(2),
        floor.perSecond.toFixed(2),
        `${times(product.perSecond / floor.perSecond)} the floor`,
      ],
    ]),
    `  Timelines: ${faults.length === 0 ? `all ${cases} valid` : `${faults.length} faults`}. Dead letters: ${deadLetters || 'none'}.`,
    ...faults.slice(0, 20).map((fault) => `    ${fault}`),
  ].join('\n');
}

/** A search among thousands may take so much longer than one among fifty. */
const searchBudget = 1.2;

function catalogueSection(costs: CatalogueCost[]): string {
  const base = costs.find(({ services }) => services === 50);
  const names = Object.keys(costs[0]?.calls ?? {});
  const readsOf = ({ calls }: CatalogueCost, name: string): Cell =>
    `${calls[name]?.first ?? ''}, then ${calls[name]?.next ?? ''}`;
  const ratioOf = ({ calls }: CatalogueCost, name: string): number | undefined => {
    const [time, at50] = [calls[name]?.ms, base?.calls[name]?.ms];
    return time === undefined || at50 === undefined ? undefined : time / at50;
  };
  const timeRow = (name: string): Cell[] => {
    const ratios = costs.map((cost) => ratioOf(cost, name));
    const isOver = name.startsWith('search') && ratios.some((ratio) => (ratio ?? 0) > searchBudget);
    return [name, ...ratios.map((ratio) => (ratio === undefined ? '' : times(ratio))), isOver ? 'OVER' : ''];
  };
  const timed = names.filter((name) => costs.every(({ calls }) => calls[name]?.ms !== undefined));
  return [
    'The catalogue: reads of a first call and of the next, and the time over HTTP beside that with 50 services',
    table([
      ['services', ...costs.map(({ services }) => services)],
      ...names.map((name): Cell[] => [`reads: ${name}`, ...costs.map((cost) => readsOf(cost, name))]),
      ...timed.map((name) => timeRow(name)),
      ['publish', ...costs.map(({ publishMs }) => ms(publishMs))],
    ]),
    `  A search may take ${searchBudget} × that among 50. No bundle holds a service: module load and size are the same.`,
  ].join('\n');
}

/** All sections that there are. */
export function render({ counts, load, catalogue, speed }: Result): string {
  return [
    ...(counts ? [countsSection(counts)] : []),
    ...(load ? [loadSection(load)] : []),
    ...(catalogue ? [catalogueSection(catalogue)] : []),
    ...(speed ? [speedSection(speed)] : []),
  ].join('\n\n');
}
