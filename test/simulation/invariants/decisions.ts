import type { Decision } from '../truth.ts';
import type { Event, Invariant } from './found.ts';

/** What the timeline says of each outcome. */
const told: Record<string, (event: Event) => boolean> = {
  approved: ({ type, outcome }) => type === 'review.decided' && outcome === 'approved',
  refused: ({ type, outcome }) => type === 'review.decided' && outcome === 'refused',
  correction: ({ type }) => type === 'review.correction-asked',
  'special-procedure': ({ type }) => type === 'review.procedure-announced',
  'procedure-ended': ({ type }) => type === 'review.procedure-ended',
};

/** Decisions by the id of their sender: taken for certain, and perhaps taken (no answer came). */
function byId(list: Decision[]): { certain: number; perhaps: number } {
  const ids = [...new Set(list.map(({ id }) => id))];
  const certain = ids.filter((id) => list.some((each) => each.id === id && each.status === 200));
  const perhaps = ids.filter(
    (id) =>
      !certain.includes(id) &&
      list.some((each) => each.id === id && (each.status === 0 || each.status >= 500)),
  );
  return { certain: certain.length, perhaps: perhaps.length };
}

export const decisions: Invariant = {
  name: 'decisions',
  protects:
    'Each decision that a department was told was taken takes effect, once, and the same answer is given again.',
  check: ({ truth, found }) => {
    const faults: string[] = [];
    const events = new Map(found.cases.map(({ application, timeline }) => [application.number, timeline]));
    const reviews = Map.groupBy(truth.decisions, ({ review }) => review);
    for (const [review, list] of reviews) {
      const timeline = events.get(review.slice(0, review.lastIndexOf('-'))) ?? [];
      for (const [outcome, isTold] of Object.entries(told)) {
        const { certain, perhaps } = byId(list.filter((each) => each.outcome === outcome));
        const effects = timeline.filter((event) => event.review === review && isTold(event)).length;
        if (effects < certain)
          faults.push(`${review}: ${certain} times ${outcome}, ${effects} times in effect`);
        // An officer who sends the same words again means the same decision; that is not counted twice.
        if (effects > certain + perhaps)
          faults.push(
            `${review}: ${outcome} took effect ${effects} times, was sent ${certain + perhaps} times`,
          );
      }
      const answers = Map.groupBy(
        list.filter(({ status }) => status === 200),
        ({ id }) => id,
      );
      for (const [id, same] of answers) {
        const results = new Set(same.map(({ result }) => result));
        if (results.size > 1) faults.push(`${id} was answered ${[...results].join(' and ')}`);
      }
    }
    return faults;
  },
};
