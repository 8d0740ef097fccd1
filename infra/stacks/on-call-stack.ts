/**
 * What rings, made from the data of infra/alarms, with the saved queries that it names, what is turned away before any
 * function sees it, and what is done to keys. None of it is on one's own machine: the local cloud knows neither metric
 * math nor alarms of alarms, and nobody is on call there.
 */
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { CfnQueryDefinition, FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { alarmsOf, keysRule } from '../alarms/alarms.ts';
import {
  type AlarmData,
  alarmName,
  anchorOf,
  type Measure,
  type Parts,
  type Signal,
} from '../alarms/data.ts';
import { burnsOf } from '../alarms/levels.ts';
import { queries, type SavedQuery } from '../alarms/queries.ts';
import type { AppStack } from './app-stack.ts';
import { metricOf } from './observability-stack.ts';

function signalOf(signal: Signal, seconds: number): IMetric {
  if ('metric' in signal) return metricOf(signal.metric, seconds);
  const using = Object.entries(signal.using).map(([id, metric]) => [id, metricOf(metric, seconds)]);
  return new MathExpression({
    expression: signal.expression,
    usingMetrics: Object.fromEntries(using),
    period: Duration.seconds(seconds),
  });
}

/** What an alarm is about, what to do, and which query names the cases. */
const descriptionOf = (
  stage: string,
  { name, severity, means, query, calls }: Pick<AlarmData, 'name' | 'severity' | 'means' | 'query' | 'calls'>,
): string =>
  [
    `[${severity}] ${means}`,
    `What to do: docs/operations.md#${anchorOf(name)}`,
    ...(query ? [`Which: the saved query OneWindow-${stage}/${query}`] : []),
    ...(calls
      ? [`Whom to call: npm run ops -- department <code> --stage ${stage}, or docs/catalogue/departments.md`]
      : []),
  ].join('\n');

/** Log groups that a query reads. */
function logGroupsOf({ of }: SavedQuery, { stage, functions }: Parts): string[] {
  if (of === 'access') return [`/onewindow/${stage}/access`];
  if (of === 'executions') return [`/aws/vendedlogs/states/onewindow-${stage}-joint-approval`];
  const apis = Object.keys(functions).filter((id) => id.endsWith('Api') && !id.startsWith('Sandbox'));
  return (of === 'every API' ? apis : of).map((id) => `/onewindow/${stage}/${id}`);
}

export class OnCallStack extends Stack {
  private readonly stage: string;

  constructor(scope: Construct, id: string, props: StackProps & { app: AppStack; parts: Parts }) {
    super(scope, id, props);
    const { app, parts } = props;
    const { stage } = parts;
    this.stage = stage;
    this.addAlarms(app, parts);
    this.addBurnAlarms(app, parts);
    this.addQueries(parts);
    this.countTurnedAway(stage);
    this.watchKeys(app);
  }

  private addAlarm({ name, ...data }: Measure & { name: string }, alarmDescription: string): Alarm {
    const { signal, seconds, limit, periods, missing } = data;
    const [datapointsToAlarm, evaluationPeriods] = periods;
    return new Alarm(this, name, {
      alarmName: alarmName(this.stage, name),
      alarmDescription,
      metric: signalOf(signal, seconds),
      ...('above' in limit
        ? { threshold: limit.above, comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD }
        : { threshold: limit.below, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD }),
      evaluationPeriods,
      datapointsToAlarm,
      treatMissingData: missing === 'breaching' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }

  private addAlarms({ topics }: AppStack, parts: Parts): void {
    for (const data of alarmsOf(parts)) {
      const alarm = this.addAlarm(data, descriptionOf(this.stage, data));
      const action = new SnsAction(topics[data.severity]);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  private addBurnAlarms({ topics }: AppStack, parts: Parts): void {
    for (const burn of burnsOf(parts)) {
      const windows = burn.parts.map((window) =>
        this.addAlarm(window, `Part of ${alarmName(this.stage, burn.name)}.`),
      );
      const alarm = new CompositeAlarm(this, burn.name, {
        compositeAlarmName: alarmName(this.stage, burn.name),
        alarmDescription: descriptionOf(this.stage, burn),
        alarmRule: AlarmRule.fromString(
          burn.parts.map(({ name }) => `ALARM("${alarmName(this.stage, name)}")`).join(' AND '),
        ),
      });
      // Its rule names them, and they must be there before it.
      alarm.node.addDependency(...windows);
      const action = new SnsAction(topics[burn.severity]);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  private addQueries(parts: Parts): void {
    const { stage, functions } = parts;
    const isThere = ({ of }: SavedQuery): boolean =>
      typeof of === 'string' || of.some((id) => Object.hasOwn(functions, id));
    for (const [name, query] of Object.entries<SavedQuery>(queries).filter(([, each]) => isThere(each))) {
      new CfnQueryDefinition(this, `Query-${name}`, {
        name: `OneWindow-${stage}/${name}`,
        queryString: query.lines.join('\n| '),
        logGroupNames: logGroupsOf(query, parts),
      });
    }
  }

  /** HTTP APIs have no metric of what they throttle: the access log tells it, by an answer without an integration. */
  private countTurnedAway(stage: string): void {
    new MetricFilter(this, 'Throttled', {
      logGroup: LogGroup.fromLogGroupName(this, 'Access', `/onewindow/${stage}/access`),
      filterPattern: FilterPattern.literal('{ ($.status = "429") && ($.integration = "-") }'),
      metricNamespace: 'OneWindow/Access',
      metricName: `Throttled-${stage}`,
      metricValue: '1',
    });
  }

  /** Needs a trail of CloudTrail in the account, which every account should have. */
  private watchKeys({ context, topics }: AppStack): void {
    new Rule(this, 'Keys', {
      ruleName: keysRule(context.settings.stage),
      description: 'A key or a secret of this account is disabled, or about to be deleted',
      eventPattern: {
        source: ['aws.kms', 'aws.secretsmanager'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventName: ['DisableKey', 'ScheduleKeyDeletion', 'DeleteSecret'] },
      },
      targets: [new SnsTopic(topics.page)],
    });
  }
}
