/** Who asks about a department: an operator by a token, or the department's own system by its signature. */
import type { Actor } from '../cases/events.ts';
import { type Action, requirePermission } from '../cases/permissions.ts';
import { bearerUser } from '../platform/bearer.ts';
import type { Request } from '../platform/http.ts';
import { givenKey } from '../platform/idempotency.ts';
import { Problem } from '../platform/problems.ts';
import { type Purpose, requireSignature } from '../platform/signed.ts';
import { secretIdOf } from './secrets.ts';
import { readConnection } from './store.ts';

/**
 * @param action that the operator's role must allow
 * @param wanted what the signed message must be for; without an object, for the department itself
 * @throws Problem unauthenticated, forbidden, bad-signature
 */
export async function operatorOrSystem(
  request: Request,
  department: string,
  action: Action,
  { purpose, object = department }: { purpose: Purpose; object?: string },
): Promise<Actor> {
  const user = await bearerUser(request.headers.authorization);
  if (user) {
    requirePermission(user, action);
    return { capacity: 'operator', subject: user.subject };
  }
  if (!request.headers['webhook-signature']) {
    throw new Problem('unauthenticated', "Sign as the department, or send an operator's bearer token.");
  }
  const { renewed } = await readConnection(department);
  await requireSignature(secretIdOf(department), request, { purpose, object }, renewed);
  return { capacity: 'department', department };
}

/**
 * What names a request, so that its repetition is recognised: the key of a user, the id of a system. A key beside a
 * signature is not signed: whoever sends what was captured could put in another.
 * @throws Problem malformed-request
 */
export function keyOf(request: Request, { capacity, subject = '' }: Actor): string | undefined {
  const key = capacity === 'department' ? request.headers['webhook-id'] : givenKey(request);
  return key && `${request.route}\n${subject}\n${key}`;
}
