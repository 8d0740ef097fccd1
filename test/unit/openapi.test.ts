import { describe, expect, it } from 'vitest';
import { apiDocument } from '../../functions/platform/api-document.ts';
import type { Call } from '../../functions/platform/call.ts';
import { openApiDocument } from '../../infra/api-document.ts';
import { Contract, type OpenApi } from '../support/openapi.ts';

const document = openApiDocument('1.2.3') as unknown as OpenApi & {
  openapi: string;
  info: { version: string };
};
const contract = new Contract(document);

/** The calls of the contract that exist so far. */
const calls = [
  'GET /health',
  'GET /openapi.json',
  'GET /catalogue',
  'GET /catalogue/{code}',
  'GET /catalogue/{code}/promise',
  'POST /applications',
  'GET /applications',
  'GET /applications/{id}',
  'GET /applications/{id}/timeline',
  'POST /applications/{id}/corrections',
  'POST /applications/{id}/withdrawal',
  'GET /departments',
  'GET /departments/{code}',
  'PUT /departments/{code}',
  'POST /departments/{code}/secrets',
  'GET /departments/{code}/reviews',
  'GET /reviews/{id}',
  'POST /reviews/{id}/decisions',
  'POST /courier/events',
  'POST /materials',
];

describe('the OpenAPI document', () => {
  it('is of version 3.1 and tells the version of the product', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info.version).toBe('1.2.3');
  });

  it('has every call of the contract', () => {
    const documented = contract.operations.map(({ method, route }) => `${method} ${route}`);
    expect(documented).toEqual(expect.arrayContaining(calls));
  });

  it('refers to nothing that it does not have', () => {
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components.schemas).toHaveProperty([name as string]);
    }
  });

  it.each(contract.operations.map((each) => [`${each.method} ${each.route}`, each] as const))(
    '%s names every part of its path, an answer that is good, and the errors, each with a schema that compiles',
    (_, { method, route, operation }) => {
      const names = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? [])
        .filter((each) => each.in === 'path')
        .map(({ name }) => name);
      expect(declared).toEqual(names);
      const statuses = Object.keys(operation.responses).map(Number);
      expect(statuses.filter((status) => status < 300)).toHaveLength(1);
      expect(statuses).toEqual(expect.arrayContaining([400, 401, 403, 404, 409, 415, 422, 429, 500]));
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        for (const type of Object.keys(content)) {
          const path = `/paths/${route.replaceAll('/', '~1')}/${method.toLowerCase()}/responses/${status}/content/`;
          expect(() => contract.validator(`${path}${type.replace('/', '~1')}/schema`)).not.toThrow();
        }
      }
      expect(operation.security).toBeDefined();
    },
  );

  it('names each operation by a verb and a noun, and no two alike', () => {
    const names = contract.operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+([A-Z][a-z]+)+$/);
    expect(names).toEqual(expect.arrayContaining(['submitApplication', 'readReview', 'decideReview']));
  });

  it('asks of a query what the handlers ask', () => {
    const queryOf = (route: string) =>
      Object.fromEntries(
        (document.paths[route]?.get?.parameters ?? [])
          .filter((each) => each.in === 'query')
          .map(({ name, required, schema }) => [name, { required: required ?? false, ...schema }]),
      );
    const limit = { required: false, type: 'integer', minimum: 1, maximum: 100, default: 20 };
    expect(queryOf('/applications')).toMatchObject({ limit, cursor: { required: false } });
    expect(queryOf('/applications/{id}/timeline')).toMatchObject({ limit: { ...limit, default: 100 } });
    expect(Object.keys(queryOf('/catalogue'))).toEqual(['limit', 'cursor', 'kind', 'department', 'q']);
    expect(queryOf('/catalogue/{code}/promise')).toMatchObject({ at: { format: 'date-time' } });
    expect(Object.keys(queryOf('/departments/{code}/reviews'))).toContain('status');
  });

  it('tells what a body must be for every call that changes something', () => {
    const bare = contract.operations.filter(
      ({ method, operation }) => method !== 'GET' && method !== 'DELETE' && !operation.requestBody,
    );
    expect(bare).toEqual([]);
  });
});

describe('a document made from described calls', () => {
  const about = { title: 'Any', version: '1' };
  const call: Call = {
    operationId: 'readThing',
    summary: 'A thing',
    tag: 'Things',
    auth: 'open',
    answer: { status: 204 },
  };

  it('has neither content nor parameters where nothing is sent', () => {
    const { paths } = apiDocument(about, [['GET /things', call]]);
    expect(paths?.['/things']?.get?.responses?.['204']).toEqual({ description: 'Done' });
    expect(paths?.['/things']?.get?.parameters).toEqual([]);
  });

  it('is not made of two calls with one operationId, nor of one route described twice', () => {
    const other = { ...call, operationId: 'readOther' };
    expect(() =>
      apiDocument(about, [
        ['GET /things', call],
        ['GET /others', call],
      ]),
    ).toThrow('operationId readThing');
    expect(() =>
      apiDocument(about, [
        ['GET /things', call],
        ['GET /things', other],
      ]),
    ).toThrow('route GET /things');
  });
});
