/** Event sources: a queue's consumer, the table stream's consumer, and a route from the bus into a queue. */
import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './function.ts';
import { deadLetterQueue } from './queue.ts';

/** One message at a time: a slow one holds up no other, and invocations are countable. */
export function consumeQueue(consumer: ServiceFunction, queue: Queue, maxConcurrency: number): void {
  consumer.function.addEventSource(
    new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
  );
}

/** Stream records of a filter, with an age limit, bisection and a place for what cannot be handled. */
export class StreamConsumer extends Construct {
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    props: { consumer: ServiceFunction; table: ITable; filters: Record<string, unknown>[] },
  ) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this);
    props.consumer.function.addEventSource(
      new DynamoEventSource(props.table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 50,
        parallelizationFactor: 10,
        bisectBatchOnError: true,
        // Tried until it is too old, however often that is: attempts come quickly, an outage may take hours.
        retryAttempts: undefined,
        // The stream keeps a record for 24 hours; before that it is put aside, so that somebody is told.
        maxRecordAge: Duration.hours(23),
        onFailure: new SqsDlq(this.deadLetters),
        filters: props.filters.map((pattern) => ({ pattern: JSON.stringify(pattern) })),
      }),
    );
  }
}

/** Events of some types, and where it matters of some statuses, from the bus into a capability's own queue. */
export function routeEvents(
  scope: Construct,
  id: string,
  props: { bus: IEventBus; types: string[]; statuses?: string[]; queue: Queue; deadLetters: Queue },
): void {
  new Rule(scope, id, {
    eventBus: props.bus,
    eventPattern: {
      source: ['onewindow'],
      detailType: props.types,
      ...(props.statuses ? { detail: { data: { status: props.statuses } } } : {}),
    },
    targets: [
      new SqsQueue(props.queue, {
        deadLetterQueue: props.deadLetters,
        maxEventAge: Duration.hours(24),
        retryAttempts: 185,
      }),
    ],
  });
}
