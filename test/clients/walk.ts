/** One case by a client that openapi-typescript makes of the served document; run beside it by clients.test.ts. */
import { randomUUID } from 'node:crypto';
import createClient from 'openapi-fetch';
import type { components, paths } from './onewindow.d.ts';

const { BASE_URL: baseUrl = '', TOKEN = '' } = process.env;
const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${TOKEN}` } });

const nobody = createClient<paths>({ baseUrl });
const refused = await nobody.GET('/applications');
if (refused.data !== undefined) throw new Error('Nobody may list applications.');

const entry = await client.GET('/catalogue/{code}', { params: { path: { code: 'business-opening' } } });
if (!entry.data?.example) throw new Error(`No example: ${JSON.stringify(entry.error)}`);

const body = entry.data.example as components['schemas']['Submission'];
const sent = await client.POST('/applications', {
  params: { header: { 'idempotency-key': randomUUID() } },
  body: { ...body, items: ['business-registration'] },
});
if (!sent.data) throw new Error(`Not taken: ${sent.error.errors?.map(({ detail }) => detail).join(', ')}`);
const { id } = sent.data;

const located = await fetch(new URL(sent.response.headers.get('location') ?? '', sent.response.url), {
  headers: { authorization: `Bearer ${TOKEN}` },
});

const params = { path: { id } };
async function untilCompleted(): Promise<components['schemas']['Application']> {
  for (let look = 0; look < 300; look++) {
    const { data, error } = await client.GET('/applications/{id}', { params });
    if (!data) throw new Error(`Not read: ${error.title}`);
    if (data.status === 'completed') return data;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${id} is not completed.`);
}
const application = await untilCompleted();
const timeline = await client.GET('/applications/{id}/timeline', { params });
const wrong = await client.POST('/applications/{id}/withdrawal', { params, body: { reason: '' } });

process.stdout.write(
  JSON.stringify({
    id,
    located: (await located.json()).id,
    status: application.status,
    reviews: application.reviews.map(({ status }) => status),
    output: application.outputs[0]?.facts?.number,
    events: timeline.data?.items.map(({ type }) => type),
    refused: refused.response.status,
    wrong: wrong.error?.errors,
  }),
);
