/**
 * Every alarm rings when it should, and when it should not none does: the definitions as they are deployed, evaluated
 * on metric data. Each fault writes what the functions and AWS would write, and lasts as long as it says.
 */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GaugeName, MetricName } from '../../functions/platform/metrics.ts';
import { queries } from '../../infra/alarms/queries.ts';
import { idleBudget, idleCosts, idleUsd } from '../../infra/bench/idle.ts';
import { Alarms } from '../support/cloudwatch.ts';
import { day, hour, Month } from '../support/metric-months.ts';
import { configured, synthesize } from '../support/stacks.ts';

const certificateArn = 'arn:aws:acm:us-east-1:111111111111:certificate/example';
const { ofType, resources } = synthesize('production', {
  domain: { name: 'api.example.org', certificateArn },
});
const alarms = new Alarms(ofType);
const bare = (name: string): string => name.replace('OneWindow-production-', '');

/** Minutes between two looks: CloudWatch looks every minute, and sees the same. */
const step = 5;

function ringing(month: Month, from: number, to: number): Set<string> {
  const found = new Set<string>();
  for (let now = from; now <= to; now += step)
    for (const name of alarms.evaluate(month.data, now)) found.add(bare(name));
  return found;
}

/** A fault begins on the second day at ten, when people are at work. */
const begins = day + 10 * hour;

type Fault = {
  what: string;
  /** Minutes. */
  lasts: number;
  /** What is written in a minute of it. */
  each?: (month: Month, at: number) => void;
  /** What is not written while it lasts. */
  takes?: [namespace: string, name: string, of: string][];
  rings: string[];
};

const count =
  (name: MetricName, value = 1, every = 1) =>
  (month: Month, at: number): void => {
    if (at % every === 0) month.business(name, at, value);
  };
const gauge =
  (name: GaugeName, value = 1) =>
  (month: Month, at: number): void => {
    if (at % 15 === 0) month.business(name, at, value);
  };
const both =
  (...acts: NonNullable<Fault['each']>[]) =>
  (month: Month, at: number): void => {
    for (const act of acts) act(month, at);
  };
const cloud =
  (namespace: string, name: string, of: string, ...values: number[]) =>
  (month: Month, at: number): void =>
    month.add(namespace, name, of, at, ...values);
const inFirst =
  (minutes: number, act: NonNullable<Fault['each']>) =>
  (month: Month, at: number): void => {
    if (at < begins + minutes) act(month, at);
  };

const visible = 'ApproximateNumberOfMessagesVisible';
const standing = (queue: string, name: string): Fault => ({
  what: `the consumer of ${queue} is switched off`,
  lasts: 2 * hour,
  takes: [
    ['AWS/SQS', 'NumberOfMessagesReceived', `${queue}Queue`],
    ['AWS/SQS', visible, `${queue}Queue`],
  ],
  each: cloud('AWS/SQS', visible, `${queue}Queue`, 12),
  rings: [name],
});
const putAside = (queue: string, rings: string): Fault => ({
  what: `a message of ${queue} is put aside`,
  lasts: 3 * hour,
  each: cloud('AWS/SQS', visible, queue, 1),
  rings: [rings],
});

const faults: Fault[] = [
  {
    what: 'the sweep is switched off',
    lasts: 2 * hour,
    takes: [['AWS/Lambda', 'Invocations', '-Sweep"']],
    rings: ['SweepSilent'],
  },
  {
    what: 'the relay is switched off: it reports neither runs nor age',
    lasts: 2 * hour,
    takes: [
      ['AWS/Lambda', 'Invocations', '-Relay"'],
      ['AWS/Lambda', 'IteratorAge', '-Relay"'],
      ['OneWindow', 'EntriesRelayedInTime', ''],
    ],
    rings: ['RelaySilent'],
  },
  {
    what: 'the census is switched off',
    lasts: 4 * hour,
    takes: [['OneWindow', 'CasesWatched', '']],
    rings: ['CensusSilent'],
  },
  {
    what: 'the canary is switched off',
    lasts: 2 * hour,
    takes: [
      ['OneWindow', 'CanaryPassed', ''],
      ['OneWindow', 'CanaryFailed', ''],
    ],
    rings: ['CanarySilent'],
  },
  {
    what: 'synthetic cases are taken and never decided',
    lasts: hour,
    takes: [['OneWindow', 'CanaryPassed', '']],
    each: count('CanaryFailed', 1, 5),
    rings: ['CanaryFails'],
  },
  standing('Webhooks', 'ConsumerSilent-Webhooks'),
  standing('Outputs', 'ConsumerSilent-Outputs'),
  standing('Messages', 'ConsumerSilent-Messages'),
  putAside('WebhooksDeadLetters', 'DeadLetters-Webhooks'),
  putAside('OutputsDeadLetters', 'DeadLetters-Outputs'),
  putAside('MessagesDeadLetters', 'DeadLetters-Messages'),
  putAside('JournalDeadLetters', 'DeadLetters-Journal'),
  {
    what: 'the relay falls five minutes behind',
    lasts: hour,
    each: both(cloud('AWS/Lambda', 'IteratorAge', '-Relay"', 300_000), count('EntriesRelayedLate', 5)),
    rings: ['StreamIsLate', 'CarriedOn-Fast', 'CarriedOn-Slow'],
  },
  {
    what: 'the relay throws at a poison record',
    lasts: hour,
    each: cloud('AWS/Lambda', 'Errors', '-Relay"', 6),
    rings: ['RelayFails'],
  },
  {
    what: 'the bus takes nothing for two hours',
    lasts: 2 * hour,
    each: both(
      cloud('AWS/Lambda', 'Errors', '-Relay"', 20),
      cloud('AWS/Lambda', 'IteratorAge', '-Relay"', 3_000_000),
      count('EntriesRelayedLate', 4),
    ),
    rings: ['RelayFails', 'StreamIsLate', 'CarriedOn-Fast', 'CarriedOn-Slow'],
  },
  {
    what: 'Step Functions is away',
    lasts: hour,
    each: count('WorkflowFailing', 8),
    rings: ['WorkflowFailing'],
  },
  {
    what: 'an execution breaks',
    lasts: 1,
    each: cloud('AWS/States', 'ExecutionsFailed', '', 1),
    rings: ['ExecutionsFailed'],
  },
  {
    what: 'somebody stops four executions',
    lasts: 4,
    each: cloud('AWS/States', 'ExecutionsAborted', '', 1),
    rings: ['ExecutionsAborted'],
  },
  {
    what: 'an execution is a year old',
    lasts: 1,
    each: cloud('AWS/States', 'ExecutionsTimedOut', '', 1),
    rings: ['ExecutionsTimedOut'],
  },
  {
    what: 'a case is stuck for half a day',
    lasts: 12 * hour,
    each: both(inFirst(1, count('CasesStuck')), gauge('CasesStuckNow')),
    rings: ['CasesStuck'],
  },
  {
    what: 'the stream loses an hour of effects',
    lasts: 30,
    each: count('CasesRepaired', 6),
    rings: ['CasesRepaired'],
  },
  {
    what: 'a case cannot be read',
    lasts: hour,
    each: both(count('CasesUnsweepable', 1, 10), (month, at) => {
      if (at % 10 === 0) month.add('AWS/Lambda', 'Errors', '-Sweep"', at, 1);
    }),
    rings: ['CasesUnsweepable'],
  },
  {
    what: 'a shard of the due index cannot be read',
    lasts: 30,
    each: cloud('AWS/Lambda', 'Errors', '-Sweep"', 1),
    rings: ['SweepFails'],
  },
  {
    what: 'ten thousand cases are due at once',
    lasts: 40,
    each: count('SweepsCutShort', 4),
    rings: ['SweepsCutShort'],
  },
  {
    what: 'a department decides nothing for two days',
    lasts: 2 * day,
    each: both(
      inFirst(6 * hour, count('CasesOverdue', 1, 3)),
      inFirst(8 * hour, count('ReviewsEscalated', 1, 5)),
      gauge('ReviewsEscalatedNow', 40),
      gauge('CasesLateNow', 40),
    ),
    rings: ['ReviewsEscalated', 'CasesLate', 'DecidedAsPromised-Fast', 'DecidedAsPromised-Slow'],
  },
  {
    what: 'a case is past the law',
    lasts: day,
    each: both(inFirst(1, count('CasesPastLaw')), gauge('CasesPastLawNow')),
    rings: ['CasesPastLaw'],
  },
  { what: 'a hearing overruns', lasts: 1, each: count('ProceduresOverrun'), rings: ['ProceduresOverrun'] },
  { what: 'an objection waits', lasts: 1, each: count('ObjectionsWaiting'), rings: ['ObjectionsWaiting'] },
  {
    what: 'a department’s system refuses',
    lasts: day,
    each: gauge('DepartmentsUnreachedNow'),
    rings: ['DepartmentsUnreached'],
  },
  {
    what: 'a department’s system answers 410',
    lasts: 5 * hour,
    each: both(inFirst(1, count('WebhooksGone')), gauge('DepartmentsGoneNow')),
    rings: ['WebhooksGone'],
  },
  {
    what: 'the carrier refuses us: a wrong secret',
    lasts: 3 * hour,
    each: count('MessagesFailing', 5),
    takes: [['OneWindow', 'MessagesSent', '']],
    rings: ['MessagesFailing', 'MessagesHandedOver-Fast', 'MessagesHandedOver-Slow'],
  },
  {
    what: 'one message fails again and again at night',
    lasts: 12,
    each: count('MessagesFailing', 1, 4),
    rings: ['MessagesFailing'],
  },
  {
    what: 'the carrier does not say whether it took a message',
    lasts: 1,
    each: count('MessagesUnknown'),
    rings: ['MessagesUnknown'],
  },
  {
    what: 'the carrier refuses numbers by the dozen',
    lasts: 20,
    each: count('MessagesRefused', 4),
    rings: ['MessagesRefused'],
  },
  {
    what: 'the courier is away',
    lasts: 3 * hour,
    each: count('ParcelsFailing', 3),
    takes: [['OneWindow', 'ParcelsOrdered', '']],
    rings: ['ParcelsFailing', 'ParcelsOrdered-Fast', 'ParcelsOrdered-Slow'],
  },
  {
    what: 'the courier loses a sack',
    lasts: 10,
    each: count('ParcelsLost', 1, 2),
    rings: ['ParcelsLost'],
  },
  {
    what: 'a parcel is lost for the third time',
    lasts: 6 * hour,
    each: both(inFirst(1, count('ParcelsGivenUp')), gauge('ParcelsGivenUpNow')),
    rings: ['ParcelsGivenUp'],
  },
  { what: 'a parcel is silent', lasts: 1, each: count('ConsignmentsSilent'), rings: ['ConsignmentsSilent'] },
  {
    what: 'every submission fails',
    lasts: 30,
    each: cloud('AWS/ApiGateway', '5xx', '', 3),
    rings: ['ApiAnswers-Fast', 'ApiAnswers-Slow'],
  },
  {
    what: 'one request in a hundred fails, all day',
    lasts: 8 * hour,
    each: (month, at) => {
      if (at % 3 === 0) month.add('AWS/ApiGateway', '5xx', '', at, 1);
    },
    rings: ['ApiAnswers-Slow'],
  },
  {
    what: 'the API is slow',
    lasts: hour,
    each: cloud('AWS/ApiGateway', 'Latency', '', 5_000, 6_000),
    rings: ['ApiQuick-Fast', 'ApiQuick-Slow'],
  },
  {
    what: 'a hot partition of an index',
    lasts: 20,
    each: cloud('AWS/DynamoDB', 'WriteThrottleEvents', '"due"', 5),
    rings: ['TableThrottled'],
  },
  {
    what: 'a client in a loop is turned away',
    lasts: 20,
    each: cloud('OneWindow/Access', 'Throttled-production', '', 40),
    rings: ['ApiThrottled'],
  },
  {
    what: 'the account has no concurrency left for the intake',
    lasts: 20,
    each: cloud('AWS/Lambda', 'Throttles', '-IntakeApi"', 9),
    rings: ['Throttled-IntakeApi'],
  },
  {
    what: 'a key cannot be used',
    lasts: 20,
    each: count('DependenciesAway', 2),
    rings: ['DependenciesAway'],
  },
  {
    what: 'somebody schedules the deletion of a key',
    lasts: 1,
    each: cloud('AWS/Events', 'TriggeredRules', '', 1),
    rings: ['KeysThreatened'],
  },
  {
    what: 'a stream goes in circles',
    lasts: 3 * hour,
    each: cloud('AWS/Lambda', 'Invocations', 'Invocations"]', 60_000),
    rings: ['CostRunsAway'],
  },
  {
    what: 'a certificate runs out',
    lasts: 2 * day,
    each: (month, at) => {
      if (at % day === 0) month.add('AWS/CertificateManager', 'DaysToExpiry', '', at, 12);
    },
    rings: ['CertificateExpires'],
  },
];

it('rings nobody in a quiet month', () => {
  const month = new Month(alarms, 30 * day);
  expect([...ringing(month, day, 30 * day)]).toEqual([]);
});

describe('when', () => {
  const quiet = 2 * day;
  const longest = Math.max(...faults.map(({ lasts }) => lasts));
  const base = new Month(alarms, begins + longest + quiet, 3);

  it.each(faults.map((fault) => [fault.what, fault] as const))(
    '%s',
    (_, { lasts, each, takes = [], rings }) => {
      const ends = begins + lasts;
      const month = base.copy();
      for (const [namespace, name, of] of takes) month.forget(namespace, name, of, begins, ends);
      if (each) for (let at = begins; at < ends; at++) each(month, at);
      expect([...ringing(month, day, begins)]).toEqual([]);
      expect([...ringing(month, begins, ends + 2 * hour)].toSorted()).toEqual(rings.toSorted());
      // And falls quiet again.
      expect(alarms.evaluate(month.data, ends + quiet)).toEqual([]);
    },
  );

  it('there is a fault for every alarm but those of the other functions', () => {
    const rung = new Set(faults.flatMap((fault) => fault.rings));
    const rest = alarms.ringing.map(({ name }) => bare(name)).filter((name) => !rung.has(name));
    expect(rest.filter((name) => !name.startsWith('Throttled-'))).toEqual([]);
    expect(faults.length).toBeGreaterThanOrEqual(30);
  });
});

type Described = Record<'AlarmName' | 'AlarmDescription', string> &
  Record<'AlarmActions' | 'OKActions', unknown>;

describe('each alarm', () => {
  const runbook = readFileSync('docs/operations.md', 'utf8');
  const described = [...ofType('AWS::CloudWatch::Alarm'), ...ofType('AWS::CloudWatch::CompositeAlarm')].map(
    ([, { Properties }]) => Properties as unknown as Described,
  );

  it('tells when it begins and when it is over, to one topic, with what it means', () => {
    for (const { name, rings, okRings } of alarms.ringing)
      expect([name, rings, okRings]).toEqual([name, true, true]);
    for (const { AlarmName, AlarmActions, OKActions, AlarmDescription } of described.filter(
      (each) => each.AlarmActions,
    )) {
      expect(OKActions, AlarmName).toEqual(AlarmActions);
      const [first = '', second = ''] = AlarmDescription.split('\n');
      expect(first).toMatch(/^\[(page|ticket)\] .+\.$/);
      const topic = JSON.stringify(AlarmActions);
      expect(topic.includes('Tickets'), AlarmName).toBe(first.startsWith('[ticket]'));
      const anchor = /docs\/operations\.md#(.+)$/.exec(second)?.[1];
      expect(runbook.includes(`<a id="${anchor}"></a>`), AlarmName).toBe(true);
    }
  });

  it('says where to find whom to call, where it is about a department', () => {
    const calling = described.filter(({ AlarmDescription }) => AlarmDescription.includes('\nWhom to call: '));
    expect(calling.map(({ AlarmName }) => bare(AlarmName)).toSorted()).toEqual([
      'CasesPastLaw',
      'DeadLetters-Webhooks',
      'DepartmentsUnreached',
      'ProceduresOverrun',
      'ReviewsEscalated',
      'WebhooksGone',
    ]);
  });

  it('names a query that exists, and the query looks for a line that is written', () => {
    const saved = ofType('AWS::Logs::QueryDefinition').map(([, { Properties }]) => String(Properties.Name));
    const named = described.flatMap(
      ({ AlarmDescription }) => /saved query (\S+)/.exec(AlarmDescription)?.[1] ?? [],
    );
    expect(named.filter((name) => !saved.includes(name))).toEqual([]);
    const code = globSync('functions/**/*.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const lines = Object.values(queries).flatMap(
      (query) => query.lines.join('\n').match(/message = "([^"]+)"/)?.[1] ?? [],
    );
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) expect(code).toContain(`'${line}'`);
  });

  it('is on no stack that the local cloud gets, which knows neither metric math nor alarms of alarms', () => {
    const types = synthesize('local').resources.map(([, { Type }]) => Type);
    expect(types).toContain('AWS::CloudWatch::Dashboard');
    expect(types).not.toContain('AWS::CloudWatch::Alarm');
    expect(types).not.toContain('AWS::CloudWatch::CompositeAlarm');
    expect(types).not.toContain('AWS::Logs::QueryDefinition');
    expect(resources.map(([, { Type }]) => Type)).toContain('AWS::CloudWatch::CompositeAlarm');
  });
});

it('is told to whoever is set for it', () => {
  const both = synthesize('production', { ...configured('production'), ticketEmail: 'desk@example.org' });
  const mails = both
    .ofType('AWS::SNS::Subscription')
    .map(([, { Properties }]) => String(Properties.Endpoint));
  expect(mails.toSorted()).toEqual(['desk@example.org', 'on-call@example.org']);
});

it('costs little while nobody applies', () => {
  const all = resources.map(([, resource]) => resource);
  const lines = idleCosts(all);
  const watching = lines.find(({ what }) => what.startsWith('metrics that alarms'));
  expect(watching?.count).toBe(alarms.metric.reduce((sum, { metrics }) => sum + metrics.size, 0));
  expect(lines.every(({ usd }) => usd > 0)).toBe(true);
  expect(idleUsd(all)).toBeLessThanOrEqual(idleBudget);
});
