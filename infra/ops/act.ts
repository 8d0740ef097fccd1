/** What an operator does to a department or a case, written into its journal as theirs. */
import { userInfo } from 'node:os';
import type { Actor } from '../../functions/cases/events.ts';
import { allReviews, numberOfReview } from '../../functions/cases/reviews.ts';
import { changeCase, loadCase } from '../../functions/cases/store.ts';
import type { Case, Review } from '../../functions/cases/types.ts';
import { readConnection, writeConnection } from '../../functions/departments/store.ts';
import { madeAnew } from '../../functions/fulfilment/delivery.ts';
import { handOver } from '../../functions/handover/hand-over.ts';
import { officerOf } from '../../functions/handover/officers.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { Failure } from '../local/setup/progress.mjs';

/** Whoever runs this command, by the name of their account on this machine. */
export const who = (): string => `ops:${userInfo().username}`;
const operator = (): Actor => ({ capacity: 'operator', subject: who() });

/** Holds a department's webhooks back, or lets them go again, which sends everything open. Its address stays. */
export async function pauseDepartment(code: string, paused: boolean): Promise<void> {
  const before = await readConnection(code);
  if (before.version === 0) throw new Failure(`The department ${code} was never connected.`);
  const { webhookUrl } = before;
  await writeConnection(code, before, { ...(webhookUrl ? { webhookUrl } : {}), paused }, operator());
}

/** Hands a review over to another officer of its department. @returns the review after it */
export async function handOverReview(
  review: string,
  officer: string,
  pool: string | undefined,
): Promise<Review> {
  const number = numberOfReview(review);
  const found = await loadCase(number);
  const known = found && allReviews(found).find(({ id }) => id === review);
  if (!known) throw new Failure(`There is no review ${review} on this stage.`);
  try {
    const subject = await officerOf(pool, known.department, officer);
    const by = operator();
    const after = await changeCase(number, (now, at) => handOver(now, review, subject, at), { by });
    return after?.reviews.find(({ id }) => id === review) ?? known;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const [detail] = error.errors ?? [];
    throw new Failure(detail ? `${officer}: ${detail.detail}, ${known.department}.` : error.message);
  }
}

/** Outputs of a parcel that was given up lie at the window; the applicant is sent a code. @returns the case after it */
export async function handOverAnew(number: string): Promise<Case> {
  try {
    const after = await changeCase(number, madeAnew, { by: operator() });
    if (!after) throw new Failure(`There is no case ${number} on this stage.`);
    return after;
  } catch (error) {
    if (error instanceof Problem) throw new Failure(error.message);
    throw error;
  }
}
