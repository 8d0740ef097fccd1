/** Everything that a department was sent since an instant, once more: a part at a time, five a second. */
import type { BusMessage } from '../platform/queue.ts';
import { deliveriesPage } from './deliveries.ts';
import { enqueue, enqueueAll, type Message, resendMessage } from './queue.ts';

export type Resending = {
  department: string;
  since: string;
  failed: boolean;
  resend: string;
  cursor?: string;
};

export const resendAllMessage = (asked: Resending): Message => ({
  'detail-type': 'deliveries.resend',
  detail: { id: asked.resend, time: new Date().toISOString(), subject: asked.department, data: asked },
});

const perPart = 100;

/** One part, the oldest first, each event once; the rest is another message. Made-up reviews are left out. */
export async function resendAll({ data }: BusMessage): Promise<void> {
  const asked = data as unknown as Resending;
  const { department, since, failed, resend, cursor } = asked;
  const page = await deliveriesPage(department, { since, failed, cursor, limit: perPart }, true);
  // What this very request has sent is not sent again by it.
  const earlier = page.items.filter((each) => !each.test && each.resend !== resend);
  const events = new Map(earlier.map((each) => [`${each.event} ${each.review} ${each.type}`, each]));
  const delay = await enqueueAll(
    [...events.values()].map((each) => resendMessage(each, resend)),
    0,
  );
  if (page.cursor) await enqueue(resendAllMessage({ ...asked, cursor: page.cursor }), Math.min(delay, 900));
}
