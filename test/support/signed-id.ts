/** Ids of signed calls, as the contract wants them. */
import { randomUUID } from 'node:crypto';

/** The id of a signed call: what it is for, and of which review; a partner's own words need only be none of these. */
export function idFor(method: string, path: string, own: string = randomUUID()): string {
  const review = /^\/reviews\/([^/]+)/.exec(path)?.[1];
  if (review) return `${method === 'GET' ? 'read' : 'decision'}_${review}_${own}`;
  return `${path.startsWith('/courier') ? 'tracking' : 'receipt'}_${own}`;
}
