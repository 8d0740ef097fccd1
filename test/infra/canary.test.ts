/** What the canary may do: sign in as itself and speak to the public API. Nothing behind it is open to it. */
import { describe, expect, it } from 'vitest';
import { idleCosts, idleUsd } from '../../infra/bench/idle.ts';
import { everyStage, type Resource, synthesize } from '../support/stacks.ts';

// biome-ignore lint/suspicious/noExplicitAny: templates have no types
const properties = ([, resource]: [string, Resource]): any => resource.Properties;
const stages = new Map(everyStage.map((stage) => [stage, synthesize(stage)]));
const of = (stage: string) => stages.get(stage as never) as ReturnType<typeof synthesize>;

type Statement = { Action: string | string[]; Resource: unknown };

/** What the roles of its two functions allow, but for logs and traces. */
function rights(stage: string, construct: string): Statement[] {
  const policies = of(stage)
    .ofType('AWS::IAM::Policy')
    .filter(([id]) => new RegExp(`^${construct}Role`).test(id));
  expect(policies).toHaveLength(1);
  const statements: Statement[] = policies.flatMap((each) => properties(each).PolicyDocument.Statement);
  return statements.filter(({ Action }) => !/^(logs|xray):/.test([Action].flat()[0] ?? ''));
}

const own = (stage: string): boolean => stage !== 'china';

describe.each(everyStage)('the canary of stage %s', (stage) => {
  const { ofType } = of(stage);

  it('has no right to the table, a queue, the bus, a key or the workflow', () => {
    const receiver = rights(stage, 'Canary(Canary)?Api');
    const canary = rights(stage, 'Canary');
    expect(receiver.map(({ Action }) => Action)).toEqual(['secretsmanager:GetSecretValue']);
    expect(JSON.stringify(receiver)).toContain('CanaryDepartment');
    expect(canary.map(({ Action }) => Action)).toEqual([
      'secretsmanager:GetSecretValue',
      ...(own(stage) ? ['cognito-idp:DescribeUserPoolClient'] : []),
    ]);
    const { Resource } = canary[0] as Statement;
    expect([Resource].flat()).toHaveLength(own(stage) ? 1 : 2);
    expect(JSON.stringify([receiver, canary])).not.toMatch(/"\*"|departments\/\*/);
  });

  it('flies every five minutes, but on one’s own machine', () => {
    const [rule, ...others] = ofType('AWS::Events::Rule').filter(([id]) => id.startsWith('Canary'));
    expect(others).toEqual([]);
    expect(rule && properties(rule)).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      State: stage === 'local' ? 'DISABLED' : 'ENABLED',
    });
  });

  it('signs in as itself: a client of the pool for synthetic cases alone, or one of the issuer', () => {
    const machines = ofType('AWS::Cognito::UserPoolClient')
      .map(properties)
      .filter(({ GenerateSecret }) => GenerateSecret);
    expect(machines).toHaveLength(own(stage) ? 1 : 0);
    for (const machine of machines) {
      expect(machine.AllowedOAuthFlows).toEqual(['client_credentials']);
      expect(machine.AllowedOAuthScopes).toHaveLength(1);
      expect(JSON.stringify(machine.AllowedOAuthScopes)).toContain('/canary');
      expect(machine.ExplicitAuthFlows ?? []).toEqual([]);
    }
    const secrets = ofType('AWS::SecretsManager::Secret').map((each) => properties(each).Name);
    expect(secrets).toContain(`onewindow/${stage}/departments/canary`);
    expect(secrets.includes(`onewindow/${stage}/CanaryClient`)).toBe(!own(stage));
  });
});

describe('the setting', () => {
  it('changes how often it flies, and the alarms with it', () => {
    const { ofType } = synthesize('production', { canaryMinutes: 60 });
    const [rule] = ofType('AWS::Events::Rule').filter(([id]) => id.startsWith('Canary'));
    expect(rule && properties(rule).ScheduleExpression).toBe('rate(1 hour)');
    const periods = ofType('AWS::CloudWatch::Alarm')
      .map(properties)
      .filter(({ AlarmName }) => /Canary(Silent|Fails)$/.test(AlarmName))
      .flatMap(({ Metrics }) => Metrics)
      .flatMap(({ MetricStat }) => MetricStat?.Period ?? []);
    expect(new Set(periods)).toEqual(new Set([3600, 3 * 3600]));
  });

  it('of 0 leaves nothing of it, and no cost', () => {
    const without = synthesize('production', { canaryMinutes: 0 });
    const namedSo = ({ resources }: typeof without): string[] =>
      resources.filter((each) => /canary/i.test(JSON.stringify(each))).map(([id]) => id);
    expect(namedSo(without)).toEqual([]);
    expect(namedSo(of('production')).length).toBeGreaterThan(10);
    const cost = (stacks: typeof without): number => idleUsd(stacks.resources.map(([, each]) => each));
    const ofCanary = cost(of('production')) - cost(without);
    expect(ofCanary).toBeGreaterThan(8);
    expect(ofCanary).toBeLessThan(12);
    const lines = idleCosts(of('production').resources.map(([, each]) => each));
    expect(lines.find(({ what }) => what === 'synthetic cases')?.count).toBe(8640);
  });
});
