/** Every kind of wrong file is one clear sentence with the file, the line and the place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCatalogue } from '../../catalogue/build.ts';
import { check } from '../../catalogue/check.ts';
import { textOf } from '../../catalogue/source.ts';
import { type Change, checkedWith, smallCatalogue } from '../support/catalogue-files.ts';

const licence = 'items/food/food-licence.yaml';
const fire = 'items/fire/fire-check.yaml';
const sign = 'items/food/signboard.yaml';
const bundle = 'bundles/restaurant.yaml';
const shop = 'fields/shop.yaml';

const faultsOf = (...changes: Change[]): string[] => checkedWith(...changes).faults.map(textOf);
const contact = (phone: string): string =>
  `contact: { name: 值班室, phone: ${phone}, email: duty@example.org, hours: { zh: 全天, en: Always } }`;
const other = (more: string): string =>
  `nameOfOther:\n  type: string\n  title: 别名\n  x-en: Other\n  ${more}\n`;

it('a catalogue without a fault is said to be right, with what was checked', () => {
  expect(checkCatalogue(smallCatalogue).faults).toEqual([]);
  expect(check(smallCatalogue)).toEqual({
    lines: [
      'The catalogue is right: 3 items, 1 bundle, 4 fields, 3 materials, 2 departments.',
      'Departments without a contact: fire, food.',
    ],
    isRight: true,
  });
});

it('a question is asked, also when no item of the bundle asks it', () => {
  const { faults, catalogue } = checkedWith(
    [
      'fields/more.yaml',
      '',
      'sellsDrinks:\n  type: boolean\n  title: 售酒\n  x-en: Sells drinks\n  x-section: shop\n  example: true\n',
    ],
    [bundle, 'questions: [kind]', 'questions: [kind, sellsDrinks]'],
    [
      bundle,
      '- food-licence',
      '- item: food-licence\n    when: { "==": [{ var: sellsDrinks }, true] }\n    because: { zh: 售酒, en: Drinks are sold }',
    ],
  );
  expect(faults).toEqual([]);
  const form = catalogue?.services.find(({ code }) => code === 'restaurant')?.form;
  expect(form?.required).toContain('sellsDrinks');
});

describe('one thing wrong is one sentence:', () => {
  it.each<[string, Change[], string]>([
    [
      'a key that is not known',
      [[licence, 'materials:', 'material:']],
      `${licence}:13: material: is no key here; did you mean materials?`,
    ],
    [
      'a key of a limit that is not known',
      [[licence, 'workingDays: 20', 'workingdays: 20']],
      `${licence}:7: limits.statutory.workingdays: is no key here; did you mean workingDays?`,
    ],
    ['a key that is missing', [[licence, 'visits: 0\n', '']], `${licence}:1: visits: is missing`],
    [
      'a bracket that is not closed',
      [[licence, 'fields: [shopName', 'fields: [[shopName']],
      `${licence}:12: opens a [ that is never closed: a ] is missing`,
    ],
    [
      'a bracket too many',
      [[licence, 'delivery: [ems, pickup]', 'delivery: [ems, pickup]]']],
      `${licence}:11: closes a { or [ that is not open: a } or ] is too many`,
    ],
    [
      'a bracket too many in the middle of a line',
      [[licence, 'workingDays: 20 }', 'workingDays: 20 } }']],
      `${licence}:7: closes a { or [ that is not open: a } or ] is too many`,
    ],
    [
      'a key that is there twice',
      [[licence, 'fee: 0', 'fee: 0\nfee: 1']],
      `${licence}:11: fee is there already, on line 10`,
    ],
    [
      'a line that is indented further than those beside it',
      [[licence, 'visits: 0', ' visits: 0']],
      `${licence}:9: is not indented like the lines that it belongs with: begin all of them in the same column`,
    ],
    [
      'a part of a list that is indented less than the rest of it',
      [[bundle, '    when', '   when']],
      `${bundle}:12: is not indented like the lines that it belongs with: begin all of them in the same column`,
    ],
    [
      'a key of a field at the left edge, once, whatever follows from it',
      [[shop, '  title', 'title']],
      `${shop}:3: has a text after its colon, and the next line is indented as a part of it: begin both in the same column`,
    ],
    ['a tab', [[shop, '  title', '\ttitle']], `${shop}:3: begins with a tab: indent with spaces`],
    [
      'a text with a colon',
      [[shop, 'x-en: Name of the shop', 'x-en: Name: of the shop']],
      `${shop}:4: has a second colon: put the text after the first one in quotes`,
    ],
    [
      'a text with a comma inside { }',
      [[licence, 'en: Food licence }', 'en: Food licence, for shops }']],
      `${licence}:2: name: "for shops" is no key here: a text with a comma in it belongs in quotes`,
    ],
    [
      'a colon without a space',
      [[licence, 'fee: 0', 'fee:0']],
      `${licence}:10: is no key with its value: a colon and a space belong between them, "fee: 0"`,
    ],
    [
      'two parts without a comma',
      [[licence, '食品经营许可, en', '食品经营许可 en']],
      `${licence}:2: cannot be read inside { } or [ ]: put one comma between the parts, and quotes around a text with signs in it`,
    ],
    [
      'a quote that is not closed',
      [[licence, 'article: "35"', 'article: "35']],
      `${licence}:6: opens a quote that it does not close`,
    ],
    [
      'a text of which only a part is in quotes',
      [[licence, 'name: { zh: ', 'name: { zh: "新"']],
      `${licence}:2: goes on after a closing quote: put the whole text in quotes`,
    ],
    [
      'a text that begins with a sign',
      [[shop, 'x-en: Name of the shop', 'x-en: @shop']],
      `${shop}:4: has a text that begins with a sign: put it in quotes`,
    ],
    [
      'a text that begins with a star',
      [[shop, 'x-en: Name of the shop', 'x-en: *shop']],
      `${shop}:4: has a text that begins with a sign: put it in quotes`,
    ],
    [
      'a list that begins on the line of its key',
      [[licence, 'materials:', 'materials: - floor-plan']],
      `${licence}:13: begins a list on the line of its key: begin it on the next line`,
    ],
    [
      'a colon of the Chinese keyboard',
      [[licence, 'visits: 0', 'visits：0']],
      `${licence}:9: has a colon, comma or bracket of the Chinese keyboard: type : , { } [ ] with the English one`,
    ],
    [
      'a comma of the Chinese keyboard inside { }',
      [[licence, '食品经营许可, en', '食品经营许可，en']],
      `${licence}:2: has a colon, comma or bracket of the Chinese keyboard: type : , { } [ ] with the English one`,
    ],
    [
      'a comma of the Chinese keyboard between names',
      [[licence, 'shopName, ', 'shopName，']],
      `${licence}:12: fields.0: "shopName，kind" must be a name in camelCase: letters and digits, a small letter first; type , : and " with the English keyboard`,
    ],
    [
      'a number in quotes of the Chinese keyboard',
      [[licence, 'article: "35"', 'article: “35”']],
      `${licence}:6: “35” is in quotes of the Chinese keyboard: write "35"`,
    ],
    [
      'a name in one language, without saying which',
      [[licence, 'name: { zh: 食品经营许可, en: Food licence }', 'name: 食品经营许可']],
      `${licence}:2: name: must be written as { zh: …, en: … }, and is text`,
    ],
    [
      'a limit without a unit',
      [[licence, 'promised: { workingDays: 3 }', 'promised: 3']],
      `${licence}:7: limits.promised: must be written as { workingDays: … }, and is a number`,
    ],
    [
      'an article that YAML made a number',
      [[licence, 'article: "35"', 'article: 35']],
      `${licence}:6: basis.0.article: must be text, and YAML reads 35 as a number: put it in quotes, "35"`,
    ],
    [
      'an identity number that YAML made a number',
      [[shop, 'idNumber: "330102198503121017"', 'idNumber: 330102198503121017']],
      `${shop}:36: manager.example.idNumber: must be text, and YAML reads 330102198503121017 as a number: put it in quotes, "330102198503121017"`,
    ],
    [
      "an applicant's phone that YAML made a number",
      [
        [
          bundle,
          'questions:',
          'example: { applicant: { type: person, name: 王建国, idNumber: "330102198503121017", phone: 13857100001 } }\nquestions:',
        ],
      ],
      `${bundle}:15: example.applicant.phone: must be text, and YAML reads 13857100001 as a number: put it in quotes, "13857100001"`,
    ],
    [
      'a department whose code the system has for itself',
      [['departments.yaml', '- { code: food', '- { code: canary, name: { zh: 检, en: C } }\n- { code: food']],
      'departments.yaml:1: 0.code: canary is a code of the system itself: choose another',
    ],
    [
      'a telephone that is none',
      [['departments.yaml', 'en: Fire Brigade } }', `en: Fire Brigade }, ${contact('ask at the gate')} }`]],
      'departments.yaml:2: 1.contact.phone: "ask at the gate" must be a telephone number: digits, spaces and hyphens',
    ],
    [
      'a contact that does not say when',
      [
        [
          'departments.yaml',
          'en: Fire Brigade } }',
          `en: Fire Brigade }, ${contact('0571-00000119').replace(', en: Always', '')} }`,
        ],
      ],
      'departments.yaml:2: 1.contact.hours.en: is missing',
    ],
    [
      'a field that is not defined',
      [[licence, 'seats,', 'seat,']],
      `${licence}:12: fields.2: seat is no field of the catalogue; did you mean seats?`,
    ],
    [
      'a material that is not defined',
      [[licence, '- floor-plan', '- floorplan']],
      `${licence}:14: materials.0: floorplan is no material of materials.yaml; did you mean floor-plan?`,
    ],
    [
      'an item that is not defined',
      [[sign, 'item: food-licence', 'item: food-license']],
      `${sign}:14: needs.0.item: food-license is no item of the catalogue; did you mean food-licence?`,
    ],
    [
      'an item of a bundle that is not defined',
      [[bundle, '  - food-licence', '  - food-permit']],
      `${bundle}:14: items.1: food-permit is no item of the catalogue`,
    ],
    [
      'a department that is not there',
      [['departments.yaml', '- { code: fire, name: { zh: 消防救援大队, en: Fire Brigade } }', '']],
      `${fire}:4: department: fire is no department of departments.yaml`,
    ],
    [
      'a section that is not there',
      [[shop, 'x-section: shop', 'x-section: shops']],
      `${shop}:5: shopName.x-section: shops is no section; did you mean shop?`,
    ],
    [
      'a condition that is not there',
      [[bundle, '  - food-licence', '  - { item: food-licence, after: [opened] }']],
      `${bundle}:14: items.1.after.0: opened is no item or condition of this bundle`,
    ],
    [
      'a condition that nothing waits for',
      [[bundle, 'questions:', 'conditions: [{ code: opened, name: { zh: 开业, en: Open } }]\nquestions:']],
      `${bundle}:15: conditions.0: nothing waits for opened`,
    ],
    [
      'a stage that is not there',
      [[bundle, '  - food-licence', '  - { item: food-licence, stage: first }']],
      `${bundle}:14: items.1.stage: first is no stage of this bundle`,
    ],
    [
      'a shape that is not there',
      [[shop, 'x-use: person', 'x-use: persons']],
      `${shop}:32: manager.x-use: persons is no shape; did you mean person?`,
    ],
    [
      'a shape that uses itself',
      [['fields/shapes.yaml', 'person:\n', 'person:\n  x-use: person\n']],
      'fields/shapes.yaml:1: person: uses itself: person uses person',
    ],
    [
      'a question that is no field',
      [[bundle, 'questions: [kind]', 'questions: [kind, size]']],
      `${bundle}:15: questions.1: size is no field of the catalogue`,
    ],
    [
      'items that wait for each other in a circle',
      [
        [
          licence,
          'output:',
          'after: [{ item: signboard, because: { zh: 先挂牌, en: The sign first } }]\noutput:',
        ],
      ],
      `${licence}:16: after: food-licence waits for itself: food-licence waits for signboard waits for food-licence`,
    ],
    [
      'items of a bundle that wait for each other in a circle',
      [[bundle, 'item: fire-check', 'item: fire-check\n    after: [food-licence]']],
      `${bundle}:10: items: these wait for each other in a circle: fire-check, food-licence`,
    ],
    [
      "a code that is not the file's name",
      [[licence, 'code: food-licence', 'code: food-license']],
      `${licence}:1: code: food-license is not the file's name`,
    ],
    [
      "a department that is not the folder's name",
      [[licence, 'department: food', 'department: fire']],
      `${licence}:4: department: fire is not the folder's name, food`,
    ],
    [
      'a code that an item and a bundle have',
      [
        [
          'bundles/food-licence.yaml',
          '',
          readFileSync(join(smallCatalogue, bundle), 'utf8').replace(
            'code: restaurant',
            'code: food-licence',
          ),
        ],
      ],
      `bundles/food-licence.yaml:1: code: food-licence is an item's code, in ${licence}`,
    ],
    [
      'a field that two files define',
      [
        [
          'fields/more.yaml',
          '',
          `shopName: { type: boolean, title: 名, x-en: N, x-section: shop, example: true }`,
        ],
      ],
      `${shop}:1: shopName: is defined already, in fields/more.yaml:1`,
    ],
    [
      'a field that an item names twice',
      [[licence, '[shopName, kind', '[shopName, shopName, kind']],
      `${licence}:12: fields.1: shopName is there already`,
    ],
    [
      'a file that lies nowhere',
      [['items/food-licence.yaml', '', 'code: food-licence']],
      'items/food-licence.yaml:1: is no file of a catalogue: they are items/<department>/<item>.yaml, bundles/<bundle>.yaml, fields/<topic>.yaml and a few beside them',
    ],
    [
      'a name without its English',
      [[licence, 'name: { zh: 食品经营许可, en: Food licence }', 'name: { zh: 食品经营许可 }']],
      `${licence}:2: name.en: is missing`,
    ],
    [
      'a field without its English label',
      [[shop, '  x-en: Name of the shop\n', '']],
      `${shop}:1: shopName: no x-en (the English label)`,
    ],
    [
      'a field without a bound',
      [[shop, '  maxLength: 60\n', '']],
      `${shop}:1: shopName: needs one of maxLength, enum, const`,
    ],
    [
      'a list without a bound',
      [
        [
          'fields/more.yaml',
          '',
          'names:\n  type: array\n  title: 名\n  x-en: N\n  x-section: shop\n  items: { type: boolean, title: 名, x-en: N }\n  example: []',
        ],
      ],
      'fields/more.yaml:1: names: needs one of maxItems',
    ],
    [
      'a keyword of another type',
      [[shop, 'maxLength: 60', 'maxLength: 60\n  minimum: 3']],
      `${shop}:7: shopName.minimum: is not a keyword for a field of type string`,
    ],
    [
      'a keyword that forms do not have',
      [[shop, 'maxLength: 60', 'maxLength: 60\n  oneOf: []']],
      `${shop}:7: shopName.oneOf: is no key here (known are type, title, x-en, description, x-en-description, x-use, enum, x-labels, const, format, pattern, minLength, maxLength, x-personal, minimum, maximum, multipleOf, minItems, maxItems, uniqueItems, items, properties, required, additionalProperties, x-section, x-order, x-input, x-when, example)`,
    ],
    [
      'a value without labels',
      [[shop, '[restaurant, bakery, bookshop]', '[restaurant, bakery, bookshop, kiosk]']],
      `${shop}:14: kind.enum: no x-labels for kiosk`,
    ],
    [
      'a personal-looking format that is not marked',
      [['fields/shapes.yaml', 'format: citizen-id, x-personal: true', 'format: citizen-id']],
      `${shop}:31: manager.properties.idNumber: looks like something that a person is known by: say x-personal: true, or false if it is not`,
    ],
    [
      'a personal-looking field that is not marked',
      [
        [
          'fields/more.yaml',
          '',
          other('x-section: shop\n  maxLength: 20\n  example: 甲').replace('别名', '姓名'),
        ],
      ],
      'fields/more.yaml:1: nameOfOther: looks like something that a person is known by: say x-personal: true, or false if it is not',
    ],
    [
      'a pattern that can hang',
      [[shop, 'maxLength: 60', 'maxLength: 60\n  pattern: ^(a+)+$']],
      `${shop}:7: shopName.pattern: can take seconds on some texts (vulnerable)`,
    ],
    [
      'a personal text too long to be sealed',
      [[shop, 'maxLength: 60', 'maxLength: 900\n  x-personal: true']],
      `${shop}:1: shopName: a personal value may have at most 4096 bytes sealed: lower maxLength`,
    ],
    [
      'an application that could outgrow its row',
      [
        [shop, 'maxLength: 60', 'maxLength: 60000'],
        [sign, 'fields: [shopName]', 'fields: [manager]'],
        [fire, '[shopName, kind]', '[kind]'],
      ],
      `${licence}:12: fields: a dossier could have 272391 bytes, more than 200000: lower maxLength or maxItems of its fields`,
    ],
    [
      'an operator that is not known',
      [[shop, '"==": [{ var: kind }, restaurant]', '"=": [{ var: kind }, restaurant]']],
      `${shop}:26: seats.x-when.=: is no operator of conditions; known are var == != < <= > >= ! and or if in some all none`,
    ],
    [
      'a condition on a field that is not there',
      [[shop, '{ var: kind }', '{ var: kinds }']],
      `${shop}:26: seats.x-when.==.0.var: kinds is no field of this form; did you mean kind?`,
    ],
    [
      'a condition on a value that cannot be',
      [[shop, '{ var: kind }, restaurant]', '{ var: kind }, restaurants]']],
      `${shop}:26: seats.x-when.==: restaurants is no value of kind; did you mean restaurant? (restaurant, bakery, bookshop)`,
    ],
    [
      'a list of values one of which cannot be',
      [[bundle, '[restaurant, bakery]', '[restaurant, cafe]']],
      `${bundle}:12: items.0.when.in: cafe is no value of kind (restaurant, bakery, bookshop)`,
    ],
    [
      'a number compared with a text',
      [[licence, '[{ var: seats }, 100]', '[{ var: seats }, many]']],
      `${licence}:15: materials.1.when.>: seats is of type integer, which is never "many"`,
    ],
    [
      'a condition with two operators',
      [
        [
          bundle,
          'when: { in: [{ var: kind }, [restaurant, bakery]] }',
          'when: { in: [{ var: kind }, [bakery]], "!": true }',
        ],
      ],
      `${bundle}:12: items.0.when: must be one operator with its arguments`,
    ],
    [
      'a field that depends on one that is not asked',
      [[licence, 'fields: [shopName, kind, seats, manager]', 'fields: [shopName, seats, manager]']],
      `${licence}:12: fields: seats is asked depending on kind, which is not asked: add it`,
    ],
    [
      'a material that depends on a field that is not asked',
      [[licence, 'fields: [shopName, kind, seats, manager]', 'fields: [shopName, kind, manager]']],
      `${licence}:13: materials: fire-opinion of food-licence depends on seats, which is not asked: add it`,
    ],
    [
      'a question that may be left out',
      [
        [bundle, 'questions: [kind]', 'asks: { optional: [kind] }'],
        [licence, '[shopName, kind, seats, manager]', '[shopName, manager]\noptionalFields: [kind, seats]'],
      ],
      `${bundle}:12: items.0.when: kind decides whether fire-check is in the plan, and may be left out: put it among the questions`,
    ],
    [
      'an item that applies sometimes, nobody says why',
      [[bundle, '    because: { zh: 明火经营须查消防, en: There is open fire }\n', '']],
      `${bundle}:12: items.0.when: fire-check needs a because: why it is in the plan then`,
    ],
    [
      'an example that is not valid',
      [[shop, 'example: 40', 'example: 0']],
      `${shop}:29: seats.example: is no valid example: Must be at least 1`,
    ],
    [
      'an example of a bundle that is not valid',
      [[bundle, 'questions:', 'example: { form: { shopName: 7 } }\nquestions:']],
      `${bundle}:15: example.form.shopName: must be text, and YAML reads 7 as a number: put it in quotes, "7"`,
    ],
    [
      'an example without a compulsory material',
      [[bundle, 'questions:', 'example: { materials: [health-certificate] }\nquestions:']],
      `${bundle}:15: example.materials: the material floor-plan is compulsory then`,
    ],
    [
      'an example of somebody who may not apply',
      [
        [
          sign,
          'needs:',
          'example: { applicant: { type: person, name: 王建国, idNumber: "330102198503121017", phone: "13857100001" } }\nneeds:',
        ],
      ],
      `${sign}:13: example.applicant: a person may not apply (company)`,
    ],
    [
      'a promise that its items cannot keep',
      [[bundle, 'promised: { workingDays: 5 }', 'promised: { workingDays: 4 }']],
      `${bundle}:6: limits.promised: 4 working days is less than the 5 working days of its items one after another: fire-check, food-licence`,
    ],
    [
      'a promise later than the law allows',
      [
        [licence, 'promised: { workingDays: 3 }', 'promised: { workingDays: 30 }'],
        [bundle, 'promised: { workingDays: 5 }', 'promised: { workingDays: 45 }'],
      ],
      `${licence}:7: limits.promised: 30 working days is later than the law allows, 20 working days`,
    ],
    [
      'an acceptance by hand that takes as long as the promise',
      [[licence, 'delivery:', 'acceptance: by-hand\ndelivery:']],
      `${licence}:11: acceptance: by-hand takes up to 5 working days: the promise must be longer than that`,
    ],
    [
      'a limit that is none',
      [[licence, 'workingDays: 20', 'workingDays: 0']],
      `${licence}:7: limits.statutory.workingDays: must be at least 1`,
    ],
    [
      'something physical that nobody carries',
      [[licence, 'delivery: [ems, pickup]', 'delivery: [electronic]']],
      `${licence}:11: delivery: Food licence is physical: it needs ems or pickup`,
    ],
    [
      'a bundle without what an item needs',
      [
        [bundle, '  - food-licence', '  - signboard'],
        [bundle, 'delivery: [ems, pickup]', 'delivery: [electronic]'],
      ],
      `${bundle}:14: items.1: signboard needs food-licence, which is not in this bundle`,
    ],
    [
      'items of a bundle that exclude each other',
      [
        [sign, 'needs:', 'excludes: [{ item: food-licence, because: { zh: 互斥, en: Either } }]\nneeds:'],
        [bundle, '  - food-licence', '  - food-licence\n  - signboard'],
        [bundle, 'promised: { workingDays: 5 }', 'promised: { workingDays: 6 }'],
      ],
      `${bundle}:15: items.2: signboard and food-licence exclude each other`,
    ],
    [
      'a bundle that nobody may apply for',
      [
        [licence, 'applicants: [person, company]', 'applicants: [person]'],
        [fire, 'applicants: [person, company]', 'applicants: [company]'],
      ],
      `${bundle}:10: items: nobody may apply for all of its items: their applicants have nothing in common`,
    ],
    [
      'a bundle open to somebody whom an item is closed to',
      [
        [fire, 'applicants: [person, company]', 'applicants: [company]'],
        [bundle, 'questions:', 'applicants: [person, company]\nquestions:'],
      ],
      `${bundle}:15: applicants: a person may not apply for each of its items`,
    ],
    [
      'an item that is applied for nowhere',
      [[sign, 'needs:', 'alone: false\nneeds:']],
      `${sign}:13: alone: cannot be applied for: it is not alone, and in no bundle`,
    ],
    [
      'a plan with more items than a case can have',
      [[bundle, '  - food-licence', `  - food-licence\n${'  - signboard\n'.repeat(50)}`]],
      `${bundle}:10: items: may have at most 50 entries`,
    ],
    [
      'a grade that is none',
      [['materials.yaml', 'grade: C', 'grade: E']],
      'materials.yaml:1: floor-plan.grade: "E" must be one of A, B, C, D',
    ],
    [
      'opening hours in the wrong order',
      [['centre.yaml', 'from: "13:30"', 'from: "11:30"']],
      'centre.yaml:4: openingHours: must follow each other within a day',
    ],
  ])('%s', (_, changes, sentence) => expect(faultsOf(...changes)).toEqual([sentence]));
});
