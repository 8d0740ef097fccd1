/**
 * Domain events. An event is written into the journal row of the commit that caused it; the relay publishes it
 * to the bus. It carries codes and ids only: a reason typed by a person stays in the journal.
 */
import type { ApplicationStatus, DeliveryStatus, ReviewStatus } from './status.ts';

export type Actor = {
  kind: 'applicant' | 'agent' | 'clerk' | 'officer' | 'operator' | 'department' | 'courier' | 'system';
  /** Who exactly: a user's subject or a department's code. Never a name. */
  id?: string;
};

type ReviewFacts = { review: string; item: string; department: string; status: ReviewStatus };

export type DomainEvent =
  | { type: 'application.submitted'; reviews: string[] }
  | { type: 'application.accepted'; dueAt: string }
  | { type: 'application.concluded'; status: ApplicationStatus }
  | { type: 'application.withdrawn'; reason: string }
  | { type: 'application.corrected' }
  | { type: 'application.overdue'; limit: 'promised' | 'statutory' }
  | { type: 'application.completed' }
  | ({ type: 'review.requested'; dueAt: string } & ReviewFacts)
  | ({ type: 'review.decided'; outcome: 'approved' | 'refused'; reason?: string } & ReviewFacts)
  | ({ type: 'review.correction-asked'; reason: string; materials?: string[] } & ReviewFacts)
  | ({ type: 'review.overdue' } & ReviewFacts)
  | ({ type: 'review.escalated' } & ReviewFacts)
  | ({ type: 'review.cancelled' } & ReviewFacts)
  | { type: 'parcel.ordered'; trackingNumber: string; parcel: number; status: DeliveryStatus }
  | {
      type: 'parcel.collected' | 'parcel.in-transit' | 'parcel.delivered' | 'parcel.returned' | 'parcel.lost';
      trackingNumber: string;
      parcel: number;
      status: DeliveryStatus;
    }
  | { type: 'pickup.ready'; status: DeliveryStatus }
  | { type: 'pickup.collected'; status: DeliveryStatus }
  | { type: 'licence.issued'; status: DeliveryStatus }
  | { type: 'department.configured'; department: string }
  | { type: 'department.secret-renewed'; department: string; endedOlder?: true };

export type EventType = DomainEvent['type'];

/** A review event is one that names a review: each of them may release the wait of that review. */
export type ReviewEvent = Extract<DomainEvent, { review: string }>;
export const isReviewEvent = (event: DomainEvent): event is ReviewEvent => 'review' in event;
