import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { VersionConflict } from '../../functions/cases/store.ts';
import { apiHandler, fieldErrors, parse, parseQuery, type Request } from '../../functions/platform/http.ts';
import { log } from '../../functions/platform/log.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { pageQuery } from '../../functions/platform/queries.ts';

const logged = vi.spyOn(log, 'error').mockImplementation(() => {});
beforeEach(() => logged.mockClear());
afterEach(() => vi.useRealTimers());

let seen: Request;
const failures: Record<string, unknown> = {
  problem: new Problem('wrong-state', 'Too late'),
  conflict: new VersionConflict(),
  database: Object.assign(new Error('x'), { name: 'TransactionConflictException' }),
  secret: new Error('password=123 at /var/task/index.js'),
  thrown: 'a text',
  nothing: undefined,
};
const handler = apiHandler({
  'POST /echo': async (request) => {
    seen = request;
    return { status: 201, body: request.body, headers: { location: '/echo/1' } };
  },
  'GET /nothing': async () => ({ status: 204 }),
  'GET /catalogue': async (request) => {
    seen = request;
    return { status: 200, body: {} };
  },
  'POST /fail': async ({ body }) => {
    throw failures[(body as { as: string }).as];
  },
});

async function call(
  routeKey: string,
  event: object = {},
): Promise<APIGatewayProxyStructuredResultV2 & { json: never }> {
  const whole = { routeKey, headers: {}, requestContext: {}, isBase64Encoded: false, ...event };
  const result = (await handler(whole as never, {} as Context)) as APIGatewayProxyStructuredResultV2;
  return { ...result, json: (result.body ? JSON.parse(result.body) : undefined) as never };
}
const json = { 'Content-Type': 'application/json' };

describe('a request', () => {
  it('reaches its route with headers in small letters, parsed body and the body as it was signed', async () => {
    const body = ' {"a" : 1}\n';
    const claims = {
      sub: 'u-1',
      token_use: 'access',
      'cognito:groups': '[clerk officer department:bank strange]',
    };
    await call('POST /echo', {
      headers: { ...json, 'Webhook-ID': 'msg_1' },
      body,
      pathParameters: { id: 'x', absent: undefined },
      requestContext: { authorizer: { jwt: { claims } } },
    });
    expect(seen).toMatchObject({ body: { a: 1 }, rawBody: body, params: { id: 'x' }, query: {} });
    expect(seen.headers['webhook-id']).toBe('msg_1');
    expect(seen.params).not.toHaveProperty('absent');
    expect(seen.user).toEqual({ subject: 'u-1', roles: ['clerk', 'officer'], departments: ['bank'] });
  });

  it('has the parameters of its query that the API document knows', async () => {
    await call('GET /catalogue', { queryStringParameters: { q: '', kind: 'item', limit: undefined } });
    expect(seen.query).toEqual({ q: '', kind: 'item' });
  });

  it.each([
    [['clerk', 'department:bank'], ['clerk'], ['bank']],
    ['[operator]', ['operator'], []],
    ['[applicant, agent]', ['applicant', 'agent'], []],
    ['', [], []],
    [undefined, [], []],
    ['[]', [], []],
  ])('of a user with groups %j', async (groups, roles, departments) => {
    await call('POST /echo', {
      requestContext: {
        authorizer: { jwt: { claims: { sub: 'u', token_use: 'access', 'cognito:groups': groups } } },
      },
    });
    expect(seen.user).toEqual({ subject: 'u', roles, departments });
  });

  it('without a token has no user, whatever its headers claim', async () => {
    await call('POST /echo', { headers: { authorization: 'Bearer x', 'cognito:groups': 'operator' } });
    expect(seen.user).toBeUndefined();
  });

  it('to a route that is not there is not found', async () => {
    for (const route of ['GET /echo', '$default', 'POST /echo/']) {
      expect((await call(route)).statusCode, route).toBe(404);
    }
  });
});

describe('an answer', () => {
  it('says its type, is not kept by anybody, and carries its own headers', async () => {
    const { statusCode, headers, body } = await call('POST /echo', { headers: json, body: '{"a":1}' });
    expect([statusCode, body]).toEqual([201, '{"a":1}']);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      location: '/echo/1',
    });
  });

  it('may have no body', async () => {
    expect(await call('GET /nothing')).toMatchObject({ statusCode: 204, body: '' });
  });
});

describe('a failure', () => {
  const fail = (as: string) => call('POST /fail', { headers: json, body: JSON.stringify({ as }) });

  it('that was foreseen is told as problem+json', async () => {
    const { statusCode, headers, json } = await fail('problem');
    expect(statusCode).toBe(409);
    expect(headers?.['content-type']).toBe('application/problem+json');
    expect(json).toMatchObject({ type: 'urn:onewindow:problem:wrong-state', detail: 'Too late' });
    expect(logged).not.toHaveBeenCalled();
  });

  it.each(['conflict', 'database'])('of a race (%s) is a conflict', async (as) => {
    expect((await fail(as)).json).toMatchObject({
      status: 409,
      type: 'urn:onewindow:problem:version-conflict',
    });
  });

  it.each(['secret', 'thrown', 'nothing'])(
    'that nobody foresaw (%s) is logged, and told without its details',
    async (as) => {
      const { statusCode, body } = await fail(as);
      expect(statusCode).toBe(500);
      expect(body).not.toMatch(/password|var\/task|a text/);
      expect(logged).toHaveBeenCalledOnce();
    },
  );
});

describe('whoever is refused', () => {
  const asked = (headers: object) =>
    call('POST /fail', {
      headers: { ...json, ...headers },
      body: JSON.stringify({ as: 'problem' }),
      requestContext: { requestId: 'request-1' },
    });

  it('is told in the language that was asked for', async () => {
    const { headers, json: body } = await asked({ 'Accept-Language': 'zh-CN,zh;q=0.9' });
    expect(headers).toMatchObject({ 'content-language': 'zh', vary: 'accept-language' });
    expect(body).toMatchObject({ title: '当前状态下无法进行此操作' });
    expect((await asked({})).json).toMatchObject({ title: 'Not possible in the present state' });
  });

  it('gets the id of the request, as everybody else does', async () => {
    const { headers, json: body } = await asked({});
    expect(headers?.['x-request-id']).toBe('request-1');
    expect(body).toMatchObject({ requestId: 'request-1' });
    const good = await call('GET /nothing', { requestContext: { requestId: 'request-2' } });
    expect(good.headers?.['x-request-id']).toBe('request-2');
  });

  it('for a query that the API document does not know is told of each parameter by its name', async () => {
    const { statusCode, json: body } = await call('GET /nothing', {
      queryStringParameters: { limit: '1', '/x': '' },
    });
    expect(statusCode).toBe(422);
    expect(body).toMatchObject({
      type: 'urn:onewindow:problem:invalid-input',
      detail: 'Please correct the query parameters named below.',
      errors: [
        { parameter: 'limit', detail: 'Not a known parameter' },
        { parameter: '/x', detail: 'Not a known parameter' },
      ],
    });
  });
});

describe('parsing a query', () => {
  it('names a wrong parameter as one, in our words', () => {
    try {
      parseQuery(pageQuery, { limit: 'ten', cursor: '' });
      expect.unreachable();
    } catch (error) {
      expect((error as Problem).errors).toEqual([
        { parameter: 'limit', detail: 'Must be of type number' },
        { parameter: 'cursor', detail: 'Needs at least 1 characters' },
      ]);
    }
  });
});

describe('what is said of a wrong value', () => {
  const wrong: [z.ZodType, unknown, string][] = [
    [z.string(), undefined, 'Required'],
    [z.enum(['a']), undefined, 'Required'],
    [z.string(), 1, 'Must be of type string'],
    [z.int(), 1.5, 'Must be of type int'],
    [z.string().max(2), 'abc', 'May have at most 2 characters'],
    [z.array(z.string()).min(1), [], 'Needs at least 1 entries'],
    [z.number().max(5), 6, 'Must be at most 5'],
    [z.enum(['a', 'b']), 'c', 'Must be one of: a, b'],
    [z.iso.datetime({ offset: true }), 'x', 'Not an instant: ISO 8601 with offset'],
    [z.string().regex(/^x$/), 'y', 'Not of the form that is asked for'],
    [z.url(), 'y', 'Not an address'],
    [z.union([z.string(), z.number()]), true, 'None of the forms that are possible here'],
    [z.number().multipleOf(3), 4, 'Not valid'],
    [z.string().regex(/^x$/, 'An x, please'), 'y', 'An x, please'],
  ];
  it.each(wrong)('%# is ours, and none of the library', (schema, value, said) => {
    try {
      parse(z.strictObject({ value: schema }), { value });
      expect.unreachable();
    } catch (error) {
      expect((error as Problem).errors).toEqual([
        { pointer: '/value', detail: expect.stringContaining(said) },
      ]);
    }
  });
});

describe('parsing', () => {
  const schema = z.strictObject({
    'a/b': z.strictObject({ '~c': z.array(z.number()) }),
    list: z.array(z.string()).default([]),
  });

  it('names each wrong field by an escaped pointer, and each unknown one', () => {
    try {
      parse(schema, { 'a/b': { '~c': [1, 'x'], more: 1 }, other: 2, list: [3] });
      expect.unreachable();
    } catch (error) {
      const { type, errors } = error as Problem;
      expect(type).toBe('invalid-input');
      expect(errors?.map((each) => 'pointer' in each && each.pointer).sort()).toEqual([
        '/a~1b/more',
        '/a~1b/~0c/1',
        '/list/0',
        '/other',
      ]);
    }
  });

  it('points into the place that is parsed', () => {
    const { error } = z.object({ a: z.string() }).safeParse({});
    expect(error && fieldErrors(error, '/form').map(({ pointer }) => pointer)).toEqual(['/form/a']);
  });

  it('of the whole points at the whole', () => {
    expect(() => parse(z.object({}), 'text')).toThrow(Problem);
  });

  it('takes 20 entries a page unless told otherwise', () => {
    expect(parse(pageQuery, {})).toEqual({ limit: 20 });
    expect(parse(pageQuery, { limit: '7' })).toEqual({ limit: 7 });
  });
});
