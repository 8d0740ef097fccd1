/**
 * What helps whoever is on call and cannot run on the local cloud: alarms made of alarms, saved queries, what is turned
 * away before any function sees it, and what is done to keys.
 */
import { Stack, type StackProps } from 'aws-cdk-lib';
import { AlarmRule, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { CfnQueryDefinition, FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { keysRule } from '../alarms/alarms.ts';
import { alarmName } from '../alarms/data.ts';
import { burnsOf } from '../alarms/levels.ts';
import { queries, type SavedQuery } from '../alarms/queries.ts';
import { entries } from '../bundle.ts';
import type { AppStack } from './app-stack.ts';
import { descriptionOf, type ObservabilityStack } from './observability-stack.ts';

/** Log groups that a query reads. */
function logGroupsOf({ of }: SavedQuery, stage: string): string[] {
  if (of === 'access') return [`/onewindow/${stage}/access`];
  if (of === 'executions') return [`/aws/vendedlogs/states/onewindow-${stage}-joint-approval`];
  const apis = Object.keys(entries).filter((id) => id.endsWith('Api') && !id.startsWith('Sandbox'));
  return (of === 'every API' ? apis : of).map((id) => `/onewindow/${stage}/${id}`);
}

export class OnCallStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    props: StackProps & { app: AppStack; observability: ObservabilityStack },
  ) {
    super(scope, id, props);
    const { app, observability } = props;
    const { stage } = app.context.settings;
    // Alarms are named in the rules of others, which need them to be there.
    this.addStackDependency(observability);
    this.addBurnAlarms(app, observability);
    this.addQueries(stage);
    this.countTurnedAway(stage);
    this.watchKeys(app);
  }

  private addBurnAlarms({ context, topics }: AppStack, { parts }: ObservabilityStack): void {
    const { stage } = context.settings;
    for (const burn of burnsOf(parts)) {
      const windows = burn.parts.map(({ name }) => `ALARM("${alarmName(stage, name)}")`);
      const alarm = new CompositeAlarm(this, burn.name, {
        compositeAlarmName: alarmName(stage, burn.name),
        alarmDescription: descriptionOf(stage, burn),
        alarmRule: AlarmRule.fromString(windows.join(' AND ')),
      });
      const action = new SnsAction(topics[burn.severity]);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  private addQueries(stage: string): void {
    for (const [name, query] of Object.entries(queries)) {
      new CfnQueryDefinition(this, `Query-${name}`, {
        name: `OneWindow-${stage}/${name}`,
        queryString: query.lines.join('\n| '),
        logGroupNames: logGroupsOf(query, stage),
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
