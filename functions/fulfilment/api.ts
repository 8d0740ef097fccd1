/** HTTP: the courier's tracking events. */

import type { EventType } from '../cases/events.ts';
import { changeCase } from '../cases/store.ts';
import type { Case, Change } from '../cases/types.ts';
import { setting } from '../platform/env.ts';
import { type Answer, apiHandler, parse, type Request } from '../platform/http.ts';
import { correlate } from '../platform/log.ts';
import { count, type MetricName } from '../platform/metrics.ts';
import { notFound } from '../platform/problems.ts';
import { requireSignature } from '../platform/signed.ts';
import type { calls } from './calls.ts';
import { numberOf, onCourierEvent } from './delivery.ts';
import { courierEvent } from './schemas.ts';

/** Losses are counted: the last one of a consignment needs a person. */
const metricOf: Partial<Record<EventType, MetricName>> = {
  'parcel.lost': 'ParcelsLost',
  'parcel.given-up': 'ParcelsGivenUp',
};

/** An event that changes nothing (late, repeated, of an older parcel) is accepted all the same. */
async function track(request: Request): Promise<Answer> {
  await requireSignature(setting('COURIER_SECRET_ARN'), request, 'notice');
  const event = parse(courierEvent, request.body);
  const number = numberOf(event.reference);
  correlate(number);
  let counted: MetricName | undefined;
  const decide = (found: Case): Change => {
    const change = onCourierEvent(found, event);
    const [first] = change.events;
    counted = first && metricOf[first.type];
    return change;
  };
  const after = await changeCase(number, decide, { by: { capacity: 'courier' } });
  if (!after) throw notFound('parcel');
  if (counted) count(counted, number);
  const { consignments } = after.application;
  const status = consignments.find((each) => each.trackingNumber === event.trackingNumber)?.status;
  return { status: 202, body: { reference: event.reference, status: status ?? event.event } };
}

export const handler = apiHandler<typeof calls>({ 'POST /courier/events': track });
