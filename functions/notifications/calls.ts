/** The SMS carrier's calls, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import { receiptAnswer } from './answers.ts';
import { receipt } from './schemas.ts';

export const calls = {
  'POST /sms/receipts': {
    operationId: 'takeReceipt',
    summary: 'Delivery receipt of the SMS carrier',
    tag: 'Partners',
    auth: 'signed',
    body: receipt,
    answer: { status: 202, schema: receiptAnswer },
  },
} satisfies Calls;
