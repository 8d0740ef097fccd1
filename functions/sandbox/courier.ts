/** Routes of the simulated courier. */

import { requirePermission } from '../cases/permissions.ts';
import { businessNow } from '../clock/now.ts';
import { setting } from '../platform/env.ts';
import { type Answer, parse, type Request } from '../platform/http.ts';
import { correlate, faultOf, log } from '../platform/log.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { requireSignature } from '../platform/signed.ts';
import { later } from './jobs.ts';
import { postTracking } from './onewindow.ts';
import { addByHand, readParcel, takeOrder } from './parcel-store.ts';
import { courierOrder, parcelEventByHand } from './schemas.ts';
import { type Parcel, parcelStatus, trackingPlan } from './tracking.ts';

async function order(request: Request): Promise<Answer> {
  await requireSignature(setting('COURIER_SECRET_ARN'), request, { purpose: 'parcel' });
  const wanted = parse(courierOrder, request.body);
  const { reference } = wanted;
  // Only so that the log lines of a case are found together: to a courier a reference is opaque.
  const application = reference.split('/')[0] ?? reference;
  correlate(application);
  const trackingNumber = await takeOrder(wanted);
  // Also when ordered again: who repeats an order has missed its answer, and perhaps what was told since.
  await later({ kind: 'track', application, trackingNumber, step: 0 }, trackingPlan[0]?.afterSeconds ?? 0);
  log.info('Parcel taken', { reference, trackingNumber });
  return { status: 201, body: { trackingNumber } };
}

async function parcelOf({ params }: Request): Promise<Parcel> {
  const parcel = await readParcel(params.number ?? '');
  if (!parcel) throw notFound('parcel');
  return parcel;
}

async function read(request: Request): Promise<Answer> {
  requirePermission(request.user, 'sandbox:control');
  const parcel = await parcelOf(request);
  const { trackingNumber, reference, contents, events } = parcel;
  return {
    status: 200,
    body: { trackingNumber, reference, status: parcelStatus(parcel), contents, events },
  };
}

/** Lets something happen to a parcel, in any order: a courier's events do come late and out of order. */
async function addEvent(request: Request): Promise<Answer> {
  requirePermission(request.user, 'sandbox:control');
  const { event } = parse(parcelEventByHand, request.body);
  const { trackingNumber, reference } = await parcelOf(request);
  const at = (await businessNow()).toISOString();
  if (!(await addByHand(trackingNumber, event, at))) throw notFound('parcel');
  try {
    await postTracking({ reference, trackingNumber, event, at });
  } catch (error) {
    log.error('The event was not taken', { error: faultOf(error) });
    throw new Problem('unavailable', 'OneWindow did not take the event; send it again.');
  }
  return { status: 202, body: { trackingNumber, reference, event, at } };
}

export const courierRoutes = {
  'POST /sandbox/courier/orders': order,
  'GET /sandbox/ems/{number}': read,
  'POST /sandbox/ems/{number}/events': addEvent,
};
