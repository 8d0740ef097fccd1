/**
 * Every alarm of a stage that is not about a service level. Each says in one sentence what it means; what to do stands
 * in the row of docs/operations.md that has its name, which a test holds against this list.
 */
import type { GaugeName, MetricName } from '../../functions/platform/metrics.ts';
import prices from '../bench/prices.json' with { type: 'json' };
import {
  type AlarmData,
  business,
  type Limit,
  type MetricRef,
  type Parts,
  type Signal,
  sumOf,
} from './data.ts';
import type { QueryName } from './queries.ts';

const fiveMinutes = 300;
const hour = 3600;

type Options = {
  signal: Signal;
  limit?: Limit;
  seconds?: number;
  periods?: [number, number];
  missing?: AlarmData['missing'];
  query?: QueryName;
  calls?: true;
};

/** More than none in five minutes, unless told otherwise. */
const alarm =
  (severity: AlarmData['severity']) =>
  (name: string, means: string, { signal, query, ...options }: Options): AlarmData => ({
    name,
    severity,
    means,
    signal,
    limit: { above: 0 },
    seconds: fiveMinutes,
    periods: [1, 1],
    missing: 'notBreaching',
    ...(query ? { query } : {}),
    ...options,
  });
const page = alarm('page');
const ticket = alarm('ticket');

const lambda = (functionName: string, name: string): MetricRef => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: { FunctionName: functionName },
  statistic: 'Sum',
});

const queue = (queueName: string, name: string, statistic: MetricRef['statistic']): MetricRef => ({
  namespace: 'AWS/SQS',
  name,
  dimensions: { QueueName: queueName },
  statistic,
});

/** An event that nothing undoes: it rings for a day. */
const forADay = { seconds: hour, periods: [1, 24] as [number, number] };
/** A census comes every quarter of an hour. */
const census = { seconds: hour / 2 };

/** What is missed when it does not happen. A missing datum counts as none, at once. */
const silent = (metric: MetricRef) => ({
  signal: sumOf(metric),
  limit: { below: 1 },
  missing: 'breaching' as const,
});

function silences({ stage, functions, queues }: Parts): AlarmData[] {
  return [
    page('SweepSilent', 'The sweep does not run: nothing becomes overdue, nothing that was lost is found.', {
      ...silent(lambda(functions.Sweep ?? '', 'Invocations')),
      periods: [2, 2],
    }),
    page('RelaySilent', 'The relay has carried nothing for half an hour, not even the heartbeat.', {
      ...silent(lambda(functions.Relay ?? '', 'Invocations')),
      seconds: hour / 2,
    }),
    ticket('CensusSilent', 'Nobody counts what is late, stuck or escalated: alarms about these are blind.', {
      missing: 'breaching',
      // Zero cases are a count; only who counts is asked for.
      signal: {
        expression: 'FILL(m0, -1)',
        using: { m0: business(stage, 'CasesWatched', 'Minimum') },
      },
      limit: { below: 0 },
      seconds: hour,
    }),
    ...queues.map(({ name, queueName }) =>
      page(`ConsumerSilent-${name}`, `Messages wait in the queue ${name} and nobody takes them.`, {
        signal: {
          expression: 'IF(FILL(waiting, 0) > 0, IF(FILL(taken, 0) > 0, 0, 1), 0)',
          using: {
            waiting: queue(queueName, 'ApproximateNumberOfMessagesVisible', 'Minimum'),
            taken: queue(queueName, 'NumberOfMessagesReceived', 'Sum'),
          },
        },
        periods: [3, 3],
      }),
    ),
  ];
}

/** By its verdicts: one each time it flies. */
function canary({ stage, canaryMinutes }: Parts): AlarmData[] {
  if (canaryMinutes === 0) return [];
  const seconds = canaryMinutes * 60;
  const [passed, failed] = [business(stage, 'CanaryPassed'), business(stage, 'CanaryFailed')];
  return [
    page('CanarySilent', 'No synthetic case is filed: whether everything works is not known.', {
      signal: sumOf(passed, failed),
      limit: { below: 1 },
      missing: 'breaching',
      seconds: 3 * seconds,
      query: 'canary',
    }),
    page('CanaryFails', 'A synthetic case is not taken, not decided or not handed out in its time.', {
      signal: sumOf(failed),
      seconds,
      periods: [2, 3],
      query: 'canary',
    }),
  ];
}

function journal({ stage, functions, deadLetters }: Parts): AlarmData[] {
  const relay = (name: string, statistic: MetricRef['statistic'] = 'Sum'): MetricRef => ({
    ...lambda(functions.Relay ?? '', name),
    statistic,
  });
  const letters = (name: string) => {
    const found = deadLetters.filter((each) => each.name === name);
    return found.map(({ queueName }) => queue(queueName, 'ApproximateNumberOfMessagesVisible', 'Maximum'));
  };
  const meanings: Record<string, [AlarmData['severity'], string, QueryName?]> = {
    Journal: [
      'page',
      'Entries of the journal could not be relayed for 23 hours: their cases stand still.',
      'relay',
    ],
    Webhooks: ['ticket', 'A department did not take a webhook in ten attempts over three days.', 'webhooks'],
    Outputs: [
      'page',
      'A parcel could not be ordered, or outputs not made ready, for eighteen hours.',
      'parcels',
    ],
    Messages: ['ticket', 'An SMS could not be sent for eighteen hours.', 'messages'],
    Work: ['ticket', 'A simulated partner could not do its job.'],
  };
  return [
    page('StreamIsLate', 'The relay is a minute behind the table.', {
      signal: { metric: relay('IteratorAge', 'Maximum') },
      limit: { above: 60_000 },
      query: 'relay',
    }),
    page('RelayFails', 'The relay throws and repeats its batch.', {
      signal: sumOf(relay('Errors')),
      // A single burst heals itself.
      periods: [2, 2],
      query: 'relay',
    }),
    ticket(
      'WorkflowFailing',
      'Step Functions takes no calls: cases go on without it, the watch catches up.',
      {
        signal: sumOf(business(stage, 'WorkflowFailing')),
        limit: { above: 20 },
        query: 'workflow',
      },
    ),
    ...deadLetters.map(({ name }) => {
      const [severity, means, query] = meanings[name] ?? [
        'ticket',
        `A message of ${name} could not be handled.`,
      ];
      const signal = sumOf(...letters(name));
      return alarm(severity)(`DeadLetters-${name}`, means, {
        signal,
        ...(query ? { query } : {}),
        ...(name === 'Webhooks' ? { calls: true } : {}),
      });
    }),
  ];
}

function executions({ stateMachineArn }: Parts): AlarmData[] {
  const of = (name: string): Options => ({
    signal: sumOf({
      namespace: 'AWS/States',
      name,
      dimensions: { StateMachineArn: stateMachineArn },
      statistic: 'Sum',
    }),
    query: 'executions',
  });
  return [
    ticket(
      'ExecutionsFailed',
      'A joint approval broke: its case goes on without it.',
      of('ExecutionsFailed'),
    ),
    ticket('ExecutionsTimedOut', 'A joint approval reached the end of its year.', of('ExecutionsTimedOut')),
    ticket('ExecutionsAborted', 'An execution was stopped by hand: its case goes on without it.', {
      ...of('ExecutionsAborted'),
    }),
  ];
}

function cases({ stage, functions }: Parts): AlarmData[] {
  const event = (name: MetricName) => business(stage, name);
  const now = (name: GaugeName) => business(stage, name, 'Maximum');
  /** Rings with the event, and goes on while the census finds any. */
  const while_ = (happened: MetricName, stays: GaugeName, query: QueryName): Options => ({
    signal: sumOf(event(happened), now(stays)),
    ...census,
    query,
  });
  return [
    page('CasesStuck', 'A case waits for something that repeating does not bring.', {
      ...while_('CasesStuck', 'CasesStuckNow', 'stuck'),
    }),
    ticket('CasesRepaired', 'Many effects were lost and are caused again.', {
      signal: sumOf(event('CasesRepaired')),
      limit: { above: 20 },
      query: 'repaired',
    }),
    ticket('CasesUnsweepable', 'A case cannot be looked at: it was set back by ten minutes.', {
      signal: sumOf(event('CasesUnsweepable')),
      query: 'unsweepable',
    }),
    page('SweepFails', 'The sweep breaks, and not because of a single case.', {
      signal: {
        expression: 'IF(FILL(unsweepable, 0) > 0, 0, FILL(errors, 0))',
        using: {
          errors: lambda(functions.Sweep ?? '', 'Errors'),
          unsweepable: event('CasesUnsweepable'),
        },
      },
      query: 'sweep',
    }),
    ticket('SweepsCutShort', 'More is due than a sweep gets through.', {
      signal: sumOf(event('SweepsCutShort')),
      limit: { above: 5 },
      periods: [2, 2],
    }),
    ticket('CasesLate', 'More than ten cases are past their promise.', {
      signal: sumOf(now('CasesLateNow')),
      limit: { above: 10 },
      ...census,
      query: 'census',
    }),
    ticket('CasesPastLaw', 'A case is past the limit that the law sets.', {
      ...while_('CasesPastLaw', 'CasesPastLawNow', 'census'),
      calls: true,
    }),
    ticket('ReviewsEscalated', 'A department stays silent past its limit and its reminder.', {
      ...while_('ReviewsEscalated', 'ReviewsEscalatedNow', 'escalated'),
      calls: true,
    }),
    ticket('ProceduresOverrun', 'A hearing, test or expert review takes longer than was announced.', {
      signal: sumOf(event('ProceduresOverrun')),
      ...forADay,
      query: 'procedures',
      calls: true,
    }),
    ticket('ObjectionsWaiting', 'An objection has waited for a week.', {
      signal: sumOf(event('ObjectionsWaiting')),
      ...forADay,
      query: 'objections',
    }),
  ];
}

function outside({ stage }: Parts): AlarmData[] {
  const event = (name: MetricName) => business(stage, name);
  const now = (name: GaugeName) => business(stage, name, 'Maximum');
  return [
    ticket('DepartmentsUnreached', 'A department’s system has taken no webhook for half an hour or more.', {
      signal: sumOf(now('DepartmentsUnreachedNow')),
      ...census,
      query: 'webhooks',
      calls: true,
    }),
    ticket('WebhooksGone', 'A department’s system wants no more webhooks, and reviews wait there.', {
      signal: sumOf(event('WebhooksGone'), now('DepartmentsGoneNow')),
      ...census,
      query: 'webhooks',
      calls: true,
    }),
    ticket('MessagesUnknown', 'An SMS may not have been sent.', {
      signal: sumOf(event('MessagesUnknown')),
      ...forADay,
      query: 'messages',
    }),
    // What one more attempt mends rings nobody: it must last.
    ticket('MessagesFailing', 'SMS do not leave: the carrier is away, or our access to it is wrong.', {
      signal: sumOf(event('MessagesFailing')),
      periods: [2, 2],
      query: 'messages',
    }),
    ticket('MessagesRefused', 'The carrier refuses many numbers.', {
      signal: sumOf(event('MessagesRefused')),
      limit: { above: 10 },
      query: 'messages',
    }),
    ticket(
      'ParcelsFailing',
      'Parcels cannot be ordered: the courier is away, or our access to it is wrong.',
      {
        signal: sumOf(event('ParcelsFailing')),
        periods: [2, 2],
        query: 'parcels',
      },
    ),
    ticket('ParcelsLost', 'The courier has lost more than three parcels in a day.', {
      signal: sumOf(event('ParcelsLost')),
      limit: { above: 3 },
      seconds: 24 * hour,
      query: 'parcels',
    }),
    ticket('ParcelsGivenUp', 'A parcel was lost three times: its outputs have to be made anew.', {
      signal: sumOf(event('ParcelsGivenUp'), now('ParcelsGivenUpNow')),
      ...census,
      query: 'parcels',
    }),
    ticket('ConsignmentsSilent', 'Nothing was heard of a parcel for five days.', {
      signal: sumOf(event('ConsignmentsSilent')),
      ...forADay,
      query: 'consignments',
    }),
  ];
}

/** Throttling is told by whom it meets. */
function throttling({ stage, tableName, indexes, functions }: Parts): AlarmData[] {
  const table = (name: string, index?: string): MetricRef => ({
    namespace: 'AWS/DynamoDB',
    name,
    dimensions: { TableName: tableName, ...(index ? { GlobalSecondaryIndexName: index } : {}) },
    statistic: 'Sum',
  });
  const events = [undefined, ...indexes].flatMap((index) => [
    table('ReadThrottleEvents', index),
    table('WriteThrottleEvents', index),
  ]);
  return [
    page('TableThrottled', 'DynamoDB refuses reads or writes: callers of the API are asked to come again.', {
      signal: sumOf(...events),
      limit: { above: 10 },
      periods: [2, 2],
    }),
    ticket('ApiThrottled', 'API Gateway turned callers away before any function saw them.', {
      signal: sumOf({
        namespace: 'OneWindow/Access',
        name: `Throttled-${stage}`,
        dimensions: {},
        statistic: 'Sum',
      }),
      limit: { above: 50 },
      query: 'refused',
    }),
    ...Object.entries(functions).map(([id, name]) =>
      ticket(`Throttled-${id}`, `The function ${id} was not run for want of concurrency.`, {
        signal: sumOf(lambda(name, 'Throttles')),
        limit: { above: 5 },
        periods: [2, 2],
      }),
    ),
  ];
}

/** What an hour costs by what is used in it: state transitions, invocations, reads, writes, requests. */
function spending({ tableName, apiId }: Parts): Signal {
  const { perMillion } = prices;
  // Half a gigabyte for a tenth of a second.
  const invocation = perMillion.lambdaRequests + 0.05 * perMillion.lambdaGigabyteSecondsArm64;
  const all = (namespace: string, name: string, dimensions: Record<string, string>): MetricRef => ({
    namespace,
    name,
    dimensions,
    statistic: 'Sum',
  });
  const terms: [MetricRef, number][] = [
    [
      all('AWS/States', 'ConsumedCapacity', { ServiceMetric: 'StateTransition' }),
      perMillion.stateTransitions,
    ],
    [all('AWS/Lambda', 'Invocations', {}), invocation],
    [
      all('AWS/DynamoDB', 'ConsumedWriteCapacityUnits', { TableName: tableName }),
      perMillion.dynamoDbWriteUnits,
    ],
    [
      all('AWS/DynamoDB', 'ConsumedReadCapacityUnits', { TableName: tableName }),
      perMillion.dynamoDbReadUnits,
    ],
    [all('AWS/ApiGateway', 'Count', { ApiId: apiId }), perMillion.httpApiRequests],
  ];
  const sum = terms.map(([, usd], i) => `FILL(u${i}, 0) * ${Number(usd.toFixed(4))}`).join(' + ');
  return {
    expression: `(${sum}) / 1000000`,
    using: Object.fromEntries(terms.map(([metric], i) => [`u${i}`, metric])),
  };
}

function keeping(parts: Parts): AlarmData[] {
  const { stage, certificateArn, usdPerHour } = parts;
  return [
    page('DependenciesAway', 'Whoever asked after health was told that something is away.', {
      signal: sumOf(business(stage, 'DependenciesAway')),
      periods: [2, 2],
      query: 'dependencies',
    }),
    page('KeysThreatened', 'Somebody disabled a key or a secret of this stage, or asked for its deletion.', {
      signal: sumOf({
        namespace: 'AWS/Events',
        name: 'TriggeredRules',
        dimensions: { RuleName: keysRule(stage) },
        statistic: 'Sum',
      }),
      ...forADay,
    }),
    ticket('CostRunsAway', `An hour cost more than ${usdPerHour} USD: something may go in circles.`, {
      signal: spending(parts),
      limit: { above: usdPerHour },
      seconds: hour,
    }),
    ...(certificateArn
      ? [
          ticket('CertificateExpires', 'The certificate of the API’s name expires within a month.', {
            signal: {
              metric: {
                namespace: 'AWS/CertificateManager',
                name: 'DaysToExpiry',
                dimensions: { CertificateArn: certificateArn },
                statistic: 'Minimum',
              },
            },
            limit: { below: 30 },
            seconds: 24 * hour,
          }),
        ]
      : []),
  ];
}

/** The rule on the account's default bus that sees what is done to keys and secrets. */
export const keysRule = (stage: string): string => `onewindow-${stage}-keys-threatened`;

export const alarmsOf = (parts: Parts): AlarmData[] => [
  ...silences(parts),
  ...canary(parts),
  ...journal(parts),
  ...executions(parts),
  ...cases(parts),
  ...outside(parts),
  ...throttling(parts),
  ...keeping(parts),
];
