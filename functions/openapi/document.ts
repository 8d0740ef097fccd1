/** The OpenAPI 3.1 document, made from the very schemas that validate the requests. */
import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { decisionBody } from '../approvals/schemas.ts';
import { reviewStatuses } from '../cases/status.ts';
import { departmentSettings, secretRenewal } from '../departments/schemas.ts';
import { courierEvent } from '../fulfilment/schemas.ts';
import { collection, correction, submission, withdrawal } from '../intake/schemas.ts';
import { upload } from '../materials/schemas.ts';
import { receipt } from '../notifications/schemas.ts';
import * as answers from './answers.ts';

type Operation = {
  summary: string;
  tag: string;
  /** Nobody signs in; `signed`: Standard Webhooks headers; `either`: those or a bearer token. */
  auth: 'open' | 'bearer' | 'signed' | 'either';
  answer: { status: number; schema: z.ZodType; headers?: Record<string, string> };
  body?: z.ZodType;
  /** It may be left out. */
  bodyOptional?: boolean;
  query?: z.ZodObject;
  path?: string[];
  idempotent?: boolean;
  ifMatch?: boolean;
};

const errorText: Record<number, string> = {
  400: 'The request cannot be read',
  401: 'Not signed in, or not signed',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible in the present state',
  412: 'The version has changed',
  413: 'Too large',
  415: 'Not JSON',
  422: 'Some fields need attention',
  429: 'Too many requests',
  500: 'A fault on our side',
  503: 'Not available at the moment',
};

const problemContent = {
  'application/problem+json': { schema: answers.problem },
  'application/json': { schema: answers.gatewayMessage },
};

const errors = Object.fromEntries(
  Object.entries(errorText).map(([status, description]) => [
    status,
    { description, content: problemContent },
  ]),
);

const signatureHeaders = {
  'webhook-id': z.string().min(1).max(255),
  'webhook-timestamp': z
    .string()
    .regex(/^\d{1,12}$/)
    .meta({ description: 'Unix seconds, at most five minutes off' }),
  'webhook-signature': z
    .string()
    .min(1)
    .max(1000)
    .meta({ description: '`v1,…` by Standard Webhooks; several, separated by a space' }),
};

function headersOf({ auth, idempotent, ifMatch }: Operation): z.ZodObject | undefined {
  const shape: Record<string, z.ZodType> = {
    ...(auth === 'signed' ? signatureHeaders : {}),
    ...(auth === 'either'
      ? Object.fromEntries(
          Object.entries(signatureHeaders).map(([name, schema]) => [name, schema.optional()]),
        )
      : {}),
    ...(idempotent
      ? {
          'idempotency-key': z
            .string()
            .regex(/^[\x21-\x7e]{1,255}$/)
            .optional()
            .meta({ description: 'Same key and body: the first answer again' }),
        }
      : {}),
    ...(ifMatch
      ? { 'if-match': z.string().max(40).optional().meta({ description: 'The ETag that was read' }) }
      : {}),
  };
  return Object.keys(shape).length > 0 ? z.object(shape) : undefined;
}

const security: Record<Operation['auth'], Record<string, string[]>[]> = {
  open: [],
  bearer: [{ bearer: [] }],
  signed: [{ signature: [] }],
  either: [{ bearer: [] }, { signature: [] }],
};

function operation(of: Operation): ZodOpenApiOperationObject {
  const header = headersOf(of);
  const { status, schema, headers } = of.answer;
  return {
    summary: of.summary,
    tags: [of.tag],
    security: security[of.auth],
    requestParams: {
      ...(of.path
        ? { path: z.object(Object.fromEntries(of.path.map((name) => [name, z.string().min(1)]))) }
        : {}),
      ...(of.query ? { query: of.query } : {}),
      ...(header ? { header } : {}),
    },
    ...(of.body
      ? { requestBody: { required: !of.bodyOptional, content: { 'application/json': { schema: of.body } } } }
      : {}),
    responses: {
      [`${status}` as '200']: {
        description: 'Done',
        content: { 'application/json': { schema } },
        ...(headers
          ? { headers: z.object(Object.fromEntries(Object.keys(headers).map((name) => [name, z.string()]))) }
          : {}),
      },
      ...errors,
    },
  };
}

const page = z.object({
  limit: z.int().min(1).max(100).optional(),
  cursor: z.string().min(1).max(2000).optional(),
});
const eTag = { etag: 'The version' };

const paths: ZodOpenApiPathsObject = {
  '/health': {
    get: operation({
      summary: 'Is it up',
      tag: 'Service',
      auth: 'open',
      answer: { status: 200, schema: answers.health },
    }),
  },
  '/openapi.json': {
    get: operation({
      summary: 'This document',
      tag: 'Service',
      auth: 'open',
      answer: { status: 200, schema: z.looseObject({ openapi: z.string() }) },
    }),
  },
  '/catalogue': {
    get: operation({
      summary: 'Items and bundles',
      tag: 'Catalogue',
      auth: 'open',
      query: page.extend({
        kind: z.enum(['item', 'bundle']).optional(),
        department: z.string().max(60).optional(),
        q: z.string().max(100).optional(),
      }),
      answer: { status: 200, schema: answers.catalogueList },
    }),
  },
  '/catalogue/{code}': {
    get: operation({
      summary: 'One item or bundle: its form, its departments, a worked example',
      tag: 'Catalogue',
      auth: 'open',
      path: ['code'],
      answer: { status: 200, schema: answers.catalogueService },
    }),
  },
  '/catalogue/{code}/promise': {
    get: operation({
      summary: 'Filed at that instant, due then',
      tag: 'Catalogue',
      auth: 'open',
      path: ['code'],
      query: z.object({ at: z.iso.datetime({ offset: true }).optional() }),
      answer: { status: 200, schema: answers.promise },
    }),
  },
  '/applications': {
    post: operation({
      summary: 'Apply once',
      tag: 'Applications',
      auth: 'bearer',
      idempotent: true,
      body: submission,
      answer: {
        status: 201,
        schema: answers.applicationSummary,
        headers: { location: 'Where it is', ...eTag },
      },
    }),
    get: operation({
      summary: 'My applications, newest first',
      tag: 'Applications',
      auth: 'bearer',
      query: page,
      answer: { status: 200, schema: answers.applicationList },
    }),
  },
  '/applications/{id}': {
    get: operation({
      summary: 'One application',
      tag: 'Applications',
      auth: 'bearer',
      path: ['id'],
      answer: { status: 200, schema: answers.application, headers: eTag },
    }),
  },
  '/applications/{id}/timeline': {
    get: operation({
      summary: 'What happened, oldest first',
      tag: 'Applications',
      auth: 'bearer',
      path: ['id'],
      query: page,
      answer: { status: 200, schema: answers.timeline },
    }),
  },
  ...Object.fromEntries(
    [
      { name: 'corrections', summary: 'Hand in what a department asked to be corrected', body: correction },
      { name: 'withdrawal', summary: 'Take the application back', body: withdrawal },
      { name: 'collection', summary: 'Collect the outputs with the code from the SMS', body: collection },
    ].map(({ name, summary, body }) => [
      `/applications/{id}/${name}`,
      {
        post: operation({
          summary,
          tag: 'Applications',
          auth: 'bearer',
          path: ['id'],
          idempotent: true,
          ifMatch: true,
          body,
          answer: { status: 200, schema: answers.application, headers: eTag },
        }),
      },
    ]),
  ),
  '/materials': {
    post: operation({
      summary: 'An address to upload a material to',
      tag: 'Materials',
      auth: 'bearer',
      idempotent: true,
      body: upload,
      answer: { status: 201, schema: answers.materialPlace },
    }),
  },
  '/departments': {
    get: operation({
      summary: 'Departments and how they are connected',
      tag: 'Departments',
      auth: 'bearer',
      answer: { status: 200, schema: answers.departmentList },
    }),
  },
  '/departments/{code}': {
    get: operation({
      summary: 'One department',
      tag: 'Departments',
      auth: 'bearer',
      path: ['code'],
      answer: { status: 200, schema: answers.department },
    }),
    put: operation({
      summary: 'Connect, move or pause a department',
      tag: 'Departments',
      auth: 'bearer',
      path: ['code'],
      body: departmentSettings,
      answer: { status: 200, schema: answers.department },
    }),
  },
  '/departments/{code}/secrets': {
    post: operation({
      summary: 'A new signing secret; the ones before it stay valid for 24 hours, or end at once',
      tag: 'Departments',
      auth: 'bearer',
      path: ['code'],
      idempotent: true,
      body: secretRenewal,
      bodyOptional: true,
      answer: { status: 201, schema: answers.newSecret },
    }),
  },
  '/departments/{code}/reviews': {
    get: operation({
      summary: "The officers' inbox, soonest due first; without a status, what is open",
      tag: 'Reviews',
      auth: 'bearer',
      path: ['code'],
      query: page.extend({ status: z.enum(reviewStatuses).optional() }),
      answer: { status: 200, schema: answers.inbox },
    }),
  },
  '/reviews/{id}': {
    get: operation({
      summary: 'What a department needs to decide',
      tag: 'Reviews',
      auth: 'either',
      path: ['id'],
      answer: { status: 200, schema: answers.reviewDetails },
    }),
  },
  '/reviews/{id}/decisions': {
    post: operation({
      summary: "Take the department's decision; repeated, the same answer",
      tag: 'Reviews',
      auth: 'either',
      path: ['id'],
      idempotent: true,
      body: decisionBody,
      answer: { status: 200, schema: answers.decisionAnswer },
    }),
  },
  '/courier/events': {
    post: operation({
      summary: 'Tracking event of the courier',
      tag: 'Partners',
      auth: 'signed',
      body: courierEvent,
      answer: { status: 202, schema: answers.trackingAnswer },
    }),
  },
  '/sms/receipts': {
    post: operation({
      summary: 'Delivery receipt of the SMS carrier',
      tag: 'Partners',
      auth: 'signed',
      body: receipt,
      answer: { status: 202, schema: answers.receiptAnswer },
    }),
  },
};

/** The whole document; what is not in it does not exist. */
export function openApiDocument(version: string) {
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'OneWindow 一窗',
      version,
      description:
        'Apply once, at one window or with no visit at all; every department approves in parallel; the results arrive by courier and SMS.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Access token of the user pool',
        },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'webhook-signature',
          description: 'Standard Webhooks: webhook-id, webhook-timestamp and webhook-signature',
        },
      },
    },
    paths,
  });
}
