/** HTTP: a review, read and decided by its department's system (signed) or its officer (bearer token). */
import { randomUUID } from 'node:crypto';
import type { Actor } from '../cases/events.ts';
import { requirePermission } from '../cases/permissions.ts';
import { changeCase, loadCase } from '../cases/store.ts';
import { allReviews, type Case, type Review } from '../cases/types.ts';
import { calendar } from '../catalogue/catalogue.ts';
import { downloads } from '../materials/downloads.ts';
import { bearerUser } from '../platform/bearer.ts';
import { setting } from '../platform/env.ts';
import { type Answer, apiHandler, parse, type Request } from '../platform/http.ts';
import { digest } from '../platform/idempotency.ts';
import { correlate, log } from '../platform/log.ts';
import { unmask, unseal } from '../platform/personal.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { badSignature, requireSignature } from '../platform/signed.ts';
import { decide, takenBefore } from './decide.ts';
import { decisionBody } from './schemas.ts';

/** The application's number is the review's id without its last part. */
const numberOf = (review: string): string => review.slice(0, Math.max(0, review.lastIndexOf('-')));

/**
 * Who asks, verified: the department whose review it is, by its signature, or an officer of it, by a token.
 * @throws Problem unauthenticated, bad-signature, forbidden, not-found (only to somebody who has signed in)
 */
async function authenticated(request: Request): Promise<{ found: Case; review: Review; by: Actor }> {
  const user = await bearerUser(request.headers.authorization);
  if (!user && !request.headers['webhook-signature']) {
    throw new Problem('unauthenticated', "Sign as the department, or send its officer's bearer token.");
  }
  const id = request.params.id ?? '';
  const number = numberOf(id);
  const found = await loadCase(number);
  const review = found && allReviews(found.dossier.plan, found.reviews).find((each) => each.id === id);
  if (!found || !review) throw user ? notFound('review') : badSignature();
  correlate(number, { review: id });
  const { department } = review;
  if (user) {
    requirePermission(user, request.route.startsWith('GET') ? 'review:read' : 'review:decide', {
      department,
    });
    return { found, review, by: { kind: 'officer', id: department } };
  }
  const secret = `${setting('DEPARTMENT_SECRETS_PREFIX')}${department}`;
  await requireSignature(secret, request.headers, request.rawBody);
  return { found, review, by: { kind: 'department', id: department } };
}

/** What the department needs to decide: the only answer in which personal data is whole. */
async function read(request: Request): Promise<Answer> {
  const { found, review } = await authenticated(request);
  const { application, dossier } = found;
  const planned = dossier.plan.find(({ id }) => id === review.id);
  const values = await unseal(application.number, dossier.sealed);
  const { applicant, form } = unmask({ applicant: dossier.applicant, form: dossier.form }, values);
  return {
    status: 200,
    body: {
      id: review.id,
      application: application.number,
      service: application.service,
      item: review.item,
      name: planned?.name,
      department: review.department,
      status: review.status,
      dueAt: review.dueAt ?? null,
      applicant,
      form,
      materials: await downloads(dossier.materials),
      ...(planned?.output ? { output: planned.output } : {}),
    },
  };
}

/**
 * The sender's own id of this decision, so that its repetition is recognised. An officer who sends none is
 * recognised by what is decided, as long as the review still stands as decided: the same words may be meant anew
 * after a correction.
 */
function keyOf(request: Request): string {
  const id = request.headers['webhook-id'] ?? request.headers['idempotency-key'];
  return digest(id ?? randomUUID());
}

async function takeDecision(request: Request): Promise<Answer> {
  const { found: before, review, by } = await authenticated(request);
  const decision = parse(decisionBody, request.body);
  const submitted = { decision, key: keyOf(request), hash: digest(JSON.stringify(decision)) };
  const after = await changeCase(
    before.application.number,
    (found, at) => decide(found, review.id, submitted, calendar, at),
    { by },
  );
  const decided = after?.reviews.find(({ id }) => id === review.id);
  if (!decided) throw notFound('review');
  log.info('Decision taken', { outcome: decision.outcome, department: review.department });
  return {
    status: 200,
    body: { review: review.id, status: takenBefore(decided, submitted)?.status ?? decided.status },
  };
}

export const handler = apiHandler({
  'GET /reviews/{id}': read,
  'POST /reviews/{id}/decisions': takeDecision,
});
