/** The calls of the simulated world, in words and schemas: in a document of their own. */
import type { Calls } from '../platform/call.ts';
import * as answers from './answers.ts';
import * as schemas from './schemas.ts';

const tag = 'Sandbox';

export const calls = {
  'GET /sandbox/openapi.json': {
    operationId: 'readSandboxDescription',
    summary: 'This document',
    tag,
    auth: 'open',
    answer: { status: 200, schema: answers.sandboxDescription },
  },
  'GET /sandbox/departments/{code}': {
    operationId: 'readSimulatedDepartment',
    summary: 'How a simulated department behaves',
    tag,
    auth: 'bearer',
    answer: { status: 200, schema: answers.simulatedDepartment },
  },
  'PUT /sandbox/departments/{code}': {
    operationId: 'setSimulatedDepartment',
    summary: 'Let a simulated department behave so',
    tag,
    auth: 'bearer',
    body: schemas.departmentSetting,
    answer: { status: 200, schema: answers.simulatedDepartment },
  },
  'POST /sandbox/departments/{code}/webhook': {
    operationId: 'receiveWebhook',
    summary: 'Where OneWindow sends the webhooks of a simulated department',
    tag,
    auth: 'signed',
    body: schemas.departmentWebhook,
    answer: { status: 204 },
  },
  'POST /sandbox/courier/orders': {
    operationId: 'orderParcel',
    summary: 'Where OneWindow orders a parcel',
    tag,
    auth: 'signed',
    body: schemas.courierOrder,
    answer: { status: 201, schema: answers.orderedParcel },
  },
  'GET /sandbox/ems/{number}': {
    operationId: 'readParcel',
    summary: 'A parcel and what happened to it',
    tag,
    auth: 'bearer',
    answer: { status: 200, schema: answers.parcel },
  },
  'POST /sandbox/ems/{number}/events': {
    operationId: 'addParcelEvent',
    summary: 'Let something happen to a parcel',
    tag,
    auth: 'bearer',
    body: schemas.parcelEventByHand,
    answer: { status: 202, schema: answers.parcelEventAnswer },
  },
  'POST /sandbox/carrier/messages': {
    operationId: 'takeMessage',
    summary: 'Where OneWindow sends an SMS',
    tag,
    auth: 'signed',
    body: schemas.carrierMessage,
    answer: { status: 202, schema: answers.takenMessage },
    ownErrors: { 422: answers.refusedNumber },
  },
  'PUT /sandbox/carrier': {
    operationId: 'setCarrier',
    summary: 'Let the simulated carrier behave so',
    tag,
    auth: 'bearer',
    body: schemas.carrierSetting,
    answer: { status: 200, schema: answers.carrier },
  },
  'GET /sandbox/sms': {
    operationId: 'listMessages',
    summary: 'The messages that a phone received',
    tag,
    auth: 'bearer',
    query: schemas.smsQuery,
    answer: { status: 200, schema: answers.smsList },
  },
  'POST /sandbox/clock': {
    operationId: 'moveClock',
    summary: 'Move the business clock forward',
    tag,
    auth: 'bearer',
    body: schemas.clockSetting,
    answer: { status: 200, schema: answers.clock },
  },
} satisfies Calls;
