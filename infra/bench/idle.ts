/** What a stage costs in a month in which nobody applies: what watches it, its keys and secrets, what runs by the clock. */
import prices from './prices.json' with { type: 'json' };

export type Resource = { Type: string; Properties: Record<string, unknown> };
export type Line = { what: string; count: number; usd: number };

type Metrics = { MetricStat?: { Metric: { Namespace: string; MetricName: string } } }[];

/** Metrics that an alarm looks at; each is billed. */
const metricsOf = ({ Properties }: Resource): { Namespace: string; MetricName: string }[] =>
  Properties.Metrics
    ? (Properties.Metrics as Metrics).flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])
    : [Properties as { Namespace: string; MetricName: string }];

const minutesOfMonth = 30 * 24 * 60;
/** Half a gigabyte for a tenth of a second. */
const usdPerRun =
  (prices.perMillion.lambdaRequests + 0.05 * prices.perMillion.lambdaGigabyteSecondsArm64) / 1e6;

/** @param resources of all stacks of a stage; line by line, without free tiers, reads, queue polling and storage */
export function idleCosts(resources: Resource[]): Line[] {
  const of = (type: string): Resource[] => resources.filter(({ Type }) => Type === type);
  const watched = of('AWS::CloudWatch::Alarm').flatMap(metricsOf);
  const own = watched.filter(({ Namespace }) => Namespace.startsWith('OneWindow'));
  const { perMonth } = prices;
  const lines: [string, number, number][] = [
    ['metrics that alarms look at', watched.length, perMonth.alarmMetric],
    ['alarms made of alarms', of('AWS::CloudWatch::CompositeAlarm').length, perMonth.compositeAlarm],
    ['metrics of our own', new Set(own.map(({ MetricName }) => MetricName)).size, perMonth.customMetric],
    ['dashboards', of('AWS::CloudWatch::Dashboard').length, perMonth.dashboard],
    ['keys', of('AWS::KMS::Key').length, perMonth.key],
    ['secrets', of('AWS::SecretsManager::Secret').length, perMonth.secret],
    ['sweeps', minutesOfMonth, usdPerRun],
    [
      'censuses, each with its heartbeat',
      minutesOfMonth / 15,
      2 * usdPerRun + prices.perMillion.dynamoDbWriteUnits / 1e6,
    ],
  ];
  return lines.map(([what, count, price]) => ({ what, count, usd: count * price }));
}

/** USD a month. */
export const idleUsd = (resources: Resource[]): number =>
  idleCosts(resources).reduce((sum, { usd }) => sum + usd, 0);

/** What an idle stage may cost at most, USD a month. */
export const idleBudget = 40;
