/** What an operator does about what the queues have put aside, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import * as answers from './answers.ts';
import * as schemas from './schemas.ts';

const tag = 'Operations';

export const calls = {
  'GET /operations/dead-letters': {
    operationId: 'listDeadLetters',
    summary: 'What the queues have put aside, the fullest first',
    tag,
    auth: 'bearer',
    answer: { status: 200, schema: answers.queueList },
  },
  'GET /operations/dead-letters/{queue}': {
    operationId: 'readDeadLetters',
    summary: 'Look at messages of one dead-letter queue; they stay where they are',
    tag,
    auth: 'bearer',
    answer: { status: 200, schema: answers.lettersIn },
  },
  'POST /operations/dead-letters/{queue}/redrive': {
    operationId: 'redriveDeadLetters',
    summary: 'Bring messages back into the queue that they belong to, about a hundred at a time',
    tag,
    auth: 'bearer',
    idempotent: true,
    body: schemas.redriving,
    bodyOptional: true,
    answer: { status: 200, schema: answers.redriven },
  },
  'POST /operations/dead-letters/{queue}/shelving': {
    operationId: 'shelveDeadLetters',
    summary: 'Write messages down, with the reason, and take them out for good, about a hundred at a time',
    tag,
    auth: 'bearer',
    idempotent: true,
    body: schemas.shelving,
    answer: { status: 200, schema: answers.shelved },
  },
} satisfies Calls;
