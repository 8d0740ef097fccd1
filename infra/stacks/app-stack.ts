/** Everything without state of its own: capabilities, each in the room of its name. */
import { ArnFormat, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Severity } from '../alarms/data.ts';
import { Approvals } from '../capabilities/approvals.ts';
import { Canary } from '../capabilities/canary.ts';
import { Catalogue } from '../capabilities/catalogue.ts';
import type { Context } from '../capabilities/context.ts';
import { DeadLetters, type PutAside } from '../capabilities/dead-letters.ts';
import { Departments } from '../capabilities/departments.ts';
import { Fulfilment } from '../capabilities/fulfilment.ts';
import { Handover } from '../capabilities/handover.ts';
import { Health } from '../capabilities/health.ts';
import { Intake } from '../capabilities/intake.ts';
import { Materials } from '../capabilities/materials.ts';
import { Notifications } from '../capabilities/notifications.ts';
import { Operations } from '../capabilities/operations.ts';
import { Relay } from '../capabilities/relay.ts';
import { ServiceApi } from '../constructs/api.ts';
import { StreamConsumer } from '../constructs/consumers.ts';
import { ServiceQueue } from '../constructs/queue.ts';
import { departmentSecretsPrefix, type StageSettings } from '../settings.ts';
import type { DataStack } from './data-stack.ts';

export class AppStack extends Stack {
  readonly context: Context;
  readonly approvals: Approvals;
  readonly relay: Relay;
  /** Where alarms go: to whoever is on call at once, and to whoever looks in working hours. */
  readonly topics: Record<Severity, Topic>;

  constructor(
    scope: Construct,
    id: string,
    props: StackProps & { settings: StageSettings; data: DataStack },
  ) {
    super(scope, id, props);
    const { settings, data } = props;
    this.topics = this.makeTopics(settings);
    const api = new ServiceApi(this, 'Http', { settings, identity: data.identity });
    const prefix = departmentSecretsPrefix(settings.stage);
    this.context = {
      settings,
      data,
      api,
      bus: new EventBus(this, 'Bus', { eventBusName: `onewindow-${settings.stage}` }),
      departmentSecrets: {
        prefix,
        arn: this.formatArn({
          service: 'secretsmanager',
          resource: 'secret',
          resourceName: `${prefix}*`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      },
    };
    const sandboxUrl = (path: string): string | undefined =>
      settings.sandbox ? `${api.url}/sandbox/${path}` : undefined;
    new Catalogue(this, 'Catalogue', this.context);
    new Intake(this, 'Intake', this.context);
    new Materials(this, 'Materials', this.context);
    this.approvals = new Approvals(this, 'Approvals', this.context);
    new Handover(this, 'Handover', this.context);
    this.relay = new Relay(this, 'Relay', { ...this.context, stateMachine: this.approvals.stateMachine });
    new Departments(this, 'Departments', this.context);
    new Fulfilment(this, 'Fulfilment', {
      ...this.context,
      courierUrl: courierUrlOf(settings, sandboxUrl('courier/orders')),
    });
    new Notifications(this, 'Notifications', {
      ...this.context,
      smsUrl: settings.smsUrl ?? sandboxUrl('carrier/messages'),
    });
    if (data.canary) new Canary(this, 'Canary', { ...this.context, access: data.canary });
    new Operations(this, 'Operations', { ...this.context, approvals: this.approvals });
    const queues = this.node.findAll().filter((each) => each instanceof ServiceQueue);
    new DeadLetters(this, 'DeadLetters', { ...this.context, queues: this.putAside(queues) });
    new Health(this, 'Health', { ...this.context, queues });
    new CfnOutput(this, 'ApiUrl', { value: api.url });
    new CfnOutput(this, 'StateMachineArn', { value: this.approvals.stateMachine.stateMachineArn });
    new CfnOutput(this, 'BusName', { value: this.context.bus.eventBusName });
  }

  /** Every dead-letter queue: of the queues, and of the stream. */
  private putAside(queues: ServiceQueue[]): PutAside[] {
    const streams = this.node.findAll().filter((each) => each instanceof StreamConsumer);
    return [
      ...queues.map(({ queue, deadLetters }) => ({ queue: deadLetters, source: queue })),
      ...streams.map(({ deadLetters }) => ({ queue: deadLetters })),
    ];
  }

  private makeTopics({ alarmEmail, ticketEmail = alarmEmail }: StageSettings): Record<Severity, Topic> {
    return { page: this.makeTopic('Alarms', alarmEmail), ticket: this.makeTopic('Tickets', ticketEmail) };
  }

  /** A topic with a policy of its own loses the default one, by which alarms of the account may publish. */
  private makeTopic(id: string, email: string | undefined): Topic {
    const alarms = new Topic(this, id, { enforceSSL: true });
    alarms.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [alarms.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    if (email) alarms.addSubscription(new EmailSubscription(email));
    return alarms;
  }
}

/** @throws Error when the rules of infra/settings.ts let a stage pass without one */
function courierUrlOf({ courierUrl, stage }: StageSettings, sandboxUrl: string | undefined): string {
  const url = courierUrl ?? sandboxUrl;
  if (!url) throw new Error(`The stage ${stage} has neither a courier's address nor a sandbox.`);
  return url;
}
