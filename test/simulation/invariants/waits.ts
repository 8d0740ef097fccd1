/** Times in which a case waits for nothing but what is outside the departments, as its timeline tells. */
import type { FoundCase } from './found.ts';

export type Wait = { from: string; to?: string };

const inWork = ['requested', 'overdue', 'correction'];
const ends = ['application.concluded', 'application.withdrawn', 'application.not-accepted'];

/** @returns the waits before the first conclusion, and those of all rounds */
export function waitsOf({ timeline }: FoundCase): { first: Wait[]; all: Wait[] } {
  const statuses = new Map<string, string>();
  const first: Wait[] = [];
  const later: Wait[] = [];
  let [isAccepted, isOpen, wasConcluded] = [false, true, false];
  for (const events of Map.groupBy(timeline, ({ version }) => version).values()) {
    const [{ at = '' } = {}] = events;
    for (const { type, review, status } of events) {
      if (typeof review === 'string') statuses.set(review, String(status));
      if (type === 'application.accepted') isAccepted = true;
      if (type === 'round.opened') isOpen = true;
      if (ends.includes(type)) isOpen = false;
    }
    const isWaiting = isAccepted && isOpen && ![...statuses.values()].some((each) => inWork.includes(each));
    const waits = wasConcluded ? later : first;
    const last = waits.at(-1);
    if (isWaiting && (!last || last.to !== undefined)) waits.push({ from: at });
    if (!isWaiting && last && last.to === undefined) last.to = at;
    wasConcluded ||= !isOpen;
  }
  return { first, all: [...first, ...later] };
}
