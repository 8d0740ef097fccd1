/** The code that opens the self-service machine: derived from the consignment and its serial, so it is stored nowhere. */
import type { Consignment } from '../cases/types.ts';
import { keyedHash } from '../platform/personal.ts';

/** Eight digits. */
export async function pickupCode(
  number: string,
  { id, code }: Pick<Consignment, 'id' | 'code'>,
): Promise<string> {
  const hash = await keyedHash('pickup-code', `${number}/${id}/${code?.serial ?? 1}`);
  return String(Number.parseInt(hash.slice(0, 12), 16) % 100_000_000).padStart(8, '0');
}
