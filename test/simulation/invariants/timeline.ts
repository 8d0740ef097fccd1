import { applicationGraph, reviewGraph } from '../../../functions/cases/status.ts';
import type { Event, FoundCase, Invariant } from './found.ts';

type Graph = Record<string, readonly string[]>;

/** Statuses that may follow, directly or by steps that no event of their own tells. */
function mayCome(graph: Graph, from: string, to: string): boolean {
  return from === to || (graph[from] ?? []).includes(to);
}

function reviewFaults({ application, timeline }: FoundCase): string[] {
  const faults: string[] = [];
  const known = new Map<string, string>();
  for (const event of timeline) {
    for (const review of (event.waiting ?? []) as string[]) {
      if (!mayCome(reviewGraph, known.get(review) ?? 'waiting', 'waiting'))
        faults.push(`${review} goes from ${known.get(review)} back to waiting at version ${event.version}`);
      known.set(review, 'waiting');
    }
    if (typeof event.review !== 'string' || typeof event.status !== 'string') continue;
    const before = known.get(event.review) ?? 'waiting';
    if (!mayCome(reviewGraph, before, event.status)) {
      faults.push(
        `${event.review} goes from ${before} to ${event.status} by ${event.type} at version ${event.version}`,
      );
    }
    known.set(event.review, event.status);
  }
  for (const { id, status } of application.reviews as { id: string; status: string }[]) {
    const told = known.get(id) ?? 'waiting';
    if (told !== status) faults.push(`${id} is ${status} and the timeline leaves it ${told}`);
  }
  return faults;
}

function versionFaults({ application, timeline }: FoundCase): string[] {
  const versions = [...new Set(timeline.map(({ version }) => version))];
  const expected = Array.from({ length: application.version }, (_, i) => i + 1);
  const isWhole = JSON.stringify(versions) === JSON.stringify(expected);
  const faults = isWhole
    ? []
    : [`${application.number} is at version ${application.version} and tells of ${versions}`];
  const instants = timeline.map(({ at }) => at);
  if (instants.some((at, i) => at < (instants[i - 1] ?? '')))
    faults.push(`${application.number}: time goes back`);
  return faults;
}

function conclusionFaults({ application, timeline }: FoundCase): string[] {
  const last = timeline.findLast(
    ({ type }) => type === 'application.concluded' || type === 'application.withdrawn',
  );
  const opened = timeline.filter(({ type }: Event) => type === 'round.opened').length;
  const concluded = timeline.filter(({ type }: Event) => type === 'application.concluded').length;
  const faults =
    concluded > Math.max(1, opened) ? [`${application.number} was concluded ${concluded} times`] : [];
  if (application.status === 'withdrawn' && last?.type !== 'application.withdrawn') {
    faults.push(`${application.number} is withdrawn and the timeline does not say so`);
  }
  if (!(application.status in applicationGraph))
    faults.push(`${application.number} is ${application.status}`);
  return faults;
}

export const timeline: Invariant = {
  name: 'timeline',
  protects:
    'The timeline goes by the status graphs, without a gap in its versions, forward in time, and agrees with the case.',
  check: ({ found }) =>
    found.cases.flatMap((each) => [...versionFaults(each), ...reviewFaults(each), ...conclusionFaults(each)]),
};
