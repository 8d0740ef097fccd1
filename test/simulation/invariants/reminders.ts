import type { Event, Invariant } from './found.ts';

const begins = ['review.correction-asked', 'review.procedure-announced', 'review.hearing-offered'];
const ends = [
  'review.requested',
  'review.procedure-ended',
  'review.procedure-overrun',
  'review.hearing-lapsed',
];
const isOver = ['review.decided', 'review.cancelled', 'review.overdue'];

/** What is wrong with the reminders of one review, by its events in order. */
function faultsOf(review: string, events: Event[]): string[] {
  const faults: string[] = [];
  const reminded = new Set<string>();
  let state: 'runs' | 'stands still' | 'over' = 'runs';
  for (const { type, at, dueAt } of events) {
    if (begins.includes(type)) state = 'stands still';
    if (ends.includes(type)) state = 'runs';
    if (isOver.includes(type)) state = 'over';
    if (type !== 'review.due-soon') continue;
    const limit = String(dueAt);
    if (reminded.has(limit)) faults.push(`${review} is reminded twice of ${limit}`);
    if (at >= limit) faults.push(`${review} is reminded of ${limit} when it is over, at ${at}`);
    if (state !== 'runs') faults.push(`${review} is reminded while its clock ${state}, at ${at}`);
    reminded.add(limit);
  }
  return faults;
}

export const reminders: Invariant = {
  name: 'reminders',
  protects:
    'A department is reminded of a limit once, before it is over, and not while the clock stands still.',
  check: ({ found }) =>
    found.cases.flatMap(({ timeline }) => {
      const told = timeline.filter(({ review }) => review);
      return [...Map.groupBy(told, ({ review }) => String(review))].flatMap(([review, events]) =>
        faultsOf(review, events),
      );
    }),
};
