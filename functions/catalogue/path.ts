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

/** The longest sum over items that wait for each other. The items wait for nobody in a circle. */
function longestSum(steps: Step[], lengthOf: (step: Step) => number): number {
  const byCode = new Map(steps.map((step) => [step.code, step]));
  const ends = new Map<string, number>();
  const endOf = (step: Step): number => {
    const known = ends.get(step.code);
    if (known !== undefined) return known;
    const before = step.after.flatMap((code) => byCode.get(code) ?? []).map(endOf);
    const end = lengthOf(step) + Math.max(0, ...before);
    ends.set(step.code, end);
    return end;
  };
  return Math.max(0, ...steps.map(endOf));
}

/** A bound of `timeLimit` (functions/clock/schemas.ts). */
const mostHours = 100;

/**
 * How long items take that wait for each other as they say: in opening hours where all are counted so, else in working
 * days, each item's hours rounded up to days.
 */
export function longestPath(steps: Step[], kind: 'promised' | 'statutory', hoursOfDay: number): TimeLimit {
  const hours = (step: Step): number => {
    const limit = step.limits[kind];
    return isDays(limit) ? Number.POSITIVE_INFINITY : limit.openingHours;
  };
  const inHours = longestSum(steps, hours);
  if (inHours > 0 && inHours <= mostHours) return { openingHours: inHours };
  return { workingDays: longestSum(steps, (step) => inDays(step.limits[kind], hoursOfDay)) };
}
