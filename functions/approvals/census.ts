/**
 * How things stand: cases and reviews by what is wrong with them, departments by whether anything reaches them. An
 * event rings once; a census keeps ringing for as long as it is so. Rules without I/O.
 */
import type { Application, Review } from '../cases/types.ts';
import type { Delivery } from '../departments/deliveries.ts';
import type { Connection } from '../departments/store.ts';
import { isGivenUp } from '../fulfilment/delivery.ts';
import { isSynthetic } from '../platform/synthetic.ts';
import { isLate, isStuck } from './watch.ts';

/** Numbers of cases, codes of departments, ids of reviews, by what is so at present. */
export type Census = {
  watched: number;
  late: string[];
  pastLaw: string[];
  stuck: string[];
  givenUp: string[];
  escalated: string[];
  unreached: string[];
  gone: string[];
};

export const emptyCensus = (): Census => ({
  watched: 0,
  late: [],
  pastLaw: [],
  stuck: [],
  givenUp: [],
  escalated: [],
  unreached: [],
  gone: [],
});

/** Adds the headers of open cases; those that nobody has applied for are none. */
export function countCases(census: Census, all: Application[]): void {
  const headers = all.filter(({ number }) => !isSynthetic(number));
  census.watched += headers.length;
  for (const header of headers) {
    const { number, overdue } = header;
    if (isLate(header)) census[overdue === 'statutory' ? 'pastLaw' : 'late'].push(number);
    if (isStuck(header)) census.stuck.push(number);
    if (header.consignments.some(isGivenUp)) census.givenUp.push(number);
  }
}

/** What one more attempt mends is nothing yet: about half an hour by the standard schedule. */
const fewFailures = 3;

/**
 * Whether a department's system has refused what it was sent for a while, and has taken nothing since. A made-up event
 * that it refuses is a trial, and nothing that it lacks.
 */
export function isUnreached(latest: Delivery[]): boolean {
  const deliveries = latest.filter(({ test, status }) => !test || status === 'delivered');
  const last = deliveries.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
  if (!last || last.status === 'delivered') return false;
  return deliveries.some(
    ({ status, failed = 0 }) => status === 'given-up' || (status === 'failing' && failed >= fewFailures),
  );
}

/**
 * Adds a department with open reviews.
 * @param deliveries the latest attempts to tell it something
 */
export function countDepartment(
  census: Census,
  code: string,
  connection: Connection | undefined,
  all: Review[],
  deliveries: Delivery[],
): void {
  const open = all.filter(({ id }) => !isSynthetic(id));
  census.escalated.push(...open.filter(({ escalatedAt }) => escalatedAt).map(({ id }) => id));
  if (open.length === 0 || !connection?.webhookUrl || connection.paused) return;
  if (connection.gone) census.gone.push(code);
  else if (isUnreached(deliveries)) census.unreached.push(code);
}
