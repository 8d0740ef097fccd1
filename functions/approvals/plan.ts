/** Which reviews a case needs, in which order: computed once at submission and stored with the case. */
import type { PlannedCondition, PlannedReview } from '../cases/types.ts';
import type { Item, Service } from '../catalogue/schemas.ts';
import { reminderFor } from '../clock/limits.ts';
import type { Reminders } from '../clock/schemas.ts';

/**
 * What an item waits for among those of a plan. For one that does not apply stands what that would have waited for, so
 * that the order of the others stays.
 */
function waitsFor(
  item: Item,
  byCode: ReadonlyMap<string, Item>,
  isKept: (code: string) => boolean,
): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const add = (code: string): void => {
    if (seen.has(code)) return;
    seen.add(code);
    if (isKept(code)) found.add(code);
    else byCode.get(code)?.after.forEach(add);
  };
  item.after.forEach(add);
  return [...found];
}

/**
 * The plan of an application: one review for each of its items, in the catalogue's order. A review's id is made
 * from the application's number, so that a repeated computation gives the same.
 * @param codes of the items that apply; all of the service when absent
 * @param reminders of the centre, where an item has none of its own
 */
export function planApprovals(
  number: string,
  service: Service,
  codes?: string[],
  reminders: Reminders = {},
): PlannedReview[] {
  const items = service.items.filter(({ code }) => codes?.includes(code) ?? true);
  const byCode = new Map(service.items.map((item) => [item.code, item]));
  const kept = new Set([...items, ...service.conditions].map(({ code }) => code));
  const reminderBefore = ({ limits, remindBefore }: Item) =>
    remindBefore ?? reminderFor(limits.promised, reminders);
  return items.map((item, i) => ({
    id: `${number}-${i + 1}`,
    item: item.code,
    name: item.name,
    department: item.department,
    after: waitsFor(item, byCode, (code) => kept.has(code)),
    onRefusal: item.onRefusal,
    limits: item.limits,
    ...(reminderBefore(item) ? { remindBefore: reminderBefore(item) } : {}),
    ...(item.output ? { output: { name: item.output.name, form: item.output.form } } : {}),
    fields: item.fields,
    materials: item.materials.map(({ code }) => code),
    ...(item.hearing ? { hearing: item.hearing } : {}),
  }));
}

/** The conditions that something in this plan depends on. */
export function planConditions(service: Service, plan: PlannedReview[]): PlannedCondition[] {
  const needed = new Set(plan.flatMap(({ after }) => after));
  return service.conditions.filter(({ code }) => needed.has(code));
}
