/** A supplement: materials that were accepted as following later (容缺受理), checked as at submission. */
import { noticedOf, receiveSupplement } from '../approvals/following.ts';
import { currentReviews } from '../cases/reviews.ts';
import { type Case, type Change, type HandedIn, noChange } from '../cases/types.ts';
import { Problem } from '../platform/problems.ts';
import { checkSupplement, refuse } from './check.ts';
import type { Supplement } from './schemas.ts';
import { serviceOf } from './service.ts';

/** Codes that have not come by their day, and that a notice asks for now. */
const noticed = (found: Case, at: Date): Set<string> =>
  new Set(currentReviews(found).flatMap((review) => noticedOf(found.application.following, review, at)));

/** @throws Problem wrong-state for what came too late; invalid-input for what may not follow, or is named twice */
function requireFollowing(found: Case, codes: string[], at: Date): void {
  const late = noticed(found, at);
  const tooLate = codes.find((code) => late.has(code));
  if (tooLate) {
    throw new Problem(
      'wrong-state',
      `The material ${tooLate} has not come by its day, and a notice asks for it: hand it in by a correction.`,
    );
  }
  const may = new Set(found.application.following?.map(({ code }) => code));
  refuse(
    codes.flatMap((code, i) => {
      const pointer = `/materials/${i}/code`;
      if (codes.indexOf(code) < i) return [{ pointer, detail: 'Named twice' }];
      return may.has(code) ? [] : [{ pointer, detail: 'Not a material that has still to follow' }];
    }),
  );
}

/** Whether every one is there already, as it is sent: a repetition. */
const isThere = ({ dossier }: Case, sent: Supplement['materials']): boolean =>
  sent.every(({ code, id }) => dossier.materials.some((each) => each.code === code && each.id === id));

/** What a supplement changes in the case. Repeated: nothing. */
export async function supplement(found: Case, { materials }: Supplement, at: Date): Promise<Change> {
  if (isThere(found, materials)) return noChange;
  requireFollowing(
    found,
    materials.map(({ code }) => code),
    at,
  );
  const owner = found.application.parties[0]?.subject ?? '';
  const taken: HandedIn[] = await checkSupplement(await serviceOf(found), materials, owner);
  return receiveSupplement(found, taken, at);
}
