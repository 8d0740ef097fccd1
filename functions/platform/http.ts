/**
 * What every HTTP function shares: one middleware chain, one way to name a route, one way to fail. A handler is
 * a table from API Gateway's route key to a function of the request.
 */
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod';
import { unreadableTexts } from './characters.ts';
import { faultOf, log } from './log.ts';
import { type FieldError, Problem } from './problems.ts';
import { type User, userOf } from './user.ts';

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

function toResult({ status, body, headers }: Answer): Result {
  return {
    statusCode: status,
    headers: {
      'content-type': status >= 400 ? 'application/problem+json' : 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
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
      const problem = problemOf(request.error);
      log.info('Answered', { route: request.event.routeKey, status: problem.status });
      request.response = toResult({
        status: problem.status,
        body: problem.toBody(),
        ...(problem.retryAfter ? { headers: { 'retry-after': String(problem.retryAfter) } } : {}),
      });
    })
    .handler(async (event) => {
      const route = routes[event.routeKey];
      if (!route) throw new Problem('not-found', 'There is no such address.');
      const answer = await route({
        user: userOf(event),
        params: definedOnly(event.pathParameters),
        query: definedOnly(event.queryStringParameters),
        headers: event.headers,
        body: event.rawBody ? event.body : undefined,
        rawBody: event.rawBody ?? '',
        route: event.routeKey,
      });
      log.info('Answered', { route: event.routeKey, status: answer.status });
      return toResult(answer);
    });
}

const pointerOf = (path: PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * Parses input by a schema, and refuses texts that nobody could read.
 * @param mayHaveLines which texts, by pointer, may have more than a line, besides `reason` and `text`
 * @throws Problem invalid-input with one entry a wrong field, as a JSON pointer.
 */
export function parse<T>(
  schema: z.ZodType<T>,
  input: unknown,
  base = '',
  mayHaveLines?: (pointer: string) => boolean,
): T {
  const result = schema.safeParse(input);
  const unreadable = unreadableTexts(input, base, mayHaveLines);
  if (result.success && unreadable.length === 0) return result.data;
  const errors = result.success ? [] : fieldErrors(result.error, base);
  throw new Problem('invalid-input', 'Please correct the fields named below.', [...errors, ...unreadable]);
}

const isMissing = ({ code, message }: z.core.$ZodIssue): boolean =>
  code === 'invalid_type' && message.endsWith('received undefined');

/** One entry a wrong field; unknown keys are named one by one. */
export function fieldErrors(error: z.ZodError, base = ''): FieldError[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: base + pointerOf([...issue.path, key]),
          detail: 'Not a known field',
        }))
      : [{ pointer: base + pointerOf(issue.path), detail: isMissing(issue) ? 'Required' : issue.message }],
  );
}
