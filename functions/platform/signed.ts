/** Verification of a signed request against secrets that may have been renewed a moment ago. */
import { Problem } from './problems.ts';
import { validSecrets } from './secrets.ts';
import { verify } from './signing.ts';

/** One answer to every signature that is no good: who cannot sign learns nothing of what exists. */
export const badSignature = (): Problem =>
  new Problem(
    'bad-signature',
    'Sign webhook-id, webhook-timestamp and the body with a valid secret; the time may differ by five minutes.',
  );

/**
 * @throws Problem bad-signature when no valid secret signed this body within five minutes.
 */
export async function requireSignature(
  secretId: string,
  headers: Record<string, string | undefined>,
  rawBody: string,
): Promise<void> {
  if (verify(await validSecrets(secretId), headers, rawBody)) return;
  if (headers['webhook-signature'] && verify(await validSecrets(secretId, true), headers, rawBody)) return;
  throw badSignature();
}
