/** Dependencies point inwards: handlers to rules and stores, rules to nothing that does I/O. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import type { Calls } from '../../functions/platform/call.ts';
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

/** Packages that only handlers and stores may draw in. */
const doesIO = /^(@aws-sdk|@aws-lambda-powertools|@middy|node:(fs|net|http|https|dns))/;

const rules = [
  'approvals/plan',
  'approvals/requests',
  'approvals/complete',
  'approvals/decide',
  'approvals/settle',
  'approvals/rounds',
  'approvals/progress',
  'approvals/due',
  'approvals/watch',
  'approvals/need-to-know',
  'fulfilment/consignments',
  'fulfilment/delivery',
  'intake/difference',
  'notifications/templates',
  'operations/console',
  'operations/holders',
  'operations/story',
  'departments/pace',
  'departments/retry',
  'departments/webhook',
  'relay/cloud-events',
  'catalogue/compose',
  'catalogue/derive',
  'catalogue/logic',
  'catalogue/path',
  'catalogue/size',
  'catalogue/directory',
  'catalogue/explain',
  'cases/alarm',
  'cases/events',
  'cases/permissions',
  'cases/reviews',
  'cases/status',
  'cases/types',
  'cases/upgrade',
  'cases/views',
  'clock/calendar',
  'clock/limits',
  'clock/pauses',
  'clock/promise',
];

describe.each(rules)('the rule %s', (rule) => {
  const { files, packages } = drawnIn(`functions/${rule}.ts`);

  it('does no I/O', () => {
    expect(packages.filter((name) => doesIO.test(name))).toEqual([]);
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

/** Every source file of these folders. */
const sourcesIn = (...folders: string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|mjs)$/.test(file))
      .map((file) => `${folder}/${file}`),
  );

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
    const files = sourcesIn('infra', 'functions', 'catalogue');
    expect(files.filter((file) => /from '[^']*\/test\//.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it.each(Object.entries(entries).filter(([id]) => !id.startsWith('Sandbox')))(
    'the function %s has nothing of the sandbox in it',
    (_, entry) => {
      expect(drawnIn(`functions/${entry}.ts`).files.map(capabilityOf)).not.toContain('sandbox');
    },
  );
});

describe('the catalogue', () => {
  it.each(Object.entries(entries))(
    'is no part of the function %s, which loads what it is asked for',
    (_, entry) => {
      const { files, packages } = drawnIn(`functions/${entry}.ts`);
      // Published services were held against their shape when they were compiled; building it is a sixth of a cold start.
      expect(files.filter((file) => /^catalogue\/|\.yaml$|catalogue\/schemas\.ts$/.test(file))).toEqual([]);
      expect(packages.filter((name) => name.startsWith('#'))).not.toContain('#catalogue');
      expect(packages).not.toContain('pinyin-pro');
    },
  );
});

describe('schemas', () => {
  it.each(Object.entries(entries))(
    'of the function %s are of the small zod, which starts faster',
    (_, entry) => {
      expect(drawnIn(`functions/${entry}.ts`).packages).not.toContain('zod');
    },
  );
});

describe('calls', () => {
  const rooms = readdirSync('functions').filter((room) => existsSync(`functions/${room}/calls.ts`));

  it('are described in every room that answers any', () => {
    const answering = readdirSync('functions').filter((room) => existsSync(`functions/${room}/api.ts`));
    expect(rooms).toEqual(answering);
  });

  it.each(rooms)('of %s are described from that room and the inner ones alone, without I/O', (room) => {
    const { files, packages } = drawnIn(`functions/${room}/calls.ts`);
    const known = [room, ...Object.keys(inner)];
    expect(files.filter((file) => !known.includes(capabilityOf(file) ?? ''))).toEqual([]);
    expect(packages.filter((name) => doesIO.test(name))).toEqual([]);
  });

  it('are named nowhere but in their own room', async () => {
    const described = await Promise.all(
      rooms.map(async (room) => {
        const { calls }: { calls: Calls } = await import(`../../functions/${room}/calls.ts`);
        return Object.keys(calls).map((route) => `${room} ${route}`);
      }),
    );
    const deployed = sourcesIn('functions', 'infra/capabilities', 'infra/constructs', 'infra/stacks');
    const named = deployed.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/'((?:GET|POST|PUT|PATCH|DELETE) \/[^']*)'/g)].map(
        ([, route]) => `${capabilityOf(file) ?? file} ${route}`,
      ),
    );
    expect([...new Set(named)].sort()).toEqual(described.flat().sort());
  });

  it.each(Object.entries(entries))('the function %s carries none of their words', (_, entry) => {
    const { files, packages } = drawnIn(`functions/${entry}.ts`);
    expect(files.filter((file) => /\/(calls|answers|api-document)\.ts$/.test(file))).toEqual([]);
    expect(packages).not.toContain('zod-openapi');
  });
});
