/**
 * Service levels: what people may rely upon, each with its goal and how it is measured. A level is watched by how fast
 * its budget of failures burns: fast enough to be gone in two days pages, fast enough for five days opens a ticket.
 * Each looks at a long window, so that it means something, and a short one, so that it falls quiet when it is over
 * (Google, The Site Reliability Workbook, chapter 5).
 */
import { type BurnData, business, type Limit, type MetricRef, type Parts, type Signal } from './data.ts';
import type { QueryName } from './queries.ts';

export type Level = {
  name: string;
  /** What is promised, in words. */
  promise: string;
  /** The share that keeps it, per cent. */
  goal: number;
  query: QueryName;
} & (
  | {
      /** Failures, and everything that was tried, failures included. */
      bad: MetricRef[];
      all: MetricRef[];
    }
  | {
      /** A duration, and what it may be, ms. */
      duration: MetricRef;
      limit: number;
    }
) & {
    /** Departments take days: so does what they promise. */
    pace?: 'hours' | 'days';
  };

type Window = { long: number; short: number; burn: number };
const minute = 60;
const hour = 60 * minute;

const windows: Record<'hours' | 'days', { Fast: Window; Slow: Window }> = {
  hours: {
    Fast: { long: hour, short: 5 * minute, burn: 14.4 },
    Slow: { long: 6 * hour, short: 30 * minute, burn: 6 },
  },
  days: {
    Fast: { long: 6 * hour, short: hour, burn: 6 },
    Slow: { long: 24 * hour, short: 6 * hour, burn: 3 },
  },
};

/** So few failures wake nobody, whatever share they are of a quiet night. */
const fewest = 5;

const api = ({ apiId }: Parts, name: string, statistic: MetricRef['statistic'] = 'Sum'): MetricRef => ({
  namespace: 'AWS/ApiGateway',
  name,
  dimensions: { ApiId: apiId },
  statistic,
});

/** The levels of a stage. */
export function levelsOf(parts: Parts): Level[] {
  const of = (name: Parameters<typeof business>[1]): MetricRef => business(parts.stage, name);
  return [
    {
      name: 'CarriedOn',
      promise: 'What a submission or decision causes leaves within a minute: departments asked, events, SMS',
      goal: 99.9,
      bad: [of('EntriesRelayedLate')],
      all: [of('EntriesRelayedLate'), of('EntriesRelayedInTime')],
      query: 'relay',
    },
    {
      name: 'DecidedAsPromised',
      promise: 'An application is concluded within its promise',
      goal: 95,
      bad: [of('CasesOverdue')],
      all: [of('CasesOverdue'), of('ApplicationsConcluded')],
      query: 'overdue',
      pace: 'days',
    },
    {
      name: 'MessagesHandedOver',
      promise: 'An SMS is taken by the carrier at the first attempt',
      goal: 99,
      bad: [of('MessagesFailing'), of('MessagesUnknown')],
      all: [of('MessagesFailing'), of('MessagesUnknown'), of('MessagesSent')],
      query: 'messages',
    },
    {
      name: 'ParcelsOrdered',
      promise: 'A parcel is taken by the courier at the first attempt',
      goal: 99,
      bad: [of('ParcelsFailing')],
      all: [of('ParcelsFailing'), of('ParcelsOrdered')],
      query: 'parcels',
    },
    {
      name: 'ApiAnswers',
      promise: 'The API answers without an error of its own',
      goal: 99.9,
      bad: [api(parts, '5xx')],
      all: [api(parts, 'Count')],
      query: 'errors',
    },
    {
      name: 'ApiQuick',
      promise: 'The API answers within three seconds',
      goal: 99,
      duration: api(parts, 'Latency', 'p99'),
      limit: 3_000,
      query: 'slow',
    },
  ];
}

const total = (prefix: string, metrics: MetricRef[]): string =>
  metrics.map((_, i) => `FILL(${prefix}${i}, 0)`).join(' + ');

const named = (prefix: string, metrics: MetricRef[]): Record<string, MetricRef> =>
  Object.fromEntries(metrics.map((metric, i) => [`${prefix}${i}`, metric]));

/** The share of failures, per cent; none while there are few. */
function shareOf(bad: MetricRef[], all: MetricRef[]): Signal {
  const [failed, tried] = [total('bad', bad), total('all', all)];
  return {
    expression: `IF(${failed} >= ${fewest}, 100 * (${failed}) / (${tried}), 0)`,
    using: { ...named('bad', bad), ...named('all', all) },
  };
}

/** A burn of n is n times the failures that the goal allows. */
function breach(level: Level, burn: number): { signal: Signal; limit: Limit } {
  const allowed = (100 - level.goal) * burn;
  if ('bad' in level) {
    return { signal: shareOf(level.bad, level.all), limit: { above: Number(allowed.toFixed(3)) } };
  }
  // More than so many per cent are slower than the limit exactly when this percentile is.
  const statistic: MetricRef['statistic'] = `p${Number((100 - allowed).toFixed(2))}`;
  return { signal: { metric: { ...level.duration, statistic } }, limit: { above: level.limit } };
}

function burnOf(level: Level, speed: 'Fast' | 'Slow'): BurnData {
  const { long, short, burn } = windows[level.pace ?? 'hours'][speed];
  const name = `${level.name}-${speed}`;
  return {
    name,
    severity: speed === 'Fast' && level.pace !== 'days' ? 'page' : 'ticket',
    means: `${level.promise}: ${burn} times more often than its goal of ${level.goal} % allows, this does not hold.`,
    query: level.query,
    parts: [long, short].map((seconds) => ({
      name: `${name}-${seconds === long ? 'Long' : 'Short'}`,
      ...breach(level, burn),
      seconds,
      periods: [1, 1],
      missing: 'notBreaching',
    })),
  };
}

/** Two alarms a level. */
export const burnsOf = (parts: Parts): BurnData[] =>
  levelsOf(parts).flatMap((level) => [burnOf(level, 'Fast'), burnOf(level, 'Slow')]);
