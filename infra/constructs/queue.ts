/** The one way to make a queue here: with a dead-letter queue and an alarm on it. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { receptionsOf } from '../../functions/platform/patience.ts';

export type ServiceQueueProps = {
  alarms: ITopic;
  /** How often a message is handed out before it goes to the dead-letter queue. */
  receptions?: number;
  /** At least six times the consumer's timeout. */
  visibilitySeconds?: number;
  /** What an operator does when a message lies in the dead-letter queue. */
  runbook: string;
};

/** A consumer of this is made by `patientHandler`; see functions/platform/patience.ts. */
export type PatientQueueProps = Omit<ServiceQueueProps, 'receptions'> & {
  /** Waits after failed attempts, seconds. */
  retrySeconds: number[];
};

/** Kept long enough for a person to look after a long holiday. */
const retention = Duration.days(14);

export class ServiceQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: ServiceQueueProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, props.alarms, props.runbook);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: retention,
      visibilityTimeout: Duration.seconds(props.visibilitySeconds ?? 90),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.receptions ?? 6 },
    });
  }
}

/** A queue whose messages wait for a service that is away. */
export class PatientQueue extends ServiceQueue {
  /** Settings and rights by which a consumer makes its messages wait. */
  readonly environment: { RETRY_QUEUE_URL: string; RETRY_SECONDS: string };
  readonly grant: { actions: string[]; resources: string[] };

  constructor(scope: Construct, id: string, { retrySeconds, ...props }: PatientQueueProps) {
    // A consumer that cannot run at all says no wait: then, too, a message lasts longer than an hour.
    super(scope, id, { visibilitySeconds: 180, ...props, receptions: receptionsOf(retrySeconds) });
    this.environment = { RETRY_QUEUE_URL: this.queue.queueUrl, RETRY_SECONDS: retrySeconds.join(',') };
    this.grant = { actions: ['sqs:ChangeMessageVisibility'], resources: [this.queue.queueArn] };
  }
}

/** A queue for what could not be handled, with an alarm on its first message. */
export function deadLetterQueue(scope: Construct, alarms: ITopic, runbook: string): Queue {
  const queue = new Queue(scope, 'DeadLetters', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: retention,
  });
  new Alarm(scope, 'DeadLettersAlarm', {
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'max' }),
    threshold: 0,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `A message could not be handled. ${runbook} See docs/operations.md.`,
  }).addAlarmAction(new SnsAction(alarms));
  return queue;
}
