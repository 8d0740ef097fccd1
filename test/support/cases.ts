/** Cases for tests of rules: a made-up service of a few items, and a walk through its life. */
import type { Case, PlannedReview, Review } from '../../functions/cases/types.ts';
import { calendarFor } from '../../functions/clock/calendar.ts';

export const calendar = calendarFor([
  { from: '08:30', to: '12:00' },
  { from: '13:30', to: '17:00' },
]);

/** Monday 2026-11-23, 10:00 in Shanghai. */
export const monday = new Date('2026-11-23T02:00:00.000Z');
export const later = (minutes: number, from = monday): Date => new Date(from.getTime() + minutes * 60_000);

type Shape = {
  item: string;
  after?: string[];
  onRefusal?: PlannedReview['onRefusal'];
  form?: 'physical' | 'electronic';
};

export function planned(number: string, shapes: Shape[]): PlannedReview[] {
  return shapes.map(({ item, after = [], onRefusal = 'ends-all', form = 'physical' }, i) => ({
    id: `${number}-${i + 1}`,
    item,
    name: { zh: item, en: item },
    department: `department-of-${item}`,
    after,
    onRefusal,
    limits: { statutory: { workingDays: 20 }, promised: { openingHours: 2 } },
    output: { name: { zh: item, en: item }, form },
  }));
}

/** The shape of the business opening. */
export const openingShapes: Shape[] = [
  { item: 'registration' },
  { item: 'seals', after: ['registration'] },
  { item: 'invoices', after: ['registration', 'seals'], onRefusal: 'continues' },
  { item: 'insurance', after: ['registration'], onRefusal: 'continues', form: 'electronic' },
  { item: 'bank', after: ['registration', 'seals'], onRefusal: 'continues', form: 'electronic' },
];

export function submitted(shapes: Shape[] = openingShapes, number = '330102-261123-TEST0001'): Case {
  return {
    application: {
      number,
      service: 'business-opening',
      status: 'submitted',
      version: 1,
      channel: 'web',
      language: 'zh',
      owner: 'user-1',
      submittedAt: monday.toISOString(),
      changedAt: monday.toISOString(),
      receivedAt: monday.toISOString(),
      clock: { from: monday.toISOString(), promised: { openingHours: 3.5 }, statutory: { workingDays: 20 } },
      promisedDueAt: later(390).toISOString(),
      statutoryDueAt: later(20 * 24 * 60).toISOString(),
      provisional: false,
      pauses: [],
      delivery: { method: 'ems', status: 'pending' },
    },
    dossier: {
      applicant: { type: 'person', name: '张*', idNumber: '330***********0018', phone: '138****0000' },
      form: {},
      materials: [],
      delivery: { method: 'ems', recipient: '张*', phone: '138****0000', address: '浙***' },
      plan: planned(number, shapes),
      sealed: [],
    },
    reviews: [],
  };
}

export const reviewOf = (found: Case, item: string): Review => {
  const review = found.reviews.find((each) => each.item === item);
  if (!review) throw new Error(`No review of ${item} yet.`);
  return review;
};

export const statuses = (found: Case): Record<string, string> =>
  Object.fromEntries(found.reviews.map(({ item, status }) => [item, status]));
