/** What is made of the catalogue and committed is up to date, and right: schemas for editors, pages for readers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkCatalogue } from '../../catalogue/build.ts';
import { editorSchemas, headerOf, kinds, namesOf } from '../../catalogue/editor-schemas.ts';
import { writtenOf } from '../../catalogue/written.ts';
import { smallCatalogue } from '../support/catalogue-files.ts';

const root = join(import.meta.dirname, '..', '..');
const { faults, tree, catalogue } = checkCatalogue();
if (!tree || !catalogue) throw new Error('The catalogue has faults.');
const written = writtenOf({ faults, tree, catalogue });

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[a-z]+$/.test(file));
const yamlIn = (folder: string): string[] => filesIn(folder).filter((file) => file.endsWith('.yaml'));

describe('what is committed', () => {
  it.each(['catalogue/schemas', 'docs/catalogue'])(
    'in %s is what the catalogue makes, all of it',
    (folder) => {
      const there = filesIn(join(root, folder)).map((file) => `${folder}/${file}`);
      const made = [...written].filter(([path]) => path.startsWith(`${folder}/`));
      expect(there.toSorted()).toEqual(made.map(([path]) => path).toSorted());
      const stale = made.filter(([path, text]) => readFileSync(join(root, path), 'utf8') !== text);
      expect(stale.map(([path]) => path)).toEqual([]);
    },
  );
});

describe('the editor schemas', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const validators = new Map<string, ValidateFunction>(
    Object.entries(editorSchemas(namesOf(tree))).map(([name, schema]) => [name, ajv.compile(schema)]),
  );
  const kindOf = (file: string): string => {
    const kind = Object.entries(kinds).find(([, { at }]) => at.test(file));
    if (!kind) throw new Error(`${file} is of no kind.`);
    return `${kind[0]}.schema.json`;
  };
  const refuses = (file: string, text: string): boolean =>
    validators.get(kindOf(file))?.(parse(text)) === false;

  it.each(yamlIn(join(root, 'catalogue')))('%s names its schema and is taken by it', (file) => {
    const text = readFileSync(join(root, 'catalogue', file), 'utf8');
    expect(text.split('\n')).toContain(headerOf(file));
    const validate = validators.get(kindOf(file)) as ValidateFunction;
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(existsSync(join(root, 'catalogue/schemas', kindOf(file)))).toBe(true);
  });

  it.each(yamlIn(smallCatalogue))('take %s of another catalogue, whose names they do not know', (file) => {
    expect(refuses(file, readFileSync(join(smallCatalogue, file), 'utf8'))).toBe(false);
  });

  it.each<[string, string, string]>([
    ['items/food/food-licence.yaml', 'visits: 0\n', ''],
    ['items/food/food-licence.yaml', 'visits: 0', 'visits: 2'],
    ['items/food/food-licence.yaml', 'materials:', 'material:'],
    ['items/food/food-licence.yaml', 'workingDays: 20', 'workingdays: 20'],
    ['items/food/food-licence.yaml', 'workingDays: 20', 'workingDays: 0'],
    ['items/food/food-licence.yaml', 'article: "35"', 'article: 35'],
    ['items/food/food-licence.yaml', 'delivery: [ems, pickup]', 'delivery: [post]'],
    ['items/food/food-licence.yaml', 'en: Food licence }', '}'],
    ['items/food/food-licence.yaml', 'code: food-licence', 'code: Food_Licence'],
    ['bundles/restaurant.yaml', 'items:', 'parts:'],
    ['bundles/restaurant.yaml', 'questions: [kind]', 'questions: kind'],
    ['fields/shop.yaml', 'type: string', 'type: text'],
    ['fields/shop.yaml', 'maxLength: 60', 'maxLenght: 60'],
    ['fields/shop.yaml', 'maxLength: 60', 'maxLength: 60\n  oneOf: []'],
    ['fields/shop.yaml', '  example: 海港小馆\n', ''],
    ['fields/shapes.yaml', 'format: citizen-id', 'format: passport'],
    ['fields/shop.yaml', '"==": [{ var: kind }', '"=": [{ var: kind }'],
    ['bundles/restaurant.yaml', '[restaurant, bakery]] }', '[restaurant], bakery] }'],
    ['items/food/food-licence.yaml', '">": [', 'var: seats, ">": ['],
    ['items/food/food-licence.yaml', '{ var: seats }', '{ vra: seats }'],
    ['materials.yaml', 'grade: C', 'grade: E'],
    ['departments.yaml', 'code: food', 'kode: food'],
    ['sections.yaml', 'zh: 门店, ', ''],
    ['centre.yaml', 'region: "330102"', 'region: 330102'],
    ['self-selected.yaml', 'items: [food-licence, fire-check]', 'items: []'],
  ])('refuse %s with %j as %j', (file, text, instead) => {
    const before = readFileSync(join(smallCatalogue, file), 'utf8');
    expect(before).toContain(text);
    expect(refuses(file, before.replace(text, instead))).toBe(true);
  });

  it('offer what is known, where it is asked for', () => {
    const schema = JSON.stringify(editorSchemas(namesOf(tree))['item.schema.json']);
    expect(schema).toContain('"business-registration"');
    expect(schema).toContain('"companyName"');
    expect(schema).toContain('"articles-of-association"');
    expect(schema).toContain('"market-supervision"');
  });
});

describe('the pages', () => {
  const pageOf = (path: string): string => written.get(`docs/catalogue/${path}`) ?? '';

  it.each(catalogue.services.map((service) => [service.code, service] as const))(
    'of %s say in both languages what the data say',
    (code, service) => {
      for (const language of ['en', 'zh'] as const) {
        const page = pageOf(`${language}/${code}.md`);
        expect(page).toContain(`# ${service.name[language]}\n`);
        expect(page).toContain(service.summary[language]);
        for (const { law, article } of service.basis) {
          expect(page).toContain(law[language]);
          if (article !== undefined) expect(page).toContain(article);
        }
        for (const item of service.items) {
          expect(page).toContain(item.name[language]);
          for (const material of item.materials) expect(page).toContain(material.name[language]);
          if (item.output) expect(page).toContain(item.output.name[language]);
        }
        const example = /```json\n([\s\S]*?)\n```/.exec(page)?.[1] ?? '';
        expect(JSON.parse(example)).toEqual(service.example);
      }
    },
  );

  it.each(
    catalogue.services
      .filter(({ items }) => items.length > 0)
      .map((service) => [service.code, service] as const),
  )('of %s draw every item, and no line to what is not there', (code, service) => {
    const drawing = /```mermaid\n([\s\S]*?)\n```/.exec(pageOf(`en/${code}.md`))?.[1] ?? '';
    const known = new Set(
      [...service.items, ...service.conditions].map((each) => each.code.replaceAll('-', '_')),
    );
    const edges = [...drawing.matchAll(/^ {2}(\w+) --> (\w+)$/gm)];
    const ends = edges.flatMap(([, from, to]) => [from as string, to as string]);
    expect(ends.filter((end) => !known.has(end) && !['filed', 'done'].includes(end))).toEqual([]);
    expect([...known].filter((each) => !ends.includes(each))).toEqual([]);
  });

  it('link to pages that are there', () => {
    for (const [path, text] of written) {
      if (!path.endsWith('.md')) continue;
      for (const [, target] of text.matchAll(/\]\(([^)#]+\.md)\)/g)) {
        expect(written.has(join(path, '..', target as string)), `${path}: ${target}`).toBe(true);
      }
    }
  });

  it('list every service by department, and every basis that nobody has checked', () => {
    for (const { code, basis } of catalogue.services) {
      expect(pageOf('README.md')).toContain(`(en/${code}.md)`);
      expect(pageOf('README.zh-CN.md')).toContain(`(zh/${code}.md)`);
      const listed = pageOf('unchecked.md')
        .split('\n')
        .filter((row) => row.includes(`(en/${code}.md)`));
      expect(listed).toHaveLength(basis.filter(({ checked }) => !checked).length);
    }
  });
});
