/** Whether a department has been told what it should know. Rules without I/O. */
import type { Review } from '../cases/types.ts';
import type { Connection } from './store.ts';
import type { WebhookType } from './webhook.ts';

/** What has become of one webhook. */
export type Delivery = {
  type: WebhookType;
  /** Id of the event that it tells; an operator's repetition or a department's return has one of its own. */
  event: string;
  review: string;
  department: string;
  /** `failing`: another attempt follows at `nextAt`; `given-up`: in the dead-letter queue. */
  status: 'delivered' | 'failing' | 'given-up';
  /** Of the last attempt, real time. */
  at: string;
  /** All that were made. */
  attempts: number;
  /** Failed ones of the present run through the schedule. */
  failed?: number;
  /** HTTP status of the last answer; absent: there was none. */
  answer?: number;
  /** Of the last attempt. */
  durationMs: number;
  nextAt?: string;
  /** Which request of the review it was of: that one's time. */
  requestedAt?: string;
};

/**
 * `inbox`: nothing is sent, its officers see it; when its system is connected again, that sends whatever is open.
 * `under-way`: a message waits in the queue. `given-up`: its alarm has rung. `not-told`: nothing shows that it ever
 * will be.
 */
export type Standing = 'told' | 'under-way' | 'given-up' | 'inbox' | 'not-told';

/** A message whose time has come may still have to wait for a turn, ms. */
const patienceMs = 30 * 60_000;

const isRecent = (instant: string | undefined, at: Date): boolean =>
  instant !== undefined && Date.parse(instant) > at.getTime() - patienceMs;

/**
 * How it stands with the latest request of a review.
 * @param rows deliveries of the case or of the review
 * @param at real time, not the business clock's
 */
export function standingOf(
  review: Pick<Review, 'id' | 'requestedAt'>,
  rows: Delivery[],
  connection: Connection,
  at: Date,
): Standing {
  const own = rows.filter(
    (row) =>
      row.review === review.id && row.type === 'review.requested' && row.requestedAt === review.requestedAt,
  );
  if (own.some(({ status }) => status === 'delivered')) return 'told';
  if (!connection.webhookUrl || connection.paused || connection.gone) return 'inbox';
  if (own.some(({ status, nextAt }) => status === 'failing' && isRecent(nextAt, at))) return 'under-way';
  if (own.some(({ status }) => status === 'given-up')) return 'given-up';
  return connection.pace && isRecent(connection.nextStart, at) ? 'under-way' : 'not-told';
}
