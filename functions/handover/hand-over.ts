/**
 * A review is handed over to another officer of its department. It is a hint that everybody there sees, and no lock:
 * a case must not stand still because somebody is ill once more. Rules without I/O.
 */
import { accepts } from '../approvals/acceptance.ts';
import { forbidChair } from '../approvals/procedures.ts';
import { factsOf } from '../approvals/requests.ts';
import { forbidParty } from '../cases/permissions.ts';
import { currentReviews } from '../cases/reviews.ts';
import type { ReviewStatus } from '../cases/status.ts';
import { type Case, type Change, noChange, type Review } from '../cases/types.ts';
import { notFound, Problem } from '../platform/problems.ts';

/** Statuses in which a department still has something to do, or will have once the applicant has answered. */
const open: readonly ReviewStatus[] = ['requested', 'overdue', 'correction'];

/**
 * @param officer subject of an officer of the review's department
 * @throws Problem not-found; wrong-state when nobody is asked, or nothing is left to decide; forbidden for somebody who
 *   may not decide it: a party of the case, or who chaired its hearing
 */
export function handOver(found: Case, id: string, officer: string, at: Date): Change {
  const review =
    currentReviews(found).find((each) => each.id === id) ?? found.reviews.find((each) => each.id === id);
  if (!review) throw notFound('review');
  if (review.assignee?.officer === officer) return noChange;
  if (!(open.includes(review.status) || accepts(found, review)) || !currentReviews(found).includes(review)) {
    throw new Problem('wrong-state', `The review is ${review.status}; there is nothing to hand over.`);
  }
  forbidParty({ subject: officer }, found);
  forbidChair(review, officer);
  const next: Review = { ...review, assignee: { officer, since: at.toISOString() } };
  return { reviews: [next], events: [{ type: 'review.handed-over', officer, ...factsOf(next) }] };
}
