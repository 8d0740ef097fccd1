import type { Evidence, FoundCase, Invariant } from './found.ts';

/** So long after it happened the bus must have an event, whatever Step Functions does. */
const boundMs = 30 * 60_000;

type Span = { from: number; to: number };
const overlaps = ({ from, to }: Span, other: Span): boolean => from < other.to && other.from < to;

/** Times in which something was away that publishing does need. */
const hindrances = ({ world }: Evidence): Span[] => [
  ...world.chaos.outages.filter(({ service }) => service === 'bus' || service === 'table'),
  ...world.stream.pauses,
];

function lateEvents(all: Evidence, { application, timeline }: FoundCase): string[] {
  const { world } = all;
  const away = world.chaos.outages.filter(({ service }) => service === 'workflow');
  const hindered = hindrances(all);
  return [...new Set(timeline.map(({ version }) => version))].flatMap((version) => {
    const event = timeline.find((each) => each.version === version);
    const at = Date.parse(event?.at ?? '');
    const span = { from: at - boundMs, to: at + boundMs };
    const isAway = away.some(({ from, to }) => from <= at && at + boundMs <= to);
    if (!isAway || hindered.some((each) => overlaps(each, span))) return [];
    const taken = world.bus.taken.get(`${application.number}/${version}/0`);
    if (taken !== undefined && taken <= at + boundMs) return [];
    return [
      `${application.number}: ${event?.type} of version ${version} was not on the bus ${boundMs / 60_000} minutes later, as Step Functions was away`,
    ];
  });
}

export const promptness: Invariant = {
  name: 'promptness',
  protects: 'Step Functions being away holds up nobody: departments and applicants are told all the same.',
  check: (all) => all.found.cases.flatMap((each) => lateEvents(all, each)),
};
