/** Joint approval: the state machine, what it calls, the decisions that go on, and the sweep of what is due. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { consumeQueue } from '../constructs/consumers.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { ServiceQueue } from '../constructs/queue.ts';
import {
  type Context,
  clock,
  indexGrant,
  materialsEnvironment,
  materialsGrants,
  personalEnvironment,
  tableEnvironment,
  tableGrants,
  unsealGrant,
  usersEnvironment,
} from './context.ts';

const definition = fileURLToPath(new URL('../../statemachines/joint-approval.asl.json', import.meta.url));

export class Approvals extends Construct {
  readonly stateMachine: StateMachine;
  readonly sweep: ServiceFunction;
  private readonly waits: ServiceQueue;

  constructor(scope: Construct, id: string, context: Context) {
    super(scope, id);
    this.waits = new ServiceQueue(this, 'Waits', {
      alarms: context.alarms,
      runbook: 'An execution waits for a token that was not registered: redrive the message.',
    });
    this.stateMachine = this.makeMachine(context);
    this.registerWaits(context);
    this.addApi(context);
    this.sweep = this.makeSweep(context);
  }

  private makeMachine(context: Context): StateMachine {
    const { settings } = context;
    const environment = tableEnvironment(context);
    const grants = tableGrants(context, 'PutItem', 'Query', ...clock(context));
    const accept = new ServiceFunction(this, 'AcceptApplication', { settings, environment, grants });
    const conclude = new ServiceFunction(this, 'RecordConclusion', { settings, environment, grants });
    const machine = new StateMachine(this, 'JointApproval', {
      stateMachineName: `onewindow-${settings.stage}-joint-approval`,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(
        readFileSync(definition, 'utf8')
          // In the regions of China the services of a Task are of the partition aws-cn.
          .replaceAll('arn:aws:states:', `arn:${Aws.PARTITION}:states:`),
      ),
      definitionSubstitutions: {
        AcceptFunctionArn: accept.function.functionArn,
        RecordConclusionFunctionArn: conclude.function.functionArn,
        WaitsQueueUrl: this.waits.queue.queueUrl,
      },
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'JointApprovalLogs', {
          logGroupName: `/aws/vendedlogs/states/onewindow-${settings.stage}-joint-approval`,
          retention: settings.logRetentionDays,
          removalPolicy: settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    machine.addToRolePolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [accept.function.functionArn, conclude.function.functionArn],
      }),
    );
    machine.addToRolePolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.waits.queue.queueArn] }),
    );
    return machine;
  }

  private registerWaits(context: Context): void {
    const consumer = new ServiceFunction(this, 'RegisterWait', {
      settings: context.settings,
      environment: tableEnvironment(context),
      grants: [
        ...tableGrants(context, 'GetItem', 'PutItem'),
        {
          actions: ['states:SendTaskFailure', 'states:SendTaskSuccess'],
          resources: [this.stateMachine.stateMachineArn],
        },
      ],
    });
    consumeQueue(consumer, this.waits.queue, context.settings.queueConcurrency);
  }

  private addApi(context: Context): void {
    const { settings, api, departmentSecrets } = context;
    const handler = new ServiceFunction(this, 'ReviewsApi', {
      settings,
      environment: {
        ...tableEnvironment(context),
        ...personalEnvironment(context),
        ...usersEnvironment(context),
        DEPARTMENT_SECRETS_PREFIX: departmentSecrets.prefix,
        ...materialsEnvironment(context),
      },
      grants: [
        ...tableGrants(context, 'PutItem', 'Query', ...clock(context)),
        unsealGrant(context),
        { actions: ['secretsmanager:GetSecretValue'], resources: [departmentSecrets.arn] },
        // The rights of a download address are those of whoever signed it.
        ...materialsGrants(context, ['s3:GetObject', 's3:GetObjectVersion'], 'kms:Decrypt'),
      ],
    });
    api.add(this, handler, 'open', ['GET /reviews/{id}', 'POST /reviews/{id}/decisions']);
  }

  private makeSweep(context: Context): ServiceFunction {
    const sweep = new ServiceFunction(this, 'Sweep', {
      settings: context.settings,
      timeoutSeconds: 55,
      environment: tableEnvironment(context),
      grants: [...tableGrants(context, 'PutItem', 'Query', ...clock(context)), indexGrant(context, 'due')],
    });
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweep.function, { retryAttempts: 0 })],
    });
    if (context.settings.sandbox) {
      new Rule(this, 'ClockMoved', {
        eventBus: context.bus,
        eventPattern: { source: ['onewindow'], detailType: ['clock.moved'] },
        targets: [new LambdaFunction(sweep.function, { retryAttempts: 2 })],
      });
    }
    return sweep;
  }
}
