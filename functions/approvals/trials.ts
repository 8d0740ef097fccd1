/** A made-up review, read and decided by the receiver that is tried: the same calls, the same rules, no case. */

import { readConnection } from '../departments/store.ts';
import {
  countRead,
  readTrial as find,
  isTrial,
  recordTrialDecision,
  type Trial,
} from '../departments/trials.ts';
import { setting } from '../platform/env.ts';
import { type Answer, parse, type Request } from '../platform/http.ts';
import { digest } from '../platform/idempotency.ts';
import { Problem } from '../platform/problems.ts';
import { badSignature, type Purpose, requireSignature } from '../platform/signed.ts';
import { isAcceptance, isAnswer } from './acceptance.ts';
import { requireComplete } from './complete.ts';
import { type Decision, decisionBody } from './schemas.ts';

/**
 * The made-up review that a signed call is about; undefined when it is about a true one.
 * @throws Problem bad-signature
 */
export async function signedTrial(request: Request, purpose: Purpose): Promise<Trial | undefined> {
  const id = request.params.id ?? '';
  if (!isTrial(id) || request.headers.authorization) return undefined;
  const trial = await find(id);
  if (!trial) throw badSignature();
  const { renewed } = await readConnection(trial.department);
  const secret = `${setting('DEPARTMENT_SECRETS_PREFIX')}${trial.department}`;
  await requireSignature(secret, request, { purpose, object: id }, renewed);
  return trial;
}

/** As a true one is read. @throws Problem wrong-state once it is cancelled */
export async function readTrial({ id, department, status, dueAt, sample }: Trial): Promise<Answer> {
  await countRead(id);
  if (status === 'cancelled') throw new Problem('wrong-state', 'The review is cancelled.');
  return {
    status: 200,
    body: {
      id,
      application: id.slice(0, id.lastIndexOf('-')),
      department,
      status,
      round: 1,
      dueAt,
      dossierVersion: 1,
      test: true,
      ...sample,
    },
  };
}

const statusAfter: Record<Decision['outcome'], Trial['status']> = {
  approved: 'approved',
  refused: 'refused',
  correction: 'correction',
  'special-procedure': 'requested',
  'procedure-ended': 'requested',
  extension: 'requested',
  'hearing-offered': 'requested',
  accepted: 'requested',
  'not-accepted': 'cancelled',
};

/** Whether it is asked for such a decision: one that waits, whether it accepts; one that is requested, for the rest. */
const takes = ({ status }: Trial, { outcome }: Decision): boolean => {
  if (status === 'waiting') return isAnswer(outcome);
  return (status === 'requested' || status === 'overdue') && !isAcceptance(outcome);
};

/** As a true one is decided: once, and a repetition has the same answer. @throws Problem as a true one */
export async function decideTrial(trial: Trial, request: Request): Promise<Answer> {
  const decision = parse(decisionBody, request.body);
  const at = new Date().toISOString();
  const { 'webhook-id': id = '' } = request.headers;
  const hash = digest(JSON.stringify(decision));
  const before = trial.decisions.find((each) => each.id === id && !each.tooLate);
  if (before && before.hash !== hash) {
    throw new Problem('idempotency-key-reused', 'This id was used with another decision.');
  }
  if (before) return { status: 200, body: { review: trial.id, status: before.status } };
  if (!takes(trial, decision)) {
    await recordTrialDecision(trial, { id, hash, at, status: trial.status, tooLate: true });
    throw new Problem('wrong-state', `The review is ${trial.status}; it takes no decision.`);
  }
  requireComplete(trial.sample, decision);
  const status = statusAfter[decision.outcome];
  await recordTrialDecision(trial, { id, hash, at, status });
  return { status: 200, body: { review: trial.id, status } };
}
