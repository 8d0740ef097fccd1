/** What each item of a composition entails, in data for the applicant. */
import type { LocalText } from '../platform/text.ts';
import type { Service } from './schemas.ts';

/** What a choice entails, and why. */
export type Explanation = {
  item: string;
  /** Named by the applicant; otherwise another needs it. */
  chosen: boolean;
  neededBy: { item: string; because: LocalText }[];
  /** What comes first, each with its reason where the catalogue names one. */
  waitsFor: { item: string; because?: LocalText }[];
  /** Materials that need not be handed in, as another item yields them. */
  yielded: { material: string; by: string }[];
};

/** For every item of a service what it entails. @param chosen codes of the items that are applied for; all, when absent */
export function explanationOf({ items }: Service, chosen?: string[]): Explanation[] {
  const codes = new Set(items.map(({ code }) => code));
  return items.map(({ code, after, waitsFor, needs, materials }) => ({
    item: code,
    chosen: chosen?.includes(code) ?? true,
    neededBy: items.flatMap((other) =>
      other.needs.filter(({ item }) => item === code).map(({ because }) => ({ item: other.code, because })),
    ),
    waitsFor: after.map((item) => {
      const because = waitsFor[item] ?? needs.find((need) => need.item === item)?.because;
      return { item, ...(because ? { because } : {}) };
    }),
    yielded: materials.flatMap(({ code: material, yieldedBy: by }) =>
      by !== undefined && by !== code && codes.has(by) ? [{ material, by }] : [],
    ),
  }));
}
