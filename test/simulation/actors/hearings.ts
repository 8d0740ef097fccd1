/** What the right to a hearing asks of a department at a moment, by what it has read of the review. */
import { calendarFor, shanghaiDay } from '../../../functions/clock/calendar.ts';
import type { Body } from '../api.ts';
import type { World } from '../world.ts';

/** A hearing is announced so many working days ahead. */
const ahead = 8;

/** @returns what is to be sent; `wait` while nothing may be; undefined when the review may be decided */
export function hearingStep(
  seen: Body | undefined,
  isRefusal: boolean,
  { clock, openingHours }: World,
): Record<string, unknown> | 'wait' | undefined {
  const right = seen?.hearing as Body | undefined;
  if (!right) return undefined;
  if (!right.offeredAt) {
    return right.due === 'before-decision' || isRefusal ? { outcome: 'hearing-offered' } : undefined;
  }
  if (!right.askedAt) return Date.parse(right.until) > clock.now ? 'wait' : undefined;
  if (right.endedAt) return undefined;
  const now = new Date(clock.now);
  if (!right.heldOn) {
    const heldOn = shanghaiDay(calendarFor(openingHours).addWorkingDays(now, ahead));
    return { outcome: 'special-procedure', procedure: 'hearing', heldOn, chair: 'chair' };
  }
  return shanghaiDay(now) < right.heldOn ? 'wait' : { outcome: 'procedure-ended' };
}
