/** The one way to make a queue here: with a dead-letter queue and an alarm on it. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export type ServiceQueueProps = {
  alarms: ITopic;
  /** How often a message is handed out before it goes to the dead-letter queue. */
  receptions?: number;
  /** At least six times the consumer's timeout. */
  visibilitySeconds?: number;
  /** What an operator does when a message lies in the dead-letter queue. */
  runbook: string;
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
