/**
 * When a webhook is tried again: the schedule of Standard Webhooks (ten attempts over 75.6 hours). The attempts that
 * failed are counted in the delivery's row; the message waits in its queue, invisible, for as many receptions as that
 * takes, since SQS allows at most twelve hours of it.
 */

/** Seconds to wait after each failed attempt. */
export const standardSchedule = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** Seconds; below what SQS allows, counted from the reception. */
const longestHop = 11 * 3600;

/**
 * Receptions of one message after which its queue puts it aside, whatever it is. A department whose turn does not
 * come makes a message come back every twelve to fifteen minutes: that is no less than the three days of the schedule.
 */
export const mostReceptions = 400;

/** One more than there are waits, the first at once. */
export const attemptsOf = (schedule: number[]): number => schedule.length + 1;

/** Milliseconds to wait after the n-th failed attempt (from 1), up to ten per cent more; undefined after the last. */
export function waitAfter(
  failed: number,
  schedule: number[],
  random: () => number = Math.random,
): number | undefined {
  const seconds = schedule[failed - 1];
  return seconds === undefined ? undefined : Math.round(seconds * 1000 * (1 + random() / 10));
}

/** Seconds of invisibility for a message that is to wait so long, ms: all of it, or the longest hop on the way. */
export const hop = (leftMs: number): number => Math.min(longestHop, Math.max(1, Math.ceil(leftMs / 1000)));

/** Seconds that are added at most to the wait for a turn, and the part of them that chance may take off. */
const longestDetour = 900;
const byChance = 0.2;

/**
 * Seconds of invisibility for a message whose department has no turn for it now: past the next turn (ms from now), and
 * the longer the more often the message has been received, so that the many which wait do not come together.
 */
export function detour(receive: number, untilTurnMs: number, random: () => number = Math.random): number {
  const spread = Math.min(longestDetour, 5 * 2 ** Math.min(receive - 1, 10));
  return hop(untilTurnMs + (1 - byChance * random()) * spread * 1000);
}

/**
 * Seconds after which a message comes again whose department is paused: often enough to come soon after its end, and
 * rarely enough that a pause of a week uses up no more receptions than there are, and ends before the queue forgets.
 */
export const pausedSeconds = 1800;
