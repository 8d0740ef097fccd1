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
import { checkCatalogue } from '../../catalogue/build.ts';
import { bundleFile, field, itemFile } from '../../catalogue/formats.ts';
import { textOf } from '../../catalogue/source.ts';
import { operators } from '../../functions/catalogue/logic.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'catalogue.md'), 'utf8');

/** What the steps say to write, without the indent of the list that it is in. */
const [fields = '', materials = '', item = ''] = [...page.matchAll(/```yaml\n([\s\S]*?) {3}```/g)].map(
  ([, text]) => (text as string).replaceAll(/^ {3}/gm, ''),
);
const itemPath = 'items/public-security/drone-flight.yaml';

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

  it('show the fault that is found when a name is misspelt', () => {
    writeFileSync(join(folder, itemPath), item.replace('siteContact]', 'siteContacts]'));
    const faults = checkCatalogue(folder, 'catalogue/').faults.map(textOf);
    expect(faults).toHaveLength(1);
    expect(page).toContain(faults[0]);
  });
});

describe('docs/catalogue.md', () => {
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

  it('explains every operator of a condition', () => {
    const section = page.slice(page.indexOf('## Conditions on answers'), page.indexOf('## What applicants'));
    const named = (operator: string): boolean =>
      [`"${operator}":`, `${operator}:`, `\`${operator}\``].some((text) => section.includes(text));
    expect(operators.filter((operator) => !named(operator))).toEqual([]);
  });
});
