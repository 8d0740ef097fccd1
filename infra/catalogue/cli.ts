/**
 * `npm run catalogue -- check [<folder>] | pages | publish | diff [<version> [<version>]] | versions | rollback [<version>] [--stage S]`:
 * the catalogue of a running stage, with the operator's own rights and no deployment.
 */

import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { readCatalogue } from '../../catalogue/build.ts';
import { check } from '../../catalogue/check.ts';
import { writeWritten } from '../../catalogue/written.ts';
import type { CatalogueFile } from '../../functions/catalogue/schemas.ts';
import { Failure, reportFailure } from '../local/setup/progress.mjs';
import { turnTo } from '../ops/stage.ts';
import { diff, linesOf, type Side } from './diff.ts';
import { manifestOf } from './manifest.ts';
import { Publisher, type Version } from './publish.ts';

const usage = `Usage: npm run catalogue -- <command> [--stage local] [--folder catalogue] [--json]

  check [<folder>]               whether the files are right; a fault names file and line
  pages                          writes what is made of the files: docs/catalogue, catalogue/schemas
  publish                        checks the files and makes them current
  diff                           what publishing would change
  diff <version> [<version>]     what a version changed (from the one before it), or two versions differ in
  versions                       what can be gone back to
  rollback [<version>]           makes an earlier version current again: the one before, unless one is named`;

const options = {
  stage: { type: 'string', default: 'local' },
  folder: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** What a command answers: data for programs, lines for people. */
type Answer = { data: unknown; lines: string[] };
type Command = (
  publisher: () => Promise<Publisher>,
  args: string[],
  folder: string | undefined,
) => Promise<Answer>;

/** @throws Failure with every fault of the files, by file and line */
function whenRight<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw new Failure(`The catalogue is not right:\n${error instanceof Error ? error.message : error}`);
  }
}

const read = (folder: string | undefined): CatalogueFile => whenRight(() => readCatalogue(folder));
const written = (): string[] => whenRight(writeWritten);

/** @throws Failure */
function numberOf(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new Failure(`"${text}" is no version: give its number.`);
  return Number(text);
}

function sideOf(publisher: Publisher, versions: Version[], version: number): Side {
  const found = versions.find((each) => each.version === version);
  if (!found) throw new Failure(`There is no version ${version}; see "npm run catalogue -- versions".`);
  const editions = publisher.editions(found.manifest);
  return {
    editions,
    service: async (code) => publisher.service(code, (await editions)[code] ?? ''),
  };
}

function sideOfFiles(folder: string | undefined): Side {
  const files = read(folder);
  return {
    editions: Promise.resolve(manifestOf(files).editions),
    service: async (code) => files.services.find((service) => service.code === code),
  };
}

const nothing: Side = { editions: Promise.resolve({}), service: async () => undefined };

/** What `diff` compares: from what, to what. */
function sides(
  publisher: Publisher,
  versions: Version[],
  [first, second]: string[],
  folder: string | undefined,
): [Side, Side] {
  const side = (version: number): Side => (version === 0 ? nothing : sideOf(publisher, versions, version));
  if (first === undefined) return [side(versions[0]?.version ?? 0), sideOfFiles(folder)];
  if (second === undefined) return [side(numberOf(first) - 1), side(numberOf(first))];
  return [side(numberOf(first)), side(numberOf(second))];
}

const line = ({ version, publishedAt, count, by, rolledBackTo }: Version, isCurrent: boolean): string =>
  [
    `${isCurrent ? '*' : ' '} ${String(version).padStart(4)}`,
    publishedAt,
    `${count} services`,
    by.subject ?? by.capacity,
    ...(rolledBackTo === undefined ? [] : [`as version ${rolledBackTo}`]),
  ].join('  ');

const commands: Record<string, Command> = {
  async check(_, [named], folder) {
    const { lines, isRight } = check(named ?? folder);
    if (!isRight) throw new Failure(lines.join('\n'));
    return { data: { lines }, lines };
  },
  async pages() {
    const paths = written();
    const done = paths.length > 10 ? [`${paths.length} files written or removed.`] : paths;
    return { data: { paths }, lines: paths.length === 0 ? ['Everything is up to date.'] : done };
  },
  async publish(open, _, folder) {
    const files = read(folder);
    const { pointer, isNew } = await (await open()).publish(files);
    const { version, count } = pointer;
    return {
      data: { version, count, isNew },
      lines: [
        isNew
          ? `Version ${version} with ${count} services is current; everybody sees it within a few seconds.`
          : `Nothing has changed since version ${version}.`,
      ],
    };
  },
  async diff(open, args, folder) {
    const publisher = await open();
    const changes = await diff(...sides(publisher, await publisher.versions(), args, folder));
    return { data: changes, lines: linesOf(changes) };
  },
  async versions(open) {
    const versions = await (await open()).versions();
    return {
      data: { items: versions },
      lines:
        versions.length === 0
          ? ['Nothing has been published on this stage yet.']
          : versions.map((version, i) => line(version, i === 0)),
    };
  },
  async rollback(open, [version]) {
    const publisher = await open();
    const { version: made } = await publisher.rollBack(version === undefined ? undefined : numberOf(version));
    const [latest] = await publisher.versions();
    return {
      data: latest,
      lines: [`Version ${made} is current, the same as version ${latest?.rolledBackTo}.`],
    };
  },
};

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/** @returns what is printed */
export async function run(argv: string[]): Promise<string> {
  const { values, positionals } = parse(argv);
  const [name = '', ...args] = positionals;
  if (values.help || name === '' || name === 'help') return usage;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Failure(`There is no command "${name}".\n\n${usage}`);
  const open = async (): Promise<Publisher> => {
    const { tableName } = await turnTo(values.stage);
    const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    return new Publisher(table, tableName, { capacity: 'operator', subject: userInfo().username });
  };
  const { data, lines } = await command(open, args, values.folder && resolve(values.folder));
  return values.json ? JSON.stringify(data, null, 2) : lines.join('\n');
}

if (import.meta.main) {
  try {
    process.stdout.write(`${await run(process.argv.slice(2))}\n`);
  } catch (error) {
    reportFailure(error);
  }
}
