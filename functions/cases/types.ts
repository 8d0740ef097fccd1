/** The application aggregate: its rows as types. One partition, one version, one journal. */
import type { Limits, TimeLimit } from '../clock/schemas.ts';
import type { LocalText } from '../platform/text.ts';
import type { Actor, DomainEvent } from './events.ts';
import type { ApplicationStatus, DeliveryMethod, DeliveryStatus, ReviewStatus } from './status.ts';

/** One department's part of the plan, copied from the catalogue so that a later edit changes no running case. */
export type PlannedReview = {
  /** Opaque to departments. */
  id: string;
  item: string;
  name: LocalText;
  department: string;
  after: string[];
  onRefusal: 'ends-all' | 'continues';
  limits: Limits;
  output?: { name: LocalText; form: 'physical' | 'electronic' };
};

/** The header row: everything that changes in the life of a case, kept below 1 KB. */
export type Application = {
  number: string;
  service: string;
  status: ApplicationStatus;
  version: number;
  channel: 'web' | 'phone' | 'kiosk' | 'counter';
  language: 'zh' | 'en';
  /** Subject of the user who submitted it. */
  owner: string;
  submittedAt: string;
  /** Of the last commit. */
  changedAt: string;
  /** When the clock begins: the next opening if filed outside opening hours. */
  receivedAt: string;
  /** Time left on both limits, counted from an instant; stands still while a pause is open. */
  clock: { from: string; promised: TimeLimit; statutory: TimeLimit };
  promisedDueAt: string;
  statutoryDueAt: string;
  /** The due date reaches into a year without a published holiday calendar. */
  provisional: boolean;
  concludedAt?: string;
  /** Times at which the clock stood still, oldest first; the last one may be open. */
  pauses: { from: string; to?: string; cause: 'correction' | 'special-procedure' }[];
  overdue?: 'promised' | 'statutory';
  delivery: Delivery;
  /** The next instant at which the sweep must look at this case. */
  nextDueAt?: string;
};

export type Delivery = {
  method: DeliveryMethod;
  status: DeliveryStatus;
  trackingNumber?: string;
  /** Counts the orders of this case: a lost parcel is ordered again as the next one. */
  parcel?: number;
};

/** A decision by its sender's own id and the digest of its content, and what the review was after it. */
export type TakenDecision = { key: string; hash: string; status: ReviewStatus };

/** A review row. A planned review without one is `waiting`. */
export type Review = {
  id: string;
  item: string;
  department: string;
  status: ReviewStatus;
  requestedAt?: string;
  dueAt?: string;
  decidedAt?: string;
  /** When an overdue review goes to an operator. */
  escalateAt?: string;
  escalatedAt?: string;
  /** The time left counted from an instant; while a correction is awaited it stands still. */
  clock?: Clock;
  output?: { number: string } & Record<string, string | number | boolean>;
  /** Decisions taken, newest first, so that a repetition gets the same answer. */
  decisions?: TakenDecision[];
};

/** Time left, and the instant from which it is counted. */
export type Clock = { from: string; left: TimeLimit };

/** A material as it was handed in; what was uploaded is named by the version that lay there then. */
export type HandedIn = {
  code: string;
  id?: string;
  version?: string;
  etag?: string;
  contentType?: string;
  /** Bytes. */
  size?: number;
};

/** The dossier row: what the applicant handed in (personal fields masked in place, sealed beside) and the plan. */
export type Dossier = {
  applicant: { type: 'person' | 'company'; name: string; idNumber: string; phone: string };
  form: Record<string, unknown>;
  materials: HandedIn[];
  delivery: { method: DeliveryMethod; recipient?: string; phone?: string; address?: string };
  onBehalfOf?: string;
  plan: PlannedReview[];
  /** Ciphertext of the personal values, by JSON pointer. */
  sealed: Uint8Array[];
};

/** One commit's journal row. */
export type JournalEntry = {
  application: string;
  version: number;
  service: string;
  at: string;
  by: Actor;
  events: DomainEvent[];
};

/** What a person or department may read and a rule decides upon. */
export type Case = { application: Application; dossier: Dossier; reviews: Review[] };

/**
 * What a rule wants written: the header's changed fields, the review rows that changed, the events that tell it.
 * An empty `events` list means "nothing to do": a repetition.
 */
export type Change = {
  application?: Partial<Omit<Application, 'number' | 'version' | 'changedAt'>>;
  reviews?: Review[];
  dossier?: Partial<Dossier>;
  events: DomainEvent[];
};

export const noChange: Change = { events: [] };

/** All reviews of the plan in its order, those without a row as `waiting`. */
export function allReviews(plan: PlannedReview[], rows: Review[]): Review[] {
  const known = new Map(rows.map((row) => [row.id, row]));
  return plan.map(
    (planned) =>
      known.get(planned.id) ?? {
        id: planned.id,
        item: planned.item,
        department: planned.department,
        status: 'waiting',
      },
  );
}
