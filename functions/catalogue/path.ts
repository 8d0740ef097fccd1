/** How long items take one after another: the longest path through what they wait for. */
import type { Limits, TimeLimit } from '../clock/schemas.ts';

type Step = { code: string; after: string[]; limits: Limits };

const isDays = (limit: TimeLimit): limit is { workingDays: number } => 'workingDays' in limit;

/**
 * A limit in working days, rounded up: hours that begin at any minute of a day are over with the last of as many days
 * after it as they fill.
 * @param hoursOfDay opening hours of a working day
 */
export const inDays = (limit: TimeLimit, hoursOfDay: number): number =>
  isDays(limit) ? limit.workingDays : Math.ceil(limit.openingHours / hoursOfDay);

type Way = { length: number; codes: string[] };

const longer = (one: Way, other: Way): Way => (other.length > one.length ? other : one);

/** The longest way over items that wait for each other. The items wait for nobody in a circle. */
function longestOf(steps: Step[], lengthOf: (step: Step) => number): Way {
  const byCode = new Map(steps.map((step) => [step.code, step]));
  const ends = new Map<string, Way>();
  const nowhere: Way = { length: 0, codes: [] };
  const wayTo = (step: Step): Way => {
    const known = ends.get(step.code);
    if (known) return known;
    const before = step.after.flatMap((code) => byCode.get(code) ?? []).map(wayTo);
    const { length, codes } = before.reduce(longer, nowhere);
    const way = { length: length + lengthOf(step), codes: [...codes, step.code] };
    ends.set(step.code, way);
    return way;
  };
  return steps.map(wayTo).reduce(longer, nowhere);
}

/** A bound of `timeLimit` (functions/clock/schemas.ts). */
const mostHours = 100;

/**
 * How long items take that wait for each other as they say, and which ones make it so long: in opening hours where all
 * are counted so, else in working days, each item's hours rounded up to days.
 */
export function longestWay(
  steps: Step[],
  kind: 'promised' | 'statutory',
  hoursOfDay: number,
): { limit: TimeLimit; codes: string[] } {
  const hours = (step: Step): number => {
    const limit = step.limits[kind];
    return isDays(limit) ? Number.POSITIVE_INFINITY : limit.openingHours;
  };
  const inHours = longestOf(steps, hours);
  if (inHours.length > 0 && inHours.length <= mostHours) {
    return { limit: { openingHours: inHours.length }, codes: inHours.codes };
  }
  const { length, codes } = longestOf(steps, (step) => inDays(step.limits[kind], hoursOfDay));
  return { limit: { workingDays: length }, codes };
}

/** How long items take that wait for each other as they say. */
export const longestPath = (steps: Step[], kind: 'promised' | 'statutory', hoursOfDay: number): TimeLimit =>
  longestWay(steps, kind, hoursOfDay).limit;
