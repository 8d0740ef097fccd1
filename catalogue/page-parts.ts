/** What the pages of the catalogue have in common: tables, links, lists in words. */
import type { Service } from '../functions/catalogue/schemas.ts';
import type { FormNode, Language, words } from './page-words.ts';

export type Word = keyof typeof words;
/** What a page of a service is written from. */
export type Page = {
  language: Language;
  service: Service;
  form: FormNode;
  say: (word: Word) => string;
  nameOf: (code: string) => string;
  departmentOf: (code: string) => string;
  isPage: (code: string) => boolean;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table in Markdown. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** The columns of a table of which some row has anything to say. */
export function filled(head: string[], rows: string[][]): string {
  const kept = head.map((_, i) => i === 0 || rows.some((row) => row[i] !== ''));
  const keep = (cells: string[]): string[] => cells.filter((_, i) => kept[i]);
  return table(keep(head), rows.map(keep));
}

export const listed = (texts: string[], language: Language): string =>
  texts.join(language === 'zh' ? '、' : ', ');

export const linkTo = (code: string, { nameOf, isPage }: Pick<Page, 'nameOf' | 'isPage'>): string =>
  isPage(code) ? `[${nameOf(code)}](${code}.md)` : nameOf(code);

/** Departments of a service, each once, in the order in which it names them. */
export const departmentsOf = ({ items }: Service): string[] => [
  ...new Set(items.map(({ department }) => department)),
];

export const visitsOf = ({ visits }: Service, say: Page['say']): string =>
  say(visits === 0 ? 'noVisit' : 'oneVisit');
