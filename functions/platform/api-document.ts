/** Turns described calls into an OpenAPI 3.1 document. No function loads this: it is made before they are bundled. */
import * as z from 'zod';
import {
  type CreateDocumentOptions,
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { anyProblem } from './answers.ts';
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
  'application/problem+json': { schema: anyProblem },
  'application/json': { schema: anyProblem },
};

/** `The version has changed` is the component `TheVersionHasChanged`. */
const componentName = (words: string): string =>
  words.replace(/[^A-Za-z]+(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Each once, referred to by every call that may give it. */
const errorResponses = new Map(
  Object.entries(errorText).map(([status, description]) => [
    status,
    { id: componentName(description), description, content: problemContent },
  ]),
);

/** What may go wrong with a call. API Gateway itself may answer a call for a strange address, or too many of them. */
function errorsOf(route: string, { auth, body, ifMatch, versioned }: Call) {
  const statuses = [
    400,
    404,
    422,
    429,
    500,
    503,
    ...(auth === 'open' ? [] : [401, 403]),
    // A review is shown from its request on, for a time.
    ...(route.startsWith('GET') && auth !== 'either' ? [] : [409]),
    ...(ifMatch || versioned ? [412] : []),
    ...(body ? [413, 415] : []),
  ];
  return Object.fromEntries(statuses.map((status) => [status, errorResponses.get(String(status))]));
}

/** Errors of a call that have a body of their own. */
const ownErrorsOf = ({ ownErrors = {} }: Call) =>
  Object.fromEntries(
    Object.entries(ownErrors).map(([status, schema]) => [
      status,
      {
        description: errorText[Number(status)] ?? 'Not taken',
        content: { 'application/json': { schema }, 'application/problem+json': { schema } },
      },
    ]),
  );

/** The three headers of a signature: demanded, or one of two ways to come in. */
const signatureHeaders = (optional: boolean) => {
  const suffix = optional ? 'IfSigned' : '';
  const shape = {
    'webhook-id': z.string().min(1).max(255),
    'webhook-timestamp': z.string().regex(/^\d{1,12}$/),
    'webhook-signature': z.string().min(1).max(1000),
  };
  const about: Record<keyof typeof shape, [id: string, description: string]> = {
    'webhook-id': ['WebhookId', 'Begins with purpose and object of what is signed'],
    'webhook-timestamp': ['WebhookTimestamp', 'Unix seconds, at most five minutes off'],
    'webhook-signature': ['WebhookSignature', '`v1,…` by Standard Webhooks; several, separated by a space'],
  };
  return Object.fromEntries(
    Object.entries(about).map(([name, [id, description]]) => {
      const schema = shape[name as keyof typeof shape];
      return [
        name,
        (optional ? schema.optional() : schema).meta({ description, param: { id: `${id}${suffix}` } }),
      ];
    }),
  );
};

const idempotencyKey = {
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/)
    .optional()
    .meta({ description: 'Same key and body: the first answer again', param: { id: 'IdempotencyKey' } }),
};

const ifMatchHeader = {
  'if-match': z
    .string()
    .optional()
    .meta({ description: 'The ETag that was read', param: { id: 'IfMatch' } }),
};

const authHeaders: Record<CallAuth, Record<string, z.ZodType>> = {
  open: {},
  bearer: {},
  signed: signatureHeaders(false),
  either: signatureHeaders(true),
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

/** One part of a path; every call that has it refers to the same. */
const pathParts = new Map<string, z.ZodString>();
function inPathOf(name: string): z.ZodString {
  const known = pathParts.get(name);
  if (known) return known;
  const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}InPath`;
  const made = z.string().min(1).meta({ param: { id } });
  pathParts.set(name, made);
  return made;
}

/** What is asked for beside the body: parts of the path, query, headers. */
function paramsOf(path: string, { auth, query, idempotent, ifMatch }: Call) {
  const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, inPathOf(name as string)]);
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

function operation(route: string, path: string, call: Call): ZodOpenApiOperationObject {
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
    responses: {
      [`${answer.status}` as '200']: goodAnswer(call),
      ...errorsOf(route, call),
      ...ownErrorsOf(call),
    },
  };
}

/** @throws Error that names what two of them share. */
function refuseDoubles(what: string, names: string[]): void {
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw new Error(`Two calls have the ${what} ${double}.`);
}

/** Nothing that is answered is closed: whoever reads it must take fields that are new. */
const openAnswers: CreateDocumentOptions['override'] = ({ io, jsonSchema }) => {
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};

/**
 * The whole document; what is not in it does not exist. Where it is served (`servers`) is added by whoever serves it.
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
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(route, path, call) };
  }
  const tags = [...new Set(calls.map(([, { tag }]) => tag))].map((name) => ({ name }));
  return createDocument(
    {
      openapi: '3.1.1',
      info: about,
      tags,
      security: [{ bearer: [] }],
      components: { securitySchemes },
      paths,
    },
    { override: openAnswers },
  );
}
