/** The calls about applications, in words and schemas. */
import { eTag } from '../platform/answers.ts';
import type { Calls } from '../platform/call.ts';
import { application, applicationList, applicationSummary, clock, timeline } from './answers.ts';
import { applicationsQuery, timelineQuery } from './queries.ts';
import {
  collection,
  conversionBody,
  correction,
  hearingBody,
  objectionBody,
  objectionDecisionBody,
  submission,
  supplement,
  withdrawal,
} from './schemas.ts';

const tag = 'Applications';

/** What every change by the people of an application has in common. */
const change = {
  tag,
  auth: 'bearer',
  idempotent: true,
  ifMatch: true,
  answer: { status: 200, schema: application, headers: eTag },
} as const;

export const calls = {
  'POST /applications': {
    operationId: 'submitApplication',
    summary: 'Apply once',
    tag,
    auth: 'bearer',
    idempotent: true,
    body: submission,
    answer: { status: 201, schema: applicationSummary, headers: { location: 'Its address, whole', ...eTag } },
  },
  'GET /applications': {
    operationId: 'listApplications',
    summary:
      'My applications, newest first; for operators all, or those that are late, stuck or at a department',
    tag,
    auth: 'bearer',
    query: applicationsQuery,
    answer: { status: 200, schema: applicationList },
  },
  'GET /applications/{id}': {
    operationId: 'readApplication',
    summary: 'One application',
    tag,
    auth: 'bearer',
    answer: { status: 200, schema: application, headers: eTag },
  },
  'GET /applications/{id}/timeline': {
    operationId: 'readTimeline',
    summary: 'What happened, oldest first',
    tag,
    auth: 'bearer',
    query: timelineQuery,
    answer: { status: 200, schema: timeline },
  },
  'GET /applications/{id}/clock': {
    operationId: 'explainClock',
    summary: 'Due then, because: every limit with its counted days, its pauses, and the law behind them',
    tag,
    auth: 'bearer',
    answer: { status: 200, schema: clock },
  },
  'POST /applications/{id}/corrections': {
    ...change,
    operationId: 'correctApplication',
    summary: 'Hand in what a department asked to be corrected',
    body: correction,
  },
  'POST /applications/{id}/supplements': {
    ...change,
    operationId: 'supplementApplication',
    summary: 'Hand in a material that was accepted as following later; no clock is touched',
    body: supplement,
  },
  'POST /applications/{id}/withdrawal': {
    ...change,
    operationId: 'withdrawApplication',
    summary: 'Take the application back',
    body: withdrawal,
  },
  'POST /applications/{id}/collection': {
    ...change,
    operationId: 'collectOutputs',
    summary: 'Collect the outputs with the code from the SMS',
    body: collection,
  },
  'POST /applications/{id}/conversion': {
    ...change,
    operationId: 'meetCondition',
    summary: 'Record that a condition has come true; what waited for it goes on',
    body: conversionBody,
  },
  'POST /applications/{id}/hearing': {
    ...change,
    operationId: 'askForHearing',
    summary: 'Ask for the hearing that a department offers before it decides',
    body: hearingBody,
  },
  'POST /applications/{id}/objection': {
    ...change,
    operationId: 'objectToRefusals',
    summary: 'Object to refusals',
    body: objectionBody,
  },
  'POST /applications/{id}/objections/{objection}/decision': {
    ...change,
    operationId: 'decideObjection',
    summary: 'Uphold or reject an objection, by somebody who did not decide before; upheld, it opens a round',
    body: objectionDecisionBody,
  },
} satisfies Calls;
