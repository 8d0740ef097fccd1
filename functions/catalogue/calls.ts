/** The calls about the catalogue and about the service itself, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import { apiDescription, catalogueList, catalogueService, health, promise } from './answers.ts';
import { listQuery, promiseQuery, readQuery } from './queries.ts';

const tag = 'Catalogue';

export const calls = {
  'GET /health': {
    operationId: 'readHealth',
    summary: 'Is it up',
    tag: 'Service',
    auth: 'open',
    answer: { status: 200, schema: health },
  },
  'GET /openapi.json': {
    operationId: 'readApiDescription',
    summary: 'This document',
    tag: 'Service',
    auth: 'open',
    answer: { status: 200, schema: apiDescription },
  },
  'GET /catalogue': {
    operationId: 'listCatalogue',
    summary: 'Items and bundles',
    tag,
    auth: 'open',
    query: listQuery,
    answer: { status: 200, schema: catalogueList },
  },
  'GET /catalogue/{code}': {
    operationId: 'readCatalogueEntry',
    summary:
      'One item or bundle: its form, its departments, a worked example, and what follows from answers and choices',
    tag,
    auth: 'open',
    query: readQuery,
    answer: { status: 200, schema: catalogueService },
  },
  'GET /catalogue/{code}/promise': {
    operationId: 'readPromise',
    summary: 'Filed at that instant, due then',
    tag,
    auth: 'open',
    query: promiseQuery,
    answer: { status: 200, schema: promise },
  },
} satisfies Calls;
