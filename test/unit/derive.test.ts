/** What follows from the answers: items, fields, materials, and why. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { compose } from '../../functions/catalogue/compose.ts';
import { derive, faultsOf, needsOf } from '../../functions/catalogue/derive.ts';
import { holds, operators } from '../../functions/catalogue/logic.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { type Change, checkedWith } from '../support/catalogue-files.ts';

const servicesWith = (...changes: Change[]) => {
  const { catalogue, faults } = checkedWith(...changes);
  if (!catalogue) throw new Error(JSON.stringify(faults));
  return (code: string): Service => {
    const found = catalogue.services.find((each) => each.code === code);
    if (!found) throw new Error(`No ${code}.`);
    return found;
  };
};
const serviceOf = servicesWith();

describe('a condition', () => {
  it.each<[Record<string, unknown>, boolean]>([
    [{ '==': [{ var: 'kind' }, 'bakery'] }, true],
    [{ '!=': [{ var: 'kind' }, 'bakery'] }, false],
    [{ '>': [{ var: 'seats' }, 9] }, true],
    [{ and: [{ '>=': [{ var: 'seats' }, 10] }, { '<=': [{ var: 'seats' }, 10] }] }, true],
    [{ or: [{ '<': [{ var: 'seats' }, 10] }, { var: 'open' }] }, true],
    [{ '!': { var: 'open' } }, false],
    [{ in: ['b', { var: 'list' }] }, true],
    [{ in: [{ var: 'kind' }, ['shop', 'bakery']] }, true],
    [{ some: [{ var: 'people' }, { '<': [{ var: 'age' }, 18] }] }, true],
    [{ all: [{ var: 'people' }, { '<': [{ var: 'age' }, 18] }] }, false],
    [{ none: [{ var: 'people' }, { '>': [{ var: 'age' }, 90] }] }, true],
    [{ if: [{ var: 'open' }, { '==': [{ var: 'place.use' }, 'rented'] }, false] }, true],
  ])('%j is %s', (condition, expected) => {
    const form = {
      kind: 'bakery',
      seats: 10,
      open: true,
      list: ['a', 'b'],
      people: [{ age: 5 }, { age: 40 }],
      place: { use: 'rented' },
    };
    expect(holds(condition, form)).toBe(expected);
  });

  it('does not hold where nothing is answered, or where the answer cannot be compared', () => {
    for (const form of [{}, { seats: 'many' }, { seats: null }, { seats: [] }]) {
      expect(holds({ '>': [{ var: 'seats' }, 9] }, form)).toBe(false);
    }
    expect(holds({ in: ['b', { var: 'list' }] }, { list: 7 })).toBe(false);
    expect(holds(undefined, {})).toBe(true);
  });

  it('knows the operators that are documented and no others', () => {
    expect(holds({ '+': [1, 2] }, {})).toBe(false);
    expect(holds({ cat: ['a'] }, {})).toBe(false);
    expect(holds({ method: ['a', 'trim'] }, {})).toBe(false);
    expect(operators).toHaveLength(15);
  });

  it('needs no code made from strings', () => {
    const script = `import { holds } from './functions/catalogue/logic.ts';
      const condition = { some: [{ var: 'p' }, { in: [{ var: 'a' }, ['x']] }] };
      console.log(Array.from({ length: 1000 }, () => holds(condition, { p: [{ a: 'x' }] })).every(Boolean));`;
    const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', script];
    expect(execFileSync(process.execPath, flags, { encoding: 'utf8' }).trim()).toBe('true');
  });
});

describe('a bundle', () => {
  const restaurant = serviceOf('restaurant');
  const answers = { shopName: '海港小馆', kind: 'restaurant', seats: 120 };

  it('has the items that the answers call for, and says why', () => {
    expect(derive(restaurant, answers).items).toEqual(['fire-check', 'food-licence']);
    expect(derive(restaurant, { ...answers, kind: 'bookshop' })).toMatchObject({
      items: ['food-licence'],
      reasons: [
        { item: 'fire-check', applies: false, because: { zh: '明火经营须查消防', en: 'There is open fire' } },
        { item: 'food-licence', applies: true },
      ],
    });
  });

  it('makes compulsory what the applying items need and what is asked at all', () => {
    expect(restaurant.form.required).toEqual(['kind', 'shopName', 'manager']);
    expect(derive(restaurant, answers).required).toEqual(['kind', 'shopName', 'seats', 'manager']);
    expect(derive(restaurant, { kind: 'bakery' }).required).toEqual(['kind', 'shopName', 'manager']);
  });

  it('asks for no material that an item of the same plan hands out', () => {
    const plan = { code: 'floor-plan', required: true, items: ['food-licence'] };
    expect(derive(restaurant, answers).materials).toEqual([plan]);
    expect(derive(restaurant, { ...answers, kind: 'bookshop' }).materials).toEqual([
      plan,
      { code: 'fire-opinion', required: true, items: ['food-licence'] },
    ]);
    expect(derive(restaurant, { kind: 'bookshop', seats: 10 }).materials).toEqual([plan]);
  });

  it('waits for who hands out a material, without anybody saying so', () => {
    const licence = restaurant.items.find(({ code }) => code === 'food-licence');
    expect(licence?.after).toEqual(['fire-check']);
    expect(licence?.waitsFor['fire-check']?.en).toBe(
      'Fire safety opinion is what Fire safety check hands out',
    );
  });

  it('of which a part is applied for brings in what that part waits for', () => {
    expect(derive(restaurant, answers, ['food-licence']).items).toEqual(['fire-check', 'food-licence']);
    expect(derive(restaurant, answers, ['fire-check']).items).toEqual(['fire-check']);
    expect(derive(restaurant, { kind: 'bookshop' }, ['fire-check']).items).toEqual([]);
  });

  it('asks its questions in any case, and its conditions nothing else', () => {
    const optional = servicesWith([
      'items/food/food-licence.yaml',
      '[shopName, kind, seats, manager]',
      '[shopName, manager]\noptionalFields: [kind, seats]',
    ])('restaurant');
    expect(optional.asks).toEqual(['kind']);
    expect(derive(optional, {}).required).toContain('kind');
  });
});

describe('what an applicant composes', () => {
  const itemOf = async (code: string) => serviceOf(code);

  it('brings in what is needed, directly or through others, and not what only comes first', async () => {
    expect(await needsOf(['signboard'], itemOf)).toEqual(['signboard', 'food-licence']);
    expect(await needsOf(['food-licence'], itemOf)).toEqual(['food-licence']);
  });

  it('is one service with one form, its dependencies said', () => {
    const parts = ['signboard', 'food-licence', 'fire-check'].map(serviceOf);
    const service = compose(parts, serviceOf('self-selected'), 7);
    expect(service.items.map(({ code, after }) => [code, after])).toEqual([
      ['fire-check', []],
      ['food-licence', ['fire-check']],
      ['signboard', ['food-licence']],
    ]);
    expect(Object.keys(service.form.properties as object)).toEqual(['kind', 'shopName', 'seats', 'manager']);
    expect(service).toMatchObject({
      kind: 'composed',
      // 2 and 3 days, and 4 hours of another, which count as one more day.
      limits: { promised: { workingDays: 6 }, statutory: { workingDays: 40 } },
      applicants: ['company'],
      visits: 1,
      fee: 20.5,
      delivery: ['ems', 'pickup'],
    });
    expect(service.items[2]?.waitsFor).toEqual({
      'food-licence': { zh: '店招以许可为前提', en: 'A signboard is for a licensed shop' },
    });
  });

  it('is refused for who may not, for what excludes each other, for parts of bundles', () => {
    const [sign, licence, fire] = ['signboard', 'food-licence', 'fire-check'].map(serviceOf) as [
      Service,
      Service,
      Service,
    ];
    expect(faultsOf([sign, licence, fire])).toEqual([]);
    expect(faultsOf([sign, licence], 'person')).toEqual([
      { item: 'signboard', detail: 'A person may not apply for it' },
    ]);
    expect(faultsOf([sign, { ...fire, applicants: ['person'] }])).toEqual([
      { item: 'fire-check', detail: 'Nobody may apply for all of these items together' },
    ]);
    expect(faultsOf([{ ...sign, alone: false, partOf: ['street'] }])).toEqual([
      { item: 'signboard', detail: 'Is applied for as part of street' },
    ]);
    const because = { zh: '互斥', en: 'One shop has one kind' };
    const excluding = licence.items.map((item) => ({ ...item, excludes: [{ item: 'signboard', because }] }));
    expect(faultsOf([sign, { ...licence, items: excluding }])).toEqual([
      { item: 'food-licence', detail: 'Cannot go together with signboard: One shop has one kind', because },
    ]);
  });

  it('is refused when it is more than a case can hold', () => {
    const sign = serviceOf('signboard');
    const grown = (name: string, code: string): Service => ({
      ...sign,
      code,
      form: { type: 'object', properties: { [name]: { type: 'string', maxLength: 25_000 } } },
    });
    expect(faultsOf([grown('a', 'one')])).toEqual([]);
    // The same field twice is one field.
    expect(faultsOf([grown('a', 'one'), grown('a', 'two')])).toEqual([]);
    expect(faultsOf([grown('a', 'one'), grown('b', 'two')])).toEqual([
      { item: 'two', detail: 'Too many items for one application: apply for some of them apart' },
    ]);
    const many = (count: number) => Array.from({ length: count }, (_, i) => grown('a', `item-${i}`));
    expect(faultsOf(many(50))).toEqual([]);
    expect(faultsOf(many(51))).toMatchObject([{ item: 'item-50' }]);
  });
});
