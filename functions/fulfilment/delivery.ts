/** How the outputs of a case reach the applicant. Rules without I/O; statuses only move forward. */

import type { DomainEvent } from '../cases/events.ts';
import { type ApplicationStatus, type DeliveryStatus, deliveryGraph, mayFollow } from '../cases/status.ts';
import type { Application, Case, Change, PlannedReview } from '../cases/types.ts';
import { noChange } from '../cases/types.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import type { CourierEvent } from './schemas.ts';

/** After so many lost parcels a person must look: the outputs have to be made anew. */
export const mostParcels = 3;

export type Route =
  | { kind: 'nothing' }
  | { kind: 'parcel'; parcel: number; contents: PlannedReview[] }
  | { kind: 'pickup' }
  | { kind: 'electronic' };

const granted: ApplicationStatus[] = ['approved', 'partly-approved'];

/** Approved items with an output. */
function outputsOf({ dossier, reviews }: Case): PlannedReview[] {
  const approved = new Set(reviews.filter(({ status }) => status === 'approved').map(({ id }) => id));
  return dossier.plan.filter(({ id, output }) => output && approved.has(id));
}

/**
 * What is to be done with the outputs now. All physical ones of a case travel in one parcel; without a physical
 * one there is nothing to carry. Repeated after it has been done: nothing.
 */
export function routeOutputs(found: Case): Route {
  const { application } = found;
  const { method, status, parcel = 0 } = application.delivery;
  const isFirst = status === 'pending' && granted.includes(application.status);
  const isLost = status === 'lost' && application.status === 'issuing';
  if (!isFirst && !isLost) return { kind: 'nothing' };
  const physical = outputsOf(found).filter(({ output }) => output?.form === 'physical');
  if (isLost)
    return parcel < mostParcels
      ? { kind: 'parcel', parcel: parcel + 1, contents: physical }
      : { kind: 'pickup' };
  if (method === 'pickup') return { kind: 'pickup' };
  if (method === 'electronic' || physical.length === 0) return { kind: 'electronic' };
  return { kind: 'parcel', parcel: 1, contents: physical };
}

/** The courier de-duplicates on this: an order repeated after a crash gives the same parcel. */
export const referenceOf = (number: string, parcel: number): string => `${number}/${parcel}`;

/** The application that a reference names. */
export const numberOf = (reference: string): string => reference.split('/')[0] ?? '';

const parcelOf = (reference: string): number => Number(reference.split('/')[1]) || 0;

/** The courier has taken the order. */
export function parcelOrdered(found: Case, parcel: number, trackingNumber: string): Change {
  const route = routeOutputs(found);
  if (route.kind !== 'parcel' || route.parcel !== parcel) return noChange;
  const status = 'ordered';
  return {
    application: {
      status: 'issuing',
      delivery: { ...found.application.delivery, status, trackingNumber, parcel },
    },
    events: [{ type: 'parcel.ordered', trackingNumber, parcel, status }],
  };
}

/** The outputs lie ready: at the window or the self-service machine, or in the applicant's account. */
export function outputsReady(found: Case): Change {
  const { delivery } = found.application;
  const route = routeOutputs(found);
  if (route.kind === 'pickup') {
    const status = 'ready-for-pickup';
    return {
      application: { status, delivery: { ...delivery, status } },
      events: [{ type: 'pickup.ready', status }],
    };
  }
  if (route.kind === 'electronic') {
    const status = 'issued';
    return {
      application: { status: 'completed', delivery: { ...delivery, status } },
      events: [{ type: 'licence.issued', status }, { type: 'application.completed' }],
    };
  }
  return noChange;
}

/** What a delivery status means for the case. */
const caseStatus: Partial<Record<DeliveryStatus, ApplicationStatus>> = {
  collected: 'delivering',
  'in-transit': 'delivering',
  delivered: 'completed',
  lost: 'issuing',
  returned: 'ready-for-pickup',
};

/**
 * A tracking event. One of an earlier parcel, repeated, or older than what is known changes nothing. A returned
 * parcel waits at the window; a lost one is ordered again.
 * @throws Problem wrong-state when the courier is faster than our own record of the order: it tries again.
 */
export function onCourierEvent(found: Case, { event, trackingNumber, reference }: CourierEvent): Change {
  const { delivery } = found.application;
  if (parcelOf(reference) > (delivery.parcel ?? 0)) {
    throw new Problem('wrong-state', 'This parcel is not recorded yet. Please repeat the event.');
  }
  if (delivery.trackingNumber !== trackingNumber) return noChange;
  if (!mayFollow(deliveryGraph, delivery.status, event)) return noChange;
  const parcel = delivery.parcel ?? 1;
  const events: DomainEvent[] = [{ type: `parcel.${event}`, trackingNumber, parcel, status: event }];
  if (event === 'delivered') events.push({ type: 'application.completed' });
  if (event === 'returned') events.push({ type: 'pickup.ready', status: 'ready-for-pickup' });
  const application: Partial<Application> = {
    delivery: { ...delivery, status: event === 'returned' ? 'ready-for-pickup' : event },
  };
  const status = caseStatus[event];
  return { application: status ? { ...application, status } : application, events };
}

/**
 * Collected with the code from the SMS.
 * @throws Problem invalid-input when the code is wrong
 */
export function pickUp(found: Case, codeIsRight: boolean): Change {
  if (!codeIsRight) {
    const errors: FieldError[] = [{ pointer: '/code', detail: 'Not the code of this application' }];
    throw new Problem('invalid-input', 'The code is wrong.', errors);
  }
  const status = 'picked-up';
  return {
    application: { status: 'completed', delivery: { ...found.application.delivery, status } },
    events: [{ type: 'pickup.collected', status }, { type: 'application.completed' }],
  };
}
