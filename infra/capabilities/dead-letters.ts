/**
 * What operators do about what the queues have put aside. It may take nothing out of a queue that is at work, reads no
 * case, and writes down whom it obeyed before it moves anything.
 */
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { calls } from '../../functions/dead-letters/calls.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { type Context, tableEnvironment, tableGrants } from './context.ts';

/** What was put aside, and from which queue; of the stream there is none. */
export type PutAside = { queue: Queue; source?: Queue };

export class DeadLetters extends Construct {
  constructor(scope: Construct, id: string, context: Context & { queues: PutAside[] }) {
    super(scope, id);
    const { settings, api, queues } = context;
    const sources = queues.flatMap(({ source }) => source ?? []);
    const handler = new ServiceFunction(this, 'DeadLettersApi', {
      settings,
      timeoutSeconds: 29,
      environment: {
        ...tableEnvironment(context),
        DEAD_LETTER_QUEUES: queues
          .map(({ queue, source }) =>
            [queue, ...(source ? [source] : [])].map((each) => each.queueUrl).join('>'),
          )
          .join(','),
      },
      grants: [
        ...tableGrants(context, {
          GetItem: ['IDEMPOTENCY#*'],
          PutItem: ['IDEMPOTENCY#*', 'OPERATIONS#*', 'SHELF#*'],
        }),
        {
          actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
          resources: queues.map(({ queue }) => queue.queueArn),
        },
        { actions: ['sqs:SendMessage'], resources: sources.map(({ queueArn }) => queueArn) },
      ],
    });
    api.add(this, handler, calls);
  }
}
