/** The canary: a synthetic case every few minutes, by the public API alone. It has no right to anything behind it. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { calls } from '../../functions/canary/calls.ts';
import { type Grant, ServiceFunction } from '../constructs/function.ts';
import type { CanaryAccess } from '../stacks/data-stack.ts';
import { type Context, secretGrant } from './context.ts';

export class Canary extends Construct {
  constructor(scope: Construct, id: string, context: Context & { access: CanaryAccess }) {
    super(scope, id);
    const { settings, api, data, departmentSecrets, access } = context;
    const environment = { API_URL: api.url, DEPARTMENT_SECRETS_PREFIX: departmentSecrets.prefix };
    const receiver = new ServiceFunction(this, 'CanaryApi', {
      settings,
      environment,
      grants: [secretGrant(access.departmentSecret.secretArn)],
    });
    api.add(this, receiver, calls);
    const canary = new ServiceFunction(this, 'Canary', {
      settings,
      timeoutSeconds: 90,
      environment: {
        ...environment,
        OIDC_ISSUER: data.identity.issuer,
        CANARY_MINUTES: String(settings.canaryMinutes),
        ...('clientId' in access
          ? { CANARY_CLIENT_ID: access.clientId }
          : { CANARY_CLIENT_SECRET_ARN: access.clientSecret.secretArn }),
      },
      grants: this.grantsOf(access),
    });
    new Rule(this, 'EveryFewMinutes', {
      // On one's own machine it flies when it is invoked.
      enabled: settings.stage !== 'local',
      schedule: Schedule.rate(Duration.minutes(settings.canaryMinutes)),
      targets: [new LambdaFunction(canary.function, { retryAttempts: 0 })],
    });
  }

  /** Its department's secret, and its client's: of the pool that has it, or of the secret where it is written down. */
  private grantsOf(access: CanaryAccess): Grant[] {
    const { secretArn } = access.departmentSecret;
    return 'clientId' in access
      ? [
          secretGrant(secretArn),
          { actions: ['cognito-idp:DescribeUserPoolClient'], resources: [access.userPoolArn] },
        ]
      : [secretGrant(secretArn, access.clientSecret.secretArn)];
  }
}
