/** The stacks of a stage, synthesized once a test file. */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStage } from '../../infra/stage.ts';

export const everyStage = ['local', 'development', 'integration', 'production'] as const;
export type Resource = {
  Type: string;
  Properties: Record<string, never>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};

export function synthesize(stage: string) {
  const app = new App();
  const stacks = addStage(app, stage);
  const all = [stacks.data, stacks.main, stacks.sandbox, stacks.observability].filter(
    (each) => each !== undefined,
  );
  const templates = all.map((stack) => Template.fromStack(stack));
  const resources: [string, Resource][] = templates.flatMap((template) =>
    Object.entries(template.toJSON().Resources as Record<string, Resource>),
  );
  const ofType = (type: string): [string, Resource][] => resources.filter(([, { Type }]) => Type === type);
  return { app, ...stacks, all, templates, resources, ofType };
}
