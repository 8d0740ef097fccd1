/**
 * Readers of rows as earlier versions wrote them. Rows carry `schema`; one without it is of the first version, in
 * which a case had one owner, one delivery and one round. A case is written in the present shape at its next change.
 */
import { unpacked } from './packed-plan.ts';
import { currentReviews, placeOf, plannedOf, pointerOf } from './reviews.ts';
import type { ApplicationStatus, Conclusion, ConsignmentStatus } from './status.ts';
import type {
  Application,
  Asked,
  Case,
  Consignment,
  Dossier,
  JournalEntry,
  PlannedReview,
  Review,
} from './types.ts';

/** Of the rows that are written now. */
export const schemaVersion = 2;

type Row = Record<string, unknown>;
export type Rows = { application: Row; dossier: Row; reviews: Row[]; objections: Row[] };

type FirstDelivery = {
  method: Consignment['method'];
  status: ConsignmentStatus;
  trackingNumber?: string;
  parcel?: number;
};

function firstDossier(row: Row): Dossier {
  const dossier = row as unknown as Dossier;
  const fields = Object.keys(dossier.form);
  const materials = dossier.materials.map(({ code }) => code);
  return {
    ...dossier,
    conditions: [],
    plan: dossier.plan.map((planned) => ({ ...planned, fields, materials })),
  };
}

/** How a concluded case of the first version ended, whatever its outputs have gone through since. */
function firstConclusion(status: ApplicationStatus, current: Review[]): Conclusion {
  if (status === 'refused' || status === 'withdrawn') return status;
  return current.every((review) => review.status === 'approved') ? 'approved' : 'partly-approved';
}

/** Every field and material: what a correction of the first version might change. */
const everything = ({ fields, materials }: PlannedReview): Asked => ({
  fields: fields.map(pointerOf),
  materials,
});

/** A review of the one round. What was approved has no effect in a case that ended without a grant. */
function firstReview(review: Review, dossier: Dossier, ended: Conclusion | undefined): Review {
  const isVoid = review.status === 'approved' && (ended === 'refused' || ended === 'withdrawn');
  const planned = plannedOf(dossier, review.item);
  return {
    ...review,
    round: 1,
    dossierVersion: 1,
    firstDossierVersion: 1,
    ...(isVoid ? { status: 'cancelled' } : {}),
    ...(review.status === 'correction' && planned ? { asked: everything(planned) } : {}),
  };
}

/**
 * The one delivery of the first version, once there is something to hand out. An electronic way was chosen also for
 * what is physical: as long as it has not begun, that waits at the window.
 */
function firstConsignments(
  { method, status, trackingNumber, parcel }: FirstDelivery,
  dossier: Dossier,
  granted: Review[],
): Consignment[] {
  const isPhysical = granted.some(({ item }) => plannedOf(dossier, item)?.output?.form === 'physical');
  const way = isPhysical ? (method === 'electronic' ? 'pickup' : method) : 'electronic';
  return [
    {
      id: '1',
      method: status === 'pending' ? way : method,
      status,
      reviews: granted.map(({ id }) => placeOf(id)),
      ...(trackingNumber ? { trackingNumber } : {}),
      ...(parcel ? { parcel, lost: status === 'lost' ? parcel : parcel - 1 } : {}),
      // The code of the first version was of the number alone.
      ...(status === 'ready-for-pickup' ? { code: { serial: 0, wrong: 0 } } : {}),
    },
  ];
}

function firstCase({ application: row, dossier: dossierRow, reviews: rows }: Rows): Case {
  const { owner, delivery, ...header } = row as unknown as Application & {
    owner: string;
    delivery: FirstDelivery;
  };
  const dossier = firstDossier(dossierRow);
  const before = rows.map((review) => ({ ...(review as unknown as Review), round: 1 }));
  const ended = header.concludedAt
    ? firstConclusion(header.status, currentReviews({ dossier, reviews: before }))
    : undefined;
  const reviews = before.map((review) => firstReview(review, dossier, ended));
  const isGranted = ended === 'approved' || ended === 'partly-approved';
  const granted = currentReviews({ dossier, reviews }).filter(({ status }) => status === 'approved');
  return {
    application: {
      ...header,
      dossierVersion: 1,
      round: 1,
      parties: [{ subject: owner, relation: 'owner' }],
      conditions: [],
      consignments: isGranted ? firstConsignments(delivery, dossier, granted) : [],
      ...(ended ? { conclusion: ended } : {}),
    },
    dossier,
    reviews,
    objections: [],
  };
}

/** The case that these rows hold, whichever version wrote its header. */
export function caseOf(rows: Rows): Case {
  if (rows.application.schema === undefined) return firstCase(rows);
  const { schema: _, ...application } = rows.application;
  return { ...rows, application, dossier: unpacked(rows.dossier) } as unknown as Case;
}

/** A journal entry as it is stored. @throws TypeError for a row that is none */
export function entryOf(row: Row): JournalEntry {
  if (!Array.isArray(row.events)) throw new TypeError('This row is no journal entry.');
  if (row.schema !== undefined) return row as unknown as JournalEntry;
  const { application, department, by, ...rest } = row as Row & { by?: { kind?: string; id?: string } };
  const { kind = 'system', id } = by ?? {};
  const isOfDepartment = kind === 'department' || kind === 'officer';
  return {
    ...rest,
    aggregate: application === undefined ? 'department' : 'application',
    id: application ?? department,
    by: { capacity: kind, ...(id ? (isOfDepartment ? { department: id } : { subject: id }) : {}) },
  } as unknown as JournalEntry;
}
