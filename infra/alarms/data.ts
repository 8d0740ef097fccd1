/** What an alarm is here: data, from which stacks, runbook and tests are made. */
import type { DurationName, GaugeName, MetricName } from '../../functions/platform/metrics.ts';
import type { QueryName } from './queries.ts';

/** `page`: at once, at any hour; `ticket`: when somebody is in. */
export type Severity = 'page' | 'ticket';

export type MetricRef = {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  statistic: 'Sum' | 'Maximum' | 'Minimum' | `p${number}`;
};

/** One metric, or an expression of several. */
export type Signal = { metric: MetricRef } | { expression: string; using: Record<string, MetricRef> };

/** When a signal breaches. */
export type Limit = { above: number } | { below: number };

export type Measure = {
  signal: Signal;
  /** Length of a period, seconds. */
  seconds: number;
  limit: Limit;
  /** So many of the last so many periods: `[2, 3]`. */
  periods: [m: number, n: number];
  missing: 'breaching' | 'notBreaching';
};

type Words = {
  name: string;
  severity: Severity;
  /** One sentence for whoever is woken by it. */
  means: string;
  /** Names the cases, departments or functions that it is about. */
  query?: QueryName;
  /** A department has to be called. */
  calls?: true;
};

export type AlarmData = Words & Measure;

/** Rings when all of its parts do; the parts ring nobody by themselves. */
export type BurnData = Words & { parts: (Measure & { name: string })[] };

/** What the alarms of a stage are about. Names may be tokens of the CDK. */
export type Parts = {
  stage: string;
  tableName: string;
  indexes: string[];
  apiId: string;
  stateMachineArn: string;
  /** Names of functions, by their ids. */
  functions: Record<string, string>;
  queues: { name: string; queueName: string }[];
  deadLetters: { name: string; queueName: string }[];
  certificateArn?: string | undefined;
  /** Minutes between two synthetic cases; 0: there are none. */
  canaryMinutes: number;
  /** What the whole may cost in an hour, USD. */
  usdPerHour: number;
};

/** A business metric of a stage, as functions/platform/metrics.ts writes it. */
export const business = (
  stage: string,
  name: MetricName | GaugeName | DurationName,
  statistic: MetricRef['statistic'] = 'Sum',
): MetricRef => ({
  namespace: 'OneWindow',
  name,
  dimensions: { service: 'onewindow', stage },
  statistic,
});

/** The sum of metrics, where no data mean zero: so an alarm falls quiet as soon as its cause is gone. */
export const sumOf = (...metrics: MetricRef[]): Signal => ({
  expression: metrics.map((_, i) => `FILL(m${i}, 0)`).join(' + '),
  using: Object.fromEntries(metrics.map((metric, i) => [`m${i}`, metric])),
});

/** As CloudWatch knows it: two stages of an account have alarms of the same names. */
export const alarmName = (stage: string, name: string): string => `OneWindow-${stage}-${name}`;

/** The row of the runbook. */
export const anchorOf = (name: string): string => name.toLowerCase().replace(/^throttled-.*/, 'throttled');
