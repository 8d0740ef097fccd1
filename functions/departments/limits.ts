/**
 * How much a department's own system may ask for in a day: what it asks for is sent through the queue that all
 * departments share. An operator is not counted.
 */
import type { Actor } from '../cases/events.ts';
import { countOne, type Limits, limitsOfStage } from '../platform/limits.ts';

type Asking = Extract<keyof Limits, `receiver${string}`>;

const words: Record<Asking, { what: string }> = {
  receiverSettings: { what: 'changes of settings a day by one department' },
  receiverTrials: { what: 'test events and checks a day by one department' },
  receiverResends: { what: 'deliveries a day that one department asks for again' },
  receiverResendsOfAll: { what: 'times a day that one department asks for everything again' },
};

/** Counts what a system asks for, once it is known not to be a repetition. @throws Problem too-many-requests */
export async function countAsked({ capacity, department = '' }: Actor, asking: Asking): Promise<void> {
  if (capacity !== 'department') return;
  await countOne(asking, department, { most: limitsOfStage()[asking], ...words[asking] });
}
