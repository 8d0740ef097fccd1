import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../catalogue/build.ts';
import { catalogueFaults, serviceFaults } from '../../catalogue/checks.ts';
import { validateForm } from '../../functions/catalogue/form.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { calendarFor } from '../../functions/clock/calendar.ts';
import { promiseOf } from '../../functions/clock/promise.ts';
import { submissionErrors } from '../../functions/intake/check.ts';
import { submission } from '../../functions/intake/schemas.ts';

const catalogue = readCatalogue();
const known = new Set(catalogue.departments.map(({ code }) => code));
const calendar = calendarFor(catalogue.centre.openingHours);

const serviceOf = (code: string): Service => {
  const service = catalogue.services.find((each) => each.code === code);
  if (!service) throw new Error(`No service ${code}.`);
  return structuredClone(service);
};
const opening = (): Service => serviceOf('business-opening');
const formOf = (service: Service) => structuredClone(service.example.form) as Record<string, never>;

describe.each(catalogue.services.map((service) => [service.code, service] as const))('%s', (_, service) => {
  it('has no faults', () => expect(serviceFaults(service, known)).toEqual([]));

  it('has an example that is a complete, valid body for POST /applications', () => {
    const given = submission.parse(service.example);
    expect(submissionErrors(service, given)).toEqual([]);
  });

  it('promises no later than the law allows', () => {
    const promised = promiseOf(calendar, service, new Date('2026-11-23T02:00:00Z'));
    expect(promised.dueAt <= promised.statutoryDueAt).toBe(true);
  });
});

describe('the business opening', () => {
  it('registers first; seals come before invoices and the bank account', () => {
    const after = Object.fromEntries(opening().items.map((item) => [item.code, item.after]));
    expect(after).toEqual({
      'business-registration': [],
      'seal-engraving': ['business-registration'],
      'invoice-application': ['business-registration', 'seal-engraving'],
      'social-insurance-registration': ['business-registration'],
      'bank-account': ['business-registration', 'seal-engraving'],
    });
  });

  it('is promised within half a working day, free, with no visit', () => {
    const { limits, fee, visits } = opening();
    expect({ promised: limits.promised, fee, visits }).toEqual({
      promised: { openingHours: 3.5 },
      fee: 0,
      visits: 0,
    });
    expect(promiseOf(calendar, opening(), new Date('2026-11-23T10:00:00+08:00'))).toMatchObject({
      dueAt: '2026-11-23T07:00:00.000Z',
      provisional: true,
    });
  });
});

describe('a form', () => {
  it('names every wrong field by its pointer, and says nothing of the values', () => {
    const form: Record<string, unknown> = formOf(opening());
    form.companyName = 'X';
    form.legalRepresentative = { name: '王建国', idNumber: '330102198503121018', phone: '12345678901' };
    form.members = [];
    form.employees = 'three';
    form.extra = true;
    form.groupCreditCode = '91350100M000100Y44';
    delete form.bankBranch;
    const errors = validateForm(opening(), form);
    expect(errors.toSorted((a, b) => a.pointer.localeCompare(b.pointer))).toEqual([
      { pointer: '/form/bankBranch', detail: 'Required' },
      { pointer: '/form/companyName', detail: 'Needs at least 4 characters' },
      { pointer: '/form/employees', detail: 'Must be of type integer' },
      { pointer: '/form/extra', detail: 'Not a known field' },
      { pointer: '/form/groupCreditCode', detail: 'Not a unified social credit code (GB 32100)' },
      {
        pointer: '/form/legalRepresentative/idNumber',
        detail: 'Not a citizen identity number (GB 11643)',
      },
      {
        pointer: '/form/legalRepresentative/phone',
        detail: 'Not a mobile number: 11 digits, the first 1, the second 3 to 9',
      },
      { pointer: '/form/members', detail: 'Needs at least 1 entries' },
    ]);
    expect(JSON.stringify(errors)).not.toContain('330102198503121018');
  });

  it('is refused when it is no object', () => {
    expect(validateForm(opening(), 'text')).toEqual([{ pointer: '/form', detail: 'Must be of type object' }]);
  });
});

describe('a wrong file', () => {
  const faultsOf = (change: (service: Service) => void): string[] => {
    const service = opening();
    change(service);
    return serviceFaults(service, known);
  };
  const item = (service: Service, index: number) => service.items[index] as Service['items'][number];

  it.each([
    [
      'a department that is not there',
      (s: Service) => {
        item(s, 0).department = 'fire';
      },
      'items.0.department: fire is not in departments.yaml',
    ],
    [
      'a dependency that is not there',
      (s: Service) => {
        item(s, 1).after = ['water'];
      },
      'items.1.after: water is neither an item nor a condition of this service',
    ],
    [
      'a circle',
      (s: Service) => {
        item(s, 0).after = ['bank-account'];
      },
      'items: bank-account waits for itself',
    ],
    [
      'a field without a label',
      (s: Service) => {
        s.form.properties = { companyName: { type: 'string', title: '名称', maxLength: 9 } };
        s.form.required = [];
      },
      'form.properties.companyName: no x-en (the English label)',
    ],
    [
      'a field without a bound',
      (s: Service) => {
        s.form.properties = { companyName: { type: 'string', title: '名称', 'x-en': 'Name' } };
        s.form.required = [];
      },
      'form.properties.companyName: needs one of maxLength, enum, const',
    ],
    [
      'a keyword that does not exist',
      (s: Service) => {
        s.form.maxLenght = 3;
      },
      'form: strict mode: unknown keyword: "maxLenght"',
    ],
    [
      'items that cannot be done in the time promised',
      (s: Service) => {
        s.limits.promised = { openingHours: 2 };
      },
      'limits.promised: 2 is less than the 3.5 of its items one after another',
    ],
    [
      'a field of an item that is not in the form',
      (s: Service) => {
        item(s, 1).fields = ['colour'];
      },
      'items.1.fields: colour is not a field of the form',
    ],
    [
      'a field that no department sees',
      (s: Service) => {
        item(s, 1).fields = ['companyName'];
      },
      'form.properties.sealKinds: no item needs it',
    ],
    [
      'a condition that nothing waits for',
      (s: Service) => {
        s.conditions = [{ code: 'built', name: { zh: '竣工', en: 'Built' } }];
      },
      'conditions.0: nothing waits for built',
    ],
    [
      'a condition with the code of an item',
      (s: Service) => {
        s.conditions = [{ code: 'bank-account', name: { zh: '开户', en: 'Account' } }];
      },
      "conditions.0: bank-account is an item's code",
    ],
    [
      'a condition of a department that is not there',
      (s: Service) => {
        s.conditions = [{ code: 'built', name: { zh: '竣工', en: 'Built' }, department: 'fire' }];
        item(s, 1).after = ['built'];
      },
      'conditions.0.department: fire is not in departments.yaml',
    ],
  ])('%s is named', (_, change, fault) => expect(faultsOf(change)).toContain(fault));

  it('a condition in the middle is none', () => {
    expect(
      faultsOf((s) => {
        s.conditions = [{ code: 'built', name: { zh: '竣工', en: 'Built' }, department: 'bank' }];
        item(s, 1).after = ['business-registration', 'built'];
      }),
    ).toEqual([]);
  });

  it('two files with one code are named', () => {
    expect(catalogueFaults({ ...catalogue, services: [opening(), opening()] })).toContain(
      'The code business-opening is used more than once.',
    );
  });

  it('opening hours in the wrong order are named', () => {
    const centre = { ...catalogue.centre, openingHours: [{ from: '13:30', to: '08:30' }] };
    expect(catalogueFaults({ ...catalogue, centre })).toEqual([
      'The opening hours of the centre must follow each other.',
    ]);
  });
});
