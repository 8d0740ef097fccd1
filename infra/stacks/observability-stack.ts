/** What operators watch: a dashboard, and alarms that say what to do. Each queue brings its own alarm. */
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { MetricName } from '../../functions/platform/metrics.ts';
import type { ServiceFunction } from '../constructs/function.ts';
import type { AppStack } from './app-stack.ts';

const period = Duration.minutes(5);

/** Business metrics of a stage, as functions/platform/metrics.ts writes them. */
const businessOf =
  (stage: string) =>
  (metricName: MetricName): Metric =>
    new Metric({
      namespace: 'OneWindow',
      metricName,
      dimensionsMap: { service: 'onewindow', stage },
      statistic: 'Sum',
      period,
    });

export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { app: AppStack }) {
    super(scope, id, props);
    const { context, approvals, relay } = props.app;
    const { stateMachine } = approvals;
    const business = businessOf(context.settings.stage);
    const iteratorAge = relay.relay.function.metric('IteratorAge', { statistic: 'Maximum', period });
    const serverErrors = context.api.api.metricServerError({ period });
    const alarm = (name: string, metric: IMetric, above: number, runbook: string, periods = 1): void => {
      new Alarm(this, name, {
        metric,
        threshold: above,
        evaluationPeriods: periods,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription: `${runbook} See docs/operations.md.`,
      }).addAlarmAction(new SnsAction(context.alarms));
    };
    alarm(
      'ExecutionsFailed',
      stateMachine.metricFailed({ period }),
      0,
      'A joint approval broke: open the red execution.',
    );
    alarm(
      'ExecutionsTimedOut',
      stateMachine.metricTimedOut({ period }),
      0,
      'A joint approval timed out as a whole.',
    );
    alarm(
      'ExecutionsAborted',
      stateMachine.metricAborted({ period }),
      0,
      'An execution was stopped by hand: its case goes on without it.',
    );
    alarm('ObjectionsWaiting', business('ObjectionsWaiting'), 0, 'An objection has waited for a week.');
    alarm('SweepsCutShort', business('SweepsCutShort'), 5, 'More is due than a sweep gets through.');
    this.ringWhenSilent(approvals.sweep, context.alarms);
    alarm(
      'WorkflowFailing',
      business('WorkflowFailing'),
      20,
      'Step Functions takes no calls: cases go on without it, the watch catches up.',
    );
    alarm(
      'CasesStuck',
      business('CasesStuck'),
      0,
      'A case waits for something that repeating does not bring.',
    );
    alarm('CasesRepaired', business('CasesRepaired'), 20, 'Many effects were lost and are caused again.');
    alarm(
      'CasesUnsweepable',
      business('CasesUnsweepable'),
      0,
      'A case cannot be looked at: it was set back by ten minutes.',
    );
    alarm(
      'ConsignmentsSilent',
      business('ConsignmentsSilent'),
      0,
      'Nothing was heard of a parcel for five days.',
    );
    alarm(
      'ParcelsGivenUp',
      business('ParcelsGivenUp'),
      0,
      'A parcel was lost three times: its contents have to be made anew.',
    );
    alarm('StreamIsLate', iteratorAge, 60_000, 'The relay is a minute behind: look at its errors.');
    alarm(
      'RelayFails',
      relay.relay.function.metricErrors({ period }),
      0,
      'The relay throws and repeats its batch.',
    );
    alarm(
      'SweepFails',
      approvals.sweep.function.metricErrors({ period }),
      0,
      'Some cases could not be swept.',
    );
    alarm(
      'FunctionsThrottled',
      LambdaFunction.metricAllThrottles({ period }),
      0,
      'The account reached its concurrency: queues and the stream catch up by themselves, the API answered errors; ask for more.',
    );
    alarm('ApiFails', serverErrors, 5, 'The API answers with server errors.');
    alarm('ReviewsEscalated', business('ReviewsEscalated'), 0, 'A department stayed silent: call it.');
    alarm(
      'ProceduresOverrun',
      business('ProceduresOverrun'),
      0,
      'A hearing, test or expert review takes longer than was announced: ask the department for its result.',
    );
    alarm(
      'WebhooksGone',
      business('WebhooksGone'),
      0,
      "A department's system wants no more webhooks: ask it.",
    );
    alarm('MessagesUnknown', business('MessagesUnknown'), 0, 'An SMS may not have been sent.');
    // What one more attempt mends rings nobody: it must last.
    alarm(
      'MessagesFailing',
      business('MessagesFailing'),
      0,
      'No SMS leaves: the carrier is away, or our access to it is wrong.',
      2,
    );
    alarm(
      'MessagesRefused',
      business('MessagesRefused'),
      10,
      'The carrier refuses many numbers: ask it why.',
    );
    alarm(
      'ParcelsFailing',
      business('ParcelsFailing'),
      0,
      'No parcel is ordered: the courier is away, or our access to it is wrong.',
      2,
    );
    this.addDashboard(context.settings.stage, [
      ['Applications', business('ApplicationsSubmitted'), business('ApplicationsConcluded')],
      ['Departments', business('ReviewsOverdue'), business('ReviewsEscalated'), business('WebhooksFailed')],
      [
        'Watch',
        business('CasesOverdue'),
        business('CasesRepaired'),
        business('CasesStuck'),
        business('CasesUnsweepable'),
      ],
      [
        'Messages and parcels',
        business('MessagesSent'),
        business('MessagesUnknown'),
        business('MessagesRefused'),
        business('MessagesFailing'),
        business('ParcelsLost'),
        business('ParcelsFailing'),
      ],
      [
        'Executions',
        stateMachine.metricStarted({ period }),
        stateMachine.metricSucceeded({ period }),
        stateMachine.metricFailed({ period }),
      ],
      [
        'API',
        context.api.api.metricCount({ period }),
        context.api.api.metricClientError({ period }),
        serverErrors,
      ],
      ['API latency, p99', context.api.api.metricLatency({ period, statistic: 'p99' })],
      ['Age of the stream, ms', iteratorAge],
      ['Table, throttled', context.data.table.metric('ThrottledRequests', { statistic: 'Sum', period })],
    ]);
  }

  /** The sweep finds what everything else has missed; nothing but this finds that it does not run. */
  private ringWhenSilent(sweep: ServiceFunction, alarms: ITopic): void {
    new Alarm(this, 'SweepSilent', {
      metric: sweep.function.metricInvocations({ period }),
      threshold: 1,
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription:
        'The sweep does not run: nothing becomes overdue, nothing is repaired. See docs/operations.md.',
    }).addAlarmAction(new SnsAction(alarms));
  }

  private addDashboard(stage: string, graphs: [string, ...IMetric[]][]): void {
    new Dashboard(this, 'Dashboard', {
      dashboardName: `OneWindow-${stage}`,
      widgets: [graphs.map(([title, ...left]) => new GraphWidget({ title, left, width: 12, height: 6 }))],
    });
  }
}
