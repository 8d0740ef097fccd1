/** Departments: connected by operators, told by webhooks, worked by officers. */
import { Construct } from 'constructs';
import { calls } from '../../functions/departments/calls.ts';
import { mostReceptions } from '../../functions/departments/retry.ts';
import { webhookTypes } from '../../functions/departments/webhook.ts';
import { consumeQueue, routeEvents } from '../constructs/consumers.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { ServiceQueue } from '../constructs/queue.ts';
import {
  type Context,
  indexGrant,
  limitsEnvironment,
  tableEnvironment,
  tableGrants,
  usersEnvironment,
} from './context.ts';

export class Departments extends Construct {
  constructor(scope: Construct, id: string, context: Context) {
    super(scope, id);
    const webhooks = new ServiceQueue(this, 'Webhooks', {
      receptions: mostReceptions,
      visibilitySeconds: 180,
    });
    this.addApi(context, webhooks);
    this.addWebhooks(context, webhooks);
  }

  /** The simulated departments of the local cloud lie on this machine; on AWS such an address is the function's own. */
  private destinations({ settings }: Context): Record<string, string> {
    return settings.stage === 'local' ? { PRIVATE_DESTINATIONS: 'allowed' } : {};
  }

  private addApi(context: Context, { queue }: ServiceQueue): void {
    const { settings, departmentSecrets } = context;
    const handler = new ServiceFunction(this, 'DepartmentsApi', {
      settings,
      // A receiver that is tried has as long to answer as for any webhook.
      timeoutSeconds: 29,
      environment: {
        ...tableEnvironment(context),
        ...usersEnvironment(context),
        ...limitsEnvironment(context),
        ...this.destinations(context),
        API_URL: context.api.url,
        WEBHOOK_QUEUE_URL: queue.queueUrl,
        WEBHOOK_ANSWER_MS: String(settings.webhookAnswerMs),
        DEPARTMENT_SECRETS_PREFIX: departmentSecrets.prefix,
      },
      grants: [
        ...tableGrants(context, 'GetItem', 'Query', 'BatchGetItem', {
          PutItem: ['DELIVERIES#*', 'DEPARTMENT', 'DEPARTMENT#*', 'TRIAL#*'],
          UpdateItem: ['DEPARTMENT', 'DEPARTMENT#*', 'LIMIT#*'],
        }),
        indexGrant(context, 'inbox'),
        { actions: ['sqs:SendMessage'], resources: [queue.queueArn] },
        {
          actions: [
            'secretsmanager:CreateSecret',
            'secretsmanager:GetSecretValue',
            'secretsmanager:PutSecretValue',
          ],
          resources: [departmentSecrets.arn],
        },
      ],
    });
    context.api.add(this, handler, calls);
  }

  private addWebhooks(context: Context, webhooks: ServiceQueue): void {
    const { settings, departmentSecrets, api, bus } = context;
    const consumer = new ServiceFunction(this, 'DeliverWebhook', {
      settings,
      timeoutSeconds: 30,
      environment: {
        ...tableEnvironment(context),
        ...this.destinations(context),
        API_URL: api.url,
        DEPARTMENT_SECRETS_PREFIX: departmentSecrets.prefix,
        WEBHOOK_QUEUE_URL: webhooks.queue.queueUrl,
        WEBHOOK_DEAD_LETTERS_URL: webhooks.deadLetters.queueUrl,
        WEBHOOK_ANSWER_MS: String(settings.webhookAnswerMs),
        WEBHOOKS_AT_ONCE: String(settings.webhooksAtOnce),
        WEBHOOK_RETRY_SECONDS: settings.webhookRetrySeconds.join(','),
      },
      grants: [
        ...tableGrants(context, 'GetItem', 'Query', 'BatchGetItem', {
          PutItem: ['DELIVERIES#*', 'DEPARTMENT', 'DEPARTMENT#*', 'TRIAL#*'],
          UpdateItem: ['DEPARTMENT', 'DEPARTMENT#*', 'TRIAL#*'],
        }),
        indexGrant(context, 'inbox'),
        { actions: ['secretsmanager:GetSecretValue'], resources: [departmentSecrets.arn] },
        { actions: ['sqs:ChangeMessageVisibility', 'sqs:SendMessage'], resources: [webhooks.queue.queueArn] },
        { actions: ['sqs:SendMessage'], resources: [webhooks.deadLetters.queueArn] },
      ],
    });
    consumeQueue(consumer, webhooks.queue, context.settings.queueConcurrency);
    routeEvents(this, 'ToWebhooks', {
      bus,
      types: [...webhookTypes, 'department.configured'],
      queue: webhooks.queue,
      deadLetters: webhooks.deadLetters,
    });
  }
}
