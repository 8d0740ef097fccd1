/** The code that opens the self-service machine: derived from the number and its serial, so it is stored nowhere. */
import { setting } from '../platform/env.ts';
import { keyedHash } from '../platform/personal.ts';

/**
 * Eight digits, by a secret that is used for nothing else.
 * @param serial counts the codes of one application: a code that was tried too often is followed by the next
 */
export async function pickupCode(number: string, serial: number): Promise<string> {
  const hash = await keyedHash(setting('PICKUP_SECRET_ARN'), 'pickup-code', `${number}\n${serial}`);
  return String(Number.parseInt(hash.slice(0, 12), 16) % 100_000_000).padStart(8, '0');
}
