/** Whether the service is well: asks what it depends on, and may do nothing to it. */
import { Construct } from 'constructs';
import { calls } from '../../functions/health/calls.ts';
import { ServiceFunction } from '../constructs/function.ts';
import type { ServiceQueue } from '../constructs/queue.ts';
import { type Context, personalEnvironment, tableEnvironment, tableGrants } from './context.ts';

export class Health extends Construct {
  constructor(scope: Construct, id: string, context: Context & { queues: ServiceQueue[] }) {
    super(scope, id);
    const { settings, api, data, queues } = context;
    const handler = new ServiceFunction(this, 'HealthApi', {
      settings,
      environment: {
        ...tableEnvironment(context),
        ...personalEnvironment(context),
        QUEUE_URLS: queues.map(({ queue }) => queue.queueUrl).join(','),
      },
      grants: [
        ...tableGrants(context, { GetItem: ['HEALTH', 'CATALOGUE'] }),
        { actions: ['kms:DescribeKey'], resources: [data.personalKey.keyArn] },
        { actions: ['sqs:GetQueueAttributes'], resources: queues.map(({ queue }) => queue.queueArn) },
      ],
    });
    api.add(this, handler, calls);
  }
}
