/** HTTP: the carrier's delivery receipts. */
import { setting } from '../shared/env.ts';
import { type Answer, apiHandler, parse, type Request } from '../shared/http.ts';
import { correlate } from '../shared/log.ts';
import { requireSignature } from '../shared/signed.ts';
import { receipt } from './schemas.ts';
import { advance } from './store.ts';

/** Late, repeated and unknown receipts are accepted and change nothing. */
async function take(request: Request): Promise<Answer> {
  await requireSignature(setting('SMS_SECRET_ARN'), request.headers, request.rawBody);
  const { reference, status } = parse(receipt, request.body);
  const [number = '', ...key] = reference.split('/');
  correlate(number);
  const applied = await advance(number, key.join('/'), status);
  return { status: 202, body: { reference, applied } };
}

export const handler = apiHandler({ 'POST /sms/receipts': take });
