/** What a stage costs in a month in which nobody applies: what watches it, its keys and secrets, what runs by the clock. */
import { budgets } from './counts.ts';
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

/**
 * One synthetic case with everything that it sets in motion, USD, on the cautious side: two thirds of the budget of a
 * business opening, which has five departments where this has one, and a parcel.
 */
const usdPerSyntheticCase = (2 / 3) * (budgets.usdPerThousand / 1000);
/** A token is good for twelve hours; a function that is made anew asks for another. */
const tokensOfMonth = 300;

/** How often in a month the canary flies, by its rule. */
function flightsOf(rules: Resource[]): number {
  const rates = rules
    .filter(({ Properties }) => JSON.stringify(Properties).includes('Canary'))
    .map(({ Properties }) => /^rate\((\d+) (minute|hour)/.exec(String(Properties.ScheduleExpression)));
  return rates.reduce(
    (sum, rate) => sum + (rate ? minutesOfMonth / (Number(rate[1]) * (rate[2] === 'hour' ? 60 : 1)) : 0),
    0,
  );
}

/** @param resources of all stacks of a stage; line by line, without free tiers, reads, queue polling and storage */
export function idleCosts(resources: Resource[]): Line[] {
  const of = (type: string): Resource[] => resources.filter(({ Type }) => Type === type);
  const watched = of('AWS::CloudWatch::Alarm').flatMap(metricsOf);
  const own = watched.filter(({ Namespace }) => Namespace.startsWith('OneWindow'));
  const machines = of('AWS::Cognito::UserPoolClient').filter(({ Properties }) => Properties.GenerateSecret);
  const { perMonth } = prices;
  const lines: [string, number, number][] = [
    ['metrics that alarms look at', watched.length, perMonth.alarmMetric],
    ['alarms made of alarms', of('AWS::CloudWatch::CompositeAlarm').length, perMonth.compositeAlarm],
    ['metrics of our own', new Set(own.map(({ MetricName }) => MetricName)).size, perMonth.customMetric],
    ['dashboards', of('AWS::CloudWatch::Dashboard').length, perMonth.dashboard],
    ['keys', of('AWS::KMS::Key').length, perMonth.key],
    ['secrets', of('AWS::SecretsManager::Secret').length, perMonth.secret],
    ['clients that sign in as themselves', machines.length, perMonth.machineClient],
    ['tokens of such clients', tokensOfMonth * machines.length, prices.perMillion.machineTokens / 1e6],
    ['synthetic cases', flightsOf(of('AWS::Events::Rule')), usdPerSyntheticCase],
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

/** What an idle stage may cost at most, USD a month; a quarter of it is the canary. */
export const idleBudget = 50;
