/** The application aggregate: its rows as types. One partition, one version, one journal. */
import type { LimitKind } from '../clock/limits.ts';
import type { LegalClock } from '../clock/pauses.ts';
import type { Limits, TimeLimit } from '../clock/schemas.ts';
import type { LocalText } from '../platform/text.ts';
import type { Actor, Because, DomainEvent } from './events.ts';
import type {
  ApplicationStatus,
  Conclusion,
  ConditionStatus,
  ConsignmentStatus,
  DeliveryMethod,
  HearingOffer,
  ObjectionStatus,
  ReviewStatus,
} from './status.ts';

/** One department's part of the plan, copied from the catalogue so that a later edit changes no running case. */
export type PlannedReview = {
  /** Id of its review in the first round; opaque to departments. */
  id: string;
  item: string;
  name: LocalText;
  department: string;
  /** Items that must be approved and conditions that must be met before it is requested. */
  after: string[];
  onRefusal: 'ends-all' | 'continues';
  limits: Limits;
  /** How long before the end of the promised limit the department is reminded. */
  remindBefore?: TimeLimit;
  output?: { name: LocalText; form: 'physical' | 'electronic' };
  /** What the department sees: names of the form's fields, codes of materials. */
  fields: string[];
  materials: string[];
  /** Before which of its decisions the applicant is offered a hearing. */
  hearing?: HearingOffer;
};

/** Something outside the departments that reviews depend on: recorded by its people, or by its department. */
export type PlannedCondition = { code: string; name: LocalText; department?: string };

/**
 * Acceptance by hand: which review's department accepts, and what it came to. While it is awaited, that review waits
 * with the law's five working days as its clock.
 */
export type Acceptance = {
  review: string;
  status: 'awaited' | 'accepted' | 'not-accepted';
  /** Corrections were asked for, which is done once. */
  noticed?: true;
  at?: string;
  /** Accepted because nobody said anything in time. */
  silence?: true;
};

/**
 * A material that may follow after the acceptance (容缺受理): by when, and the items that ask for it. Struck off once it
 * has come.
 */
export type FollowingMaterial = { code: string; dueAt: string; items: string[] };

export type Condition = { code: string; status: ConditionStatus; metAt?: string; evidence?: string };

/** Who has to do with a case, and how. The first is who submitted it. */
export type Party = { subject: string; relation: PartyRelation };
export type PartyRelation = 'owner' | 'agent' | 'clerk' | 'represented';

/** What is handed out at once, in one way. Later outputs travel in consignments of their own. */
export type Consignment = {
  /** From `1`, in order. */
  id: string;
  method: DeliveryMethod;
  status: ConsignmentStatus;
  /** The reviews whose outputs are in it: their ids without the application's number in front. */
  reviews: string[];
  trackingNumber?: string;
  /** Number of the parcel within the case: a lost one is ordered again as the next. */
  parcel?: number;
  /** How often it was lost. */
  lost?: number;
  /** Which code opens it at the machine, and how many wrong ones were tried since it was made. */
  code?: { serial: number; wrong: number; lockedUntil?: string };
};

/** The header row: everything that changes in the life of a case, kept below 1 KB in the ordinary case. */
export type Application = LegalClock & {
  number: string;
  service: string;
  status: ApplicationStatus;
  version: number;
  /** Raised by each correction; a decision is bound to the one that was reviewed. */
  dossierVersion: number;
  /** The latest round of reviews; each is an execution of its own. */
  round: number;
  channel: 'web' | 'phone' | 'kiosk' | 'counter';
  language: 'zh' | 'en';
  parties: Party[];
  submittedAt: string;
  /** Of the last commit. */
  changedAt: string;
  /** When the clock begins: the next opening if filed outside opening hours. */
  receivedAt: string;
  /** Absent where acceptance is automatic. */
  acceptance?: Acceptance;
  /** What has still to follow; absent where everything is there. */
  following?: FollowingMaterial[];
  /** How it ended, and when; a later round may change it. */
  conclusion?: Conclusion;
  concludedAt?: string;
  /** When it was concluded before, the first time first. */
  earlierConclusions?: string[];
  overdue?: 'promised' | 'statutory';
  /** Working days by which each of its limits was extended. */
  extendedBy?: Partial<Record<LimitKind, number>>;
  conditions: Condition[];
  consignments: Consignment[];
  /** The next instant at which the sweep must look at this case. */
  nextDueAt?: string;
  /** The sweep's last question after effects, up to which version all have left their trace, and repairs in a row. */
  watched?: { at: string; repairs: number; version: number };
};

/** A decision by its sender's own id and the digest of its content, and what the review was after it. */
export type TakenDecision = { key: string; hash: string; status: ReviewStatus };

/** What a correction notice asks for: JSON pointers into the application, codes of materials. */
export type Asked = { fields: string[]; materials: string[] };

/** A special procedure (art. 45): announced with its name and length, ended by its result. */
export type Procedure = {
  name: string;
  from: string;
  /** Working days that it takes, and when they are over; absent in cases of before they were always announced. */
  days?: number;
  until?: string;
  /** Of a hearing: its day in Asia/Shanghai, and the subject of who chairs it. */
  heldOn?: string;
  chair?: string;
};

/** The applicant's right to a hearing in a review (arts. 46 to 48): offered, and what has become of it. */
export type HearingRight = {
  offeredAt: string;
  /** Until when the applicant may ask for it. */
  until: string;
  askedAt?: string;
  /** Its day in Asia/Shanghai, once it is announced; and when its end was told. */
  heldOn?: string;
  endedAt?: string;
};

/** A limit made longer (art. 42): by how many working days, when, and who in the department approved it. */
export type Extension = { days: number; at: string; approvedBy: string };

/** A review row. A planned review without one is `waiting`. */
export type Review = {
  id: string;
  item: string;
  department: string;
  /** 0 while it lies behind a condition that is not met. */
  round: number;
  status: ReviewStatus;
  /** The dossier that it was last requested with, and the one that it was first requested with. */
  dossierVersion?: number;
  firstDossierVersion?: number;
  requestedAt?: string;
  dueAt?: string;
  /** The due date reaches into a year without a published holiday calendar. */
  provisional?: boolean;
  /** When the department is reminded of the limit, and of which end it has been. */
  remindAt?: string;
  remindedFor?: string;
  decidedAt?: string;
  /** Subject of the officer who decided; absent where the department's system did. */
  decidedBy?: string;
  /** The officer to whom an operator has handed it over. Shown to the department; no lock: any of its officers decides. */
  assignee?: { officer: string; since: string };
  /** When an overdue review goes to an operator. */
  escalateAt?: string;
  escalatedAt?: string;
  /** The time left counted from an instant; while a correction or a procedure's result is awaited it stands still. */
  clock?: Clock;
  asked?: Asked;
  /** Of what the department said last, as the applicant reads it. */
  reason?: string;
  extension?: Extension;
  procedure?: Procedure;
  hearing?: HearingRight;
  /** Name of a procedure that takes longer than was announced, and whose result is not told yet. */
  overrun?: string;
  /** Subjects of those who chaired a hearing in it: they do not decide it. */
  chairs?: string[];
  output?: { number: string } & Record<string, string | number | boolean>;
  /** Decisions taken, newest first, so that a repetition gets the same answer. */
  decisions?: TakenDecision[];
  /** Of a cancelled one: why, and by the refusal of which item. */
  because?: Because['because'];
  refusedItem?: string;
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

/** The service as it was published when the case was filed. */
export type CatalogueFacts = {
  name: LocalText;
  /** Names the document's content. */
  edition: string;
  /** By code, of the items that the applicant put together. */
  editions?: Record<string, string>;
  /** Why an item is in the plan, or is not: what followed from the answers. */
  reasons?: { item: string; applies: boolean; because?: LocalText }[];
};

/** The dossier row: what the applicant handed in (personal fields masked in place, sealed beside) and the plan. */
export type Dossier = {
  applicant: { type: 'person' | 'company'; name: string; idNumber: string; phone: string };
  form: Record<string, unknown>;
  materials: HandedIn[];
  delivery: { method: DeliveryMethod; recipient?: string; phone?: string; address?: string };
  onBehalfOf?: string;
  plan: PlannedReview[];
  conditions: PlannedCondition[];
  /** What it keeps of the catalogue, so that a later publication changes nothing for it; absent in cases of before. */
  catalogue?: CatalogueFacts;
  /** Both limits of the case as a whole; absent in cases of before they were kept. */
  limits?: Limits;
  /** Ciphertext of the personal values, by JSON pointer. */
  sealed: Uint8Array[];
};

/** An objection row: which refusals it is against. Its reason lies in the journal. */
export type Objection = {
  id: string;
  /** Ids of the refused reviews. */
  reviews: string[];
  status: ObjectionStatus;
  filedAt: string;
  decidedAt?: string;
};

/** The aggregates that have a journal. */
export type Aggregate = 'application' | 'department' | 'catalogue';

/** One commit's journal row: timeline and outbox in one, of any aggregate. */
export type JournalEntry = {
  aggregate: Aggregate;
  /** Number of the application, code of the department; of the one catalogue `catalogue`. */
  id: string;
  version: number;
  /** Of an application. */
  service?: string;
  at: string;
  by: Actor;
  events: DomainEvent[];
};

/** What a person or department may read and a rule decides upon. */
export type Case = { application: Application; dossier: Dossier; reviews: Review[]; objections: Objection[] };

/**
 * What a rule wants written: the header's changed fields, the rows that changed, the events that tell it.
 * An empty `events` list means "nothing to do": a repetition.
 */
export type Change = {
  application?: Partial<Omit<Application, 'number' | 'version' | 'changedAt'>>;
  reviews?: Review[];
  objections?: Objection[];
  dossier?: Partial<Dossier>;
  events: DomainEvent[];
};

export const noChange: Change = { events: [] };

/** Rows with the changed ones in their place, new ones at the end. */
export function merged<R extends { id: string }>(rows: R[], changed: R[] = []): R[] {
  const byId = new Map(changed.map((row) => [row.id, row]));
  const known = new Set(rows.map(({ id }) => id));
  return [...rows.map((row) => byId.get(row.id) ?? row), ...changed.filter(({ id }) => !known.has(id))];
}
