/** What only AWS would tell, because the local cloud checks neither policies of resources nor partitions. */
import { describe, expect, it } from 'vitest';
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
