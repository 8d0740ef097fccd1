/** The calls about departments and their inboxes, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import { department, departmentList, inbox, newSecret } from './answers.ts';
import { departmentSettings, inboxQuery, secretRenewal } from './schemas.ts';

const tag = 'Departments';

export const calls = {
  'GET /departments': {
    operationId: 'listDepartments',
    summary: 'Departments and how they are connected',
    tag,
    auth: 'bearer',
    answer: { status: 200, schema: departmentList },
  },
  'GET /departments/{code}': {
    operationId: 'readDepartment',
    summary: 'One department',
    tag,
    auth: 'bearer',
    answer: { status: 200, schema: department },
  },
  'PUT /departments/{code}': {
    operationId: 'configureDepartment',
    summary: 'Connect, move or pause a department',
    tag,
    auth: 'bearer',
    body: departmentSettings,
    answer: { status: 200, schema: department },
  },
  'POST /departments/{code}/secrets': {
    operationId: 'renewSecret',
    summary: 'A new signing secret; the ones before it stay valid for 24 hours, or end at once',
    tag,
    auth: 'bearer',
    idempotent: true,
    body: secretRenewal,
    bodyOptional: true,
    answer: { status: 201, schema: newSecret },
  },
  'GET /departments/{code}/reviews': {
    operationId: 'listReviews',
    summary: "The officers' inbox, soonest due first; without a status, what is open",
    tag: 'Reviews',
    auth: 'bearer',
    query: inboxQuery,
    answer: { status: 200, schema: inbox },
  },
} satisfies Calls;
