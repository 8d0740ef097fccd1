/** Dependencies point inwards: handlers to rules and stores, rules to nothing that does I/O. */
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
  'departments/retry',
  'departments/webhook',
  'catalogue/promise',
  'relay/cloud-events',
  'shared/alarm',
  'shared/calendar',
  'shared/limits',
  'shared/permissions',
  'shared/status',
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

describe('rooms', () => {
  it('what all share draws in no capability', () => {
    const { files } = drawnIn('functions/shared/case-store.ts');
    expect(new Set(files.map(capabilityOf))).toEqual(new Set(['shared']));
  });

  it.each(Object.entries(entries).filter(([id]) => !id.startsWith('Sandbox')))(
    'the function %s has nothing of the sandbox in it',
    (_, entry) => {
      expect(drawnIn(`functions/${entry}.ts`).files.map(capabilityOf)).not.toContain('sandbox');
    },
  );
});
