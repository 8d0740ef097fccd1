/** The calls about reviews, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import { decisionAnswer, reviewDetails } from './answers.ts';
import { decisionBody } from './schemas.ts';

const tag = 'Reviews';

export const calls = {
  'GET /reviews/{id}': {
    operationId: 'readReview',
    summary: 'What a department needs to decide',
    tag,
    auth: 'either',
    answer: { status: 200, schema: reviewDetails },
  },
  'POST /reviews/{id}/decisions': {
    operationId: 'decideReview',
    summary: "Take the department's decision; repeated, the same answer",
    tag,
    auth: 'either',
    idempotent: true,
    versioned: true,
    body: decisionBody,
    answer: { status: 200, schema: decisionAnswer },
  },
} satisfies Calls;
