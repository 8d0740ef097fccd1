/** Joint approval: the state machine, what it calls, the decisions that go on, and the sweep of what is due. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { calls } from '../../functions/approvals/calls.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { featuresOf, removalPolicyOf } from '../settings.ts';
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
  readonly census: ServiceFunction;
  private readonly stateMachineName: string;

  constructor(scope: Construct, id: string, context: Context) {
    super(scope, id);
    this.stateMachineName = `onewindow-${context.settings.stage}-joint-approval`;
    this.stateMachine = this.makeMachine(context);
    this.addApi(context);
    this.sweep = this.makeSweep(context);
    this.census = this.makeCensus(context);
  }

  private makeMachine(context: Context): StateMachine {
    const { settings, data } = context;
    const machine = new StateMachine(this, 'JointApproval', {
      stateMachineName: this.stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(
        readFileSync(definition, 'utf8')
          // In the regions of China the services of a Task are of the partition aws-cn.
          .replaceAll('arn:aws:states:', `arn:${Aws.PARTITION}:states:`),
      ),
      definitionSubstitutions: { TableName: data.table.tableName },
      tracingEnabled: featuresOf(settings).tracing,
      logs: {
        destination: new LogGroup(this, 'JointApprovalLogs', {
          logGroupName: `/aws/vendedlogs/states/onewindow-${settings.stage}-joint-approval`,
          retention: settings.logRetentionDays,
          removalPolicy: removalPolicyOf(settings),
        }),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    // It writes the token of each wait beside the review that it belongs to, and reads the conclusion.
    for (const { actions, resources, conditions } of tableGrants(context, {
      GetItem: ['APPLICATION#*'],
      PutItem: ['APPLICATION#*'],
    })) {
      machine.addToRolePolicy(
        new PolicyStatement({ actions, resources, ...(conditions ? { conditions } : {}) }),
      );
    }
    return machine;
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
        ...tableGrants(context, 'GetItem', 'Query', ...clock(context), {
          PutItem: ['APPLICATION#*'],
          UpdateItem: ['TRIAL#*'],
        }),
        unsealGrant(context),
        { actions: ['secretsmanager:GetSecretValue'], resources: [departmentSecrets.arn] },
        // The rights of a download address are those of whoever signed it.
        ...materialsGrants(context, ['s3:GetObject', 's3:GetObjectVersion'], 'kms:Decrypt'),
      ],
    });
    api.add(this, handler, calls);
  }

  /** The executions of the machine; its name is fixed. */
  get executions(): string {
    return Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  private makeSweep(context: Context): ServiceFunction {
    const sweep = new ServiceFunction(this, 'Sweep', {
      settings: context.settings,
      timeoutSeconds: 55,
      environment: {
        ...tableEnvironment(context),
        STATE_MACHINE_ARN: this.stateMachine.stateMachineArn,
      },
      grants: [
        ...tableGrants(context, 'GetItem', 'Query', ...clock(context), {
          PutItem: ['APPLICATION#*'],
          UpdateItem: ['APPLICATION#*'],
        }),
        indexGrant(context, 'due'),
        { actions: ['states:DescribeExecution'], resources: [this.executions] },
      ],
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

  private makeCensus(context: Context): ServiceFunction {
    const { settings } = context;
    const census = new ServiceFunction(this, 'Census', {
      settings,
      timeoutSeconds: 300,
      environment: tableEnvironment(context),
      grants: [
        ...tableGrants(context, 'GetItem', 'Query', 'BatchGetItem', { UpdateItem: ['HEARTBEAT'] }),
        indexGrant(context, 'due'),
        indexGrant(context, 'inbox'),
      ],
    });
    new Rule(this, 'EveryQuarter', {
      // On one's own machine nobody is on call.
      enabled: settings.stage !== 'local',
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [new LambdaFunction(census.function, { retryAttempts: 0 })],
    });
    return census;
  }
}
