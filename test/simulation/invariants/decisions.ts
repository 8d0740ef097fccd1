import type { Decision } from '../truth.ts';
import type { Event, Invariant } from './found.ts';

/** What the timeline says of each outcome. */
const told: Record<string, (event: Event) => boolean> = {
  approved: ({ type, outcome }) => type === 'review.decided' && outcome === 'approved',
  refused: ({ type, outcome }) => type === 'review.decided' && outcome === 'refused',
  correction: ({ type }) => type === 'review.correction-asked',
  'special-procedure': ({ type }) => type === 'review.procedure-announced',
  'hearing-offered': ({ type }) => type === 'review.hearing-offered',
  extension: ({ type }) => type === 'review.extended',
  'procedure-ended': ({ type }) => type === 'review.procedure-ended',
};

/** Outcomes that end a review: they take effect once, however often and by whomever they are said. */
const isLast = (outcome: string): boolean => outcome === 'approved' || outcome === 'refused';

/** Decisions by the id of their sender: taken for certain, and perhaps taken (no answer came). */
function byId(list: Decision[]): { certain: number; perhaps: number } {
  const ids = [...new Set(list.map(({ id }) => id))];
  const ofId = (id: string): Decision[] => list.filter((each) => each.id === id);
  const isTaken = (id: string): boolean => ofId(id).some(({ status }) => status === 200);
  const isOpen = (id: string): boolean => ofId(id).some(({ status }) => status === 0 || status >= 500);
  const certain = ids.filter(isTaken);
  return { certain: certain.length, perhaps: ids.filter((id) => !isTaken(id) && isOpen(id)).length };
}

function effectFaults(review: string, outcome: string, list: Decision[], effects: number): string[] {
  const { certain, perhaps } = byId(list);
  // The same words again, while the review still stands as they left it, are taken for the same decision.
  const words = new Set(list.filter(({ status }) => status === 200).map(({ content }) => content)).size;
  const [least, most] = isLast(outcome)
    ? [Math.min(certain, 1), Math.min(certain + perhaps, 1)]
    : [words, certain + perhaps];
  if (effects >= least && effects <= most) return [];
  return [
    `${review}: ${outcome} was taken ${certain} times (perhaps ${perhaps} more) and has effect ${effects} times`,
  ];
}

export const decisions: Invariant = {
  name: 'decisions',
  protects:
    'Each decision of which a department was told that it is taken takes effect, once, and has one answer.',
  check: ({ truth, found }) => {
    const faults: string[] = [];
    const timelines = new Map(found.cases.map(({ application, timeline }) => [application.number, timeline]));
    for (const [review, list] of Map.groupBy(truth.decisions, (each) => each.review)) {
      const timeline = timelines.get(review.slice(0, review.lastIndexOf('-'))) ?? [];
      for (const [outcome, isTold] of Object.entries(told)) {
        const effects = timeline.filter((event) => event.review === review && isTold(event)).length;
        const own = list.filter((each) => each.outcome === outcome);
        faults.push(...effectFaults(review, outcome, own, effects));
      }
      const answered = list.filter(({ status }) => status === 200);
      for (const [id, same] of Map.groupBy(answered, (each) => each.id)) {
        const results = new Set(same.map(({ result }) => result));
        if (results.size > 1) faults.push(`${id} was answered ${[...results].join(' and ')}`);
      }
    }
    return faults;
  },
};
