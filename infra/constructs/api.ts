/** The HTTP API and the one way to add routes: those that a room describes, open or for people who have signed in. */
import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import {
  type CfnStage,
  CorsHttpMethod,
  DomainName,
  HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Calls, needsSignIn } from '../../functions/platform/call.ts';
import type { Identity } from '../own-settings.ts';
import { removalPolicyOf, type StageSettings } from '../settings.ts';
import type { ServiceFunction } from './function.ts';

export class ServiceApi extends Construct {
  readonly api: HttpApi;
  readonly url: string;
  private readonly authorizer: HttpJwtAuthorizer;

  constructor(scope: Construct, id: string, props: { settings: StageSettings; identity: Identity }) {
    super(scope, id);
    const { settings, identity } = props;
    this.authorizer = new HttpJwtAuthorizer('Users', identity.issuer, { jwtAudience: identity.audience });
    const domain = this.makeDomain(settings);
    this.api = new HttpApi(this, 'Api', {
      apiName: `onewindow-${settings.stage}`,
      // With a name of its own, the API has that one alone.
      ...(domain ? { defaultDomainMapping: { domainName: domain }, disableExecuteApiEndpoint: true } : {}),
      ...(settings.portalOrigins.length > 0
        ? {
            corsPreflight: {
              allowOrigins: settings.portalOrigins,
              allowMethods: [
                CorsHttpMethod.GET,
                CorsHttpMethod.POST,
                CorsHttpMethod.PUT,
                CorsHttpMethod.PATCH,
                CorsHttpMethod.DELETE,
              ],
              allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
              exposeHeaders: ['etag', 'idempotent-replayed', 'location', 'retry-after', 'x-request-id'],
            },
          }
        : {}),
    });
    // The local cloud takes the API's id from this tag, so that its address stays the same over restarts.
    if (settings.stage === 'local') Tags.of(this.api).add('ms-custom-id', 'onewindow');
    this.url = settings.domain
      ? `https://${settings.domain.name}`
      : (settings.apiUrl?.(this.api.apiId) ?? this.api.apiEndpoint);
    this.logAndThrottle(settings);
  }

  private makeDomain({ domain }: StageSettings): DomainName | undefined {
    if (!domain) return undefined;
    const name = new DomainName(this, 'Domain', {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
    });
    new CfnOutput(Stack.of(this), 'ApiTarget', { value: name.regionalDomainName });
    return name;
  }

  /** Access logs name the caller's address and the route, not the path: a path may hold a number, a query a phone. */
  private logAndThrottle(settings: StageSettings): void {
    const log = new LogGroup(this, 'AccessLogs', {
      logGroupName: `/onewindow/${settings.stage}/access`,
      retention: settings.logRetentionDays,
      removalPolicy: removalPolicyOf(settings),
    });
    const stage = this.api.defaultStage?.node.defaultChild as CfnStage;
    stage.defaultRouteSettings = { throttlingRateLimit: 2_000, throttlingBurstLimit: 4_000 };
    stage.accessLogSettings = {
      destinationArn: new LogGroupLogDestination(log).bind(this.api.defaultStage as never).destinationArn,
      format: JSON.stringify({
        requestId: '$context.requestId',
        ip: '$context.identity.sourceIp',
        route: '$context.routeKey',
        status: '$context.status',
        latency: '$context.responseLatency',
        integration: '$context.integrationStatus',
        error: '$context.integrationErrorMessage',
      }),
    };
  }

  /** All calls of a room, by route key, to one function. */
  add(scope: Construct, to: ServiceFunction, calls: Calls): void {
    const integration = new HttpLambdaIntegration(`${to.node.id}Integration`, to.function);
    for (const [route, call] of Object.entries(calls)) {
      const [method, path] = route.split(' ') as [HttpMethod, string];
      new HttpRoute(scope, route.replace(/[^A-Za-z]+/g, '-'), {
        httpApi: this.api,
        routeKey: HttpRouteKey.with(path, method),
        integration,
        authorizer: needsSignIn(call) ? this.authorizer : new HttpNoneAuthorizer(),
      });
    }
  }
}
