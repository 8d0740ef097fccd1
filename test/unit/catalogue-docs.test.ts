/** docs/catalogue.md, followed to the letter by somebody who knows no code, ends in a catalogue that is right. */
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { checkCatalogue } from '../../catalogue/build.ts';
import { bundleFile, field, itemFile } from '../../catalogue/formats.ts';
import { textOf } from '../../catalogue/source.ts';
import { operators } from '../../functions/catalogue/logic.ts';
import { checkedWith } from '../support/catalogue-files.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'catalogue.md'), 'utf8');

/** What the steps say to write, without the indent of the list that it is in. */
const [fields = '', materials = '', item = '', question = '', bundle = ''] = [
  ...page.matchAll(/```yaml\n([\s\S]*?) {3}```/g),
].map(([, text]) => (text as string).replaceAll(/^ {3}/gm, ''));
const itemPath = 'items/public-security/drone-flight.yaml';
const bundlePath = 'bundles/drone-show.yaml';

describe('the steps of docs/catalogue.md', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
    const own = join(root, 'catalogue');
    for (const name of readdirSync(own).filter((each) => !each.endsWith('.ts') && each !== 'schemas')) {
      cpSync(join(own, name), join(folder, name), { recursive: true });
    }
    writeFileSync(join(folder, 'fields/drone.yaml'), fields);
    appendFileSync(join(folder, 'materials.yaml'), `\n${materials}`);
    writeFileSync(join(folder, itemPath), item);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('make an item that can be applied for', () => {
    const { faults, catalogue } = checkCatalogue(folder);
    expect(faults.map(textOf)).toEqual([]);
    const found = catalogue?.services.find(({ code }) => code === 'drone-flight');
    expect(found).toMatchObject({ kind: 'item', alone: true });
    expect(found?.example.form).toMatchObject({ droneKind: 'light', flightHeight: 80 });
    expect(found?.example.materials).toEqual([{ code: 'drone-registration' }, { code: 'flight-insurance' }]);
  });

  it('make a bundle whose question decides, whose refusal ends, and whose promise its items just keep', () => {
    appendFileSync(join(folder, 'fields/drone.yaml'), question);
    writeFileSync(join(folder, bundlePath), bundle);
    const { faults, catalogue } = checkCatalogue(folder);
    expect(faults.map(textOf)).toEqual([]);
    const found = catalogue?.services.find(({ code }) => code === 'drone-show');
    expect(found?.form.required).toContain('fliesDrones');
    expect(found?.items).toMatchObject([
      { code: 'commercial-performance', onRefusal: 'continues' },
      { code: 'large-event-safety', after: ['commercial-performance'], onRefusal: 'ends-all' },
      { code: 'drone-flight', after: ['large-event-safety'] },
    ]);
    writeFileSync(
      join(folder, bundlePath),
      bundle.replace('promised: { workingDays: 7 }', 'promised: { workingDays: 6 }'),
    );
    expect(checkCatalogue(folder).faults.map(({ place }) => place)).toEqual(['limits.promised']);
    rmSync(join(folder, bundlePath));
  });

  it('show the fault that is found when a name is misspelt', () => {
    writeFileSync(join(folder, itemPath), item.replace('siteContact]', 'siteContacts]'));
    const faults = checkCatalogue(folder, 'catalogue/').faults.map(textOf);
    expect(faults).toHaveLength(1);
    expect(page).toContain(faults[0]);
  });
});

describe('docs/catalogue.md', () => {
  it('says of each mistake what the check says', () => {
    const tried: [string, string][] = [
      ['visits: 0', ' visits: 0'],
      ['fee: 0', 'fee:0'],
      ['visits: 0', 'visits：0'],
      ['department: food', 'department: food: and drinks'],
      ['name: { zh: 食品经营许可, en: Food licence }', 'name: { zh: 网络, en: Water, gas and network }'],
      ['article: "35"', 'article: 42'],
      ['name: { zh: 食品经营许可, en: Food licence }', 'name: 网络'],
      ['name: { zh: 食品经营许可, en: Food licence }', 'name: { zh: 网络 }'],
    ];
    const said = tried.map(([right, wrong]) => {
      const [fault] = checkedWith(['items/food/food-licence.yaml', right, wrong]).faults;
      return fault?.rule === 'is missing' ? `${fault.place}: ${fault.rule}` : fault?.rule;
    });
    expect(said.filter((sentence) => !page.includes(`| ${sentence} |`))).toEqual([]);
  });

  it.each([
    ['an item', itemFile],
    ['a bundle', bundleFile],
    ['a field', field],
  ])('explains every key of %s', (_, format) => {
    const keys = Object.keys(format.shape).filter(
      (key) => !['additionalProperties', 'required'].includes(key),
    );
    expect(keys.filter((key) => !page.includes(`\`${key}\``) && !page.includes(`${key}:`))).toEqual([]);
  });

  it.each([
    ['an item', itemFile],
    ['a bundle', bundleFile],
  ])('has an editor explain every key of %s', (_, format) => {
    const { properties = {} } = z.toJSONSchema(format, { io: 'input' });
    const explained = Object.entries(properties).filter(
      ([, schema]) => (schema as { description?: string }).description,
    );
    expect(explained.map(([key]) => key)).toEqual(Object.keys(format.shape));
  });

  it('explains every operator of a condition', () => {
    const section = page.slice(page.indexOf('## Conditions on answers'), page.indexOf('## What applicants'));
    const named = (operator: string): boolean =>
      [`"${operator}":`, `${operator}:`, `\`${operator}\``].some((text) => section.includes(text));
    expect(operators.filter((operator) => !named(operator))).toEqual([]);
  });
});
