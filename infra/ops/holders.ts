/** Who holds a case up, since when and until when. Rules without I/O. */

import { currentReviews, plannedOf } from '../../functions/cases/reviews.ts';
import type { Case, Consignment, Review } from '../../functions/cases/types.ts';
import { isOpenPause } from '../../functions/clock/pauses.ts';
import type { Delivery } from '../../functions/departments/deliveries.ts';
import type { Connection } from '../../functions/departments/store.ts';

export type Holder = {
  /** `department:<code>`, or one of the others. */
  who: string;
  /** What is waited for, in words. */
  what: string;
  since?: string | undefined;
  until?: string | undefined;
  /** What stands out: overdue, escalated. */
  mark?: 'overdue' | 'escalated';
  /** Why a department may not know of it. */
  note?: string;
  review?: string;
};

/** A case, what its webhooks have come to, and how departments are connected. */
export type Held = { found: Case; deliveries: Delivery[]; connections: ReadonlyMap<string, Connection> };

/** Whether its department has heard of a review, in words, where it has not. */
function noteOf({ id, department }: Review, { deliveries, connections }: Held): Pick<Holder, 'note'> {
  const connection = connections.get(department);
  if (!connection?.webhookUrl) return { note: 'it has no address: officers see it in their inbox only' };
  if (connection.gone) return { note: 'its system answered 410 and hears nothing' };
  if (connection.paused) return { note: 'its webhooks are paused' };
  const last = deliveries
    .filter(({ review }) => review === id)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .at(-1);
  if (!last || last.status === 'delivered') return {};
  const answer = last.answer === undefined ? 'did not answer' : `answered ${last.answer}`;
  return { note: `its system ${answer}, ${last.attempts} attempts, ${last.status}` };
}

const pausedSince = ({ application }: Case, review: Review): string | undefined =>
  application.pauses.find((pause) => pause.review === review.id && isOpenPause(pause))?.from;

const markOf = ({ status, escalatedAt }: Review): Pick<Holder, 'mark'> =>
  status === 'overdue' ? { mark: escalatedAt ? 'escalated' : 'overdue' } : {};

function ofReview(held: Held, review: Review): Holder[] {
  const { found } = held;
  const item = plannedOf(found.dossier, review.item)?.name.en ?? review.item;
  const who = `department:${review.department}`;
  if (review.procedure) {
    const { name, from, days } = review.procedure;
    const what = `${name} for ${item}${days ? `, announced as ${days} days` : ''}`;
    return [{ who, what, since: from, review: review.id }];
  }
  if (review.status === 'correction') {
    return [
      {
        who: 'applicant',
        what: `a correction for ${item}`,
        since: pausedSince(found, review),
        review: review.id,
      },
    ];
  }
  if (review.status === 'requested' || review.status === 'overdue') {
    return [
      {
        who,
        what: `the decision on ${item}`,
        since: review.requestedAt,
        until: review.dueAt,
        review: review.id,
        ...markOf(review),
        ...noteOf(review, held),
      },
    ];
  }
  return [];
}

/** Conditions that nothing but their own coming true is in the way of. */
function ofConditions({ application, dossier }: Case): Holder[] {
  return application.conditions
    .filter(({ status }) => status === 'open')
    .map(({ code }) => {
      const planned = dossier.conditions.find((each) => each.code === code);
      const owner = planned?.department
        ? ` (its people or ${planned.department} record it)`
        : ' (its people record it)';
      return { who: 'outside', what: `${planned?.name.en ?? code}${owner}` };
    });
}

const travelling = ['ordered', 'collected', 'in-transit'];

function ofConsignment({ id, method, status, trackingNumber, lost }: Consignment): Holder[] {
  const name = `consignment ${id}`;
  if (status === 'pending') return [{ who: 'system', what: `${name} (${method}) to be sent` }];
  if (travelling.includes(status)) {
    return [{ who: 'courier', what: `${name}, parcel ${trackingNumber ?? ''} (${status})` }];
  }
  if (status === 'ready-for-pickup')
    return [{ who: 'applicant', what: `${name} to be fetched at the window` }];
  if (status === 'lost' && (lost ?? 0) >= 3) {
    return [{ who: 'operators', what: `${name} was lost three times: its outputs are to be made anew` }];
  }
  return status === 'lost' || status === 'returned'
    ? [{ who: 'system', what: `${name} (${status}) to be sent again` }]
    : [];
}

/** Everybody who holds the case up at present; nobody, when it has ended. */
export function holdersOf(held: Held): Holder[] {
  const { found } = held;
  const reviews = currentReviews(found).flatMap((review) => ofReview(held, review));
  const isOpen = !['withdrawn', 'revoked'].includes(found.application.status);
  return [
    ...(isOpen ? reviews : []),
    ...(isOpen && reviews.length === 0 ? ofConditions(found) : []),
    ...found.objections
      .filter(({ status }) => status === 'filed')
      .map(({ id, filedAt }) => ({
        who: 'operators',
        what: `a decision on objection ${id}, by somebody who did not decide before`,
        since: filedAt,
      })),
    ...(isOpen ? found.application.consignments.flatMap(ofConsignment) : []),
  ];
}
