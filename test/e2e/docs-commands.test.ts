/** What npm start prints and the documentation shows to be typed is typed here, as it stands, in a shell. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, settingsFrom } from '../../infra/local/settings.ts';
import { nextSteps } from '../../infra/local/start.ts';
import { endpoints, type Json, resetDepartments, submit, untilReview } from '../support/client.ts';

const { directory } = settingsFrom();
const folder = mkdtempSync(join(directory, 'typed-'));
beforeAll(resetDepartments);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await resetDepartments();
});

/** The shell commands of a page, block by block. */
const blocksOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block as string);

/** The blocks of a page with one of these words in them. */
const withWords = (page: string, ...words: string[]): string[] => {
  const found = blocksOf(page).filter((block) => words.some((word) => block.includes(word)));
  if (found.length < words.length) throw new Error(`${page} has no more all of: ${words.join(', ')}`);
  return found;
};

/** Ends with what any part of it ends with; a call that is refused counts as failed. */
const strict = 'set -e; curl() { command curl --silent --show-error --fail-with-body "$@"; }';

function type(commands: string[], environment: Record<string, string> = {}): string {
  // The tests' own copy has a directory of its own, and nothing is written beside the sources.
  const text = [strict, ...commands]
    .join('\n')
    .replaceAll('./.local/endpoints.json', join(directory, 'endpoints.json'))
    .replaceAll('body.json', join(folder, 'body.json'));
  const env = { ...process.env, ...environment };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', text], { cwd: root, env, encoding: 'utf8' });
  expect(status, `${text}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe.skipIf(!hasCurl)('commands', () => {
  it('that npm start prints', async () => {
    const { number } = await submit('business-opening');
    const steps = nextSteps(endpoints(), { directory }, { number });
    const told = type(steps.filter((each) => !each.includes(' aws ')));
    expect(told).toContain('"application.submitted"');
    expect(told).toContain('"code":"business-opening"');
  });

  it('of docs/api.md: applying, and reading what became of it', () => {
    const page = 'docs/api.md';
    const [variables = '', apply = ''] = withWords(page, 'TOKEN=$(npm', 'Apply with the example');
    const sent = type([variables, apply]);
    const [, number = ''] = /^location: .*\/applications\/(\S+)/im.exec(sent) ?? [];
    const [read = ''] = withWords(page, '# status, reviews, conditions');
    expect(type([variables, read], { ID: number })).toContain(`"number":"${number}"`);
  });

  it('of docs/local-cloud.md: a department that is decided for', async () => {
    const [silence = ''] = withWords('docs/local-cloud.md', '"behaviour": "silent"');
    const beforeIt = silence.split('curl "$API/reviews')[0] ?? '';
    type([beforeIt]);
    const { number } = await submit('business-opening');
    const review: Json = await untilReview(number, 'bank', 'requested');
    const told = type([silence], { REVIEW: review.id });
    expect(told).toContain(`{"review":"${review.id}","status":"requested"}`);
  });
});
