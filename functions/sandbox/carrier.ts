/** Routes of the simulated SMS carrier. Texts and phones are kept and shown, never logged. */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { requirePermission } from '../cases/permissions.ts';
import { businessNow } from '../clock/now.ts';
import { setting } from '../platform/env.ts';
import { type Answer, parse, parseQuery, type Request } from '../platform/http.ts';
import { correlate, log } from '../platform/log.ts';
import { decodeCursor, encodeCursor } from '../platform/paging.ts';
import { Problem } from '../platform/problems.ts';
import { requireSignature } from '../platform/signed.ts';
import { later } from './jobs.ts';
import { keepMessage, messagesTo, readCarrier, writeCarrier } from './message-store.ts';
import { carrierMessage, carrierSetting, smsQuery } from './schemas.ts';

/** Longer than our own client waits, shorter than the function's time. */
const tooLongMs = 6_000;

const receiptAfterSeconds = 1;

/** The carrier's own id of a message: the same at each repetition. */
const idOf = (reference: string): string =>
  `sms_${createHash('sha256').update(reference).digest('base64url').slice(0, 22)}`;

async function take(request: Request): Promise<Answer> {
  await requireSignature(setting('SMS_SECRET_ARN'), request, { purpose: 'sms' });
  const message = parse(carrierMessage, request.body);
  const { application, reference } = message;
  correlate(application);
  const behaviour = await readCarrier();
  if (behaviour === 'refuse') return { status: 422, body: { error: 'number' } };
  const { isNew, at } = await keepMessage(message, (await businessNow()).toISOString());
  await later({ kind: 'receipt', application, reference, at }, receiptAfterSeconds);
  log.info('Message taken', { reference, isNew });
  if (behaviour === 'timeout-once' && isNew) await setTimeout(tooLongMs);
  return { status: 202, body: { id: idOf(reference) } };
}

async function set(request: Request): Promise<Answer> {
  requirePermission(request.user, 'sandbox:control');
  const { behaviour } = parse(carrierSetting, request.body);
  await writeCarrier(behaviour);
  return { status: 200, body: { behaviour } };
}

async function list(request: Request): Promise<Answer> {
  requirePermission(request.user, 'sandbox:control');
  const { phone, limit, cursor } = parseQuery(smsQuery, request.query);
  const after = decodeCursor(cursor)?.sk;
  if (cursor !== undefined && (typeof after !== 'string' || after === '')) {
    throw new Problem('malformed-request', 'The cursor is not one that this list returned.');
  }
  const { items, last } = await messagesTo(phone, limit, after as string | undefined);
  return { status: 200, body: { items, ...(last ? { cursor: encodeCursor({ sk: last }) } : {}) } };
}

export const carrierRoutes = {
  'POST /sandbox/carrier/messages': take,
  'PUT /sandbox/carrier': set,
  'GET /sandbox/sms': list,
};
