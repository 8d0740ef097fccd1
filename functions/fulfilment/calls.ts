/** The courier's calls, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import { trackingAnswer } from './answers.ts';
import { courierEvent } from './schemas.ts';

export const calls = {
  'POST /courier/events': {
    operationId: 'trackParcel',
    summary: 'Tracking event of the courier',
    tag: 'Partners',
    auth: 'signed',
    body: courierEvent,
    answer: { status: 202, schema: trackingAnswer },
  },
} satisfies Calls;
