/** The CDK app: `cdk synth -c stage=production`, with the stage's own settings from a file. */
import { App } from 'aws-cdk-lib';
import { readOwnSettings } from './own-settings.ts';
import { ownFileOf, settingsOf } from './settings.ts';
import { addStage } from './stage.ts';

const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name)?.toString();
try {
  const stage = context('stage') ?? 'local';
  const named = context('settings');
  const file = named ?? ownFileOf(stage);
  // The local stage is the same everywhere.
  const own = stage === 'local' ? {} : readOwnSettings(file, named !== undefined);
  addStage(app, settingsOf(stage, own, file));
  app.synth();
} catch (error) {
  // What the user can mend is said in one sentence; anything else with its trace.
  const isOurs = error instanceof Error && error.name === 'SettingsError';
  process.stderr.write(`${isOurs ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
}
