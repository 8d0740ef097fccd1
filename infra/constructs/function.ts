/** The one way to make a Lambda function here. */
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { OptionalSetting, Setting } from '../../functions/platform/env.ts';
import { bundleOf, type FunctionId } from '../bundle.ts';
import { featuresOf, removalPolicyOf, type StageSettings } from '../settings.ts';

export type Grant = { actions: string[]; resources: string[]; conditions?: Record<string, unknown> };

export type ServiceFunctionProps = {
  settings: StageSettings;
  /** Exactly the settings that its code reads. */
  environment: Partial<Record<Setting | OptionalSetting, string>>;
  /** Exactly the calls that its code makes. */
  grants: Grant[];
  timeoutSeconds?: number;
  memoryMb?: number;
};

/** Node 24 on arm64, its own log group with retention, traced where AWS can, with no right but those named. */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: FunctionId, props: ServiceFunctionProps) {
    super(scope, id);
    const { settings } = props;
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/onewindow/${settings.stage}/${id}`,
      retention: settings.logRetentionDays,
      removalPolicy: removalPolicyOf(settings),
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    this.function = new LambdaFunction(this, 'Function', {
      role,
      functionName: `onewindow-${settings.stage}-${id}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundleOf(id)),
      handler: 'index.handler',
      timeout: Duration.seconds(props.timeoutSeconds ?? 15),
      memorySize: props.memoryMb ?? 512,
      tracing: featuresOf(settings).tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      logGroup: this.logGroup,
      environment: {
        STAGE: settings.stage,
        POWERTOOLS_LOG_LEVEL: 'INFO',
        ...(settings.sandbox ? { BUSINESS_CLOCK: 'movable' } : {}),
        ...(settings.identity ? { OIDC_GROUPS_CLAIM: settings.identity.groupsClaim } : {}),
        ...props.environment,
      },
    });
    for (const { actions, resources, conditions } of props.grants) {
      this.function.addToRolePolicy(
        new PolicyStatement({ actions, resources, ...(conditions ? { conditions } : {}) }),
      );
    }
  }
}
