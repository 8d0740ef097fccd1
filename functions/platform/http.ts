/**
 * What every HTTP function shares: one middleware chain, one way to name a route, one way to fail. A handler is
 * a table from API Gateway's route key to a function of the request.
 */
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import parameters from '#parameters' with { type: 'json' };
import { unreadableTexts } from './characters.ts';
import { faultIn } from './faults.ts';
import { faultOf, log } from './log.ts';
import { type FieldError, Problem } from './problems.ts';
import { type User, userOf } from './user.ts';
import { inLanguage, languageOf } from './words.ts';

export type Request = {
  user: User | undefined;
  params: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string | undefined>;
  /** The parsed JSON body; undefined when there is none. */
  body: unknown;
  /** The body as it was signed. */
  rawBody: string;
  route: string;
};

export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };
export type Route = (request: Request) => Promise<Answer>;

type Event = APIGatewayProxyEventV2 & { rawBody?: string };
type Result = APIGatewayProxyStructuredResultV2;

/** Largest body accepted, characters; API Gateway's own limit is far higher. */
const bodyLimit = 256 * 1024;

function keepRawBody(event: Event): void {
  const body = event.body ?? '';
  event.rawBody = event.isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  if (event.rawBody.length > bodyLimit) {
    throw new Problem('too-large', `A body may have at most ${bodyLimit} characters.`);
  }
}

const definedOnly = (map: Record<string, string | undefined> | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(map ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );

/** By which the access log of API Gateway names this request, too. */
const requestIdOf = ({ requestContext }: Event): string | undefined => requestContext?.requestId;

function toResult(requestId: string | undefined, { status, body, headers }: Answer): Result {
  return {
    statusCode: status,
    headers: {
      'content-type': status >= 400 ? 'application/problem+json' : 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      ...(requestId ? { 'x-request-id': requestId } : {}),
      ...headers,
    },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

/** Any error as a problem; one that we did not foresee is logged and answered without its details. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = (error as { statusCode?: number } | undefined)?.statusCode;
  if (status === 415) return new Problem('unsupported-media-type', 'Send the body as application/json.');
  if (status !== undefined && status >= 400 && status < 500) {
    return new Problem('malformed-request', 'The body is not valid JSON.');
  }
  if (error instanceof Error && ['VersionConflict', 'TransactionConflictException'].includes(error.name)) {
    return new Problem('version-conflict', 'Please read the application again and repeat.');
  }
  log.error('Unforeseen error', { error: faultOf(error) });
  return new Problem('internal-error', 'Please try again; nothing was changed half-way.');
}

/**
 * A slip of the pen in a query would otherwise answer another question than was asked.
 * @throws Problem invalid-input naming every parameter that the API document does not
 */
function refuseUnknownParameters(route: string, query: Record<string, string>): void {
  const known: string[] = (parameters as Record<string, string[]>)[route] ?? [];
  const errors = Object.keys(query)
    .filter((name) => !known.includes(name))
    .map((parameter) => ({ parameter, detail: 'Not a known parameter' }));
  if (errors.length > 0) throw new Problem('invalid-input', wrongQuery, errors);
}

/**
 * A Lambda handler for the calls that a room describes, each named by API Gateway's route key, such as
 * `POST /applications/{id}/withdrawal`. With the type of the descriptions, none is left without its handler.
 */
export function apiHandler<Described = Record<string, unknown>>(handlers: Record<keyof Described, Route>) {
  const routes: Partial<Record<string, Route>> = handlers;
  const jsonBody = httpJsonBodyParser();
  return middy<Event, Result>()
    .use(httpHeaderNormalizer())
    .before(async (request) => {
      log.resetKeys();
      keepRawBody(request.event);
      if (request.event.rawBody) await jsonBody.before?.(request as never);
    })
    .onError((request) => {
      const { routeKey: route, headers } = request.event;
      const problem = problemOf(request.error);
      const requestId = requestIdOf(request.event);
      log.info('Answered', { route, status: problem.status, requestId });
      const language = languageOf(headers?.['accept-language']);
      request.response = toResult(requestId, {
        status: problem.status,
        body: {
          ...problem.toBody((text) => inLanguage(text, language)),
          ...(requestId ? { requestId } : {}),
        },
        headers: {
          'content-language': language,
          vary: 'accept-language',
          ...(problem.retryAfter ? { 'retry-after': String(problem.retryAfter) } : {}),
        },
      });
    })
    .handler(async (event) => {
      const route = routes[event.routeKey];
      if (!route) throw new Problem('not-found', 'There is no such address.');
      const query = definedOnly(event.queryStringParameters);
      refuseUnknownParameters(event.routeKey, query);
      const answer = await route({
        user: userOf(event),
        params: definedOnly(event.pathParameters),
        query,
        headers: event.headers,
        body: event.rawBody ? event.body : undefined,
        rawBody: event.rawBody ?? '',
        route: event.routeKey,
      });
      const requestId = requestIdOf(event);
      log.info('Answered', { route: event.routeKey, status: answer.status, requestId });
      return toResult(requestId, answer);
    });
}

const wrongQuery = 'Please correct the query parameters named below.';

const pointerOf = (path: PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What stands against the input is said in our words, unless its schema has its own. */
export const safeParse = <T>(schema: z.ZodMiniType<T>, input: unknown): z.core.util.SafeParseResult<T> =>
  schema.safeParse(input, { error: faultIn });

/**
 * Parses a query by a schema.
 * @throws Problem invalid-input with one entry a wrong parameter, by its name
 */
export function parseQuery<T>(schema: z.ZodMiniType<T>, query: Record<string, string>): T {
  const result = safeParse(schema, query);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({
    parameter: String(path[0]),
    detail: message,
  }));
  throw new Problem('invalid-input', wrongQuery, errors);
}

/**
 * Parses input by a schema, and refuses texts that nobody could read.
 * @param mayHaveLines which texts, by pointer, may have more than a line, besides `reason` and `text`
 * @throws Problem invalid-input with one entry a wrong field, as a JSON pointer.
 */
export function parse<T>(
  schema: z.ZodMiniType<T>,
  input: unknown,
  base = '',
  mayHaveLines?: (pointer: string) => boolean,
): T {
  const result = safeParse(schema, input);
  const unreadable = unreadableTexts(input, base, mayHaveLines);
  if (result.success && unreadable.length === 0) return result.data;
  const errors = result.success ? [] : fieldErrors(result.error, base);
  throw new Problem('invalid-input', 'Please correct the fields named below.', [...errors, ...unreadable]);
}

/** One entry a wrong field; unknown keys are named one by one. */
export function fieldErrors(error: z.core.$ZodError, base = ''): FieldError[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: base + pointerOf([...issue.path, key]),
          detail: 'Not a known field',
        }))
      : [{ pointer: base + pointerOf(issue.path), detail: issue.message }],
  );
}
