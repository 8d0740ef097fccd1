import { describe, expect, it } from 'vitest';
import { apiDocument } from '../../functions/platform/api-document.ts';
import type { Call } from '../../functions/platform/call.ts';
import { openApiDocument, sandboxDocument } from '../../infra/api-document.ts';
import { Contract, type OpenApi, type Schema } from '../support/openapi.ts';

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
      expect(statuses).toEqual(expect.arrayContaining([400, 404, 422, 429, 500, 503]));
      const isOpen = operation.security?.length === 0;
      expect(statuses.filter((status) => [401, 403].includes(status))).toEqual(isOpen ? [] : [401, 403]);
      expect(statuses.includes(415)).toBe(operation.requestBody !== undefined);
      const takesVersion = operation.parameters?.some(({ name }) => name === 'if-match') ?? false;
      expect(statuses.includes(412)).toBe(takesVersion || operation.operationId === 'decideReview');
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

  it('asks for no more in a query than API Gateway carries: 10,240 bytes with the headers', () => {
    const longest = contract.operations.map(({ method, route, operation }) => {
      const lengths = (operation.parameters ?? [])
        .filter((each) => each.in === 'query')
        .map(({ schema }) => Number(schema.maxLength ?? 0));
      return [`${method} ${route}`, lengths.reduce((sum, each) => sum + each, 0)] as const;
    });
    expect(longest.filter(([, length]) => length > 8_000)).toEqual([]);
  });

  it('tells what a body must be for every call that changes something', () => {
    const bare = contract.operations.filter(
      ({ method, operation }) => method !== 'GET' && method !== 'DELETE' && !operation.requestBody,
    );
    expect(bare).toEqual([]);
  });
});

/** Every object with fields that is written out inside another, and where. */
function inlined(schema: Schema, at: string, isRoot = true): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const own = !isRoot && schema.properties ? [at] : [];
  return [
    ...own,
    ...Object.entries(schema).flatMap(([name, child]) =>
      name === 'examples' || name === 'properties'
        ? Object.entries((name === 'properties' ? child : {}) as object).flatMap(([field, each]) =>
            inlined(each, `${at}/${field}`, false),
          )
        : inlined(child, `${at}/${name}`, false),
    ),
  ];
}

describe.each([
  ['of OneWindow', document],
  ['of the sandbox', sandboxDocument('1.2.3') as unknown as OpenApi],
])('for those who make clients from it, the document %s', (_, made) => {
  it('names each object that has fields, so that a client gets a type of that name', () => {
    const schemas = Object.entries(made.components.schemas);
    expect(schemas.flatMap(([name, schema]) => inlined(schema, name))).toEqual([]);
    const bodies = new Contract(made).operations.flatMap(({ method, route, operation }) => [
      [`${method} ${route}`, operation.requestBody?.content['application/json'].schema],
      ...Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
        Object.values(content).map(({ schema }) => [`${method} ${route} ${status}`, schema]),
      ),
    ]);
    expect(bodies.filter(([, schema]) => schema && !schema.$ref).map(([where]) => where)).toEqual([]);
  });

  it('leaves what is answered open to fields that are new', () => {
    const asked = new Set(
      Object.values(made.paths).flatMap((methods) =>
        Object.values(methods).map(({ requestBody }) => requestBody?.content['application/json'].schema.$ref),
      ),
    );
    const text = JSON.stringify(made.components.schemas);
    // What is sent names what it consists of; what is answered may not be closed.
    const sent = new Set<string>();
    const collect = (ref: string): void => {
      const name = ref.split('/').at(-1) ?? '';
      if (sent.has(name)) return;
      sent.add(name);
      const part = JSON.stringify(made.components.schemas[name]);
      for (const [, inner] of part.matchAll(/"\$ref":"([^"]+)"/g)) collect(inner as string);
    };
    for (const ref of asked) if (ref) collect(ref);
    const closed = Object.entries(made.components.schemas as Record<string, Schema>).filter(
      ([name, schema]) => !sent.has(name) && JSON.stringify(schema).includes('"additionalProperties":false'),
    );
    expect(text).toContain('"additionalProperties":false');
    expect(closed.map(([name]) => name)).toEqual([]);
  });

  it('writes each error once', () => {
    const responses = Object.values(made.paths).flatMap((methods) =>
      Object.values(methods).flatMap((operation) => Object.entries(operation.responses)),
    );
    const errors = responses.filter(([status]) => Number(status) >= 400);
    const written = errors.filter(([, response]) => !('$ref' in response)).map(([status]) => status);
    // Of its health the service tells in its own words, and so does the carrier of the sandbox that refuses a number.
    expect(written).toEqual(made === document ? ['503'] : ['422']);
  });

  it('has a chapter for every operation, and no calls of the other document', () => {
    const { tags } = made as unknown as { tags: { name: string }[] };
    const used = Object.values(made.paths).flatMap((methods) =>
      Object.values(methods).flatMap((operation) => (operation as unknown as { tags: string[] }).tags),
    );
    expect(new Set(tags.map(({ name }) => name))).toEqual(new Set(used));
    const isSandbox = (route: string): boolean => route.startsWith('/sandbox/');
    expect(new Set(Object.keys(made.paths).map(isSandbox))).toEqual(new Set([made !== document]));
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
