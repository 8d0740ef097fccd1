/** All stacks of one stage. */
import { type App, type Environment, Tags } from 'aws-cdk-lib';
import { featuresOf, type StageSettings } from './settings.ts';
import { AppStack } from './stacks/app-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { OnCallStack } from './stacks/on-call-stack.ts';
import { SandboxStack } from './stacks/sandbox-stack.ts';

/** Adds the stacks of a stage; without an environment they can be synthesized with no account. */
export function addStage(app: App, settings: StageSettings, env?: Environment) {
  const { stage } = settings;
  const props = { settings, ...(env ? { env } : {}) };
  // The others hold nothing that a deployment does not make again.
  const kept = { ...props, terminationProtection: settings.keepData };
  const name = (part: string): string => `OneWindow-${stage}-${part}`;
  const data = new DataStack(app, name('Data'), kept);
  const main = new AppStack(app, name('App'), { ...kept, data });
  const sandbox = settings.sandbox
    ? new SandboxStack(app, name('Sandbox'), { ...props, app: main })
    : undefined;
  const observability = new ObservabilityStack(app, name('Observability'), { ...props, app: main, sandbox });
  const onCall =
    stage === 'local'
      ? undefined
      : new OnCallStack(app, name('OnCall'), { ...props, app: main, parts: observability.parts });
  const untagged = featuresOf(settings).taggedMappings ? [] : ['AWS::Lambda::EventSourceMapping'];
  Tags.of(app).add('system', 'onewindow', { excludeResourceTypes: untagged });
  Tags.of(app).add('stage', stage, { excludeResourceTypes: untagged });
  return { settings, data, main, sandbox, observability, onCall };
}
