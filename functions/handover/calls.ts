/** The call that hands a review over, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import { handedOver } from './answers.ts';
import { handoverBody } from './schemas.ts';

export const calls = {
  'POST /reviews/{id}/handover': {
    operationId: 'handOverReview',
    summary:
      'Hand an open review over to an officer of its department; said again, nothing changes. Shown in the inbox, no lock',
    tag: 'Reviews',
    auth: 'bearer',
    body: handoverBody,
    answer: { status: 200, schema: handedOver },
  },
} satisfies Calls;
