/**
 * The dossier as it is stored: JSON, deflated, but for what is sealed. It is written once or twice and read whole; its
 * keys repeat in every review of the plan, and as attributes it would take twice the write units.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Dossier } from './types.ts';

/** What the dossier's row holds. */
export function packed({ sealed, ...rest }: Dossier): { sealed: Uint8Array[]; packed: Uint8Array } {
  return { sealed, packed: new Uint8Array(deflateRawSync(JSON.stringify(rest))) };
}

/** The dossier that a row holds. */
export function unpacked(row: Record<string, unknown>): Dossier {
  const { sealed, packed: bytes } = row as ReturnType<typeof packed>;
  const rest: Omit<Dossier, 'sealed'> = JSON.parse(inflateRawSync(bytes).toString());
  return { ...rest, sealed };
}
