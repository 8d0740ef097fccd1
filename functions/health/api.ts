/** HTTP: whether the service is well, and whether it runs at all. */
import { type Answer, apiHandler } from '../platform/http.ts';
import type { calls } from './calls.ts';
import { dependencies } from './dependencies.ts';
import { looker } from './look.ts';

const look = looker(dependencies, () => performance.now());

/** No problem document: monitors read the status, and people what is away. */
async function health(): Promise<Answer> {
  const body = await look();
  if (body.status === 'ok') return { status: 200, body };
  return {
    status: 503,
    body,
    headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': '10' },
  };
}

export const handler = apiHandler<typeof calls>({
  'GET /health': health,
  'GET /health/live': async () => ({ status: 200, body: { status: 'ok' } }),
});
