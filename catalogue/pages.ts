/** Readable pages of the catalogue, made from its data: one in each language for every service, and lists of them. */
import type { CatalogueFile, Service } from '../functions/catalogue/schemas.ts';
import type { LocalText } from '../functions/platform/text.ts';
import { departmentsOf, listed, type Page, table, visitsOf, type Word } from './page-parts.ts';
import { formNode, languages, limitInWords, words } from './page-words.ts';
import { pageOf } from './service-page.ts';

type Shared = Pick<Page, 'language' | 'say' | 'nameOf' | 'departmentOf'>;

function indexOf({ departments, services }: CatalogueFile, { language, say, departmentOf }: Shared): string {
  const link = ({ code, name }: Service): string => `[${name[language]}](${language}/${code}.md)`;
  const bundles = services.filter(({ kind }) => kind !== 'item');
  const rowOf = (service: Service): string[] => [
    link(service),
    `\`${service.code}\``,
    service.items.length > 0 ? limitInWords(service.limits.promised, language) : '',
    visitsOf(service, say),
    service.fee === 0 ? say('free') : `${service.fee}${say('yuan')}`,
  ];
  const head = (['code', 'promised', 'visits', 'fee'] as Word[]).map(say);
  const items = services.filter(({ kind }) => kind === 'item');
  const byDepartment = departments.flatMap(({ code }) => {
    const own = items.filter((service) => service.items[0]?.department === code);
    return own.length === 0
      ? []
      : [`### ${departmentOf(code)}`, table([say('name'), ...head], own.map(rowOf))];
  });
  const other = language === 'zh' ? 'README.md' : 'README.zh-CN.md';
  const unchecked = language === 'zh' ? 'unchecked.zh-CN.md' : 'unchecked.md';
  const contacts = language === 'zh' ? 'departments.zh-CN.md' : 'departments.md';
  return `${[
    `# ${say('index')}`,
    `[${say('other')}](${other}) · [${say('uncheckedTitle')}](${unchecked}) · [${say('contactsTitle')}](${contacts})`,
    say('generated'),
    `## ${say('bundles')}`,
    table(
      [say('bundle'), ...head, say('departments')],
      bundles.map((service) => [
        ...rowOf(service),
        listed(departmentsOf(service).map(departmentOf), language),
      ]),
    ),
    `## ${say('items')}`,
    ...byDepartment,
  ].join('\n\n')}\n`;
}

/** Every basis that nobody has held against the law yet, by law. */
function uncheckedOf({ services }: CatalogueFile, { language, say, nameOf }: Shared): string {
  const rows = services
    .flatMap(({ code, basis }) => basis.filter(({ checked }) => !checked).map((each) => ({ code, each })))
    .map(({ code, each: { law, article } }) => [
      law[language],
      article ?? '',
      `[${nameOf(code)}](${language}/${code}.md)`,
    ])
    .toSorted(([a = '', b = ''], [c = '', d = '']) => (a === c ? (b < d ? -1 : 1) : a < c ? -1 : 1));
  const index = language === 'zh' ? 'README.zh-CN.md' : 'README.md';
  return `${[
    `# ${say('uncheckedTitle')}`,
    `[${say('index')}](${index})`,
    say('uncheckedIntro'),
    rows.length === 0
      ? say('none')
      : table([say('law'), language === 'zh' ? '条' : 'Article', say('name')], rows),
  ].join('\n\n')}\n`;
}

/** Whom to call in each department. */
function contactsOf({ departments }: CatalogueFile, { language, say }: Shared): string {
  const rows = departments.map(({ code, name, contact }) => [
    name[language],
    `\`${code}\``,
    contact?.name ?? say('none'),
    contact?.phone ?? '',
    contact?.email ?? '',
    contact?.hours[language] ?? '',
  ]);
  const head = (['department', 'code', 'contact', 'phone', 'email', 'hours'] as Word[]).map(say);
  const index = language === 'zh' ? 'README.zh-CN.md' : 'README.md';
  return `${[
    `# ${say('contactsTitle')}`,
    `[${say('index')}](${index})`,
    say('contactsIntro'),
    table(head, rows),
  ].join('\n\n')}\n`;
}

/** Every page by its path in `docs/catalogue`. */
export function pagesOf(catalogue: CatalogueFile): Map<string, string> {
  const names = new Map<string, LocalText>(catalogue.services.map(({ code, name }) => [code, name]));
  const departments = new Map(catalogue.departments.map(({ code, name }) => [code, name]));
  const pages = new Map<string, string>();
  for (const language of languages) {
    const shared: Shared = {
      language,
      say: (word) => words[word][language],
      nameOf: (code) => names.get(code)?.[language] ?? code,
      departmentOf: (code) => departments.get(code)?.[language] ?? code,
    };
    for (const service of catalogue.services) {
      const page = { ...shared, service, form: formNode(service), isPage: (code: string) => names.has(code) };
      pages.set(`${language}/${service.code}.md`, pageOf(page));
    }
    const suffix = language === 'zh' ? '.zh-CN' : '';
    pages.set(`README${suffix}.md`, indexOf(catalogue, shared));
    pages.set(`unchecked${suffix}.md`, uncheckedOf(catalogue, shared));
    pages.set(`departments${suffix}.md`, contactsOf(catalogue, shared));
  }
  return pages;
}
