/** What operators watch: a dashboard, and what there is to watch at all. */
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { GaugeName, MetricName } from '../../functions/platform/metrics.ts';
import { business, type MetricRef, type Parts } from '../alarms/data.ts';
import { StreamConsumer } from '../constructs/consumers.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { ServiceQueue } from '../constructs/queue.ts';
import type { AppStack } from './app-stack.ts';
import type { SandboxStack } from './sandbox-stack.ts';

/** A metric by its data, over periods of so many seconds. */
export const metricOf = ({ namespace, name, dimensions, statistic }: MetricRef, seconds: number): Metric =>
  new Metric({
    namespace,
    metricName: name,
    dimensionsMap: dimensions,
    statistic,
    period: Duration.seconds(seconds),
  });

/** What there is to watch in the stacks of a stage. */
function partsOf(app: AppStack, sandbox: SandboxStack | undefined): Parts {
  const { settings, data, api } = app.context;
  const all = [app, ...(sandbox ? [sandbox] : [])].flatMap((stack) => stack.node.findAll());
  const queues = all.filter((each) => each instanceof ServiceQueue);
  const streams = all.filter((each) => each instanceof StreamConsumer);
  const functions = all.filter((each) => each instanceof ServiceFunction);
  return {
    stage: settings.stage,
    tableName: data.table.tableName,
    indexes: data.indexes,
    apiId: api.api.apiId,
    stateMachineArn: app.approvals.stateMachine.stateMachineArn,
    // By name, not by reference: it is fixed, and a reference would keep the stacks from being changed apart.
    functions: Object.fromEntries(
      functions.map(({ node: { id } }) => [id, `onewindow-${settings.stage}-${id}`]),
    ),
    queues: queues.map(({ node, queue }) => ({ name: node.id, queueName: queue.queueName })),
    deadLetters: [...streams, ...queues].map(({ node, deadLetters }) => ({
      name: node.id,
      queueName: deadLetters.queueName,
    })),
    certificateArn: settings.domain?.certificateArn,
    usdPerHour: settings.usdPerHour,
    canaryMinutes: settings.canaryMinutes,
  };
}

export class ObservabilityStack extends Stack {
  readonly parts: Parts;

  constructor(
    scope: Construct,
    id: string,
    props: StackProps & { app: AppStack; sandbox: SandboxStack | undefined },
  ) {
    super(scope, id, props);
    const { app, sandbox } = props;
    this.parts = partsOf(app, sandbox);
    this.addDashboard(this.parts);
  }

  private addDashboard({ stage, apiId, tableName, stateMachineArn, functions, canaryMinutes }: Parts): void {
    const counts = (...names: MetricName[]): MetricRef[] => names.map((name) => business(stage, name));
    const gauges = (...names: GaugeName[]): MetricRef[] =>
      names.map((name) => business(stage, name, 'Maximum'));
    const aws =
      (namespace: string, dimensions: Record<string, string>) =>
      (name: string, statistic: MetricRef['statistic'] = 'Sum'): MetricRef => ({
        namespace,
        name,
        dimensions,
        statistic,
      });
    const api = aws('AWS/ApiGateway', { ApiId: apiId });
    const machine = aws('AWS/States', { StateMachineArn: stateMachineArn });
    const table = aws('AWS/DynamoDB', { TableName: tableName });
    const relay = aws('AWS/Lambda', { FunctionName: functions.Relay ?? '' });
    const graphs: [title: string, ...metrics: MetricRef[]][] = [
      ['Applications', ...counts('ApplicationsSubmitted', 'ApplicationsConcluded')],
      ['At present', ...gauges('CasesLateNow', 'CasesPastLawNow', 'CasesStuckNow', 'ReviewsEscalatedNow')],
      [
        'Departments',
        ...counts('ReviewsReminded', 'ReviewsOverdue', 'WebhooksFailed'),
        ...gauges('DepartmentsUnreachedNow'),
      ],
      ['Watch', ...counts('CasesOverdue', 'CasesRepaired', 'CasesStuck', 'CasesUnsweepable')],
      ['Messages', ...counts('MessagesSent', 'MessagesUnknown', 'MessagesRefused', 'MessagesFailing')],
      [
        'Parcels',
        ...counts('ParcelsOrdered', 'ParcelsLost', 'ParcelsFailing'),
        ...gauges('ParcelsGivenUpNow'),
      ],
      [
        'Executions',
        ...['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed'].map((name) => machine(name)),
      ],
      ['API', api('Count'), api('4xx'), api('5xx')],
      ['API latency, p99', api('Latency', 'p99')],
      ...(canaryMinutes > 0
        ? ([
            ['Canary', ...counts('CanaryPassed', 'CanaryFailed')],
            ['Canary, from the form to the output, ms', business(stage, 'CanaryTook', 'Maximum')],
          ] as [string, ...MetricRef[]][])
        : []),
      ['Age of the stream, ms', relay('IteratorAge', 'Maximum')],
      ['Table, throttled', table('ReadThrottleEvents'), table('WriteThrottleEvents')],
    ];
    new Dashboard(this, 'Dashboard', {
      dashboardName: `OneWindow-${stage}`,
      widgets: [
        graphs.map(
          ([title, ...metrics]) =>
            new GraphWidget({
              title,
              left: metrics.map((metric) => metricOf(metric, 300)),
              width: 12,
              height: 6,
            }),
        ),
      ],
    });
  }
}
