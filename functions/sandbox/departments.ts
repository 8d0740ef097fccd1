/** Routes of the simulated departments. */

import { requirePermission } from '../cases/permissions.ts';
import type { Answer, Request } from '../platform/http.ts';
import { parse } from '../platform/http.ts';
import { correlate, log } from '../platform/log.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { isFor } from '../platform/signed.ts';
import { verify } from '../platform/signing.ts';
import { onWebhook } from './behaviour.ts';
import {
  countDelivery,
  markAccepted,
  readDepartment,
  type SimulatedDepartment,
  writeDepartment,
} from './department-store.ts';
import { later } from './jobs.ts';
import { departmentSetting, departmentWebhook } from './schemas.ts';

/** The sandbox is outside, it does not know the catalogue: any code that could be one is a department. */
function codeOf({ params }: Request): string {
  const code = params.code ?? '';
  if (!/^[a-z][a-z0-9-]{1,59}$/.test(code)) throw notFound('department');
  return code;
}

/** The setting without the secret. */
const viewOf = (code: string, { behaviour, delaySeconds, secrets }: SimulatedDepartment) => ({
  code,
  behaviour,
  delaySeconds,
  connected: secrets.length > 0,
});

async function read(request: Request): Promise<Answer> {
  requirePermission(request.user, 'sandbox:control');
  const code = codeOf(request);
  return { status: 200, body: viewOf(code, await readDepartment(code)) };
}

async function set(request: Request): Promise<Answer> {
  requirePermission(request.user, 'sandbox:control');
  const code = codeOf(request);
  const wanted = parse(departmentSetting, request.body ?? {});
  return { status: 200, body: viewOf(code, await writeDepartment(code, wanted)) };
}

/** A webhook of OneWindow. The decision is made by a job, so that the answer is given at once. */
async function receive(request: Request): Promise<Answer> {
  const code = codeOf(request);
  const { behaviour, delaySeconds, secrets } = await readDepartment(code);
  const { headers, rawBody } = request;
  // A decision of its own, sent back to it, is no webhook.
  if (!isFor(headers['webhook-id'], { purpose: 'event' }) || !verify(secrets, headers, rawBody)) {
    throw new Problem('bad-signature', 'The department knows no secret that signed this as a webhook.');
  }
  const { type, data } = parse(departmentWebhook, request.body);
  correlate(data.application, { review: data.reviewId, department: code });
  const webhookId = headers['webhook-id'] ?? '';
  const { attempt, accepted } = await countDelivery(data.reviewId, webhookId, type);
  const next = onWebhook(behaviour, type, attempt);
  log.info('Webhook received', { type, attempt, next });
  if (next === 'unavailable') throw new Problem('unavailable', 'The department is out of order.');
  if (accepted) return { status: 204 };
  if (next === 'work') {
    const { application, reviewId: review, decisionUrl } = data;
    await later(
      { kind: 'decide', application, department: code, review, decisionUrl, webhookId, behaviour },
      delaySeconds,
    );
  }
  await markAccepted(data.reviewId, webhookId);
  return { status: 204 };
}

export const departmentRoutes = {
  'GET /sandbox/departments/{code}': read,
  'PUT /sandbox/departments/{code}': set,
  'POST /sandbox/departments/{code}/webhook': receive,
};
