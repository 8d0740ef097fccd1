import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../catalogue/build.ts';
import { compose } from '../../functions/catalogue/compose.ts';
import { validateForm } from '../../functions/catalogue/form.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { calendarFor, hoursOfDay } from '../../functions/clock/calendar.ts';
import { promiseOf } from '../../functions/clock/promise.ts';
import { submissionErrors } from '../../functions/intake/check.ts';
import { submission } from '../../functions/intake/schemas.ts';

const catalogue = readCatalogue();
const calendar = calendarFor(catalogue.centre.openingHours);

const serviceOf = (code: string): Service => {
  const service = catalogue.services.find((each) => each.code === code);
  if (!service) throw new Error(`No service ${code}.`);
  return structuredClone(service);
};
const opening = (): Service => serviceOf('business-opening');
const formOf = (service: Service) => structuredClone(service.example.form) as Record<string, never>;

/** What an applicant composes is made of the items that they name. */
const appliedFor = (service: Service, items: string[]): Service =>
  service.kind === 'composed'
    ? compose(items.map(serviceOf), service, hoursOfDay(catalogue.centre.openingHours))
    : service;

describe.each(catalogue.services.map((service) => [service.code, service] as const))('%s', (_, service) => {
  it('has an example that is a complete, valid body for POST /applications', async () => {
    const given = submission.parse(service.example);
    expect(await submissionErrors(appliedFor(service, given.items ?? []), given)).toEqual([]);
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
