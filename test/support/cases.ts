/** Cases for tests of rules: a made-up service of a few items, and a walk through its life. */
import { accept } from '../../functions/approvals/acceptance.ts';
import { decide } from '../../functions/approvals/decide.ts';
import { type Corrected, receiveCorrection } from '../../functions/approvals/progress.ts';
import type { Decision } from '../../functions/approvals/schemas.ts';
import { currentReviews } from '../../functions/cases/reviews.ts';
import { apply } from '../../functions/cases/store.ts';
import type { Case, Change, PlannedReview, Review } from '../../functions/cases/types.ts';
import type { Rows } from '../../functions/cases/upgrade.ts';
import { calendarFor } from '../../functions/clock/calendar.ts';
import { Problem } from '../../functions/platform/problems.ts';

export const calendar = calendarFor([
  { from: '08:30', to: '12:00' },
  { from: '13:30', to: '17:00' },
]);

/** Monday 2026-11-23, 10:00 in Shanghai. */
export const monday = new Date('2026-11-23T02:00:00.000Z');
export const later = (minutes: number, from = monday): Date => new Date(from.getTime() + minutes * 60_000);
export const days = (n: number): number => n * 24 * 60;

/** Of which cases are made: an item, or something outside the departments. */
export type Shape = {
  item: string;
  after?: string[];
  onRefusal?: PlannedReview['onRefusal'];
  form?: 'physical' | 'electronic' | 'none';
  fields?: string[];
  materials?: string[];
  hearing?: PlannedReview['hearing'];
};

export function planned(number: string, shapes: Shape[]): PlannedReview[] {
  return shapes.map(
    (
      {
        item,
        after = [],
        onRefusal = 'ends-all',
        form = 'physical',
        fields = ['companyName', item],
        materials = [],
        hearing,
      },
      i,
    ) => ({
      id: `${number}-${i + 1}`,
      item,
      name: { zh: item, en: item },
      department: `department-of-${item}`,
      after,
      onRefusal,
      limits: { statutory: { workingDays: 20 }, promised: { openingHours: 2 } },
      ...(form === 'none' ? {} : { output: { name: { zh: item, en: item }, form } }),
      fields,
      materials,
      ...(hearing ? { hearing } : {}),
    }),
  );
}

/** The shape of the business opening. */
export const openingShapes: Shape[] = [
  { item: 'registration', materials: ['articles'] },
  { item: 'seals', after: ['registration'] },
  { item: 'invoices', after: ['registration', 'seals'], onRefusal: 'continues' },
  { item: 'insurance', after: ['registration'], onRefusal: 'continues', form: 'electronic' },
  { item: 'bank', after: ['registration', 'seals'], onRefusal: 'continues', form: 'electronic' },
];

/** As intake makes it, before acceptance. @param conditions that items may name in `after` */
export function submitted(
  shapes: Shape[] = openingShapes,
  { number = '330102-261123-TEST0001', conditions = [] as string[] } = {},
): Case {
  const plan = planned(number, shapes);
  return {
    application: {
      number,
      service: 'business-opening',
      status: 'submitted',
      version: 1,
      dossierVersion: 1,
      round: 1,
      channel: 'web',
      language: 'zh',
      parties: [{ subject: 'user-1', relation: 'owner' }],
      submittedAt: monday.toISOString(),
      changedAt: monday.toISOString(),
      receivedAt: monday.toISOString(),
      clock: { from: monday.toISOString(), promised: { openingHours: 3.5 }, statutory: { workingDays: 20 } },
      // 10:00 to 12:00 and 13:30 to 15:00 in Shanghai; the 20th working day after.
      promisedDueAt: '2026-11-23T07:00:00.000Z',
      statutoryDueAt: '2026-12-21T09:00:00.000Z',
      provisional: false,
      pauses: [],
      conditions: conditions.map((code) => ({ code, status: 'open' })),
      consignments: [],
    },
    dossier: {
      applicant: { type: 'person', name: '张*', idNumber: '330***********0018', phone: '138****0000' },
      form: Object.fromEntries(plan.flatMap(({ fields }) => fields.map((field) => [field, `${field} v1`]))),
      materials: [...new Set(plan.flatMap(({ materials }) => materials))].map((code) => ({ code })),
      delivery: { method: 'ems', recipient: '张*', phone: '138****0000', address: '浙***' },
      plan,
      conditions: conditions.map((code) => ({ code, name: { zh: code, en: code } })),
      sealed: [],
    },
    reviews: [],
    objections: [],
  };
}

/** Applies a change; one without events leaves the case as it is, as `changeCase` does. */
export const take = (found: Case, change: Change, at = later(5)): Case =>
  change.events.length > 0 ? apply(found, change, at) : found;

export const accepted = (found = submitted(), at = monday): Case =>
  take(found, accept(found, calendar, at), at);

/** The item's review of its latest round. */
export const reviewOf = (found: Case, item: string): Review => {
  const review = currentReviews(found).find((each) => each.item === item);
  if (!review) throw new Error(`There is no item ${item}.`);
  return review;
};

/** A review's id without the application's number: consignments name it so, or whole. */
export const placeOf = (review: string): string => review.slice(review.lastIndexOf('-') + 1);

let serial = 0;
/** A department decides on what its review was last requested with. */
export function decided(
  found: Case,
  item: string,
  decision: Decision,
  at = later(5),
  subject = `officer-of-${item}`,
): Case {
  const review = reviewOf(found, item);
  const key = `key-${serial++}`;
  const bound = review.dossierVersion ? { dossierVersion: review.dossierVersion, ...decision } : decision;
  return take(
    found,
    decide(found, review.id, { decision: bound, key, hash: key, subject }, calendar, at),
    at,
  );
}

export const approved = (found: Case, item: string, at = later(5)): Case =>
  decided(found, item, { outcome: 'approved', output: { number: `N-${item}` } }, at);
export const refused = (found: Case, item: string, at = later(5)): Case =>
  decided(found, item, { outcome: 'refused', reason: 'No' }, at);
export const allApproved = (found: Case, items: string[], at = later(5)): Case =>
  items.reduce((now, item) => approved(now, item, at), found);

/** Of each item that was requested or has ended, in its latest round. */
export const statuses = (found: Case): Record<string, string> =>
  Object.fromEntries(
    currentReviews(found)
      .filter(({ id }) => found.reviews.some((row) => row.id === id))
      .map(({ item, status }) => [item, status]),
  );

export const types = ({ events }: Pick<Change, 'events'>): string[] => events.map(({ type }) => type);

/** Rows of the first version, as test/support/cases.ts made them then: one owner, one delivery, one round, no schema. */
export function firstVersionRows(
  header: Record<string, unknown> = {},
  reviews: { item: string; status: string; [name: string]: unknown }[] = [],
  shapes: Shape[] = openingShapes,
): Rows {
  const { application, dossier } = submitted(shapes);
  const { parties, round, dossierVersion, conditions, consignments, ...common } = application;
  return {
    application: {
      ...common,
      owner: 'user-1',
      status: 'in-review',
      delivery: { method: 'ems', status: 'pending' },
      ...header,
    },
    dossier: {
      applicant: dossier.applicant,
      form: dossier.form,
      materials: dossier.materials,
      delivery: dossier.delivery,
      plan: dossier.plan.map(({ fields, materials, ...planned }) => planned),
      sealed: [],
    },
    reviews: reviews.map((review) => {
      const own = dossier.plan.find(({ item }) => item === review.item);
      return {
        id: own?.id,
        department: own?.department,
        requestedAt: monday.toISOString(),
        dueAt: later(210).toISOString(),
        clock: { from: monday.toISOString(), left: { openingHours: 2 } },
        ...(review.status === 'approved' || review.status === 'refused'
          ? { decidedAt: later(5).toISOString() }
          : {}),
        ...review,
      };
    }),
    objections: [],
  };
}

/** The type of the problem with which it is refused. */
export function problemOf(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof Problem ? error.type : 'thrown';
  }
}

/** The applicant's correction. */
export const correct = (found: Case, given: Partial<Corrected> = {}, at = later(10)): Case =>
  take(
    found,
    receiveCorrection(found, { dossier: {}, changed: [], mentioned: [], ...given }, calendar, at),
    at,
  );

/** A correction that changes these fields. */
export const changes = (...fields: string[]): Partial<Corrected> => ({ changed: fields, mentioned: fields });
