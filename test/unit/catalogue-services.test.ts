import { describe, expect, it } from 'vitest';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { calendarFor } from '../../functions/clock/calendar.ts';
import { promiseOf } from '../../functions/clock/promise.ts';
import { repositoryCatalogue } from '../../infra/catalogue/read.ts';

const catalogue = repositoryCatalogue();
const calendar = calendarFor(catalogue.centre.openingHours);

const serviceOf = (code: string): Service => {
  const service = catalogue.services.find((each) => each.code === code);
  if (!service) throw new Error(`No service ${code}.`);
  return service;
};
const mondayMorning = new Date('2026-03-02T10:00:00+08:00');

describe('temporary occupation of a road', () => {
  const service = serviceOf('road-occupation');

  it('goes to traffic police and city management side by side', () => {
    expect(service.items.map(({ department, after }) => ({ department, after }))).toEqual([
      { department: 'traffic-police', after: [] },
      { department: 'city-management', after: [] },
    ]);
  });

  it('is promised for the next working day instead of after 23', () => {
    expect(service.limits).toEqual({ statutory: { workingDays: 23 }, promised: { workingDays: 1 } });
    expect(promiseOf(calendar, service, mondayMorning).dueAt).toBe('2026-03-03T09:00:00.000Z');
  });

  it('shows each department its own: how the road is restored concerns the city alone', () => {
    const [police, city] = service.items.map(({ fields, materials }) => ({
      restores: fields.includes('restores'),
      materials: materials.map(({ code }) => code),
    }));
    expect(police).toEqual({ restores: false, materials: ['traffic-diversion-plan'] });
    expect(city).toEqual({ restores: true, materials: ['site-drawing'] });
  });

  it('gives an electronic permit and needs nothing carried', () => {
    expect(service.delivery).toEqual(['electronic']);
    expect(service.items.every(({ output }) => output?.form === 'electronic')).toBe(true);
  });
});

describe('rental filing', () => {
  const service = serviceOf('rental-filing');

  it('is one item of one department, collected by the applicant', () => {
    expect(service).toMatchObject({ kind: 'item', delivery: ['pickup'] });
    expect(service.items).toMatchObject([
      { code: 'rental-filing', department: 'housing', output: { form: 'physical' } },
    ]);
  });

  it('is promised for the next working day', () => {
    expect(promiseOf(calendar, service, mondayMorning).dueAt).toBe('2026-03-03T09:00:00.000Z');
  });
});
