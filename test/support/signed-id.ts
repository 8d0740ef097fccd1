/** Ids of signed calls, as the contract wants them. */
import { randomUUID } from 'node:crypto';

/** The id of a signed call: what it is for, and of what; a partner's own words need only be none of these. */
export function idFor(method: string, path: string, own: string = randomUUID()): string {
  const review = /^\/reviews\/([^/]+)/.exec(path)?.[1];
  const [, code, what, id, more] =
    /^\/departments\/([^/?]+)(?:\/([^/?]+))?(?:\/([^/?]+))?(?:\/([^/?]+))?/.exec(path) ?? [];
  if (code && more === 'resend') return `resend_${id}_${own}`;
  if (code && id === 'resend') return `resend_${code}_${own}`;
  if (code && what === 'deliveries') return `deliveries_${code}_${own}`;
  if (code) return `${what ? 'check' : 'settings'}_${code}_${own}`;
  if (review) return `${method === 'GET' ? 'read' : 'decision'}_${review}_${own}`;
  return `${path.startsWith('/courier') ? 'tracking' : 'receipt'}_${own}`;
}
