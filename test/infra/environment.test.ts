/**
 * Each function gets exactly the settings that its code reads. Its bundle is built once more without packages and
 * without minification: what is left after tree-shaking is what the function can run.
 */
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { entries, type FunctionId } from '../../infra/bundle.ts';
import { type Resource, synthesize } from '../support/stacks.ts';

/** What every function has: for its log lines, and where the stage has a clock that can be moved, or an issuer. */
const common = ['STAGE', 'POWERTOOLS_LOG_LEVEL', 'BUSINESS_CLOCK', 'OIDC_GROUPS_CLAIM'];

/** Read by code whose branch the stage does not take, or set only where a stage wants another value. */
const optional = [
  'SMS_ORIGINATION_IDENTITY',
  'ESCALATE_AFTER_OPENING_MINUTES',
  'PRIVATE_DESTINATIONS',
  'CANARY_CLIENT_SECRET_ARN',
];

const { ofType } = synthesize('integration');
const code = new Map<string, string>();

beforeAll(() => {
  const { outputFiles } = buildSync({
    entryPoints: Object.entries(entries).map(([id, entry]) => ({ in: `functions/${entry}.ts`, out: id })),
    outdir: 'unwritten',
    write: false,
    bundle: true,
    packages: 'external',
    external: ['#*'],
    format: 'esm',
    platform: 'node',
    target: 'node24',
  });
  for (const { path, text } of outputFiles) code.set(/(\w+)\.js$/.exec(path)?.[1] ?? '', text);
});

// biome-ignore lint/suspicious/noExplicitAny: templates have no types
const properties = ([, resource]: [string, Resource]): any => resource.Properties;

const given = (id: FunctionId): string[] => {
  const named = (each: [string, Resource]): boolean =>
    properties(each).FunctionName === `onewindow-integration-${id}`;
  const found = ofType('AWS::Lambda::Function').find(named);
  if (!found) throw new Error(`There is no function ${id}.`);
  return Object.keys(properties(found).Environment.Variables).filter((name) => !common.includes(name));
};

const read = (id: FunctionId): string[] => {
  const calls = code.get(id)?.matchAll(/\b(?:s|optionalS)etting\d*\("(\w+)"\)/g) ?? [];
  return [...new Set([...calls].map(([, name]) => name ?? ''))].filter(
    (name) => !common.includes(name) && !optional.includes(name),
  );
};

describe.each(Object.keys(entries) as FunctionId[])('%s', (id) => {
  it('gets the settings that its code reads, and no other', () => {
    expect(given(id).toSorted()).toEqual(read(id).toSorted());
  });
});

it('finds the settings at all', () => {
  expect(read('Relay').toSorted()).toEqual(['BUS_NAME', 'STATE_MACHINE_ARN', 'TABLE_NAME']);
});
