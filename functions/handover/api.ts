/** HTTP: an operator hands a review over to another officer of its department. */
import { actorOf, requirePermission } from '../cases/permissions.ts';
import { allReviews, numberOfReview } from '../cases/reviews.ts';
import { changeCase, loadCase } from '../cases/store.ts';
import { optionalSetting } from '../platform/env.ts';
import { type Answer, apiHandler, parse, type Request } from '../platform/http.ts';
import { correlate, log } from '../platform/log.ts';
import { notFound } from '../platform/problems.ts';
import type { calls } from './calls.ts';
import { handOver } from './hand-over.ts';
import { officerOf } from './officers.ts';
import { handoverBody } from './schemas.ts';

async function handItOver(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'review:hand-over');
  const given = parse(handoverBody, request.body);
  const id = request.params.id ?? '';
  const number = numberOfReview(id);
  const found = await loadCase(number);
  const review = found && allReviews(found).find((each) => each.id === id);
  if (!found || !review) throw notFound('review');
  correlate(number, { review: id });
  const officer = await officerOf(optionalSetting('USER_POOL_ID'), review.department, given.officer);
  const after = await changeCase(number, (now, at) => handOver(now, id, officer, at), {
    by: actorOf(user, 'review:hand-over'),
    found,
  });
  const handed = after?.reviews.find((each) => each.id === id);
  if (!handed?.assignee) throw notFound('review');
  log.info('Review handed over', { department: review.department });
  const { department, status, assignee } = handed;
  return { status: 200, body: { review: id, department, status, ...assignee } };
}

export const handler = apiHandler<typeof calls>({ 'POST /reviews/{id}/handover': handItOver });
