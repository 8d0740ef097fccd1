/** Verification of a signed request against secrets that may have been renewed a moment ago. */
import { Problem } from './problems.ts';
import { validSecrets } from './secrets.ts';
import { verify } from './signing.ts';

/** What departments sign to us, and what we sign to departments, courier and carrier: the first word of the id. */
export const purposes = [
  'read',
  'decision',
  'settings',
  'deliveries',
  'resend',
  'check',
  'event',
  'parcel',
  'sms',
] as const;
export type Purpose = (typeof purposes)[number];

/**
 * What a signature must be for: a purpose, and where it concerns one thing that thing; or anything that a partner
 * says of its own accord, which none of these purposes is.
 */
export type SignedFor = { purpose: Purpose; object?: string } | 'notice';

/** It is kept beside what was done because of it. */
const longestId = 255;

/** Whether the id of a signed message, `<purpose>_<object>_…`, is of that purpose and object. */
export function isFor(id: string | undefined, wanted: SignedFor): boolean {
  if (!id || id.length > longestId) return false;
  if (wanted === 'notice') return !purposes.some((purpose) => id.startsWith(`${purpose}_`));
  const { purpose, object } = wanted;
  return id.startsWith(object === undefined ? `${purpose}_` : `${purpose}_${object}_`);
}

/** One answer to every signature that is no good: who cannot sign learns nothing of what exists. */
export const badSignature = (): Problem =>
  new Problem(
    'bad-signature',
    'Sign webhook-id, webhook-timestamp and the body with a valid secret; the id names purpose and object, the time may differ by five minutes.',
  );

type Signed = { headers: Record<string, string | undefined>; rawBody: string };

/**
 * @param version of the secrets that must be known at least: see `validSecrets`
 * @throws Problem bad-signature when no valid secret signed this body, for this purpose, within five minutes.
 */
export async function requireSignature(
  secretId: string,
  { headers, rawBody }: Signed,
  wanted: SignedFor,
  version?: number,
): Promise<void> {
  if (!isFor(headers['webhook-id'], wanted)) throw badSignature();
  if (verify(await validSecrets(secretId, { version }), headers, rawBody)) return;
  if (headers['webhook-signature']) {
    if (verify(await validSecrets(secretId, { version, fresh: true }), headers, rawBody)) return;
  }
  throw badSignature();
}
