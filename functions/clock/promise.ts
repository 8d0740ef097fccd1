/** The promise to the applicant: filed at this instant, due then. */

import type { Calendar } from './calendar.ts';
import { dueAt } from './limits.ts';
import type { Limits } from './schemas.ts';

export type Promised = {
  /** End of the promised limit (承诺时限), ISO 8601 in UTC. */
  dueAt: string;
  /** End of the statutory limit (法定时限), ISO 8601 in UTC. */
  statutoryDueAt: string;
  /** One of them needs a holiday calendar that is not published yet. */
  provisional: boolean;
};

/** Exactly what an application filed at `at` is given. */
export function promiseOf(calendar: Calendar, { limits }: { limits: Limits }, at: Date): Promised {
  const promised = dueAt(calendar, limits.promised, at);
  const statutory = dueAt(calendar, limits.statutory, at);
  return {
    dueAt: promised.dueAt,
    statutoryDueAt: statutory.dueAt,
    provisional: promised.provisional || statutory.provisional,
  };
}
