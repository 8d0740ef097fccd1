/** The code that opens the self-service machine: derived from the number, so it is stored nowhere. */
import { keyedHash } from '../platform/personal.ts';

/** Eight digits. */
export async function pickupCode(number: string): Promise<string> {
  const hash = await keyedHash('pickup-code', number);
  return String(Number.parseInt(hash.slice(0, 12), 16) % 100_000_000).padStart(8, '0');
}
