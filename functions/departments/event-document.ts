/** HTTP: what departments are told, as documents for their tools. */
import asyncApi from '#asyncapi' with { type: 'json' };
import type { Answer, Request } from '../platform/http.ts';
import { notFound } from '../platform/problems.ts';

/** They change with a deployment only. */
const cached = { 'cache-control': 'public, max-age=300' };

const schemas: Record<string, object & { title?: string }> = asyncApi.components.schemas;

/** The JSON Schema of one event. */
async function schema({ params: { type = '' } }: Request): Promise<Answer> {
  const found = Object.values(schemas).find(({ title }) => title === type);
  if (!found) throw notFound('event');
  return { status: 200, body: found, headers: cached };
}

export const documentRoutes = {
  'GET /asyncapi.json': async (): Promise<Answer> => ({ status: 200, body: asyncApi, headers: cached }),
  'GET /events/{type}': schema,
};
