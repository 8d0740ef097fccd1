/** A department was connected or resumed: everything open in its inbox is sent, a part at a time, five a second. */
import type { Review } from '../cases/types.ts';
import type { BusMessage } from '../platform/queue.ts';
import { inboxPage } from './inbox.ts';
import { enqueue, enqueueAll, type Message } from './queue.ts';
import { isReachable, readConnection } from './store.ts';
import type { WebhookType } from './webhook.ts';

/** So many that one invocation has done them long before its time is up, however many are open. */
const perPart = 100;

/** What it was asked last: one that waits has to be accepted first; a hearing that is wanted needs its day. */
function typeOf({ hearing, status }: Review): WebhookType {
  if (status === 'waiting') return 'review.acceptance-requested';
  return hearing?.askedAt && !hearing.heldOn ? 'review.hearing-asked' : 'review.requested';
}

/** A request as the bus would bring it, for a review that nobody could be told of before. */
const requestOf = (review: Review, cause: BusMessage): Message => ({
  'detail-type': typeOf(review),
  detail: {
    // A department that comes back gets one webhook a review and setting, however often this is repeated.
    id: `${cause.id}/${review.id}`,
    time: review.requestedAt ?? cause.time,
    subject: review.id,
    data: { application: review.id.slice(0, review.id.lastIndexOf('-')), review: review.id },
  },
});

const restOf = ({ type, id, time, data }: BusMessage, department: string, cursor: string): Message => ({
  'detail-type': type,
  detail: { id, time, subject: department, data: { ...data, cursor } },
});

/** One part, the soonest due first; the rest is another message. */
export async function sendOpen(cause: BusMessage): Promise<void> {
  const department = String(cause.data.department);
  if (!isReachable(await readConnection(department))) return;
  const cursor = typeof cause.data.cursor === 'string' ? cause.data.cursor : undefined;
  const page = await inboxPage(department, { limit: perPart, cursor });
  const open = page.items.filter(({ status }) => ['waiting', 'requested', 'overdue'].includes(status));
  const delay = await enqueueAll(
    open.map((review) => requestOf(review, cause)),
    0,
  );
  if (page.cursor) await enqueue(restOf(cause, department, page.cursor), delay);
}
