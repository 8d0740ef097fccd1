/**
 * The catalogue of the running stage, changed without a deployment or a restart: a service is added, changed, refused
 * and taken back by the command line, while cases of before go on as they began.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  anyone,
  as,
  behave,
  type Json,
  newPhone,
  read,
  until,
  untilReview,
  untilStatus,
} from '../support/client.ts';

const exec = promisify(execFile);
const run = async (...args: string[]): Promise<string> =>
  (await exec(process.execPath, ['infra/catalogue/cli.ts', ...args], { env: process.env })).stdout;

let folder = '';
const file = 'items/housing/balcony-notice.yaml';
const write = (text: string): void => writeFileSync(join(folder, file), text);

/** The filing of a rental under another name. */
const original = readFileSync('catalogue/items/housing/rental-filing.yaml', 'utf8');
const named = (zh: string, en: string): string =>
  original
    .replace(/^code: .*$/m, 'code: balcony-notice')
    .replace(/^name: .*$/m, `name: { zh: ${zh}, en: ${en} }`);

const publish = (): Promise<string> => run('publish', '--folder', folder);

const nameShown = async (): Promise<string | undefined> =>
  (await anyone.get('/catalogue/balcony-notice')).body.name?.en;
/** A publication reaches every process of a function within seconds. */
const untilShown = (name: string | undefined) =>
  until(`the name ${name}`, nameShown, (shown) => shown === name);

/** Applies as soon as the function has heard of the service. */
async function apply(): Promise<string> {
  const { body } = await anyone.get('/catalogue/balcony-notice');
  const applicant = { ...body.example.applicant, phone: newPhone() };
  const reply = await until(
    'the service to be applied for',
    () => as('applicant').post('/applications', { ...body.example, applicant }),
    ({ status }) => status === 201,
  );
  return reply.body.number;
}

beforeAll(async () => {
  await behave('housing', 'approve');
  folder = join(mkdtempSync(join(tmpdir(), 'catalogue-')), 'catalogue');
  cpSync('catalogue', folder, { recursive: true, filter: (path) => !path.endsWith('.ts') });
});

afterAll(async () => {
  await behave('housing', 'approve');
  await run('publish');
  rmSync(folder, { recursive: true, force: true });
});

describe('the catalogue of a running stage', () => {
  it('was published when the stage was started', async () => {
    const { items } = JSON.parse(await run('versions', '--json'));
    expect(items.at(-1)).toMatchObject({ version: 1 });
    expect((await run('diff')).trim()).toBe('Nothing differs.');
  });

  it('takes a new service, which goes from the form to the door', async () => {
    write(named('阳台告知', 'Balcony notice'));
    expect(await run('diff', '--folder', folder)).toContain('+ balcony-notice');
    expect(await publish()).toContain('is current');
    await untilShown('Balcony notice');
    const found = await anyone.get(`/catalogue?q=${encodeURIComponent('台告')}`);
    expect(found.body.items.map(({ code }: Json) => code)).toEqual(['balcony-notice']);
    await untilStatus(await apply(), 'ready-for-pickup');
  });

  it('changes it; a case of before keeps what it was filed with, also when it is corrected', async () => {
    await behave('housing', 'correct-once');
    const number = await apply();
    await untilReview(number, 'housing', 'correction');
    write(named('露台告知', 'Terrace notice').replace(/^fields: .*$/m, 'fields: [landlord]'));
    await publish();
    await untilShown('Terrace notice');
    expect(Object.keys((await anyone.get('/catalogue/balcony-notice')).body.form.properties)).toEqual([
      'landlord',
    ]);
    const before = await read(number);
    const form = { monthlyRent: before.form.monthlyRent + 1 };
    const corrected = await as('applicant').post(`/applications/${number}/corrections`, { form });
    expect(corrected.status).toBe(200);
    const done = await untilStatus(number, 'ready-for-pickup');
    expect(done.form).toEqual({ ...before.form, ...form });
  });

  it('refuses a wrong file with its line, and stays as it was', async () => {
    const versions = await run('versions');
    write(named('露台告知', 'Terrace notice').replace(/^department: .*$/m, 'department: nobody'));
    await expect(publish()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/balcony-notice\.yaml:\d+/),
    });
    expect(await run('versions')).toBe(versions);
    expect(await nameShown()).toBe('Terrace notice');
  });

  it('goes back to the version before, and further', async () => {
    const { items } = JSON.parse(await run('versions', '--json'));
    expect(await run('rollback')).toContain(`the same as version ${items[1].version}`);
    await untilShown('Balcony notice');
    await run('rollback', '1');
    await untilShown(undefined);
    await expect(run('rollback', '999')).rejects.toMatchObject({
      stderr: expect.stringContaining('There is no version 999'),
    });
  });

  it('tells the one of two publishers who comes too late', async () => {
    write(named('阳台告知', 'Balcony notice'));
    const both = await Promise.allSettled([publish(), run('rollback', '1'), run('rollback', '2')]);
    const told = both.filter(({ status }) => status === 'fulfilled');
    expect(told.length).toBeGreaterThanOrEqual(1);
    for (const each of both) {
      if (each.status === 'rejected') expect(each.reason.stderr).toContain('Somebody else publishes');
    }
    const { items } = JSON.parse(await run('versions', '--json'));
    // Each that was told of success has made one version, and no other has.
    expect(new Set(items.map(({ version }: Json) => version)).size).toBe(items.length);
  });
});
