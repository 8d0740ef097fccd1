/**
 * What problems say, read from where it is said: tests hold each text against its room's words in Chinese, and
 * `node test/support/texts.ts` draws the lists of docs/errors.md anew.
 */
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Problem, problemTypes } from '../../functions/platform/problems.ts';

export const page = 'docs/errors.md';

/** Texts of these never reach a client: simulated world, stream, what is sent, what is measured, what describes, a client itself. */
const silent =
  /^functions\/(sandbox|relay|clock)\/|(templates|metrics|log|calls|answers|api-document|carrier)\.ts$|departments\/check\.ts$|canary\/(service|onewindow|token)\.ts$/;

/** A text in quotes, or in backticks with values in it. */
const quoted = /'((?:[^'\\\n]|\\.)*)'|"([^"\\\n]*)"|`((?:[^`\\]|\\.)*)`/g;

/** What stands before a text that is said: an argument of a problem, a field of an error, the fault of a schema. */
const saidAfter =
  /(?:new Problem\(\s*'[a-z-]+',|\b(?:detail|fault|error|least|most|what|datetime|date|url):|\w+: \([^)]*\) =>|\.(?:refine|regex|minLength)\(.*,|\breturn|\?\?|[?:]|=|=>|\bconst \w+ =)\s*$/;

const isWords = (text: string): boolean =>
  text === 'Required' || /^(?:[A-Z][\w{}-]*|\w+)[ ,:]+[\w{}(]/.test(text);

/** Comments, and what only the API document says, taken out. */
const withoutDescriptions = (source: string): string =>
  source
    .replaceAll(/\/\*\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/description:\s*(?:'[^']*'|"[^"]*")/g, '')
    // What is said in both languages where it stands.
    .replaceAll(/\ben:\s*(?:'[^']*'|"[^"]*"|`[^`]*`)/g, '');

function textsIn(source: string): string[] {
  const text = withoutDescriptions(source);
  const direct = [...text.matchAll(quoted)].flatMap((found) => {
    const [whole, single, double, template] = found;
    const before = text.slice(Math.max(0, found.index - 160), found.index);
    const words = (single ?? double ?? template ?? '')
      .replaceAll(/\$\{[^}]*\}/g, '{}')
      .replaceAll("\\'", "'");
    const isLimit = /\bwhat: $/.test(before);
    const isSentence = /^[A-Z]/.test(words) && !/[=#<>]|:[a-z]|^SET /.test(words);
    const isMeantForPeople = !/(?:Error|log\.\w+|count)\(\s*$/.test(before) && whole.length > 4;
    return isMeantForPeople && (isLimit || isSentence) && isWords(words) && saidAfter.test(before)
      ? [words]
      : [];
  });
  const missing = [...text.matchAll(/notFound\('([^']+)'\)/g)].map(([, what]) => `There is no such ${what}.`);
  return [...direct, ...missing];
}

export const rooms = readdirSync('functions').filter((room) =>
  globSync(`functions/${room}/*.ts`).some((file) => !silent.test(file)),
);

/** Every text that the problems of a room say, a value in it as `{}`. */
export function textsOf(room: string): string[] {
  const files = globSync(`functions/${room}/*.ts`).filter((file) => !silent.test(file));
  const titles = room === 'platform' ? problemTypes.map((type) => titleOf(type)) : [];
  return [
    ...new Set([...titles, ...files.sort().flatMap((file) => textsIn(readFileSync(file, 'utf8')))]),
  ].filter((text) => text !== 'There is no such {}.');
}

const titleOf = (type: (typeof problemTypes)[number]): string =>
  String(new Problem(type, '').toBody((text) => text).title);

/** A room's words in Chinese. */
export function wordsOf(room: string): Record<string, string> {
  const file = `functions/${room}/words.zh.json`;
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('{}', '…');

/** The lists of docs/errors.md: types with their titles, then what each room says. */
export function lists(): string {
  const chinese = Object.assign({}, ...rooms.map(wordsOf)) as Record<string, string>;
  const types = problemTypes.map((type) => {
    const { status } = new Problem(type, '');
    return `| \`${type}\` | ${status} | ${titleOf(type)} | ${chinese[titleOf(type)]} |`;
  });
  const titles = new Set(problemTypes.map(titleOf));
  const said = rooms.flatMap((room) => {
    const texts = textsOf(room).filter((text) => !titles.has(text));
    if (texts.length === 0) return [];
    const rows = texts.map((text) => `| ${cell(text)} | ${cell(chinese[text] ?? '')} |`);
    return [`### ${room}`, '', '| | |', '|---|---|', ...rows, ''];
  });
  return [
    '| `urn:onewindow:problem:…` | Status | `title` | |',
    '|---|---|---|---|',
    ...types,
    '',
    '## `detail`',
    '',
    'A value stands where the dots are. By the room of the code that says it.',
    '',
    ...said,
  ].join('\n');
}

/** The page with its lists drawn anew. */
export const redrawn = (text: string): string =>
  text.replace(/(<!-- drawn -->\n)[\s\S]*$/, (_, head: string) => `${head}${lists()}`);

if (import.meta.main) writeFileSync(page, redrawn(readFileSync(page, 'utf8')));
