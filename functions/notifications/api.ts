/** HTTP: the carrier's delivery receipts. */
import { setting } from '../platform/env.ts';
import { type Answer, apiHandler, parse, type Request } from '../platform/http.ts';
import { correlate } from '../platform/log.ts';
import { requireSignature } from '../platform/signed.ts';
import type { calls } from './calls.ts';
import { receipt } from './schemas.ts';
import { advance } from './store.ts';

/** Late, repeated and unknown receipts are accepted and change nothing. */
async function take(request: Request): Promise<Answer> {
  await requireSignature(setting('SMS_SECRET_ARN'), request, 'notice');
  const { reference, status } = parse(receipt, request.body);
  const [number = '', ...key] = reference.split('/');
  correlate(number);
  const applied = await advance(number, key.join('/'), status);
  return { status: 202, body: { reference, applied } };
}

export const handler = apiHandler<typeof calls>({ 'POST /sms/receipts': take });
