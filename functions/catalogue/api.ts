/** HTTP: what can be applied for, what it asks for, and when it would be done. Open to anybody; no data of persons. */
import openApi from '#openapi' with { type: 'json' };
import { withDependencies } from '../approvals/plan.ts';
import { promiseOf } from '../clock/promise.ts';
import { type Answer, apiHandler, parseQuery, type Request } from '../platform/http.ts';
import { decodeCursor, encodeCursor } from '../platform/paging.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { servedDocument } from '../platform/served-document.ts';
import type { calls } from './calls.ts';
import { calendar, catalogue, type Entry } from './catalogue.ts';
import { listQuery, promiseQuery } from './queries.ts';

/** The catalogue changes with a deployment only; five minutes' staleness hurts nobody. */
const cached = { 'cache-control': 'public, max-age=300' };

const departmentsOf = ({ items }: Entry) =>
  catalogue.departments.filter(({ code }) => items.some(({ department }) => department === code));

/** What a list shows of an entry. */
function summary(entry: Entry) {
  const { code, kind, name, service, partOf } = entry;
  return {
    code,
    kind,
    name,
    ...(partOf ? { partOf } : { summary: service.summary }),
    departments: departmentsOf(entry),
    limits: partOf ? (entry.items[0] as Entry['items'][number]).limits : service.limits,
    visits: service.visits,
    fee: service.fee,
  };
}

/** A body that applies for the entry: for a part of a bundle, that item and what must come before it. */
function exampleOf({ code, service, partOf }: Entry): Record<string, unknown> {
  return partOf ? { ...service.example, items: withDependencies(service, [code]) } : service.example;
}

function details(entry: Entry) {
  const { service, items } = entry;
  return {
    ...summary(entry),
    service: service.code,
    delivery: service.delivery,
    items,
    form: service.form,
    example: exampleOf(entry),
  };
}

const matches = ({ code, name, service }: Entry, words: string[]): boolean => {
  const text = [
    code,
    name.zh,
    name.en,
    service.name.zh,
    service.name.en,
    service.summary.zh,
    service.summary.en,
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
};

/** @throws Problem malformed-request for a cursor that no list of ours returned. */
function startOf(cursor: string | undefined): number {
  const after = decodeCursor(cursor)?.after;
  if (cursor === undefined) return 0;
  const index = catalogue.entries.findIndex(({ code }) => code === after);
  if (index < 0)
    throw new Problem('malformed-request', 'The cursor is not one that a list of ours returned.');
  return index + 1;
}

async function list({ query }: Request): Promise<Answer> {
  const { limit, cursor, kind, department, q = '' } = parseQuery(listQuery, query);
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = catalogue.entries
    .slice(startOf(cursor))
    .filter((entry) => kind === undefined || entry.kind === kind)
    .filter(({ items }) => department === undefined || items.some((item) => item.department === department))
    .filter((entry) => matches(entry, words));
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const more = found.length > items.length && last ? { cursor: encodeCursor({ after: last.code }) } : {};
  return { status: 200, body: { items: items.map(summary), ...more }, headers: cached };
}

/** @throws Problem not-found */
function entryOf({ params }: Request): Entry {
  const entry = catalogue.entry(params.code ?? '');
  if (!entry) throw notFound('item or bundle in the catalogue');
  return entry;
}

async function read(request: Request): Promise<Answer> {
  return { status: 200, body: details(entryOf(request)), headers: cached };
}

async function promise(request: Request): Promise<Answer> {
  const { service } = entryOf(request);
  const { at } = parseQuery(promiseQuery, request.query);
  return { status: 200, body: promiseOf(calendar, service, at ?? (await now())) };
}

/** The business time. Loaded only when asked for: nothing else here needs the table. */
async function now(): Promise<Date> {
  const { businessNow } = await import('../clock/now.ts');
  return businessNow();
}

export const handler = apiHandler<typeof calls>({
  'GET /health': async () => ({ status: 200, body: { status: 'ok' } }),
  'GET /openapi.json': async () => ({ status: 200, body: servedDocument(openApi), headers: cached }),
  'GET /catalogue': list,
  'GET /catalogue/{code}': read,
  'GET /catalogue/{code}/promise': promise,
});
