/**
 * Readers of rows as earlier versions wrote them. Rows carry `schema`; one without it is of the first version, in
 * which a case had one owner, one delivery and one round. A case is written in the present shape at its next change.
 */
import { unpacked } from './packed-plan.ts';
import { currentReviews, placeOf } from './reviews.ts';
import type { ConsignmentStatus } from './status.ts';
import type { Application, Case, Consignment, Dossier, JournalEntry, Review } from './types.ts';

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

/** The one delivery of the first version; nothing as long as it had not begun. */
function firstConsignments(delivery: FirstDelivery, dossier: Dossier, reviews: Review[]): Consignment[] {
  if (delivery.status === 'pending') return [];
  const granted = currentReviews({ dossier, reviews }).filter(({ status }) => status === 'approved');
  return [{ id: '1', ...delivery, reviews: granted.map(({ id }) => placeOf(id)) }];
}

function firstCase({ application: row, dossier: dossierRow, reviews: reviewRows }: Rows): Case {
  const { owner, delivery, ...header } = row as unknown as Application & {
    owner: string;
    delivery: FirstDelivery;
  };
  const dossier = firstDossier(dossierRow);
  const reviews = reviewRows.map((review) => ({
    ...(review as unknown as Review),
    round: 1,
    dossierVersion: 1,
    firstDossierVersion: 1,
  }));
  const { status } = header;
  const ended =
    status === 'refused' || status === 'withdrawn' || status === 'partly-approved' ? status : 'approved';
  return {
    application: {
      ...header,
      dossierVersion: 1,
      round: 1,
      parties: [{ subject: owner, relation: 'owner' }],
      conditions: [],
      consignments: firstConsignments(delivery, dossier, reviews),
      ...(header.concludedAt ? { conclusion: ended } : {}),
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
