/**
 * Cases that nobody has applied for: what the canary files to see that everything works. They go the same way as all
 * others, and their number tells them apart wherever it is known: they are counted nowhere, listed nowhere, and their
 * rows go by themselves.
 */

/** The first part of their numbers: no region of GB/T 2260 has this code. */
export const syntheticRegion = '000000';

/** @param of the number of an application, or whatever begins with one: a review's id, an event's */
export const isSynthetic = (of: string | undefined): boolean =>
  of?.startsWith(`${syntheticRegion}-`) ?? false;

/** A failure of a Friday evening is still there on Monday. */
const livesForSeconds = 3 * 24 * 3600;

/** What a row of such a case bears, so that DynamoDB removes it; nothing for any other. By the real time. */
export const expiryOf = (of: string, at = new Date()): { expiresAt?: number } =>
  isSynthetic(of) ? { expiresAt: Math.floor(at.getTime() / 1000) + livesForSeconds } : {};
