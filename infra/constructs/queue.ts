/** The one way to make a queue here: with a dead-letter queue. infra/alarms watches both. */
import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { receptionsOf } from '../../functions/platform/patience.ts';

export type ServiceQueueProps = {
  /** How often a message is handed out before it goes to the dead-letter queue. */
  receptions?: number;
  /** At least six times the consumer's timeout. */
  visibilitySeconds?: number;
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

  constructor(scope: Construct, id: string, props: ServiceQueueProps = {}) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this);
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

/** A queue for what could not be handled. */
export function deadLetterQueue(scope: Construct): Queue {
  return new Queue(scope, 'DeadLetters', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: retention,
  });
}
