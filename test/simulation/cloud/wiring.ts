/**
 * How the cloud is wired, read from the synthesized template: functions with their environments, queues, filters, rules,
 * routes, alarms. Nothing of it is written down a second time.
 */
import { entries, type FunctionId } from '../../../infra/bundle.ts';
import { synthesize } from '../../support/stacks.ts';

// biome-ignore lint/suspicious/noExplicitAny: properties of fourteen types of resource
type Any = any;
type Resource = { Type: string; Properties: Any };

export type FunctionWiring = { entry: string; timeoutMs: number; environment: Record<string, string> };
export type QueueWiring = {
  visibilityMs: number;
  retentionMs: number;
  deadLetters?: string;
  receptions?: number;
};
export type QueueConsumer = { queue: string; to: string; batchSize: number; concurrency: number };
export type StreamConsumer = {
  to: string;
  filters: Any[];
  batchSize: number;
  bisects: boolean;
  retries: number;
  maxAgeMs: number;
  reportsFailures: boolean;
  failures?: string;
};
export type Target = {
  to?: string;
  queue?: string;
  deadLetters?: string;
  inputPath?: string;
  group?: string;
};
export type Rule = { name: string; pattern?: Any; everyMs?: number; targets: Target[] };
export type AlarmWiring = { name: string; metric: string; of?: string };

export type Wiring = {
  functions: Record<string, FunctionWiring>;
  queues: Record<string, QueueWiring>;
  queueConsumers: QueueConsumer[];
  streamConsumers: StreamConsumer[];
  rules: Rule[];
  /** Route key to the function that answers it, and whether API Gateway verifies a token first. */
  routes: Record<string, { to: string; isOpen: boolean }>;
  machines: { name: string; definition: Any }[];
  alarms: AlarmWiring[];
};

/** With a sandbox, so that nothing has to be configured; the sandbox itself is left out. */
const stage = 'integration';

const pseudo: Record<string, string> = {
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'simulation',
};

class Template {
  readonly #exports = new Map<string, unknown>();
  readonly resources = new Map<string, Resource>();

  constructor(templates: { Resources: Record<string, Resource>; Outputs?: Record<string, Any> }[]) {
    for (const { Resources, Outputs = {} } of templates) {
      for (const [id, resource] of Object.entries(Resources)) this.resources.set(id, resource);
      for (const { Export, Value } of Object.values(Outputs))
        if (Export) this.#exports.set(Export.Name, Value);
    }
  }

  /** A value with its references filled in: a resource is named by its logical id. */
  resolve(value: Any): Any {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((each) => this.resolve(each));
    const [[key, inner] = ['', undefined], ...more] = Object.entries<Any>(value);
    if (more.length === 0) {
      if (key === 'Ref') return pseudo[inner] ?? inner;
      if (key === 'Fn::GetAtt') return inner[1] === 'ApiEndpoint' ? 'https://api.onewindow.test' : inner[0];
      if (key === 'Fn::Join') return this.resolve(inner[1]).join(inner[0]);
      if (key === 'Fn::ImportValue') return this.resolve(this.#exports.get(inner));
      if (key === 'Fn::Select') return this.resolve(inner[1])[inner[0]];
      if (key === 'Fn::Split') return String(this.resolve(inner[1])).split(inner[0]);
      if (key === 'Fn::If') return this.resolve(inner[1]);
      if (key === 'Fn::Sub') return this.#substituted(inner);
    }
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.resolve(each)]));
  }

  #substituted(inner: Any): string {
    const [text, values] = Array.isArray(inner) ? inner : [inner, {}];
    return String(text).replaceAll(/\$\{([^}]+)\}/g, (_, name) =>
      this.resolve(values[name] ?? { Ref: name }),
    );
  }

  ofType(type: string): [string, Any][] {
    return [...this.resources]
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => [id, this.resolve(Properties ?? {})]);
  }
}

const isOurs = (id: string): id is FunctionId => id in entries && !id.startsWith('Sandbox');

function functionsOf(template: Template): { names: Map<string, string>; functions: Wiring['functions'] } {
  const names = new Map<string, string>();
  const functions: Wiring['functions'] = {};
  for (const [logical, { FunctionName, Timeout, Environment }] of template.ofType('AWS::Lambda::Function')) {
    const id =
      String(FunctionName ?? '')
        .split('-')
        .at(-1) ?? '';
    if (!isOurs(id)) continue;
    names.set(logical, id);
    // The world's clock is the virtual one; nobody moves it.
    const { BUSINESS_CLOCK: _, ...environment } = Environment?.Variables ?? {};
    functions[id] = { entry: `functions/${entries[id]}.ts`, timeoutMs: (Timeout ?? 3) * 1000, environment };
  }
  return { names, functions };
}

function queuesOf(template: Template): Wiring['queues'] {
  return Object.fromEntries(
    template.ofType('AWS::SQS::Queue').map(([id, each]) => [
      id,
      {
        visibilityMs: (each.VisibilityTimeout ?? 30) * 1000,
        retentionMs: (each.MessageRetentionPeriod ?? 345_600) * 1000,
        ...(each.RedrivePolicy
          ? {
              deadLetters: each.RedrivePolicy.deadLetterTargetArn,
              receptions: each.RedrivePolicy.maxReceiveCount,
            }
          : {}),
      },
    ]),
  );
}

function consumersOf(template: Template, names: Map<string, string>) {
  const queueConsumers: QueueConsumer[] = [];
  const streamConsumers: StreamConsumer[] = [];
  for (const [, each] of template.ofType('AWS::Lambda::EventSourceMapping')) {
    const to = names.get(each.FunctionName);
    if (!to) continue;
    if (each.StartingPosition === undefined) {
      queueConsumers.push({
        queue: each.EventSourceArn,
        to,
        batchSize: each.BatchSize ?? 10,
        concurrency: each.ScalingConfig?.MaximumConcurrency ?? 1000,
      });
      continue;
    }
    streamConsumers.push({
      to,
      filters: (each.FilterCriteria?.Filters ?? []).map(({ Pattern }: Any) => JSON.parse(Pattern)),
      batchSize: each.BatchSize ?? 100,
      bisects: each.BisectBatchOnFunctionError === true,
      retries: each.MaximumRetryAttempts ?? -1,
      maxAgeMs: (each.MaximumRecordAgeInSeconds ?? -1) * 1000,
      reportsFailures: (each.FunctionResponseTypes ?? []).includes('ReportBatchItemFailures'),
      ...(each.DestinationConfig?.OnFailure
        ? { failures: each.DestinationConfig.OnFailure.Destination }
        : {}),
    });
  }
  return { queueConsumers, streamConsumers };
}

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function everyMs(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const ms = unitMs[unit ?? ''];
  if (!ms) throw new Error(`The simulation knows no schedule ${expression}.`);
  return Number(count) * ms;
}

function rulesOf(template: Template, names: Map<string, string>): Rule[] {
  return template.ofType('AWS::Events::Rule').flatMap(([name, each]): Rule[] => {
    const targets = (each.Targets ?? []).flatMap((target: Any): Target[] => {
      const to = names.get(target.Arn);
      const known = to || template.resources.get(target.Arn)?.Type === 'AWS::SQS::Queue';
      if (!known) return [];
      if (target.InputTransformer || target.Input)
        throw new Error(`The simulation transforms no input: ${name}.`);
      return [
        {
          ...(to ? { to } : { queue: target.Arn }),
          ...(target.DeadLetterConfig ? { deadLetters: target.DeadLetterConfig.Arn } : {}),
          ...(target.InputPath ? { inputPath: target.InputPath } : {}),
          ...(target.SqsParameters ? { group: target.SqsParameters.MessageGroupId } : {}),
        },
      ];
    });
    if (targets.length === 0) return [];
    const schedule = each.ScheduleExpression ? { everyMs: everyMs(each.ScheduleExpression) } : {};
    return [{ name, targets, ...(each.EventPattern ? { pattern: each.EventPattern } : {}), ...schedule }];
  });
}

function routesOf(template: Template, names: Map<string, string>): Wiring['routes'] {
  const integrations = new Map(
    template
      .ofType('AWS::ApiGatewayV2::Integration')
      .map(([id, { IntegrationUri }]) => [
        id,
        [...names.keys()].find((name) => String(IntegrationUri).includes(name)),
      ]),
  );
  const routes: Wiring['routes'] = {};
  for (const [, { RouteKey, Target, AuthorizationType }] of template.ofType('AWS::ApiGatewayV2::Route')) {
    const to = names.get(integrations.get(String(Target).split('/').at(-1) ?? '') ?? '');
    if (to) routes[RouteKey] = { to, isOpen: AuthorizationType !== 'JWT' };
  }
  return routes;
}

function machinesOf(template: Template, names: Map<string, string>): Wiring['machines'] {
  return template.ofType('AWS::StepFunctions::StateMachine').map(([name, each]) => {
    const values: Record<string, string> = each.DefinitionSubstitutions ?? {};
    const text = Object.entries(values).reduce(
      (now, [key, value]) => now.replaceAll(`\${${key}}`, names.get(value) ?? value),
      String(each.DefinitionString),
    );
    return { name, definition: JSON.parse(text) };
  });
}

/** Each metric of each alarm that tells somebody. */
function alarmsOf(template: Template, names: Map<string, string>): AlarmWiring[] {
  const ringing = template
    .ofType('AWS::CloudWatch::Alarm')
    .filter(([, { AlarmActions }]) => AlarmActions?.length);
  return ringing.flatMap(([name, { MetricName, Dimensions, Metrics }]) => {
    const metrics: Any[] = Metrics?.flatMap(({ MetricStat }: Any) => MetricStat?.Metric ?? []) ?? [
      { MetricName, Dimensions },
    ];
    return metrics.map((metric) => {
      const of = (metric.Dimensions ?? []).map(({ Value }: Any) => names.get(Value) ?? Value)[0];
      return { name, metric: metric.MetricName, ...(of ? { of } : {}) };
    });
  });
}

export function readWiring(): Wiring {
  const { templates } = synthesize(stage);
  const template = new Template(templates.map((each) => each.toJSON() as never));
  const { names, functions } = functionsOf(template);
  return {
    functions,
    queues: queuesOf(template),
    ...consumersOf(template, names),
    rules: rulesOf(template, names),
    routes: routesOf(template, names),
    machines: machinesOf(template, names),
    alarms: alarmsOf(template, names),
  };
}
