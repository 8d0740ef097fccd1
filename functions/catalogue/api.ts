/** HTTP: what can be applied for, what it asks for, and when it would be done. Open to anybody; no data of persons. */
import { businessNow } from '../clock/now.ts';
import { promiseOf } from '../clock/promise.ts';
import { type Answer, apiHandler, parseQuery, type Request } from '../platform/http.ts';
import { decodeCursor, encodeCursor } from '../platform/paging.ts';
import { type FieldError, notFound, Problem } from '../platform/problems.ts';
import { servedDocument } from '../platform/served-document.ts';
import type { ApplicantType } from './applicant-types.ts';
import type { calls } from './calls.ts';
import { calendar } from './centre.ts';
import { composeNow, compositionErrors } from './composed.ts';
import { derive } from './derive.ts';
import { type DirectoryEntry, search } from './directory.ts';
import { explanationOf } from './explain.ts';
import {
  currentDepartments,
  currentService,
  currentVersion,
  directoryOf,
  type Edition,
} from './published.ts';
import { listQuery, promiseQuery, readQuery } from './queries.ts';
import type { Department, Service } from './schemas.ts';

/** A publication reaches everybody within a minute. */
const cached = { 'cache-control': 'public, max-age=60' };

/** Whom an operator calls there is nobody else's matter. */
const named = (codes: string[], departments: Department[]): Pick<Department, 'code' | 'name'>[] =>
  departments.filter(({ code }) => codes.includes(code)).map(({ code, name }) => ({ code, name }));

/** What a list shows of a service. */
function summary(entry: Omit<DirectoryEntry, 'text'>, departments: Department[]) {
  const { code, kind, name, summary: text, partOf, limits, visits, fee, applicants, alone } = entry;
  return {
    code,
    kind,
    name,
    summary: text,
    ...(partOf.length > 0 ? { partOf } : {}),
    departments: named(entry.departments, departments),
    limits,
    visits,
    fee,
    applicants,
    alone,
  };
}

const badCursor = (): Problem =>
  new Problem('malformed-request', 'The cursor is not one that a list of ours returned.');

/** The version that a page is of, and the place in it: what is published meanwhile disturbs no reader. */
async function placeOf(cursor: string | undefined): Promise<{ version: number; from: number }> {
  if (cursor === undefined) return { version: (await currentVersion()).version, from: 0 };
  const { version, from } = decodeCursor(cursor) ?? {};
  const isPlace = [version, from].every((each) => Number.isSafeInteger(each) && (each as number) > 0);
  if (!isPlace || (version as number) > 999_999) throw badCursor();
  return { version: version as number, from: from as number };
}

async function list({ query }: Request): Promise<Answer> {
  const { limit, cursor, ...sought } = parseQuery(listQuery, query);
  const { version, from } = await placeOf(cursor);
  const entries = await directoryOf(version);
  if (!entries) throw badCursor();
  const { found, next } = search(entries, sought, from, limit);
  const departments = await currentDepartments();
  return {
    status: 200,
    body: {
      items: found.map((entry) => summary(entry, departments)),
      ...(next === undefined ? {} : { cursor: encodeCursor({ version, from: next }) }),
    },
    headers: cached,
  };
}

/** @throws Problem not-found */
async function editionOf({ params }: Request): Promise<Edition> {
  const found = await currentService(params.code ?? '');
  if (!found || found.service.hidden) throw notFound('item or bundle in the catalogue');
  return found;
}

const departmentsOf = ({ items }: Service): string[] => [
  ...new Set(items.map(({ department }) => department)),
];

type Wish = { items?: string[] | undefined; applicant?: ApplicantType | undefined };

/**
 * The service that is asked about: as it is published, or of the items that are to be put together.
 * @throws Problem invalid-input naming items that there are not, or that do not go together
 */
async function asked(found: Edition, { items, applicant }: Wish): Promise<Service> {
  const { service } = found;
  if (!items) return service;
  const composition = service.kind === 'composed' ? await composeNow(found, items) : undefined;
  const errors = composition
    ? compositionErrors(items, composition, applicant)
    : unknownItems(service, items);
  if (errors.length > 0) throw new Problem('invalid-input', 'These items cannot be applied for so.', errors);
  return composition?.service ?? service;
}

const unknownItems = ({ items }: Service, chosen: string[]): FieldError[] =>
  chosen.flatMap((item, i) =>
    items.some(({ code }) => code === item)
      ? []
      : [{ pointer: `/items/${i}`, detail: 'Not an item of this service' }],
  );

async function read(request: Request): Promise<Answer> {
  const { answers = {}, ...wish } = parseQuery(readQuery, request.query);
  const found = await editionOf(request);
  const service = await asked(found, wish);
  const isComposed = service.kind === 'composed' && wish.items !== undefined;
  const { version } = await currentVersion();
  const { basis, items, conditions, stages, questions, form, example, delivery } = service;
  return {
    status: 200,
    body: {
      ...summary({ ...service, departments: departmentsOf(service) }, await currentDepartments()),
      // What it is applied for by.
      service: service.alone ? service.code : (service.partOf[0] ?? service.code),
      version,
      edition: found.edition,
      basis,
      delivery,
      items,
      conditions,
      stages,
      questions,
      form,
      example,
      derivation: derive(service, answers, wish.items),
      explanation: explanationOf(service, wish.items),
      ...(isComposed ? { promise: promiseOf(calendar, service, await businessNow()) } : {}),
    },
    headers: cached,
  };
}

async function promise(request: Request): Promise<Answer> {
  const { at, items } = parseQuery(promiseQuery, request.query);
  const service = await asked(await editionOf(request), { items });
  return { status: 200, body: promiseOf(calendar, service, at ?? (await businessNow())) };
}

/** Loaded when somebody asks for it: it is larger than all the code here. */
async function document(): Promise<Answer> {
  const { default: openApi } = await import('#openapi', { with: { type: 'json' } });
  return { status: 200, body: servedDocument(openApi), headers: cached };
}

export const handler = apiHandler<typeof calls>({
  'GET /openapi.json': document,
  'GET /catalogue': list,
  'GET /catalogue/{code}': read,
  'GET /catalogue/{code}/promise': promise,
});
