import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as answers from '../../functions/catalogue/answers.ts';
import { handler } from '../../functions/catalogue/api.ts';
import { forgetCatalogue } from '../../functions/catalogue/published.ts';
import { problem } from '../../functions/platform/answers.ts';
import { table, tableName } from '../../functions/platform/table.ts';
import { Publisher } from '../../infra/catalogue/publish.ts';
import { catalogue } from '../support/catalogue.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

type Json = Record<string, never> & { items: Json[] };

/** What API Gateway hands over. */
function event(route: string, params: Record<string, string>, query: Record<string, string>) {
  return {
    version: '2.0',
    routeKey: route,
    headers: {},
    pathParameters: params,
    queryStringParameters: query,
    isBase64Encoded: false,
    requestContext: { http: { method: 'GET' } },
  } as unknown as APIGatewayProxyEventV2;
}

async function get(route: string, params: Record<string, string> = {}, query: Record<string, string> = {}) {
  const result = (await handler(
    event(`GET ${route}`, params, query),
    {} as Context,
  )) as APIGatewayProxyStructuredResultV2;
  return { ...result, json: JSON.parse(String(result.body)) as Json };
}

beforeEach(() => {
  new OneWindow();
});
afterEach(dismantle);

const cursorOf = (place: object): string => Buffer.from(JSON.stringify(place)).toString('base64url');
/** Every page from a cursor on. */
async function pages(limit: string, from?: string): Promise<string[]> {
  const seen: string[] = [];
  let cursor = from;
  do {
    const { json } = await get('/catalogue', {}, { limit, ...(cursor ? { cursor } : {}) });
    seen.push(...codesOf(json));
    cursor = json.cursor;
  } while (cursor);
  return seen;
}

const codesOf = (json: Json): string[] => json.items.map(({ code }) => code as unknown as string);

describe('GET /openapi.json', () => {
  it('answers with the address at which it is served', async () => {
    vi.stubEnv('API_URL', 'https://api.onewindow.test/base');
    expect((await get('/openapi.json')).json).toMatchObject({
      openapi: '3.1.1',
      servers: [{ url: 'https://api.onewindow.test/base' }],
    });
  });
});

describe('GET /catalogue', () => {
  it('lists bundles and items, as its schema says', async () => {
    const { statusCode, json } = await get('/catalogue', {}, { limit: '100' });
    expect(statusCode).toBe(200);
    expect(() => answers.catalogueList.parse(json)).not.toThrow();
    expect(codesOf(json)).toContain('business-opening');
    expect(await pages('100')).toContain('seal-engraving');
  });

  it('filters by kind, department and words', async () => {
    const bundles = (await get('/catalogue', {}, { kind: 'bundle', department: 'bank' })).json;
    expect(codesOf(bundles)).toEqual(['business-opening']);
    expect(codesOf((await get('/catalogue', {}, { kind: 'item', department: 'bank' })).json)).toEqual([
      'bank-account',
    ]);
    expect(codesOf((await get('/catalogue', {}, { q: 'OPENING business' })).json)).toContain(
      'business-opening',
    );
    expect(codesOf((await get('/catalogue', {}, { q: '企业开办' })).json)).toContain('business-opening');
    expect((await get('/catalogue', {}, { q: 'no such thing' })).json).toEqual({ items: [] });
    expect((await get('/catalogue', {}, { department: 'unknown' })).json).toEqual({ items: [] });
  });

  it.each([
    ['企开', []],
    ['业开', ['business-opening']],
    ['银行', ['bank-account']],
    ['YHKH', ['bank-account']],
    ['yinhangkaihu', ['bank-account']],
    ['kaihu 银行', ['bank-account']],
    ['qykb', ['business-opening']],
  ])('finds Chinese words in the middle of a name, and its sounds: %s', async (q, codes) => {
    const found = codesOf((await get('/catalogue', {}, { q, limit: '100' })).json);
    expect(found.filter((code) => codes.includes(code as never))).toEqual(codes);
    if (codes.length === 0) expect(found).toEqual([]);
  });

  it('goes on in the version in which it began, whatever is published meanwhile', async () => {
    const all = catalogue.services.map(({ code }) => code);
    const first = (await get('/catalogue', {}, { limit: '3' })).json;
    const [removed, ...services] = catalogue.services;
    await new Publisher(table, tableName()).publish({ ...catalogue, services });
    forgetCatalogue();
    expect([...codesOf(first), ...(await pages('100', String(first.cursor)))]).toEqual(all);
    expect(await pages('100')).not.toContain(removed?.code);
  });

  it('pages through everything once', async () => {
    const all = catalogue.services.map(({ code }) => code);
    expect(await pages('100')).toEqual(all);
    expect(await pages('7')).toEqual(all);
  });

  it.each([
    [{ cursor: 'nonsense' }, 400],
    [{ cursor: cursorOf({ after: 'unknown' }) }, 400],
    [{ cursor: cursorOf({ version: 2, from: 1 }) }, 400],
    [{ cursor: cursorOf({ version: 1e9, from: 1 }) }, 400],
    [{ cursor: cursorOf({ version: 1, from: -1 }) }, 400],
    [{ cursor: cursorOf({ version: 'CURRENT', from: 1 }) }, 400],
    [{ limit: '0' }, 422],
    [{ kind: 'other' }, 422],
  ])('answers %j with %i', async (query, status) => {
    const { statusCode, json, headers } = await get('/catalogue', {}, query);
    expect(statusCode).toBe(status);
    expect(headers?.['content-type']).toBe('application/problem+json');
    expect(() => problem.parse(json)).not.toThrow();
  });
});

describe('GET /catalogue/{code}', () => {
  it('shows a service with its form, its departments and a worked example', async () => {
    const { json } = await get('/catalogue/{code}', { code: 'business-opening' });
    const service = answers.catalogueService.parse(json);
    expect(service.departments?.map(({ code }) => code)).toEqual([
      'market-supervision',
      'public-security',
      'taxation',
      'human-resources',
      'bank',
    ]);
    expect(service.example).toMatchObject({ service: 'business-opening', delivery: { method: 'ems' } });
    expect(service.form).toMatchObject({ type: 'object' });
  });

  it('shows an item of a bundle as a service of its own', async () => {
    const { json } = await get('/catalogue/{code}', { code: 'bank-account' });
    const item = answers.catalogueService.parse(json);
    expect(item).toMatchObject({ kind: 'item', alone: true, partOf: ['business-opening'] });
    expect(item.example).toMatchObject({ service: 'bank-account', form: { bankBranch: 'jiefang-road' } });
    expect(item.form).not.toHaveProperty('properties.members');
  });

  it('says which edition of which version it is, and how long that may be kept', async () => {
    const { json, headers } = await get('/catalogue/{code}', { code: 'rental-filing' });
    expect(json).toMatchObject({ version: 1, edition: expect.stringMatching(/^[\w-]{43}$/) });
    expect(headers?.['cache-control']).toBe('public, max-age=60');
  });

  it.each(['unknown', '', '__proto__', 'constructor'])('answers %j with 404', async (code) => {
    expect((await get('/catalogue/{code}', { code })).statusCode).toBe(404);
  });
});

describe('GET /catalogue/{code}/promise', () => {
  const promise = (query: Record<string, string>, code = 'business-opening') =>
    get('/catalogue/{code}/promise', { code }, query);

  it('says when a filing would be due', async () => {
    const { statusCode, json } = await promise({ at: '2026-03-02T16:00:00+08:00' });
    expect(statusCode).toBe(200);
    expect(json).toEqual({
      dueAt: '2026-03-03T03:00:00.000Z',
      statutoryDueAt: '2026-05-08T09:00:00.000Z',
      provisional: false,
    });
  });

  it('counts from now when no instant is given, and marks what needs an unpublished calendar', async () => {
    expect(() => answers.promise.parse({})).toThrow();
    expect(answers.promise.parse((await promise({})).json)).toBeDefined();
    expect((await promise({ at: '2026-12-31T20:00:00+08:00' })).json).toMatchObject({ provisional: true });
  });

  it.each(['yesterday', '2026-11-23', '2026-11-23T10:00:00', '9999-12-31T23:59:59Z', '1900-01-01T00:00:00Z'])(
    'answers the instant %j with 422',
    async (at) => {
      const { statusCode, json } = await promise({ at });
      expect(statusCode).toBe(422);
      expect(json.errors).toMatchObject([{ parameter: 'at' }]);
    },
  );

  it('answers an unknown code with 404', async () => {
    expect((await promise({}, 'unknown')).statusCode).toBe(404);
  });
});
