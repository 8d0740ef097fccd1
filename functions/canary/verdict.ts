/** Whether a synthetic case went its way, in its time. A rule without I/O. */

/** A case as its own people see it. */
export type Looked = {
  number: string;
  status: string;
  /** When it was filed, by the real time. */
  sentAt: string;
  /** Statuses of its reviews. */
  reviews: string[];
  events: { type: string; at: string }[];
};

export type Verdict = { passed: true; tookMs: number } | { passed: false; because: string };

/** From the form to the output; cold functions and one repetition of a webhook included. */
export const limitMs = 120_000;

/** By the clock of the case, at whatever time that stands. */
function tookMs({ events }: Looked): number | undefined {
  const [from, to] = ['application.submitted', 'application.completed'].map(
    (type) => events.find((event) => event.type === type)?.at,
  );
  return from && to ? Date.parse(to) - Date.parse(from) : undefined;
}

/**
 * @param everyMs between two cases: what is much older was filed before a pause, and says nothing of now
 * @returns undefined when it cannot be said: its time is not over yet, or long ago
 */
export function judge(found: Looked, everyMs: number, at: Date): Verdict | undefined {
  const age = at.getTime() - Date.parse(found.sentAt);
  if (age > 3 * everyMs + limitMs) return undefined;
  const took = tookMs(found);
  if (took === undefined) {
    if (age < limitMs) return undefined;
    return { passed: false, because: `it is ${found.status}, its review ${found.reviews.join(', ')}` };
  }
  return took <= limitMs
    ? { passed: true, tookMs: took }
    : { passed: false, because: `it took ${Math.round(took / 1000)} s` };
}
