/**
 * Connects departments from a table, as an operator connects one: a CSV file with the columns `code`, `webhookUrl`
 * and, if wanted, `paused`. May be run again: what is as it says stays as it is. A department that has no secret gets
 * one, into a file that only its owner may read.
 */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  lstatSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { parse } from 'csv-parse/sync';
import type { Actor } from '../../functions/cases/events.ts';
import { currentDepartments } from '../../functions/catalogue/published.ts';
import { checkAddress } from '../../functions/departments/destination.ts';
import { settingsChange } from '../../functions/departments/schemas.ts';
import { madeBefore, newSecret, secretIdOf } from '../../functions/departments/secrets.ts';
import { ConnectionChanged, readConnection, writeConnection } from '../../functions/departments/store.ts';
import { digest } from '../../functions/platform/idempotency.ts';
import { readSecrets } from '../../functions/platform/secrets.ts';
import { Failure } from '../local/setup/progress.mjs';

export const outcomes = ['created', 'changed', 'unchanged', 'refused'] as const;
export type Imported = { line: number; code: string; outcome: (typeof outcomes)[number]; reason?: string };
export type Report = {
  dryRun: boolean;
  items: Imported[];
  /** Where new secrets were written; absent: there were none. */
  secretsFile?: string;
};

type Row = { line: number; code: string; webhookUrl: string; paused: string };

const known = ['code', 'webhookUrl', 'paused'];

/** @throws Failure when it is no table of departments at all */
export function rowsOf(text: string): Row[] {
  type Record = { record: string[]; info: { lines: number } };
  let records: Record[];
  try {
    const options = {
      bom: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    } as const;
    // With `info`, which its types do not know, each record comes with its line.
    records = parse(text, options) as unknown as Record[];
  } catch (error) {
    throw new Failure(`This is no CSV file: ${(error as Error).message}`);
  }
  const [head, ...rest] = records;
  const names = head?.record ?? [];
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0 || !names.includes('code') || !names.includes('webhookUrl')) {
    throw new Failure(
      `The first line names the columns code, webhookUrl and, if wanted, paused; it says ${names.join(', ') || 'nothing'}.`,
    );
  }
  return rest.map(({ record, info }) => {
    const cell = (name: string): string => record[names.indexOf(name)] ?? '';
    return { line: info.lines, code: cell('code'), webhookUrl: cell('webhookUrl'), paused: cell('paused') };
  });
}

type Wanted = { webhookUrl: string; paused?: boolean };

/** What a line wants, or why it is refused. */
async function wantedBy(
  { code, webhookUrl, paused }: Row,
  departments: Set<string>,
  seen: Set<string>,
): Promise<Wanted | string> {
  if (!departments.has(code)) return 'There is no such department in the catalogue';
  if (seen.has(code)) return 'The department is in an earlier line already';
  if (!webhookUrl) return 'No webhookUrl';
  if (!['', 'true', 'false'].includes(paused)) return 'paused is true, false or empty';
  const given = settingsChange.safeParse({ webhookUrl });
  if (!given.success) return given.error.issues[0]?.message ?? 'Not an address';
  const reason = await checkAddress(webhookUrl);
  if (reason) return reason;
  return { webhookUrl, ...(paused ? { paused: paused === 'true' } : {}) };
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;

/** Whoever laid the file there before could read what is written into it. @throws Failure */
function refuseForeign(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found || (found.isFile() && found.nlink === 1 && found.uid === userInfo().uid)) return;
  throw new Failure(
    `Secrets are not written into ${file}: it is not a file of your own. Take it away first.`,
  );
}

/** Writes secrets down as they are made, in a file of its owner's alone; one that is in it already is not repeated. */
function secretsFile(file: string) {
  let used = false;
  return {
    add(code: string, secret: string): void {
      const line = `${code},${secret}\n`;
      if (existsSync(file) && readFileSync(file, 'utf8').includes(line)) return;
      const handle = openSync(file, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600);
      // Whoever made it before may have been less careful.
      fchmodSync(handle, 0o600);
      writeSync(handle, line);
      closeSync(handle);
      used = true;
    },
    get used(): boolean {
      return used;
    },
  };
}

const operator = (): Actor => ({ capacity: 'operator', subject: `ops:${userInfo().username}` });

/** The secret that the import made for a department, now or before; undefined where it has one of somebody else's. */
async function secretFor(code: string): Promise<string | undefined> {
  const by = operator();
  const renewal = { key: digest(`import\n${by.subject}\n${code}`), endOlder: false };
  const { secrets } = await readSecrets(secretIdOf(code));
  const isForeign = secrets.length > 0 && madeBefore(secrets, renewal) === undefined;
  return isForeign ? undefined : (await newSecret(code, renewal, by)).secret;
}

type Secrets = ReturnType<typeof secretsFile>;

/** One line. The secret comes first: what is sent once there is an address must be signed. */
async function importRow(row: Row, wanted: Wanted, secrets: Secrets, dryRun: boolean): Promise<Imported> {
  const { line, code } = row;
  const before = await readConnection(code);
  const next = { webhookUrl: wanted.webhookUrl, paused: wanted.paused ?? before.paused };
  const isSame = before.webhookUrl === next.webhookUrl && before.paused === next.paused && !before.gone;
  const outcome = isSame ? 'unchanged' : before.webhookUrl ? 'changed' : 'created';
  if (dryRun) return { line, code, outcome };
  const secret = await secretFor(code);
  if (secret) secrets.add(code, secret);
  if (!isSame) {
    try {
      await writeConnection(code, await readConnection(code), next, operator());
    } catch (error) {
      if (!(error instanceof ConnectionChanged)) throw error;
      return {
        line,
        code,
        outcome: 'refused',
        reason: 'Somebody else set it at the same time: run this again',
      };
    }
  }
  return { line, code, outcome };
}

/**
 * Imports a whole table, line by line; a line that is refused stops no other.
 * @param secretsTo the file for new secrets
 */
export async function importDepartments(text: string, secretsTo: string, dryRun: boolean): Promise<Report> {
  if (!dryRun) refuseForeign(secretsTo);
  const secrets = secretsFile(secretsTo);
  const departments = new Set((await currentDepartments()).map(({ code }) => code));
  const seen = new Set<string>();
  const items: Imported[] = [];
  for (const row of rowsOf(text)) {
    const wanted = await wantedBy(row, departments, seen);
    if (typeof wanted !== 'string') seen.add(row.code);
    const { line, code } = row;
    items.push(
      typeof wanted === 'string'
        ? { line, code, outcome: 'refused', reason: wanted }
        : await importRow(row, wanted, secrets, dryRun),
    );
  }
  return { dryRun, items, ...(secrets.used ? { secretsFile: secretsTo } : {}) };
}

/** The report for people. */
export function reportLines({ dryRun, items, secretsFile }: Report): string[] {
  const counts = outcomes.map((each) => `${items.filter(({ outcome }) => outcome === each).length} ${each}`);
  return [
    `${dryRun ? 'Would be: ' : ''}${counts.join(', ')}`,
    ...items
      .filter(({ outcome }) => outcome !== 'unchanged')
      .map(
        ({ line, code, outcome, reason }) => `line ${line}: ${code} ${outcome}${reason ? `: ${reason}` : ''}`,
      ),
    ...(secretsFile
      ? [`New secrets are in ${secretsFile}: hand each over by a safe way, then delete it.`]
      : []),
  ];
}
