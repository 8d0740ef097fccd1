/** Any set of items makes one plan that ends, one form that asks nothing twice, one promise that can be kept. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCatalogue, readCatalogue } from '../../catalogue/build.ts';
import { planApprovals } from '../../functions/approvals/plan.ts';
import { compose, itemAmong } from '../../functions/catalogue/compose.ts';
import { derive, faultsOf, needsOf } from '../../functions/catalogue/derive.ts';
import { validateForm } from '../../functions/catalogue/form.ts';
import { inDays } from '../../functions/catalogue/path.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { hoursOfDay } from '../../functions/clock/calendar.ts';
import { smallCatalogue } from '../support/catalogue-files.ts';

/** Sets of items that are tried. */
const sets = 200;

const small = checkCatalogue(smallCatalogue).catalogue;
if (!small) throw new Error('The small catalogue has faults.');

describe.each([
  ['the catalogue', readCatalogue()],
  ['a small catalogue', small],
])('%s', (_, { centre, services }) => {
  const hours = hoursOfDay(centre.openingHours);
  const frame = services.find(({ kind }) => kind === 'composed') as Service;
  const items = services.filter(({ kind, alone }) => kind === 'item' && alone);
  const itemOf = async (code: string) => items.find((item) => item.code === code);
  const chosen = fc.uniqueArray(fc.constantFrom(...items.map(({ code }) => code)), {
    minLength: 1,
    maxLength: 20,
  });

  /** What the API would compose of these codes: with all that they need. */
  async function composed(codes: string[]): Promise<{ parts: Service[]; service: Service }> {
    const all = await needsOf(codes, itemOf);
    const parts = items.filter(({ code }) => all.includes(code));
    return { parts, service: compose(parts, frame, hours) };
  }
  const forAnySet = (holds: (found: Awaited<ReturnType<typeof composed>>, codes: string[]) => void) =>
    fc.assert(
      fc.asyncProperty(chosen, async (codes) => holds(await composed(codes), codes)),
      { numRuns: sets },
    );

  it('makes of any set a plan in which everything that is chosen comes, in an order that ends', () =>
    forAnySet(({ service }, codes) => {
      const plan = planApprovals('N', service);
      expect(codes.filter((code) => !plan.some(({ item }) => item === code))).toEqual([]);
      const done = new Set<string>();
      for (const { item, after } of plan) {
        expect(after.filter((code) => !done.has(code))).toEqual([]);
        done.add(item);
      }
    }));

  it('asks nothing twice, and only what an item asks', () =>
    forAnySet(({ service, parts }) => {
      const names = Object.keys(service.form.properties as object);
      const labels = new Set(names);
      expect(labels.size).toBe(names.length);
      const asked = new Set(parts.flatMap((part) => Object.keys(part.form.properties as object)));
      expect(labels).toEqual(asked);
      const sections = names.map(
        (name) => (service.form.properties as Record<string, { 'x-section': string }>)[name]?.['x-section'],
      );
      const once = sections.filter((section, i) => section !== sections[i - 1]);
      expect(new Set(once).size).toBe(once.length);
    }));

  it('shows each department what it sees of the item alone', () =>
    forAnySet(({ service, parts }) => {
      for (const part of parts) {
        const [alone] = planApprovals('N', part);
        const among = planApprovals('N', service).find(({ item }) => item === part.code);
        expect({ ...among, id: '', after: [] }).toEqual({ ...alone, id: '', after: [] });
      }
    }));

  it('promises the longest path, and not less than any of its items', () =>
    forAnySet(({ service }) => {
      const codes = new Set(service.items.map(({ code }) => code));
      for (const kind of ['promised', 'statutory'] as const) {
        const whole = inDays(service.limits[kind], hours);
        const ends = new Map<string, number>();
        for (const item of service.items) {
          const before = itemAmong(item, codes).after.map((code) => ends.get(code) as number);
          ends.set(item.code, inDays(item.limits[kind], hours) + Math.max(0, ...before));
        }
        const longest = Math.max(...ends.values());
        const inHours = service.items.every(({ limits }) => 'openingHours' in limits[kind]);
        if (inHours) expect(whole).toBeLessThanOrEqual(longest);
        else expect(whole).toBe(longest);
      }
    }));

  it('is the same in whatever order and however often the items are named', () =>
    fc.assert(
      fc.asyncProperty(chosen, fc.infiniteStream(fc.nat()), async (codes, numbers) => {
        const { parts, service } = await composed(codes);
        const shuffled = parts
          .map((part) => ({ part, rank: numbers.next().value as number }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ part }) => part);
        const twice = [...shuffled, ...parts];
        expect(JSON.stringify(compose(twice, frame, hours))).toBe(JSON.stringify(service));
      }),
      { numRuns: sets },
    ));

  it('has an example whose form is right, with every compulsory material', () =>
    forAnySet(({ service, parts }) => {
      const { form, materials } = service.example as { form: object; materials: { code: string }[] };
      const derived = derive(service, { ...form });
      expect(derived.items).toHaveLength(parts.length);
      expect(validateForm({ form: { ...service.form, required: derived.required } }, form)).toEqual([]);
      const compulsory = derived.materials.filter(({ required }) => required).map(({ code }) => code);
      expect(materials.map(({ code }) => code)).toEqual(compulsory);
    }));

  it('says of every set whether somebody may apply for all of it', () =>
    forAnySet(({ service, parts }) => {
      const faults = faultsOf(parts);
      expect(faults.some(({ detail }) => detail.startsWith('Nobody'))).toBe(service.applicants.length === 0);
    }));

  it('brings in no item that the ones chosen do not need', () =>
    forAnySet(({ parts }, codes) => {
      const brought = parts.filter(({ code }) => !codes.includes(code));
      for (const { code } of brought) {
        expect(parts.some(({ items: [item] }) => item?.needs.some((need) => need.item === code))).toBe(true);
      }
    }));
});
