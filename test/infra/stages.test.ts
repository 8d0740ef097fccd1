import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { configured, everyStage, type Resource, synthesize } from '../support/stacks.ts';

const stages = Object.fromEntries(everyStage.map((stage) => [stage, synthesize(stage)]));
const of = (stage: string) => stages[stage] as ReturnType<typeof synthesize>;
const text = (stage: string): string => JSON.stringify(of(stage).resources);
// biome-ignore lint/suspicious/noExplicitAny: templates have no types
const properties = ([, resource]: [string, Resource]): any => resource.Properties;

describe('a private address', () => {
  it('is reached on the local stage alone: on AWS it is that of the function itself', () => {
    expect(everyStage.filter((stage) => text(stage).includes('PRIVATE_DESTINATIONS'))).toEqual(['local']);
  });
});

describe('production', () => {
  it('has nothing of the sandbox', () => {
    expect(of('production').sandbox).toBeUndefined();
    expect(text('production')).not.toMatch(/sandbox/i);
    expect(text('production')).not.toContain('BUSINESS_CLOCK');
    expect(text('production')).not.toContain('clock.moved');
    // The search would find it where it is.
    expect(text('integration')).toMatch(/sandbox/i);
    expect(text('integration')).toContain('BUSINESS_CLOCK');
  });

  it('keeps its data: backups, deletion protection, retained with the stack', () => {
    const { ofType } = of('production');
    for (const table of ofType('AWS::DynamoDB::Table')) {
      expect(properties(table).DeletionProtectionEnabled).toBe(true);
      expect(table[1].DeletionPolicy).toBe('RetainExceptOnCreate');
    }
    for (const type of [
      'AWS::S3::Bucket',
      'AWS::KMS::Key',
      'AWS::Cognito::UserPool',
      'AWS::SecretsManager::Secret',
    ]) {
      expect(ofType(type).length).toBeGreaterThan(0);
      for (const [, resource] of ofType(type)) expect(resource.DeletionPolicy).toBe('RetainExceptOnCreate');
    }
  });

  it('leaves nothing behind when its first deployment fails, so that it can be repeated', () => {
    const kept = of('production').resources.filter(([, { DeletionPolicy }]) =>
      DeletionPolicy?.startsWith('Retain'),
    );
    expect(new Set(kept.map(([, { Type }]) => Type))).toContain('AWS::Logs::LogGroup');
    for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of kept) {
      expect([id, DeletionPolicy, UpdateReplacePolicy]).toEqual([id, 'RetainExceptOnCreate', 'Retain']);
    }
    const { data, main, observability } = of('production');
    const protectedOnes = [data, main, observability].filter(
      ({ terminationProtection }) => terminationProtection,
    );
    expect(protectedOnes).toEqual([data, main]);
  });

  it('lets nobody sign in with a password over the administrators’ API', () => {
    const clients = of('production').ofType('AWS::Cognito::UserPoolClient').map(properties);
    expect(clients).toHaveLength(2);
    for (const { ExplicitAuthFlows = [] } of clients) {
      expect(ExplicitAuthFlows).not.toContain('ALLOW_ADMIN_USER_PASSWORD_AUTH');
    }
  });
});

/** The line by which a function of a stage counts something. */
function counted(stage: string): Record<string, unknown> {
  const script = "import('./functions/platform/metrics.ts').then(({ count }) => count('ReviewsEscalated'))";
  const env = { PATH: process.env.PATH, STAGE: stage };
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' }));
}

it.each(['integration', 'production'])(
  'the alarms of %s count what this stage counts, and no other',
  (stage) => {
    const { _aws, ...line } = counted(stage) as {
      _aws: { CloudWatchMetrics: Record<string, unknown>[] };
    } & Record<string, unknown>;
    const alarms = of(stage).ofType('AWS::CloudWatch::Alarm').map(properties);
    const [alarm] = alarms
      .flatMap(({ Metrics = [] }) => Metrics)
      .flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])
      .filter(({ MetricName }) => MetricName === 'ReviewsEscalated');
    const names: string[] = alarm.Dimensions.map(({ Name }: { Name: string }) => Name);
    expect(_aws.CloudWatchMetrics).toMatchObject([{ Namespace: alarm.Namespace, Dimensions: [names] }]);
    for (const { Name, Value } of alarm.Dimensions) expect(line[Name]).toBe(Value);
    expect(line.stage).toBe(stage);
    expect(text(stage)).not.toContain(`"Value":"${stage === 'production' ? 'integration' : 'production'}"`);
  },
);

describe.each(everyStage)('stage %s', (stage) => {
  const { ofType } = of(stage);

  it('has one table with a stream and point-in-time recovery, encrypted by a key of ours', () => {
    const main = ofType('AWS::DynamoDB::Table').find((table) => properties(table).StreamSpecification);
    expect(main && properties(main)).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
  });

  it('lets uploads expire that no case took, and no version that one did', () => {
    const [bucket] = ofType('AWS::S3::Bucket');
    const { Rules } = (bucket && properties(bucket).LifecycleConfiguration) ?? {};
    const expiring = Rules.filter((rule: object) =>
      /"(Noncurrent\w+|ExpirationInDays)":/.test(JSON.stringify(rule)),
    );
    expect(expiring).toMatchObject([
      { TagFilters: [{ Key: 'state', Value: 'unused' }], ExpirationInDays: 7, Status: 'Enabled' },
    ]);
  });

  it('signs no address by which an object could be written over', () => {
    const written = ofType('AWS::IAM::Policy')
      .flatMap((policy) => properties(policy).PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
    expect(written).toHaveLength(1);
    expect(written[0].Condition).toEqual({ Null: { 's3:if-none-match': 'false' } });
  });

  it('lets who signs upload addresses mark nothing as unused that a case has taken', () => {
    const tagging = ofType('AWS::IAM::Policy')
      .filter(([id]) => id.includes('MaterialsApi'))
      .flatMap((policy) => properties(policy).PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().some((action) => /^s3:.*Tagging$/.test(action)));
    expect(tagging).toMatchObject([
      {
        Action: 's3:PutObjectTagging',
        Condition: { StringNotEquals: { 's3:ExistingObjectTag/state': 'taken' } },
      },
    ]);
  });

  it('gives every queue a dead-letter queue, and every dead-letter queue an alarm', () => {
    const queues = ofType('AWS::SQS::Queue');
    const alarmed = JSON.stringify(ofType('AWS::CloudWatch::Alarm'));
    for (const [id, queue] of queues) {
      // On one's own machine nobody is on call.
      if (id.includes('DeadLetters')) expect(stage === 'local' || alarmed.includes(id), id).toBe(true);
      else expect((queue.Properties as { RedrivePolicy?: unknown }).RedrivePolicy, id).toBeDefined();
    }
    expect(queues.length).toBeGreaterThanOrEqual(7);
  });

  it('lets SMS and parcels wait for a service that is away, as long as its settings say', () => {
    const receptions = configured(stage).retrySeconds.length + 1;
    for (const word of ['NotificationsMessagesQueue', 'FulfilmentOutputsQueue']) {
      const queue = ofType('AWS::SQS::Queue').find(([id]) => id.startsWith(word));
      expect(queue && properties(queue)).toMatchObject({ RedrivePolicy: { maxReceiveCount: receptions } });
      // Of a consumer that cannot run at all, too, no message is given up within the hour.
      if (stage !== 'local')
        expect(queue && properties(queue).VisibilityTimeout * receptions).toBeGreaterThan(3600);
    }
  });

  it('waits at least six times a consumer’s timeout before a message comes again', () => {
    const functions = new Map(
      ofType('AWS::Lambda::Function').map((each) => [each[0], properties(each).Timeout]),
    );
    const visibility = new Map(
      ofType('AWS::SQS::Queue').map((each) => [each[0], properties(each).VisibilityTimeout]),
    );
    const mappings = ofType('AWS::Lambda::EventSourceMapping').filter(
      (each) => !properties(each).StartingPosition,
    );
    expect(mappings.length).toBeGreaterThanOrEqual(3);
    for (const mapping of mappings) {
      const { EventSourceArn, FunctionName, BatchSize, FunctionResponseTypes } = properties(mapping);
      const timeout = functions.get(FunctionName.Ref) as number;
      expect(visibility.get(EventSourceArn['Fn::GetAtt'][0])).toBeGreaterThanOrEqual(6 * timeout);
      expect(BatchSize).toBe(1);
      expect(FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
  });

  it('reads the stream once, with an age limit, bisection and a place for failures', () => {
    const streams = ofType('AWS::Lambda::EventSourceMapping').filter(
      (each) => properties(each).StartingPosition,
    );
    expect(streams.map(properties)).toMatchObject([
      {
        BisectBatchOnFunctionError: true,
        MaximumRecordAgeInSeconds: 82_800,
        DestinationConfig: { OnFailure: { Destination: expect.anything() } },
      },
    ]);
    // The age alone decides: without a number, attempts are unlimited.
    for (const each of streams) expect(properties(each)).not.toHaveProperty('MaximumRetryAttempts');
  });

  it('lets only these routes be called without signing in', () => {
    const open = ofType('AWS::ApiGatewayV2::Route').filter(
      (each) => properties(each).AuthorizationType === 'NONE',
    );
    const rest = ofType('AWS::ApiGatewayV2::Route').filter(
      (each) => properties(each).AuthorizationType !== 'NONE',
    );
    const keys = open.map((each) => properties(each).RouteKey as string);
    expect(keys.filter((key) => !key.includes('/sandbox/')).toSorted()).toEqual([
      'GET /asyncapi.json',
      'GET /catalogue',
      'GET /catalogue/{code}',
      'GET /catalogue/{code}/promise',
      'GET /departments/{code}/checks/{id}',
      'GET /departments/{code}/deliveries',
      'GET /events/{type}',
      'GET /health',
      'GET /health/live',
      'GET /openapi.json',
      'GET /reviews/{id}',
      'PATCH /departments/{code}',
      'POST /canary/webhooks',
      'POST /courier/events',
      'POST /departments/{code}/check',
      'POST /departments/{code}/deliveries/resend',
      'POST /departments/{code}/deliveries/{id}/resend',
      'POST /departments/{code}/test-events',
      'POST /reviews/{id}/decisions',
      'POST /sms/receipts',
    ]);
    expect(rest.length).toBeGreaterThanOrEqual(12);
    for (const route of rest) expect(properties(route)).toMatchObject({ AuthorizationType: 'JWT' });
  });

  it('forgets no log, and no function runs on anything but Node 24 on arm64', () => {
    for (const [id, log] of ofType('AWS::Logs::LogGroup')) {
      expect((log.Properties as { RetentionInDays?: number }).RetentionInDays, id).toBeGreaterThan(0);
    }
    for (const each of ofType('AWS::Lambda::Function')) {
      expect(properties(each)).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogGroup: expect.anything() },
      });
    }
  });

  it('writes into the access log who called which route, and no path', () => {
    const [access] = ofType('AWS::ApiGatewayV2::Stage').map((each) =>
      JSON.parse(properties(each).AccessLogSettings.Format),
    );
    expect(access).toMatchObject({ ip: '$context.identity.sourceIp', route: '$context.routeKey' });
    expect(JSON.stringify(access)).not.toMatch(/\$context\.(path|authorizer)/);
  });

  it('takes no data into the log of the state machine', () => {
    const [machine] = ofType('AWS::StepFunctions::StateMachine');
    expect(machine && properties(machine).LoggingConfiguration).toMatchObject({
      IncludeExecutionData: false,
      Level: 'ERROR',
    });
  });
});
