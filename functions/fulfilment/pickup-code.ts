/** The code that opens the self-service machine: derived from the consignment and its serial, so it is stored nowhere. */
import type { Consignment } from '../cases/types.ts';
import { setting } from '../platform/env.ts';
import { keyedHash } from '../platform/personal.ts';

/** Eight digits, by a secret that is used for nothing else. */
export async function pickupCode(
  number: string,
  { id, code }: Pick<Consignment, 'id' | 'code'>,
): Promise<string> {
  const serial = code?.serial ?? 1;
  // Serial 0: told before codes were of a consignment.
  const hash = await keyedHash(
    setting('PICKUP_SECRET_ARN'),
    'pickup-code',
    serial === 0 ? number : `${number}/${id}/${serial}`,
  );
  return String(Number.parseInt(hash.slice(0, 12), 16) % 100_000_000).padStart(8, '0');
}
