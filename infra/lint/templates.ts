/**
 * Synthesizes every stage, as an example of `docs/settings` sets it, and holds its templates against what AWS knows
 * of the Regions that the stage is for: `npm run lint:templates`.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { root, sharedDirectory } from '../local/settings.ts';
import { Failure, reportFailure } from '../local/setup/progress.mjs';
import { ensurePython, linter } from '../local/setup/python.mjs';
import { run } from '../local/setup/run.mjs';
import { readOwnSettings } from '../own-settings.ts';
import { type StageName, settingsOf, stageNames } from '../settings.ts';
import { addStage } from '../stage.ts';

/** Some of each partition, far apart. */
const regions = {
  aws: ['us-east-1', 'eu-central-1', 'ap-southeast-1'],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
};

/** Findings that stay, each with its reason. */
const explained = {
  W3005: 'The CDK writes DependsOn for the role of a function beside its Arn, which says the same.',
};

const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));

/** Writes the templates of a stage. @returns their files, and the Regions they are for */
function synthesize(stage: StageName): { templates: string[]; regions: string[] } {
  const outdir = join(sharedDirectory, 'lint', stage);
  const example = join(root, 'docs', 'settings', `onewindow.${stage}.json`);
  const settings = settingsOf(stage, readOwnSettings(example, false));
  const app = new App({ outdir, context });
  addStage(app, settings);
  app.synth();
  const templates = globSync(`OneWindow-${stage}-*.template.json`, { cwd: outdir });
  return { templates: templates.map((file) => join(outdir, file)), regions: regions[settings.partition] };
}

/** @returns whether cfn-lint has nothing to say that is not explained. */
async function lint(stage: StageName, { executable, env }: { executable: string; env: object }) {
  const { templates, regions } = synthesize(stage);
  const ignored = Object.keys(explained).flatMap((rule) => ['--ignore-checks', rule]);
  // The way that its own command starts; it has none for `python -m`.
  const start = ['-c', 'import sys; from cfnlint.runner import main; sys.exit(main())'];
  const args = [...start, ...ignored, '--regions', ...regions, '--template', ...templates];
  const { code, output } = await run(executable, args, {
    env: { ...process.env, ...env },
    log: join(sharedDirectory, 'lint.log'),
  });
  const verdict = code === 0 ? 'nothing found' : `\n${output}`;
  process.stdout.write(`${stage}: ${templates.length} templates, ${regions.join(', ')}: ${verdict}\n`);
  return code === 0;
}

try {
  const python = await ensurePython(root, sharedDirectory, linter);
  const clean: boolean[] = [];
  for (const stage of stageNames) clean.push(await lint(stage, python));
  for (const [rule, reason] of Object.entries(explained))
    process.stdout.write(`Not shown: ${rule}. ${reason}\n`);
  if (clean.includes(false)) throw new Failure('Some templates are not right.');
} catch (error) {
  reportFailure(error);
}
