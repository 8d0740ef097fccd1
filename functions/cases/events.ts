/**
 * Domain events. An event is written into the journal row of the commit that caused it; the relay publishes it
 * to the bus. It carries codes and ids only: a reason typed by a person stays in the journal.
 */
import type { ApplicationStatus, ConsignmentStatus, ReviewStatus } from './status.ts';

/** In which capacity somebody acts. */
export const capacities = [
  'applicant',
  'agent',
  'clerk',
  'officer',
  'operator',
  'department',
  'courier',
  'system',
] as const;

/** Who did it: a subject, the capacity in which they acted, and on whose behalf. Never a name. */
export type Actor = {
  capacity: (typeof capacities)[number];
  /** Subject of the user. */
  subject?: string;
  /** Code of the department, for its officer or its system. */
  department?: string;
  /** The party for whom an agent or clerk acted. */
  onBehalfOf?: string;
};

export const system: Actor = { capacity: 'system' };

/** Why a review is cancelled or loses its effect: the applicant took the case back, it was not accepted, or an item was refused. */
export type Because =
  | { because: 'withdrawal' | 'not-accepted' }
  | { because: 'refusal'; refusedItem: string };

type ReviewFacts = { review: string; item: string; department: string; status: ReviewStatus };
type ConsignmentFacts = { consignment: string; status: ConsignmentStatus };
type ParcelFacts = ConsignmentFacts & { trackingNumber: string; parcel: number };

export type DomainEvent =
  | { type: 'application.submitted' }
  /** `silence`: nobody said anything for as long as the law gives, so it counts as accepted since the day of receipt. */
  | { type: 'application.accepted'; dueAt: string; silence?: true; receivedAt?: string }
  | { type: 'application.not-accepted'; reason: string }
  | { type: 'application.concluded'; status: ApplicationStatus }
  | { type: 'application.withdrawn'; reason: string }
  | { type: 'application.corrected'; dossierVersion: number }
  | { type: 'application.supplemented'; dossierVersion: number; materials: string[] }
  | { type: 'application.overdue'; limit: 'promised' | 'statutory' }
  /** The calendar of a year was published: a provisional date is another, or certain. */
  | { type: 'application.due-changed'; dueAt: string }
  | { type: 'application.due-confirmed'; dueAt: string }
  | { type: 'application.extended'; limit: 'promised' | 'statutory'; days: number; dueAt: string }
  | { type: 'application.completed' }
  /** `waiting`: reviews that were cancelled and wait for their condition again, in no round. */
  | { type: 'round.opened'; round: number; reviews: string[]; waiting?: string[] }
  | { type: 'condition.met'; condition: string; evidence?: string }
  | { type: 'objection.filed'; objection: string; reviews: string[]; reason: string }
  | { type: 'objection.decided'; objection: string; outcome: 'upheld' | 'rejected'; reason?: string }
  | ({ type: 'review.acceptance-requested'; dueAt: string; dossierVersion: number } & ReviewFacts)
  | ({ type: 'review.requested'; dueAt: string; dossierVersion: number } & ReviewFacts)
  | ({ type: 'review.decided'; outcome: 'approved' | 'refused'; reason?: string } & ReviewFacts)
  | ({
      type: 'review.correction-asked';
      reason: string;
      fields?: string[];
      materials?: string[];
    } & ReviewFacts)
  /** What might follow has not come by its day: the clock stands still until it does. */
  | ({ type: 'review.supplement-overdue'; materials: string[] } & ReviewFacts)
  | ({
      type: 'review.procedure-announced';
      procedure: string;
      days?: number;
      heldOn?: string;
      /** Who chairs the hearing, by their subject: stays inside. */
      chair?: string;
      reason?: string;
    } & ReviewFacts)
  /** The applicant may ask for a hearing until then; has asked, and it is to be held until then; has not asked. */
  | ({ type: 'review.hearing-offered'; days: number; until: string; reason?: string } & ReviewFacts)
  | ({ type: 'review.hearing-asked'; until: string; reason?: string } & ReviewFacts)
  | ({ type: 'review.hearing-lapsed'; dueAt: string } & ReviewFacts)
  | ({ type: 'review.procedure-overrun'; procedure: string; dueAt: string } & ReviewFacts)
  | ({ type: 'review.procedure-ended'; procedure: string; dueAt: string; reason?: string } & ReviewFacts)
  /** `approvedBy`: who in the department approved it; stays inside. */
  | ({
      type: 'review.extended';
      days: number;
      dueAt: string;
      reason: string;
      approvedBy: string;
    } & ReviewFacts)
  /** The department is reminded: the limit ends then. */
  | ({ type: 'review.due-soon'; dueAt: string } & ReviewFacts)
  /** The calendar of its year was published, and the limit ends on another day. */
  | ({ type: 'review.due-changed'; dueAt: string } & ReviewFacts)
  | ({ type: 'review.overdue' } & ReviewFacts)
  | ({ type: 'review.escalated' } & ReviewFacts)
  | ({ type: 'review.handed-over'; officer: string } & ReviewFacts)
  | ({ type: 'review.cancelled' } & ReviewFacts & Partial<Because>)
  | ({ type: 'review.revoked' } & ReviewFacts & Partial<Because>)
  | ({ type: 'parcel.ordered' } & ParcelFacts)
  | ({
      type: 'parcel.collected' | 'parcel.in-transit' | 'parcel.delivered' | 'parcel.returned' | 'parcel.lost';
    } & ParcelFacts)
  | ({ type: 'parcel.given-up' } & ParcelFacts)
  | ({ type: 'pickup.ready' } & ConsignmentFacts)
  | ({ type: 'pickup.code-refused' } & ConsignmentFacts)
  | ({ type: 'pickup.code-renewed' } & ConsignmentFacts)
  | ({ type: 'pickup.collected' } & ConsignmentFacts)
  | ({ type: 'licence.issued' } & ConsignmentFacts)
  | ({ type: 'documents.issued' } & ConsignmentFacts)
  | {
      type: 'department.configured';
      department: string;
      webhookUrl?: string;
      paused: boolean;
      gone?: boolean;
    }
  | { type: 'department.secret-renewed'; department: string; endedOlder?: true }
  | { type: 'department.secret-ended'; department: string; secret: string }
  | {
      type: 'catalogue.published';
      manifest: string;
      /** Services in it. */
      count: number;
      digest: string;
      /** The earlier version that it is again. */
      rolledBackTo?: number;
    };

export type EventType = DomainEvent['type'];

/** A review event is one that names a review: each of them may release the wait of that review. */
export type ReviewEvent = Extract<DomainEvent, { review: string }>;
export const isReviewEvent = (event: DomainEvent): event is ReviewEvent => 'review' in event;
