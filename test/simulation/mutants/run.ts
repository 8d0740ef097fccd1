/**
 * `npm run simulate -- --mutants`: puts the faults back, each in a copy of the sources, and says after how many seeds
 * the simulation finds it, and by which invariant.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../infra/local/settings.ts';
import { runCampaign } from '../campaign.ts';
import { type Mutant, mutants } from './mutants.ts';

const parts = [
  'functions',
  'statemachines',
  'catalogue',
  'infra',
  'test',
  'package.json',
  'tsconfig.json',
  'cdk.json',
  'biome.json',
];

export type Hunt = { seeds: number[]; workers: number; only?: string | undefined };

/** A copy of the sources with the fault in it. @throws Error when the text to change is not there any more */
export function overlay({ fault, changes }: Mutant): string {
  const copy = join(root, '.local', 'mutants', String(fault));
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const { file, from, to } of changes) {
    const path = join(copy, file);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(from, () => to);
    if (after === before)
      throw new Error(`Fault ${fault}: ${file} has changed; the text to replace is not there.`);
    writeFileSync(path, after);
  }
  return copy;
}

/** Each copy is wired from its own template. */
function wireIn(copy: string): void {
  const script = "import('./test/simulation/wired.ts').then(({ wire }) => wire())";
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: copy, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

type Finding = { seeds: number; invariants: string[]; detail: string } | undefined;

/** A seed that fails with the sources as they are tells nothing of a fault that was put back. */
async function failsAnyway(seed: number): Promise<boolean> {
  const [result] = await runCampaign({ seeds: [seed], workers: 1 });
  return result === undefined || result.violations.length > 0;
}

async function hunt(mutant: Mutant, { seeds, workers }: Hunt): Promise<Finding> {
  const copy = overlay(mutant);
  wireIn(copy);
  for (let left = seeds; left.length > 0; ) {
    const results = await runCampaign({
      seeds: left,
      workers,
      root: copy,
      onResult: ({ violations }) => violations.some(({ invariant }) => mutant.by.includes(invariant)),
    });
    const found = results.find(({ violations }) =>
      violations.some(({ invariant }) => mutant.by.includes(invariant)),
    );
    if (!found) return undefined;
    if (!(await failsAnyway(found.seed))) {
      const invariants = [...new Set(found.violations.map(({ invariant }) => invariant))];
      return {
        seeds: found.seed - (seeds[0] ?? 0) + 1,
        invariants,
        detail: found.violations[0]?.detail ?? '',
      };
    }
    left = left.filter((seed) => seed > found.seed);
  }
  return undefined;
}

/** @returns whether each was found */
export async function runMutants(all: Hunt): Promise<boolean> {
  const rows: string[] = [];
  let isGood = true;
  for (const mutant of mutants.filter(({ fault }) => all.only === undefined || String(fault) === all.only)) {
    const found = await hunt(mutant, all);
    isGood &&= found !== undefined;
    const seen = found
      ? `${found.seeds} seeds, by ${found.invariants.join(', ')}`
      : `not within ${all.seeds.length} seeds`;
    const row = `| ${mutant.fault} | ${mutant.what} | ${seen} |`;
    rows.push(row);
    console.log(`${row}${found ? `  ${found.detail.slice(0, 160)}` : ''}`);
  }
  console.log(['', '| Fault | What was put back | Found after |', '|---|---|---|', ...rows].join('\n'));
  return isGood;
}
