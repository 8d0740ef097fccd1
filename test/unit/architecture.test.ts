/** Dependencies point inwards: handlers to rules and stores, rules to nothing that does I/O. */
import { readdirSync, readFileSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { entries } from '../../infra/bundle.ts';

/** Files of ours, and packages, that a file draws in at run time. */
function drawnIn(entry: string): { files: string[]; packages: string[] } {
  const { metafile } = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    external: ['#*'],
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  return { files: Object.keys(metafile.inputs), packages: imports.filter((path) => !path.startsWith('.')) };
}

const rules = [
  'approvals/plan',
  'approvals/requests',
  'approvals/decide',
  'approvals/progress',
  'approvals/pause',
  'approvals/due',
  'fulfilment/delivery',
  'notifications/templates',
  'departments/pace',
  'departments/retry',
  'departments/standing',
  'departments/webhook',
  'clock/promise',
  'relay/cloud-events',
  'cases/alarm',
  'clock/calendar',
  'clock/limits',
  'cases/permissions',
  'cases/status',
];

describe.each(rules)('the rule %s', (rule) => {
  const { files, packages } = drawnIn(`functions/${rule}.ts`);

  it('does no I/O', () => {
    expect(
      packages.filter((name) =>
        /^(@aws-sdk|@aws-lambda-powertools|@middy|node:(fs|net|http|https|dns))/.test(name),
      ),
    ).toEqual([]);
    expect(files.filter((file) => /(store|api|table|http|clock|env)\.ts$/.test(file))).toEqual([]);
  });
});

const capabilityOf = (file: string): string | undefined => /^functions\/([^/]+)\//.exec(file)?.[1];

/** Rooms of `functions` that a file names in an import, types included. */
function namedBy(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/from '\.\.\/([^/']+)\//g)].map(
    ([, room]) => room as string,
  );
}

/** What each of the inner rooms may know beside itself. */
const inner: Record<string, string[]> = {
  platform: [],
  clock: ['platform'],
  cases: ['platform', 'clock'],
};

describe('rooms', () => {
  it.each(Object.entries(inner))('%s knows only what lies further in', (room, known) => {
    const files = readdirSync(`functions/${room}`).map((file) => `functions/${room}/${file}`);
    const outside = files.flatMap((file) =>
      namedBy(file)
        .filter((other) => other !== room && !known.includes(other))
        .map((other) => `${file} names ${other}`),
    );
    expect(outside).toEqual([]);
  });

  it('nothing of the product imports from the tests', () => {
    const files = ['infra', 'functions', 'catalogue'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(ts|mjs)$/.test(file))
        .map((file) => `${folder}/${file}`),
    );
    expect(files.filter((file) => /from '[^']*\/test\//.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it.each(Object.entries(entries).filter(([id]) => !id.startsWith('Sandbox')))(
    'the function %s has nothing of the sandbox in it',
    (_, entry) => {
      expect(drawnIn(`functions/${entry}.ts`).files.map(capabilityOf)).not.toContain('sandbox');
    },
  );
});
