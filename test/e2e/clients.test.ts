/** Clients made from the served document, by makers that are not ours, each walk a case. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, sharedDirectory } from '../../infra/local/settings.ts';
import { clientMaker, ensurePython } from '../../infra/local/setup/python.mjs';
import { run } from '../../infra/local/setup/run.mjs';
import { ensureTools } from '../../infra/local/setup/tools.mjs';
import { getToken } from '../../infra/local/token.ts';
import { endpoints, type Json, resetDepartments } from '../support/client.ts';

let tools: string;
/** Below the tools, where what a TypeScript client needs is found. */
let folder: string;
let environment: NodeJS.ProcessEnv;
let python: Awaited<ReturnType<typeof ensurePython>>;

beforeAll(async () => {
  await resetDepartments();
  tools = await ensureTools(root, sharedDirectory);
  python = await ensurePython(root, sharedDirectory, clientMaker);
  folder = mkdtempSync(join(tools, 'clients-'));
  const document: Json = await (await fetch(`${endpoints().api}/openapi.json`)).json();
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(document));
  // The clients go where the document says, and nowhere else.
  const BASE_URL = document.servers[0].url;
  environment = { ...process.env, BASE_URL, TOKEN: await getToken('applicant') };
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function succeed(command: string, args: string[], env = environment): Promise<string> {
  const { code, output } = await run(command, args, { cwd: folder, env });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

const copyWalk = (file: string): void =>
  copyFileSync(join(root, 'test', 'clients', file), join(folder, file));

/** What a walk tells at its end. */
const walked = (output: string): Json => JSON.parse(output.trim().split('\n').at(-1) ?? '');

function expectWalked(told: Json, emptyReason: string): void {
  expect(told).toMatchObject({
    id: expect.stringMatching(/^\d{6}-\d{6}-\w{8}$/),
    located: told.id,
    status: 'completed',
    reviews: ['approved'],
    output: expect.stringMatching(/^[0-9A-Z]{18}$/),
    refused: 401,
    wrong: [{ pointer: '/reason', detail: emptyReason }],
  });
  expect(told.events).toEqual(expect.arrayContaining(['application.submitted', 'application.completed']));
}

describe('a client', () => {
  it('in TypeScript: its types fit, and it walks a case', async () => {
    const bin = (name: string): string => join(tools, 'node_modules', '.bin', name);
    await succeed(bin('openapi-typescript'), ['openapi.json', '-o', 'onewindow.d.ts']);
    copyWalk('walk.ts');
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    const typeRoots = ['--typeRoots', join(root, 'node_modules', '@types'), '--allowImportingTsExtensions'];
    await succeed(bin('tsc'), [...strict, ...typeRoots, 'walk.ts']);
    expectWalked(walked(await succeed(process.execPath, ['walk.ts'])), 'Needs at least 1 characters');
  });

  it('in Python: nothing of the document is left out, and it walks a case', async () => {
    const { executable, env } = python;
    const withPackages = { ...environment, ...env };
    writeFileSync(join(folder, 'config.yml'), 'post_hooks: []\n');
    const make = ['generate', '--path', 'openapi.json', '--output-path', 'onewindow', '--meta', 'none'];
    const start = ['-c', 'from openapi_python_client.cli import app; app()'];
    const output = await succeed(executable, [...start, ...make, '--config', 'config.yml'], withPackages);
    expect(output).not.toMatch(/warning|skipping/i);
    copyWalk('walk.py');
    expectWalked(walked(await succeed(executable, ['walk.py'], withPackages)), 'Needs at least 1 characters');
  });
});
