/**
 * What a department may see of an application, and when: the fields and materials of its own item, from its request
 * until a bounded time after its decision. Rules without I/O.
 */
import type { Case, Dossier, PlannedReview, Review } from '../cases/types.ts';
import { Problem } from '../platform/problems.ts';

/** A decision may have to be explained; after so many days it is answered from the department's own files. */
export const readableForDays = 30;

const dayMs = 24 * 3600 * 1000;

/** @throws Problem wrong-state before the request, after a cancellation, and some time after the decision */
export function requireReadable({ status, requestedAt, decidedAt }: Review, at: Date): void {
  // One that waits and was asked has to accept the application first.
  if (!requestedAt) {
    throw new Problem('wrong-state', 'The review is not requested yet.');
  }
  if (status === 'cancelled') throw new Problem('wrong-state', 'The review is cancelled.');
  const isDecided = status === 'approved' || status === 'refused';
  if (isDecided && decidedAt && at.getTime() - new Date(decidedAt).getTime() > readableForDays * dayMs) {
    throw new Problem('wrong-state', `The review was decided more than ${readableForDays} days ago.`);
  }
}

/** The part of the dossier that an item's department sees, masked as it is stored. */
export function visiblePart(
  { dossier }: Pick<Case, 'dossier'>,
  { fields, materials }: PlannedReview,
): Pick<Dossier, 'applicant' | 'form' | 'materials'> {
  const form = Object.fromEntries(Object.entries(dossier.form).filter(([name]) => fields.includes(name)));
  return {
    applicant: dossier.applicant,
    form,
    materials: dossier.materials.filter(({ code }) => materials.includes(code)),
  };
}
