/**
 * The template of the local stage. Bundling the functions is most of a start, so that a synthesis is kept until
 * something it is made of changes: sources, locked packages, addresses.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cdk } from './cdk.ts';
import { root, type Settings } from './settings.ts';
import { Failure } from './setup/progress.mjs';
import { reason } from './setup/run.mjs';

const sources = [
  'infra/**',
  'functions/**',
  'statemachines/**',
  // The rest of the catalogue is published, not deployed.
  'catalogue/*.{ts,yaml}',
  'package-lock.json',
  'package.json',
  'cdk.json',
  'tsconfig.json',
];

/** A digest of everything that the template is made of. */
export function sourcesDigest(settings: Settings): string {
  const digest = createHash('sha256');
  const files = globSync(sources, { cwd: root, exclude: ['infra/local/**'] }).sort();
  for (const file of files) {
    if (!statSync(join(root, file)).isFile()) continue;
    digest
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  const { existingEndpoint, cloudPort, portalPort, region } = settings;
  return digest.update(JSON.stringify({ existingEndpoint, cloudPort, portalPort, region })).digest('hex');
}

export const assemblyOf = (settings: Settings): string => join(settings.directory, 'cdk.out');
const stampOf = (settings: Settings): string => join(assemblyOf(settings), 'onewindow-sources');

/** Whether the kept synthesis is complete and still true. */
export function synthIsCurrent(settings: Settings): boolean {
  const stamp = stampOf(settings);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesDigest(settings);
}

/**
 * Synthesizes the local stage into the run's directory.
 * @throws Failure when the app does not synthesize.
 */
export async function synthesize(settings: Settings): Promise<void> {
  const digest = sourcesDigest(settings);
  const assembly = assemblyOf(settings);
  const log = join(settings.directory, 'synth.log');
  rmSync(stampOf(settings), { force: true });
  rmSync(log, { force: true });
  const args = ['synth', '--quiet', '--all', '-c', 'stage=local', '--output', assembly, '--no-notices'];
  const { code, output } = await cdk(settings, args, { log });
  if (code !== 0) throw new Failure(`The CDK app does not synthesize (${reason(output)}): read ${log}.`);
  writeFileSync(stampOf(settings), digest);
}
