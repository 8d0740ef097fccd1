/** The stacks of a stage, synthesized once a test file. */
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type OwnSettings, parseOwnSettings } from '../../infra/own-settings.ts';
import { type StageSettings, settingsOf, stageNames } from '../../infra/settings.ts';
import { addStage } from '../../infra/stage.ts';

export const everyStage = stageNames;
export type Resource = {
  Type: string;
  Properties: Record<string, never>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};

/** The documented example of a stage's own settings; none where a stage needs none. */
function ownSettings(stage: string): OwnSettings {
  if (stage !== 'production' && stage !== 'china') return {};
  const file = `docs/settings/onewindow.${stage}.json`;
  return parseOwnSettings(readFileSync(file, 'utf8'), file);
}

/** A stage, set as the documentation shows, and otherwise. */
export const configured = (stage: string, otherwise: Partial<StageSettings> = {}): StageSettings => ({
  ...settingsOf(stage, ownSettings(stage)),
  ...otherwise,
});

export function synthesize(stage: string, otherwise: Partial<StageSettings> = {}) {
  const app = new App();
  const stacks = addStage(app, configured(stage, otherwise));
  const all = [stacks.data, stacks.main, stacks.sandbox, stacks.observability, stacks.onCall].filter(
    (each) => each !== undefined,
  );
  const templates = all.map((stack) => Template.fromStack(stack));
  const resources: [string, Resource][] = templates.flatMap((template) =>
    Object.entries(template.toJSON().Resources as Record<string, Resource>),
  );
  const ofType = (type: string): [string, Resource][] => resources.filter(([, { Type }]) => Type === type);
  return { app, ...stacks, all, templates, resources, ofType };
}
