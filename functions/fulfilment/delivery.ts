/** How the outputs of a case reach the applicant. Rules without I/O; each consignment only moves forward. */
import type { DomainEvent } from '../cases/events.ts';
import { currentReviews } from '../cases/reviews.ts';
import { type ApplicationStatus, consignmentGraph, isFinal, mayFollow } from '../cases/status.ts';
import { type Case, type Change, type Consignment, merged, noChange } from '../cases/types.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import { statusOfConsignments } from './consignments.ts';
import type { CourierEvent } from './schemas.ts';

/** After so many lost parcels a person must look: the outputs have to be made anew. */
export const mostParcels = 3;

/** A parcel to be ordered from the courier. */
export type ParcelOrder = { consignment: Consignment; parcel: number };
/** A parcel that the courier has taken. */
export type OrderedParcel = { consignment: string; parcel: number; trackingNumber: string };

const isToOrder = ({ method, status, lost = 0 }: Consignment): boolean =>
  method === 'ems' && (status === 'pending' || (status === 'lost' && lost < mostParcels));

/** The consignments that travel by courier, in order; those that come later stand behind. */
const byCourier = (consignments: Consignment[]): Consignment[] =>
  consignments.filter(({ method }) => method === 'ems');

/**
 * The parcels to be ordered now: of consignments that were never sent, and of those that were lost. Parcels are
 * numbered within the case by their consignment and its losses alone, so that a repetition gives the same number,
 * whatever has happened to other consignments meanwhile.
 */
export const parcelsToOrder = ({ application: { consignments } }: Pick<Case, 'application'>): ParcelOrder[] =>
  byCourier(consignments).flatMap((consignment, i) =>
    isToOrder(consignment) ? [{ consignment, parcel: i * mostParcels + (consignment.lost ?? 0) + 1 }] : [],
  );

/** Whether a parcel of this number may have been ordered and not been recorded yet. */
const isUnrecorded = (consignments: Consignment[], parcel: number): boolean =>
  parcel > (byCourier(consignments)[Math.floor((parcel - 1) / mostParcels)]?.parcel ?? 0);

/** Whether something waits to be sent on its way. */
export const hasSomethingToSend = ({ application: { consignments } }: Pick<Case, 'application'>): boolean =>
  consignments.some((each) => isToOrder(each) || each.status === 'pending');

/** The courier de-duplicates on this: an order repeated after a crash gives the same parcel. */
export const referenceOf = (number: string, parcel: number): string => `${number}/${parcel}`;

/** The application that a reference names. */
export const numberOf = (reference: string): string => reference.split('/')[0] ?? '';

const parcelOf = (reference: string): number => Number(reference.split('/')[1]) || 0;

/** A change of consignments, with what it means for the case: its status, once no department is at work on it. */
function withConsignments(found: Case, changed: Consignment[], events: DomainEvent[]): Change {
  if (events.length === 0) return noChange;
  const { application } = found;
  const consignments = merged(application.consignments, changed);
  const isDecided = currentReviews(found).every(({ status }) => isFinal(status));
  const status: ApplicationStatus | undefined = isDecided ? statusOfConsignments(consignments) : undefined;
  const isCompleted = status === 'completed' && application.status !== 'completed';
  return {
    application: { consignments, ...(status ? { status } : {}) },
    events: isCompleted ? [...events, { type: 'application.completed' }] : events,
  };
}

const facts = ({ id, status }: Consignment) => ({ consignment: id, status });
const parcelFacts = (consignment: Consignment) => ({
  ...facts(consignment),
  trackingNumber: consignment.trackingNumber ?? '',
  parcel: consignment.parcel ?? 0,
});

/** A pending consignment that needs no courier: it lies ready at the window, or in the applicant's account. */
function atOnce(consignment: Consignment, isAlone: boolean): [Consignment, DomainEvent][] {
  if (consignment.status !== 'pending' || consignment.method === 'ems') return [];
  if (consignment.method === 'pickup') {
    const ready = withCode({ ...consignment, status: 'ready-for-pickup' });
    return [[ready, { type: 'pickup.ready', ...facts(ready) }]];
  }
  const issued: Consignment = { ...consignment, status: 'issued' };
  // Beside a parcel or a collection, the message about those tells of it.
  return [[issued, { type: isAlone ? 'licence.issued' : 'documents.issued', ...facts(issued) }]];
}

const withCode = (consignment: Consignment): Consignment => ({
  ...consignment,
  code: { serial: (consignment.code?.serial ?? 0) + 1, wrong: 0 },
});

/** The outputs are on their way: parcels that the courier has taken, and everything that needs none. */
export function outputsSent(found: Case, ordered: OrderedParcel[]): Change {
  const { consignments } = found.application;
  const toOrder = parcelsToOrder(found);
  const pending = consignments.filter(({ status }) => status === 'pending');
  const sent = consignments.flatMap((consignment): [Consignment, DomainEvent][] => {
    const taken = ordered.find(({ consignment: id }) => id === consignment.id);
    const order = toOrder.find((each) => each.consignment.id === consignment.id);
    if (!taken || order?.parcel !== taken.parcel) return atOnce(consignment, pending.length === 1);
    const { parcel, trackingNumber } = taken;
    const next: Consignment = { ...consignment, status: 'ordered', parcel, trackingNumber };
    return [[next, { type: 'parcel.ordered', ...parcelFacts(next) }]];
  });
  return withConsignments(
    found,
    sent.map(([consignment]) => consignment),
    sent.map(([, event]) => event),
  );
}

/** What the courier's word makes of a consignment: a returned one waits at the window, behind a code. */
function afterEvent(consignment: Consignment, event: CourierEvent['event']): Consignment {
  if (event === 'returned') return withCode({ ...consignment, status: 'ready-for-pickup' });
  if (event === 'lost') return { ...consignment, status: 'lost', lost: (consignment.lost ?? 0) + 1 };
  return { ...consignment, status: event };
}

/**
 * A tracking event. One of an earlier parcel, repeated, or older than what is known changes nothing. A returned
 * parcel waits at the window; a lost one is ordered again, until a person must look.
 * @throws Problem wrong-state when the courier is faster than our own record of the order: it tries again.
 */
export function onCourierEvent(found: Case, { event, trackingNumber, reference }: CourierEvent): Change {
  const { consignments } = found.application;
  if (isUnrecorded(consignments, parcelOf(reference))) {
    throw new Problem('wrong-state', 'This parcel is not recorded yet. Please repeat the event.');
  }
  const consignment = consignments.find((each) => each.trackingNumber === trackingNumber);
  if (!consignment || !mayFollow(consignmentGraph, consignment.status, event)) return noChange;
  const next = afterEvent(consignment, event);
  const told = { ...parcelFacts(next), status: event };
  const events: DomainEvent[] = [{ type: `parcel.${event}`, ...told }];
  if (event === 'returned') events.push({ type: 'pickup.ready', ...facts(next) });
  if (event === 'lost' && !isToOrder(next))
    return withConsignments(found, [next], [{ type: 'parcel.given-up', ...told }]);
  return withConsignments(found, [next], events);
}

/** Whether a parcel was lost so often that nobody orders it again. */
export const isGivenUp = ({ status, lost = 0 }: Consignment): boolean =>
  status === 'lost' && lost >= mostParcels;

/**
 * What was in parcels that were given up has been made anew, and lies at the window behind a code.
 * @throws Problem wrong-state when no parcel was given up
 */
export function madeAnew(found: Case): Change {
  const given = found.application.consignments.filter(isGivenUp);
  if (given.length === 0) throw new Problem('wrong-state', 'No parcel of this application was given up.');
  const ready = given.map((each) => withCode({ ...each, status: 'ready-for-pickup' }));
  return withConsignments(
    found,
    ready,
    ready.map((each) => ({ type: 'pickup.ready', ...facts(each) })),
  );
}

/** A wrong code is counted; after so many the code is changed, told anew, and for a while none is taken. */
export const mostWrongCodes = 10;
const lockedForMs = 3_600_000;

const isLocked = ({ code }: Consignment, at: Date): boolean =>
  code?.lockedUntil !== undefined && code.lockedUntil > at.toISOString();

/** The consignments that lie ready, with the serial of the code that opens each. */
export const readyForPickup = ({ application: { consignments } }: Pick<Case, 'application'>): Consignment[] =>
  consignments.filter(({ status }) => status === 'ready-for-pickup');

function refuseCode(consignment: Consignment, at: Date): [Consignment, DomainEvent] {
  const { serial = 1, wrong = 0 } = consignment.code ?? {};
  if (wrong + 1 < mostWrongCodes) {
    const next: Consignment = { ...consignment, code: { serial, wrong: wrong + 1 } };
    return [next, { type: 'pickup.code-refused', ...facts(next) }];
  }
  const lockedUntil = new Date(at.getTime() + lockedForMs).toISOString();
  const next: Consignment = { ...consignment, code: { serial: serial + 1, wrong: 0, lockedUntil } };
  return [next, { type: 'pickup.code-renewed', ...facts(next) }];
}

/**
 * Collected with the code from the SMS. A wrong code is written down like any other event.
 * @param opened the consignment that the code opens, if it opens one
 * @throws Problem wrong-state when nothing lies ready, and while no code is taken, after too many wrong ones
 */
export function pickUp(found: Case, opened: string | undefined, at: Date): Change {
  const ready = readyForPickup(found);
  if (ready.length === 0) throw new Problem('wrong-state', 'Nothing lies ready to be collected.');
  const locked = ready.filter((each) => isLocked(each, at));
  const open = ready.filter((each) => !locked.includes(each));
  const consignment = open.find(({ id }) => id === opened);
  if (consignment) {
    const { code: _, ...rest } = consignment;
    const next: Consignment = { ...rest, status: 'picked-up' };
    return withConsignments(found, [next], [{ type: 'pickup.collected', ...facts(next) }]);
  }
  if (open.length === 0) {
    throw new Problem('wrong-state', 'Too many wrong codes. A new one was sent; please try it in an hour.');
  }
  const refused = open.map((each) => refuseCode(each, at));
  return withConsignments(
    found,
    refused.map(([each]) => each),
    refused.map(([, event]) => event),
  );
}

/** What somebody is told whose code opened nothing. */
export const wrongCode = (): Problem => {
  const errors: FieldError[] = [{ pointer: '/code', detail: 'Not the code of this application' }];
  return new Problem('invalid-input', 'The code is wrong.', errors);
};
