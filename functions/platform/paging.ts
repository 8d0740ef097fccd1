/** Opaque cursors: a client hands one back and learns nothing from it. */
import { Problem } from './problems.ts';

export function encodeCursor(value: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** @throws Problem malformed-request when it is none of ours. */
export function decodeCursor(cursor: string | undefined): Record<string, unknown> | undefined {
  if (cursor === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Falls through to the one answer for every unusable cursor.
  }
  throw new Problem('malformed-request', 'The cursor is not one that a list of ours returned.');
}
