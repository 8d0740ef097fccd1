/** Simulated departments, courier and carrier. Deployed on sandbox stages only. */
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { calls } from '../../functions/sandbox/calls.ts';
import { clock, secretGrant, tableEnvironment, tableGrants } from '../capabilities/context.ts';
import { consumeQueue } from '../constructs/consumers.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { ServiceQueue } from '../constructs/queue.ts';
import type { AppStack } from './app-stack.ts';

export class SandboxStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { app: AppStack }) {
    super(scope, id, props);
    const { context } = props.app;
    const { settings, data, api, bus } = context;
    if (!settings.sandbox) throw new Error(`The stage ${settings.stage} has no sandbox.`);
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const work = new ServiceQueue(this, 'Work', { receptions: 20, visibilitySeconds: 240 });
    const environment = {
      ...tableEnvironment(context),
      API_URL: api.url,
      SANDBOX_TABLE_NAME: table.tableName,
      SANDBOX_QUEUE_URL: work.queue.queueUrl,
      COURIER_SECRET_ARN: data.courierSecret.secretArn,
      SMS_SECRET_ARN: data.smsSecret.secretArn,
    };
    const secrets = secretGrant(data.courierSecret.secretArn, data.smsSecret.secretArn);
    const send = { actions: ['sqs:SendMessage'], resources: [work.queue.queueArn] };
    const handler = new ServiceFunction(this, 'SandboxApi', {
      settings,
      timeoutSeconds: 25,
      environment: { ...environment, BUS_NAME: bus.eventBusName },
      grants: [
        {
          actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
          resources: [table.tableArn],
        },
        ...tableGrants(context, ...clock(context), { UpdateItem: ['CLOCK'] }),
        send,
        { actions: ['events:PutEvents'], resources: [bus.eventBusArn] },
        secrets,
      ],
    });
    const worker = new ServiceFunction(this, 'SandboxWork', {
      settings,
      timeoutSeconds: 40,
      environment,
      grants: [
        { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [table.tableArn] },
        ...tableGrants(context, ...clock(context)),
        send,
        secrets,
      ],
    });
    consumeQueue(worker, work.queue, settings.queueConcurrency);
    api.add(this, handler, calls);
    new CfnOutput(this, 'SandboxTableName', { value: table.tableName });
  }
}
