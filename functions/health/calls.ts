/** Whether the service is well, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import { health } from './answers.ts';

const tag = 'Service';

export const calls = {
  'GET /health': {
    operationId: 'readHealth',
    summary:
      'Is it well: are the table, the keys, the queues and the catalogue there. Asked again after ten seconds',
    tag,
    auth: 'open',
    answer: { status: 200, schema: health },
    ownErrors: { 503: health },
  },
  'GET /health/live': {
    operationId: 'readLiveness',
    summary: 'Does it run at all, whatever it depends on',
    tag,
    auth: 'open',
    answer: { status: 200, schema: health },
  },
} satisfies Calls;
