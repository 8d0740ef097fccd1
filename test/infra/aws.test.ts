/** What only AWS would tell, because the local cloud checks neither policies of resources nor partitions. */
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { AppStack } from '../../infra/stacks/app-stack.ts';
import { DataStack } from '../../infra/stacks/data-stack.ts';
import { configured, everyStage, type Resource, synthesize } from '../support/stacks.ts';

const stages = Object.fromEntries(everyStage.map((stage) => [stage, synthesize(stage)]));
const of = (stage: string) => stages[stage] as ReturnType<typeof synthesize>;
// biome-ignore lint/suspicious/noExplicitAny: templates have no types
const properties = ([, resource]: [string, Resource]): any => resource.Properties;

describe.each(everyStage)('stage %s on AWS', (stage) => {
  const { ofType, resources } = of(stage);

  it('names no partition of its own: only what the settings of the stage name', () => {
    const given = configured(stage).smsOriginationIdentity ?? 'nothing';
    expect(JSON.stringify(resources).replaceAll(given, '')).not.toMatch(/arn:aws[\w-]*:/);
  });

  it('lets alarms publish to their topics: a policy of our own replaces the one that allowed it', () => {
    const policies = ofType('AWS::SNS::TopicPolicy').map((each) => properties(each).PolicyDocument.Statement);
    expect(policies).toHaveLength(2);
    for (const statements of policies)
      expect(statements).toContainEqual(
        expect.objectContaining({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
        }),
      );
  });

  it('opens no sign-in flow that nothing uses', () => {
    const clients = ofType('AWS::Cognito::UserPoolClient').map(properties);
    expect(clients).toHaveLength(stage === 'china' ? 0 : 2);
    // People by a password's proof alone, the canary by its own secret alone.
    expect(clients.flatMap(({ AllowedOAuthFlows = [] }) => AllowedOAuthFlows)).toEqual(
      stage === 'china' ? [] : ['client_credentials'],
    );
    expect(clients.flatMap(({ CallbackURLs = [] }) => CallbackURLs)).toEqual([]);
    expect(JSON.stringify(resources)).not.toContain('https://example.com');
  });
});

describe('the stage china', () => {
  const { ofType, resources } = of('china');

  it('has nothing that the Regions of China lack', () => {
    expect(resources.filter(([, { Type }]) => Type.startsWith('AWS::Cognito'))).toEqual([]);
    expect(JSON.stringify(resources)).not.toMatch(/xray:|sms-voice:/);
    for (const each of ofType('AWS::Lambda::Function'))
      expect(properties(each)).not.toHaveProperty('TracingConfig');
    for (const each of ofType('AWS::StepFunctions::StateMachine')) {
      expect(properties(each).TracingConfiguration?.Enabled ?? false).toBe(false);
    }
    const mappings = ofType('AWS::Lambda::EventSourceMapping');
    expect(mappings.length).toBeGreaterThan(0);
    for (const each of mappings) expect(properties(each)).not.toHaveProperty('Tags');
    // Elsewhere they have them.
    expect(
      properties(of('production').ofType('AWS::Lambda::EventSourceMapping')[0] as never).Tags,
    ).toBeDefined();
  });
});

it('takes any OIDC issuer in the place of the user pool, in every partition', () => {
  const identity = { issuer: 'https://id.example.org', audience: ['a', 'b'], groupsClaim: 'roles' };
  const { ofType, resources } = synthesize('production', { identity });
  expect(resources.filter(([, { Type }]) => Type.startsWith('AWS::Cognito'))).toEqual([]);
  expect(ofType('AWS::ApiGatewayV2::Authorizer').map(properties)).toMatchObject([
    { AuthorizerType: 'JWT', JwtConfiguration: { Issuer: 'https://id.example.org', Audience: ['a', 'b'] } },
  ]);
  const functions = ofType('AWS::Lambda::Function').map((each) => properties(each).Environment.Variables);
  for (const variables of functions) expect(variables.OIDC_GROUPS_CLAIM).toBe('roles');
  expect(functions).toContainEqual(
    expect.objectContaining({ OIDC_ISSUER: 'https://id.example.org', OIDC_AUDIENCE: 'a,b' }),
  );
});

it('answers under a name of its own alone, where a stage has one', () => {
  const app = new App();
  const certificateArn = 'arn:aws:acm:us-east-1:111111111111:certificate/example';
  const settings = configured('production', { domain: { name: 'api.example.org', certificateArn } });
  const data = new DataStack(app, 'Data', { settings });
  const template = Template.fromStack(new AppStack(app, 'App', { settings, data }));
  template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
    DomainName: 'api.example.org',
    DomainNameConfigurations: [{ CertificateArn: certificateArn }],
  });
  template.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
  template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
  template.hasOutput('ApiUrl', { Value: 'https://api.example.org' });
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'onewindow-production-DeliverWebhook',
    Environment: { Variables: Match.objectLike({ API_URL: 'https://api.example.org' }) },
  });
});
