/** Turns described calls into an OpenAPI 3.1 document. No function loads this: it is made before they are bundled. */
import * as z from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { gatewayMessage, problem } from './answers.ts';
import type { Call, CallAuth } from './call.ts';

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
  'application/problem+json': { schema: problem },
  'application/json': { schema: gatewayMessage },
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

const idempotencyKey = {
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({ description: 'Same key and body: the first answer again' }),
};

const ifMatchHeader = {
  'if-match': z.string().max(40).optional().meta({ description: 'The ETag that was read' }),
};

const noHeaders: Record<string, z.ZodType> = {};
const authHeaders: Record<CallAuth, Record<string, z.ZodType>> = {
  open: noHeaders,
  bearer: noHeaders,
  signed: signatureHeaders,
  either: Object.fromEntries(
    Object.entries(signatureHeaders).map(([name, schema]) => [name, schema.optional()]),
  ),
};

const security: Record<CallAuth, Record<string, string[]>[]> = {
  open: [],
  bearer: [{ bearer: [] }],
  signed: [{ signature: [] }],
  either: [{ bearer: [] }, { signature: [] }],
};

const securitySchemes = {
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
} as const;

/** Undefined when there is nothing to ask for or to send. */
const objectOf = (shape: Record<string, z.ZodType>): z.ZodObject | undefined =>
  Object.keys(shape).length > 0 ? z.object(shape) : undefined;

/** What is asked for beside the body: parts of the path, query, headers. */
function paramsOf(path: string, { auth, query, idempotent, ifMatch }: Call) {
  const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, z.string().min(1)]);
  const inPath = objectOf(Object.fromEntries(parts));
  const header = objectOf({
    ...authHeaders[auth],
    ...(idempotent ? idempotencyKey : {}),
    ...(ifMatch ? ifMatchHeader : {}),
  });
  return { ...(inPath ? { path: inPath } : {}), ...(query ? { query } : {}), ...(header ? { header } : {}) };
}

function goodAnswer({ answer: { schema, headers = {} } }: Call) {
  const named = objectOf(
    Object.fromEntries(
      Object.entries(headers).map(([name, description]) => [name, z.string().meta({ description })]),
    ),
  );
  return {
    description: 'Done',
    ...(schema ? { content: { 'application/json': { schema } } } : {}),
    ...(named ? { headers: named } : {}),
  };
}

function operation(path: string, call: Call): ZodOpenApiOperationObject {
  const { operationId, summary, tag, auth, body, bodyOptional, answer } = call;
  return {
    operationId,
    summary,
    tags: [tag],
    security: security[auth],
    requestParams: paramsOf(path, call),
    ...(body
      ? { requestBody: { required: !bodyOptional, content: { 'application/json': { schema: body } } } }
      : {}),
    responses: { [`${answer.status}` as '200']: goodAnswer(call), ...errors },
  };
}

/** @throws Error that names what two of them share. */
function refuseDoubles(what: string, names: string[]): void {
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw new Error(`Two calls have the ${what} ${double}.`);
}

/**
 * The whole document; what is not in it does not exist.
 * @param calls by route key, those of one room after those of another
 * @throws Error when two calls have one route or one operationId
 */
export function apiDocument(about: ZodOpenApiObject['info'], calls: [route: string, call: Call][]) {
  refuseDoubles(
    'route',
    calls.map(([route]) => route),
  );
  refuseDoubles(
    'operationId',
    calls.map(([, { operationId }]) => operationId),
  );
  const paths: ZodOpenApiPathsObject = {};
  for (const [route, call] of calls) {
    const [method = '', path = ''] = route.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(path, call) };
  }
  return createDocument({
    openapi: '3.1.1',
    info: about,
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    components: { securitySchemes },
    paths,
  });
}
