/** HTTP: the courier's tracking events. */

import { changeCase } from '../cases/store.ts';
import type { Case, Change } from '../cases/types.ts';
import { setting } from '../platform/env.ts';
import { type Answer, apiHandler, parse, type Request } from '../platform/http.ts';
import { correlate } from '../platform/log.ts';
import { count } from '../platform/metrics.ts';
import { notFound } from '../platform/problems.ts';
import { requireSignature } from '../platform/signed.ts';
import { numberOf, onCourierEvent } from './delivery.ts';
import { courierEvent } from './schemas.ts';

/** An event that changes nothing (late, repeated, of an older parcel) is accepted all the same. */
async function track(request: Request): Promise<Answer> {
  await requireSignature(setting('COURIER_SECRET_ARN'), request, 'notice');
  const event = parse(courierEvent, request.body);
  const number = numberOf(event.reference);
  correlate(number);
  let isLost = false;
  const decide = (found: Case): Change => {
    const change = onCourierEvent(found, event);
    isLost = change.events.some(({ type }) => type === 'parcel.lost');
    return change;
  };
  const after = await changeCase(number, decide, { by: { kind: 'courier' } });
  if (!after) throw notFound('parcel');
  if (isLost) count('ParcelsLost');
  return { status: 202, body: { reference: event.reference, status: after.application.delivery.status } };
}

export const handler = apiHandler({ 'POST /courier/events': track });
