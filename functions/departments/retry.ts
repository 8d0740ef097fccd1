/**
 * When a webhook is tried again: the schedule of Standard Webhooks (ten attempts over 75.6 hours). The message
 * waits in its queue, invisible; SQS allows at most twelve hours of that, counted from the reception, so a longer wait is made of hops on
 * which nothing is sent. After the last the queue moves the message to the dead-letter queue by itself.
 */

/** Seconds to wait after each failed attempt. */
export const standardSchedule = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

const longestHop = 11 * 3600;

type Hop = { seconds: number; sendsAfter: boolean };

/** The waits between receptions of one message; `sendsAfter` tells whether the next reception sends. */
export function hops(schedule: number[]): Hop[] {
  return schedule.flatMap((wait) => {
    const parts: Hop[] = [];
    for (let left = wait; left > 0; left -= longestHop) {
      parts.push({ seconds: Math.min(left, longestHop), sendsAfter: left <= longestHop });
    }
    return parts;
  });
}

/** Whether the n-th reception (from 1) of a message sends it. */
export function sendsAt(receive: number, schedule: number[]): boolean {
  if (receive <= 1) return true;
  return hops(schedule)[receive - 2]?.sendsAfter ?? true;
}

/** Seconds of invisibility after the n-th reception (from 1), with up to ten per cent of jitter. */
export function waitAfter(receive: number, schedule: number[], random: () => number = Math.random): number {
  const all = hops(schedule);
  const hop = all[Math.min(receive, all.length) - 1] ?? { seconds: 60, sendsAfter: true };
  return Math.min(longestHop, Math.round(hop.seconds * (1 + random() / 10)));
}

/** How often a message is received until it belongs into the dead-letter queue: the queue's maxReceiveCount. */
export const receptions = (schedule: number[]): number => hops(schedule).length + 1;
