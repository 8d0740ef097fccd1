import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../catalogue/build.ts';
import { compose } from '../../functions/catalogue/compose.ts';
import { derive, faultsOf } from '../../functions/catalogue/derive.ts';
import { longestPath } from '../../functions/catalogue/path.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { hoursOfDay } from '../../functions/clock/calendar.ts';

const { services, departments, centre } = readCatalogue();
const hours = hoursOfDay(centre.openingHours);
const byCode = new Map(services.map((each) => [each.code, each]));
const items = services.filter(({ kind }) => kind === 'item');
const bundles = services.filter(({ kind }) => kind === 'bundle');

const serviceOf = (code: string): Service => {
  const service = byCode.get(code);
  if (!service) throw new Error(`No service ${code}.`);
  return service;
};

type Field = { type?: string; enum?: unknown[]; items?: { enum?: unknown[] } };

/** Any answer to one question. */
function answerTo(field: Field): fc.Arbitrary<unknown> {
  if (field.enum) return fc.constantFrom(...field.enum);
  if (field.items?.enum) return fc.subarray(field.items.enum, { minLength: 1 });
  return field.type === 'boolean' ? fc.boolean() : fc.integer({ min: 0, max: 5000 });
}

/** Any answers to the questions of a bundle. */
function answersTo({ questions, form }: Service): fc.Arbitrary<Record<string, unknown>> {
  const properties = form.properties as Record<string, Field>;
  return fc.record(Object.fromEntries(questions.map((name) => [name, answerTo(properties[name] as Field)])));
}

describe('what the catalogue offers', () => {
  it('has every service of the contract', () => {
    const contract =
      'business-opening birth adoption marriage school-enrolment funeral site-and-land road-occupation rental-filing joint-licence recruitment water-and-gas investment-project self-selected';
    expect(contract.split(' ').filter((code) => !byCode.has(code))).toEqual([]);
  });

  it('has at least 120 items, and something to decide for every department', () => {
    const deciding = new Set(items.flatMap((each) => each.items.map(({ department }) => department)));
    expect(items.length).toBeGreaterThanOrEqual(120);
    expect(departments.map(({ code }) => code).filter((code) => !deciding.has(code))).toEqual([]);
  });

  it('names no service twice in either language', () => {
    for (const language of ['zh', 'en'] as const) {
      const names = services.filter(({ alone }) => alone).map(({ name }) => name[language]);
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    }
  });

  it('asks nobody for more than one visit, and most for none', () => {
    expect(items.filter(({ visits }) => visits === 0).length / items.length).toBeGreaterThan(0.8);
  });

  it('claims to have read no law but the one whose limits are known', () => {
    const checked = services.flatMap(({ basis }) => basis).filter((each) => each.checked);
    expect(new Set(checked.map(({ law }) => law.zh))).toEqual(new Set(['中华人民共和国行政许可法']));
  });
});

describe('what bundles promise', () => {
  it.each([
    ['site-and-land', { workingDays: 2 }],
    ['road-occupation', { workingDays: 1 }],
    ['business-opening', { openingHours: 3.5 }],
    ['investment-project', { workingDays: 90 }],
  ])('%s keeps the figure of the reform', (code, promised) => {
    expect(serviceOf(code).limits.promised).toEqual(promised);
  });

  it('counts sixty days up to the construction permit and thirty after, each stage within its own', () => {
    const { stages, items: parts } = serviceOf('investment-project');
    const days = stages.map(({ counted }) => ('workingDays' in counted ? counted.workingDays : 0));
    expect(days.slice(0, 3).reduce((sum, each) => sum + each)).toBe(60);
    expect(days[3]).toBe(30);
    for (const [i, { code }] of stages.entries()) {
      const own = parts.filter(({ stage }) => stage === code);
      expect(longestPath(own, 'promised', hours)).toMatchObject({ workingDays: expect.any(Number) });
      expect(
        (longestPath(own, 'promised', hours) as { workingDays: number }).workingDays,
      ).toBeLessThanOrEqual(days[i] as number);
    }
  });

  it('lets nothing of a stage begin before the stage in front is led to its end', () => {
    const { stages, items: parts, conditions } = serviceOf('investment-project');
    const before = new Map(parts.map((item) => [item.code, item.after]));
    const all = (code: string): string[] => [code, ...(before.get(code) ?? []).flatMap(all)];
    const followers = parts.filter(({ stage }) =>
      ['construction-planning', 'completion'].includes(stage ?? ''),
    );
    for (const { code, stage } of followers) {
      const index = stages.findIndex((each) => each.code === stage);
      expect(all(code)).toContain(stages[index - 1]?.lead);
    }
    expect(all('land-use-planning-permit')).toContain('land-right-acquired');
    expect(all('planning-verification')).toContain('construction-finished');
    expect(conditions).toHaveLength(2);
  });
});

describe.each(bundles.filter(({ questions }) => questions.length > 0))('the answers to $code', (service) => {
  it('never put two items together that exclude each other', () => {
    fc.assert(
      fc.property(answersTo(service), (form) => {
        const planned = derive(service, form).items;
        const both = service.items
          .filter(({ code }) => planned.includes(code))
          .flatMap(({ code, excludes }) =>
            excludes.filter(({ item }) => planned.includes(item)).map(({ item }) => `${code} and ${item}`),
          );
        expect(both).toEqual([]);
      }),
    );
  });

  it('bring every item in, each by some answer', () => {
    const properties = service.form.properties as Record<string, Field>;
    const seen = new Set<string>();
    const sample = fc.sample(answersTo(service), { numRuns: 2000, seed: 6 });
    for (const form of sample) for (const code of derive(service, form).items) seen.add(code);
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(service.questions));
    expect(service.items.map(({ code }) => code).filter((code) => !seen.has(code))).toEqual([]);
  });

  it('leave something to apply for, unless no licence is needed', () => {
    fc.assert(
      fc.property(answersTo(service), (form) => {
        const { items: planned, materials } = derive(service, form);
        const isFreeOfLicences =
          form.businessKind === 'device-shop' && form.deviceClass === 'none' && form.hasSignboard === false;
        expect(planned.length > 0 || isFreeOfLicences).toBe(true);
        expect(materials.filter(({ required }) => required).length).toBeLessThanOrEqual(50);
      }),
    );
  });
});

describe('a child that is born', () => {
  const service = serviceOf('birth');
  const answers = {
    birthOrder: 'first',
    childBornInCity: true,
    childHouseholdHere: true,
    motherHasMaternityInsurance: true,
  };
  const handIn = (form: Record<string, unknown>): string[] =>
    derive(service, form)
      .materials.filter(({ required }) => required)
      .map(({ code }) => code);

  it('needs no certificate of birth where the hospital issues it in the same plan', () => {
    expect(handIn(answers)).not.toContain('birth-certificate');
    expect(handIn({ ...answers, childBornInCity: false })).toContain('birth-certificate');
  });

  it('brings the allowance to an insured mother, and the expenses to any other', () => {
    const insured = derive(service, answers).items;
    const other = derive(service, { ...answers, motherHasMaternityInsurance: false }).items;
    expect([insured.includes('maternity-allowance'), insured.includes('maternity-expenses')]).toEqual([
      true,
      false,
    ]);
    expect([other.includes('maternity-allowance'), other.includes('maternity-expenses')]).toEqual([
      false,
      true,
    ]);
  });
});

describe('what applicants compose', () => {
  const frame = serviceOf('self-selected');
  const among = (codes: string[]): Service => compose(codes.map(serviceOf), frame, hours);

  it('lets a home be sold in one plan: contract, then tax, then title, then the accounts', () => {
    const after = Object.fromEntries(
      among(['title-transfer', 'deed-tax', 'sale-contract-filing', 'water-transfer']).items.map((item) => [
        item.code,
        item.after,
      ]),
    );
    expect(after).toEqual({
      'sale-contract-filing': [],
      'deed-tax': ['sale-contract-filing'],
      'title-transfer': ['deed-tax', 'sale-contract-filing'],
      'water-transfer': ['title-transfer'],
    });
  });

  it.each([
    [['marriage-registration', 'divorce-registration']],
    [['clinic-filing', 'medical-institution-licence']],
    [['labour-arbitration', 'labour-inspection-complaint']],
    [['school-record', 'vaccination-check']],
    [['passport', 'food-business-licence']],
  ])('says that %j do not go together', (codes) => {
    expect(faultsOf(codes.map(serviceOf))).not.toEqual([]);
  });
});
