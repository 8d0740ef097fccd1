/** The call that the canary's department answers, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import { canaryWebhook } from './schemas.ts';

export const calls = {
  'POST /canary/webhooks': {
    operationId: 'tellCanary',
    summary: 'Where the department of the self-check gets its webhooks: for OneWindow itself',
    tag: 'Service',
    auth: 'signed',
    body: canaryWebhook,
    answer: { status: 204 },
  },
} satisfies Calls;
