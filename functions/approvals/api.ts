/** HTTP: a review, read and decided by its department's system (signed) or its officer (bearer token). */
import { randomUUID } from 'node:crypto';
import { recordRead } from '../cases/audit.ts';
import type { Actor } from '../cases/events.ts';
import { forbidParty, may, requirePermission } from '../cases/permissions.ts';
import { allReviews, numberOfReview, plannedOf } from '../cases/reviews.ts';
import { changeCase, loadCase } from '../cases/store.ts';
import type { Case, Review } from '../cases/types.ts';
import { calendar } from '../catalogue/centre.ts';
import { businessNow } from '../clock/now.ts';
import { readConnection } from '../departments/store.ts';
import { downloads } from '../materials/downloads.ts';
import { bearerUser } from '../platform/bearer.ts';
import { setting } from '../platform/env.ts';
import { type Answer, apiHandler, parse, type Request } from '../platform/http.ts';
import { digest, givenKey, replayed } from '../platform/idempotency.ts';
import { correlate, log } from '../platform/log.ts';
import { unmask, unseal } from '../platform/personal.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { badSignature, isFor, requireSignature } from '../platform/signed.ts';
import type { calls } from './calls.ts';
import { decide, takenBefore } from './decide.ts';
import { requireReadable, visiblePart } from './need-to-know.ts';
import { decisionBody } from './schemas.ts';
import { decideTrial, readTrial, signedTrial } from './trials.ts';

/**
 * Who asks, verified: the department whose review it is, by its signature, or an officer of it, by a token. What is
 * signed must say that it is for this, and for this review.
 * @throws Problem unauthenticated, bad-signature, forbidden (whatever exists), not-found (to officers: none, or none of
 *   their department)
 */
async function authenticated(request: Request): Promise<{ found: Case; review: Review; by: Actor }> {
  const user = await bearerUser(request.headers.authorization);
  if (!user && !request.headers['webhook-signature']) {
    throw new Problem('unauthenticated', "Sign as the department, or send its officer's bearer token.");
  }
  const reads = request.route.startsWith('GET');
  const action = reads ? 'review:read' : 'review:decide';
  // By the role alone, before anything is looked up.
  if (user) requirePermission(user, action, { department: user.departments[0] ?? '' });
  const id = request.params.id ?? '';
  const wanted = { purpose: reads ? 'read' : 'decision', object: id } as const;
  if (!user && !isFor(request.headers['webhook-id'], wanted)) throw badSignature();
  const number = numberOfReview(id);
  const found = await loadCase(number);
  const review = found && allReviews(found).find((each) => each.id === id);
  if (!found || !review) throw user ? notFound('review') : badSignature();
  correlate(number, { review: id });
  const { department } = review;
  if (user) {
    if (!may(user, action, { department })) throw notFound('review');
    forbidParty(user, found);
    return { found, review, by: { capacity: 'officer', subject: user.subject, department } };
  }
  const secret = `${setting('DEPARTMENT_SECRETS_PREFIX')}${department}`;
  const { renewed } = await readConnection(department);
  await requireSignature(secret, request, wanted, renewed);
  return { found, review, by: { capacity: 'department', department } };
}

/** What the department needs to decide: the only answer in which personal data is whole, and it leaves a trace. */
async function read(request: Request): Promise<Answer> {
  const trial = await signedTrial(request, 'read');
  if (trial) return readTrial(trial);
  const { found, review, by } = await authenticated(request);
  const { application, dossier } = found;
  const planned = plannedOf(dossier, review.item);
  if (!planned) throw notFound('review');
  const at = await businessNow();
  requireReadable(review, at);
  await recordRead(application.number, review.id, by, at);
  const { applicant, form, materials } = visiblePart(found, planned);
  const whole = unmask({ applicant, form }, await unseal(application.number, dossier.sealed));
  return {
    status: 200,
    body: {
      id: review.id,
      application: application.number,
      service: application.service,
      item: review.item,
      name: planned.name,
      department: review.department,
      status: review.status,
      round: review.round,
      dueAt: review.dueAt ?? null,
      dossierVersion: review.dossierVersion ?? 1,
      ...whole,
      materials: await downloads(materials),
      ...(planned.output ? { output: planned.output } : {}),
      ...(planned.hearing ? { hearing: { due: planned.hearing, ...review.hearing } } : {}),
    },
  };
}

/**
 * The sender's own id of this decision, so that its repetition is recognised. An officer who sends none is
 * recognised by what is decided, as long as the review still stands as decided: the same words may be meant anew
 * after a correction.
 */
function keyOf(request: Request): string {
  const id = request.headers['webhook-id'] ?? givenKey(request);
  return digest(id ?? randomUUID());
}

async function takeDecision(request: Request): Promise<Answer> {
  const trial = await signedTrial(request, 'decision');
  if (trial) return decideTrial(trial, request);
  const { found: before, review, by } = await authenticated(request);
  const decision = parse(decisionBody, request.body);
  const submitted = {
    decision,
    key: keyOf(request),
    hash: digest(JSON.stringify(decision)),
    ...(by.subject ? { subject: by.subject } : {}),
  };
  const after = await changeCase(
    before.application.number,
    (found, at) => decide(found, review.id, submitted, calendar, at),
    { by, found: before },
  );
  const decided = after?.reviews.find(({ id }) => id === review.id);
  if (!decided) throw notFound('review');
  log.info('Decision taken', { outcome: decision.outcome, department: review.department });
  const answer = {
    status: 200,
    body: { review: review.id, status: takenBefore(decided, submitted)?.status ?? decided.status },
  };
  return takenBefore(review, submitted) ? replayed(answer) : answer;
}

export const handler = apiHandler<typeof calls>({
  'GET /reviews/{id}': read,
  'POST /reviews/{id}/decisions': takeDecision,
});
