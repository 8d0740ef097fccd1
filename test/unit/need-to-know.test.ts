import { describe, expect, it } from 'vitest';
import { readableForDays, requireReadable, visiblePart } from '../../functions/approvals/need-to-know.ts';
import { planApprovals } from '../../functions/approvals/plan.ts';
import { withdraw } from '../../functions/approvals/progress.ts';
import type { Case } from '../../functions/cases/types.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { repositoryCatalogue } from '../../infra/catalogue/read.ts';
import {
  accepted,
  approved,
  calendar,
  days,
  later,
  refused,
  reviewOf,
  submitted,
  take,
} from '../support/cases.ts';

const isReadable = (found: Case, item: string, at = later(10)): boolean => {
  try {
    requireReadable(reviewOf(found, item), at);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.type === 'wrong-state') return false;
    throw error;
  }
};

describe('when a department may read', () => {
  it('is not before it is asked', () => {
    expect(isReadable(accepted(), 'registration')).toBe(true);
    expect(isReadable(accepted(), 'seals')).toBe(false);
  });

  it('is until thirty days after its decision', () => {
    const found = approved(accepted(), 'registration');
    expect(isReadable(found, 'registration', later(5 + days(readableForDays)))).toBe(true);
    expect(isReadable(found, 'registration', later(6 + days(readableForDays)))).toBe(false);
  });

  it('is not once it is cancelled or revoked', () => {
    const found = refused(approved(accepted(), 'registration'), 'seals');
    expect(isReadable(found, 'seals')).toBe(true);
    expect(['registration', 'insurance'].map((item) => isReadable(found, item))).toEqual([false, false]);
    const open = accepted();
    expect(isReadable(take(open, withdraw(open, 'No', calendar, later(6))), 'registration')).toBe(false);
  });
});

describe('what a department may read', () => {
  it('are the fields and materials of its item, and nothing else', () => {
    const found = submitted([
      { item: 'a', fields: ['name', 'address'], materials: ['deed'] },
      { item: 'b', fields: ['name', 'staff'], materials: ['list', 'deed'] },
    ]);
    const [a, b] = found.dossier.plan.map((planned) => visiblePart(found, planned));
    expect(a).toEqual({
      applicant: found.dossier.applicant,
      form: { name: 'name v1', address: 'address v1' },
      materials: [{ code: 'deed' }],
    });
    expect(Object.keys(b?.form ?? {})).toEqual(['name', 'staff']);
    expect(b?.materials.map(({ code }) => code).sort()).toEqual(['deed', 'list']);
  });

  it('differs between two departments of the business opening, as the catalogue says', () => {
    const service = repositoryCatalogue().services.find(({ code }) => code === 'business-opening');
    if (!service) throw new Error('There is no business opening.');
    const base = submitted();
    const plan = planApprovals('N', service);
    const form = service.example.form as Record<string, unknown>;
    const materials = service.items.flatMap((item) => item.materials);
    const found = { dossier: { ...base.dossier, plan, form, materials } };
    const seen = Object.fromEntries(plan.map((planned) => [planned.item, visiblePart(found, planned)]));
    for (const item of service.items) {
      const part = seen[item.code];
      expect(Object.keys(part?.form ?? {}).filter((name) => !item.fields.includes(name))).toEqual([]);
      expect(part?.materials.map(({ code }) => code)).toEqual(item.materials.map(({ code }) => code));
    }
    expect(seen['seal-engraving']?.form).not.toHaveProperty('members');
    expect(seen['social-insurance-registration']?.form).not.toHaveProperty('bankBranch');
    expect(seen['bank-account']?.materials).toEqual([]);
  });
});
