/** What only AWS would tell, because the local cloud checks neither policies of resources nor partitions. */
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../infra/settings.ts';
import { AppStack } from '../../infra/stacks/app-stack.ts';
import { DataStack } from '../../infra/stacks/data-stack.ts';
import { everyStage, type Resource, synthesize } from '../support/stacks.ts';

const stages = Object.fromEntries(everyStage.map((stage) => [stage, synthesize(stage)]));
const of = (stage: string) => stages[stage] as ReturnType<typeof synthesize>;
// biome-ignore lint/suspicious/noExplicitAny: templates have no types
const properties = ([, resource]: [string, Resource]): any => resource.Properties;

describe.each(everyStage)('stage %s on AWS', (stage) => {
  const { ofType, resources } = of(stage);

  it('names no partition, so that it deploys in the regions of China too', () => {
    expect(JSON.stringify(resources)).not.toMatch(/arn:aws[\w-]*:/);
  });

  it('lets alarms publish to their topic: a policy of our own replaces the one that allowed it', () => {
    const [topic, ...others] = ofType('AWS::SNS::TopicPolicy');
    expect(others).toEqual([]);
    const statements = topic ? properties(topic).PolicyDocument.Statement : [];
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
      }),
    );
  });

  it('opens no sign-in flow that nothing uses', () => {
    const [client] = ofType('AWS::Cognito::UserPoolClient');
    expect(client && properties(client)).not.toHaveProperty('AllowedOAuthFlows');
    expect(JSON.stringify(resources)).not.toContain('https://example.com');
  });
});

it('answers under a name of its own alone, where a stage has one', () => {
  const app = new App();
  const certificateArn = 'arn:aws:acm:us-east-1:111111111111:certificate/example';
  const settings = { ...settingsOf('production'), domain: { name: 'api.example.org', certificateArn } };
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
