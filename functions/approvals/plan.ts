/** Which reviews a case needs, in which order: computed once at submission and stored with the case. */
import type { PlannedCondition, PlannedReview } from '../cases/types.ts';
import type { Item, Service } from '../catalogue/schemas.ts';

/** Items the applicant chose, with everything that these need first; all of them when none is named. */
export function withDependencies(service: Service, chosen: string[] | undefined): string[] {
  if (!chosen) return service.items.map(({ code }) => code);
  const needed = new Set<string>();
  const add = (code: string): void => {
    const item = service.items.find((candidate) => candidate.code === code);
    if (!item || needed.has(code)) return;
    needed.add(code);
    item.after.forEach(add);
  };
  chosen.forEach(add);
  return service.items.map(({ code }) => code).filter((code) => needed.has(code));
}

/**
 * The plan of an application: one review for each of its items, in the catalogue's order. A review's id is made
 * from the application's number, so that a repeated computation gives the same.
 */
export function planApprovals(number: string, service: Service, items?: string[]): PlannedReview[] {
  const codes = withDependencies(service, items);
  const conditions = service.conditions.map(({ code }) => code);
  return codes.map((code, i) => {
    const item = service.items.find((candidate) => candidate.code === code) as Item;
    return {
      id: `${number}-${i + 1}`,
      item: item.code,
      name: item.name,
      department: item.department,
      after: item.after.filter((other) => codes.includes(other) || conditions.includes(other)),
      onRefusal: item.onRefusal,
      limits: item.limits,
      ...(item.output ? { output: item.output } : {}),
      fields: item.fields,
      materials: item.materials.map(({ code }) => code),
    };
  });
}

/** The conditions that something in this plan depends on. */
export function planConditions(service: Service, plan: PlannedReview[]): PlannedCondition[] {
  const needed = new Set(plan.flatMap(({ after }) => after));
  return service.conditions.filter(({ code }) => needed.has(code));
}
