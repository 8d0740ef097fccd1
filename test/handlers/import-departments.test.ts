import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { importDepartments, type Report, reportLines, rowsOf } from '../../infra/ops/import-departments.ts';
import { catalogue } from '../support/catalogue.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
let folder: string;
let file: string;
beforeEach(() => {
  here = new OneWindow({ PRIVATE_DESTINATIONS: 'allowed' });
  here.cloud.secrets.clear();
  folder = mkdtempSync(join(tmpdir(), 'import-'));
  file = join(folder, 'secrets');
});
afterEach(() => {
  dismantle();
  rmSync(folder, { recursive: true });
});

const codes = catalogue.departments.map(({ code }) => code);
const address = (code: string): string => `https://${code}.example/hook`;
const table = (lines: string[]): string => ['code,webhookUrl,paused', ...lines].join('\n');
const everybody = table(codes.map((code) => `${code},${address(code)},`));
const run = (text: string, dryRun = false): Promise<Report> => importDepartments(text, file, dryRun);
const outcomes = ({ items }: Report) => items.map(({ code, outcome }) => [code, outcome]);
const settings = async () => (await here.as('operator').get('/departments')).body.items;
const written = (): string[] => readFileSync(file, 'utf8').trim().split('\n');

describe('a table of departments', () => {
  it('connects every one, each with a secret that is good, in a file of its owner alone', async () => {
    const report = await run(everybody);
    expect(outcomes(report)).toEqual(codes.map((code) => [code, 'created']));
    expect(await settings()).toMatchObject(
      codes.map((code) => ({ code, webhookUrl: address(code), paused: false })),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const line of written()) {
      const [code = '', secret = ''] = line.split(',');
      expect((await here.signed(secret, 'GET', `/departments/${code}/deliveries`)).status).toBe(200);
    }
    expect(written()).toHaveLength(codes.length);
    const shown = JSON.stringify(report) + reportLines(report).join('\n');
    expect(shown).not.toContain('whsec_');
    expect(here.journal('bank').at(-1)?.by).toMatchObject({
      capacity: 'operator',
      subject: expect.stringMatching(/^ops:/),
    });
  });

  it.each([
    ['a link', (other: string) => symlinkSync(other, file)],
    ['a second name of another file', (other: string) => linkSync(other, file)],
    ['no file', () => mkdirSync(file)],
  ])('makes no secret where its place is %s that somebody laid there', async (_, lay) => {
    const other = join(folder, 'other');
    writeFileSync(other, '');
    lay(other);
    await expect(run(everybody)).rejects.toThrow(file);
    expect([readFileSync(other, 'utf8'), here.cloud.secrets.size]).toEqual(['', 0]);
  });

  it('may be imported again: nothing changes, no secret is made or written anew', async () => {
    await run(everybody);
    const [journal, secrets] = [here.journal('bank').length, written()];
    const again = await run(everybody);
    expect(new Set(again.items.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));
    expect([here.journal('bank').length, written(), again.secretsFile]).toEqual([
      journal,
      secrets,
      undefined,
    ]);
  });

  it('changes what it says otherwise, and nothing that it does not say', async () => {
    await run(everybody);
    await here.as('operator').patch('/departments/bank', { paused: true });
    const report = await run(table(['bank,https://new.example/,', `taxation,${address('taxation')},true`]));
    expect(outcomes(report)).toEqual([
      ['bank', 'changed'],
      ['taxation', 'changed'],
    ]);
    const found = await settings();
    expect(found.find(({ code }: { code: string }) => code === 'bank')).toMatchObject({
      webhookUrl: 'https://new.example/',
      paused: true,
    });
    expect(found.find(({ code }: { code: string }) => code === 'taxation')).toMatchObject({ paused: true });
  });

  it('refuses a line by its number and reason, and takes the others', async () => {
    const report = await run(
      table([
        'nobody,https://x.example/,',
        'bank,ftp://x.example/,',
        'taxation,,',
        `taxation,${address('taxation')},perhaps`,
        '',
        `human-resources,${address('human-resources')},`,
        'human-resources,https://other.example/,',
      ]),
    );
    expect(report.items.map(({ line, outcome, reason }) => [line, outcome, reason])).toEqual([
      [2, 'refused', 'There is no such department in the catalogue'],
      [3, 'refused', 'Not an http(s) address'],
      [4, 'refused', 'No webhookUrl'],
      [5, 'refused', 'paused is true, false or empty'],
      [7, 'created', undefined],
      [8, 'refused', 'The department is in an earlier line already'],
    ]);
    expect(reportLines(report)[0]).toBe('1 created, 0 changed, 0 unchanged, 5 refused');
    expect(reportLines(report)).toContain(
      'line 2: nobody refused: There is no such department in the catalogue',
    );
  });

  it('takes addresses that are public only, outside the sandbox', async () => {
    vi.stubEnv('PRIVATE_DESTINATIONS', '');
    const report = await run(table(['bank,https://127.0.0.1/,']));
    expect(report.items).toMatchObject([{ outcome: 'refused', reason: 'Not a public address' }]);
  });

  it('only says what it would do, when it is asked to', async () => {
    const before = here.cloud.rows.length;
    expect(outcomes(await run(table([`bank,${address('bank')},`]), true))).toEqual([['bank', 'created']]);
    expect([here.cloud.rows.length, here.cloud.secrets.size]).toEqual([before, 0]);
  });

  it('that was interrupted goes on: a secret that was made and not written down is the same again', async () => {
    here.cloud.refuse = ({ name }) => {
      if (name === 'TransactWriteCommand' && here.cloud.secrets.size > 0) throw new Error('died');
    };
    await expect(run(table([`bank,${address('bank')},`]))).rejects.toThrow('died');
    here.cloud.refuse = () => {};
    const before = written();
    rmSync(file);
    expect(outcomes(await run(table([`bank,${address('bank')},`])))).toEqual([['bank', 'created']]);
    expect(written()).toEqual(before);
  });

  it('leaves the secrets of a department that has its own', async () => {
    await here.as('operator').post('/departments/bank/secrets');
    const report = await run(table([`bank,${address('bank')},`]));
    expect(outcomes(report)).toEqual([['bank', 'created']]);
    expect(report.secretsFile).toBeUndefined();
  });

  it('narrows the rights of a file that was there', async () => {
    writeFileSync(file, 'other,whsec_x\n', { mode: 0o644 });
    await run(table([`bank,${address('bank')},`]));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(written()).toHaveLength(2);
  });
});

describe('a file', () => {
  it('is read as spreadsheets write it: with a mark at its beginning, quotes, and other line ends', () => {
    const text = '\uFEFFwebhookUrl,code\r\n"https://x.example/?a=1,2",bank\r\n';
    expect(rowsOf(text)).toEqual([
      { line: 2, code: 'bank', webhookUrl: 'https://x.example/?a=1,2', paused: '' },
    ]);
  });

  it.each(['', 'code\nbank', 'code,webhookUrl,secret\nbank,https://x.example/,s', '{"code":"bank"}'])(
    'that is no such table is refused as a whole: %j',
    (text) => {
      expect(() => rowsOf(text)).toThrow(/^(The first line names|This is no CSV)/);
    },
  );
});
