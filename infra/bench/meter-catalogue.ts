/**
 * What the size of the catalogue costs: the same calls with a few services and with thousands. Reads are counted in the
 * functions in this process, against a table of their own in the local cloud, and are exact; times are those of the
 * deployed functions over HTTP, and are only printed.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { CatalogueFile, Service } from '../../functions/catalogue/schemas.ts';
import { Publisher } from '../catalogue/publish.ts';
import { repositoryCatalogue } from '../catalogue/read.ts';
import { median } from './load.ts';
import { Meter } from './meter.ts';
import { makePlace } from './meter-cloud.ts';

export const catalogueSizes = [3, 50, 477, 500, 5_000] as const;
const samples = 40;
const warmUps = 15;

/** Reads of a function that knows nothing yet, and of its next call; the median time over HTTP, ms, of what is read. */
export type Measured = { first: number; next: number; ms?: number };
export type CatalogueCost = { services: number; publishMs: number; calls: Record<string, Measured> };

/** So many services, made of one; the last has a name of its own. */
export function generatedCatalogue(
  count: number,
  { departments, services }: CatalogueFile = repositoryCatalogue(),
): Pick<CatalogueFile, 'departments' | 'services'> {
  const base = services.find(({ code }) => code === 'rental-filing') as Service;
  const made = Array.from({ length: count }, (_, i): Service => {
    const code = `service-${i + 1}-of-${count}`;
    const zh = i === count - 1 ? '最后的终点事项' : `${base.name.zh}第${i + 1}号`;
    return {
      ...base,
      code,
      name: { zh, en: `${base.name.en} ${i + 1}` },
      items: base.items.map((item) => ({ ...item, code })),
      example: { ...base.example, service: code },
    };
  });
  return { departments, services: made };
}

type Call = {
  route: string;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
};
type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<{ statusCode?: number } | string>;

const event = ({ route, params = {}, query = {}, body }: Call) =>
  ({
    routeKey: route,
    pathParameters: params,
    queryStringParameters: query,
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    isBase64Encoded: false,
    requestContext: {
      authorizer: {
        jwt: { claims: { sub: randomUUID(), token_use: 'access', 'cognito:groups': '[applicant]' } },
      },
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }) as unknown as APIGatewayProxyEventV2;

/** Loaded when the environment is set. */
const load = async () => ({
  catalogue: (await import('../../functions/catalogue/api.ts')).handler as Handler,
  intake: (await import('../../functions/intake/api.ts')).handler as Handler,
  ...(await import('../../functions/catalogue/published.ts')),
  ...(await import('../../functions/platform/table.ts')),
});
type Rooms = Awaited<ReturnType<typeof load>>;

const reads = ({ usage }: Meter): number =>
  Object.entries(usage.calls)
    .filter(([name]) => /^DynamoDB (Get|Query|BatchGet)$/.test(name))
    .reduce((sum, [, times]) => sum + times, 0);

/** Reads of a first call and of the next one. @throws Error unless each is answered 2xx */
async function countReads(rooms: Rooms, handler: Handler, call: Call): Promise<Measured> {
  const once = async (): Promise<number> => {
    const meter = new Meter();
    const answer = await meter.use('CatalogueApi', () => handler(event(call), {} as Context));
    const status = typeof answer === 'string' ? 200 : answer.statusCode;
    if (status === undefined || status > 299) throw new Error(`${call.route} was answered ${status}.`);
    return reads(meter);
  };
  rooms.forgetCatalogue();
  return { first: await once(), next: await once() };
}

/** Where the deployed functions answer, and the table that they read. */
export type Deployment = { api: string; tableName: string };

const addressOf = (api: string, { route, params = {}, query = {} }: Call): string => {
  const path = Object.entries(params).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, value),
    route.replace('GET ', ''),
  );
  return `${api}${path}?${new URLSearchParams(query)}`;
};

/** The median time of a call that reads, once the function has what it keeps. */
async function timeOf({ api }: Deployment, call: Call): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < samples; i++) {
    const began = performance.now();
    const answer = await fetch(addressOf(api, call));
    await answer.text();
    if (!answer.ok) throw new Error(`${call.route} was answered ${answer.status}.`);
    if (i >= warmUps) times.push(performance.now() - began);
  }
  return median(times);
}

/** A publication reaches every process of a function within seconds. */
async function untilShown({ api }: Deployment, code: string): Promise<void> {
  for (let left = 100; (await fetch(`${api}/catalogue/${code}`)).status !== 200; left--) {
    if (left === 0) throw new Error(`${code} was published and is not shown.`);
    await sleep(200);
  }
}

async function measureSize(services: number, deployed: Deployment): Promise<CatalogueCost> {
  await makePlace('http://127.0.0.1:9', []);
  const rooms = await load();
  const files = generatedCatalogue(services);
  const last = files.services.at(-1) as Service;
  const began = performance.now();
  await new Publisher(rooms.table, rooms.tableName()).publish(files);
  const publishMs = performance.now() - began;
  await new Publisher(rooms.table, deployed.tableName).publish(files);
  const one = { params: { code: last.code } };
  const { form } = last.example as { form: Record<string, unknown> };
  const calls: Record<string, [Handler, Call]> = {
    list: [rooms.catalogue, { route: 'GET /catalogue' }],
    'search by characters': [rooms.catalogue, { route: 'GET /catalogue', query: { q: '终点' } }],
    'search by sounds': [rooms.catalogue, { route: 'GET /catalogue', query: { q: 'zhongdian' } }],
    read: [rooms.catalogue, { route: 'GET /catalogue/{code}', ...one }],
    plan: [
      rooms.catalogue,
      { route: 'GET /catalogue/{code}', ...one, query: { answers: JSON.stringify(form) } },
    ],
    submit: [rooms.intake, { route: 'POST /applications', body: last.example }],
  };
  await untilShown(deployed, last.code);
  const measured: CatalogueCost['calls'] = {};
  for (const [name, [handler, call]] of Object.entries(calls)) {
    const ms = call.route.startsWith('GET') ? { ms: await timeOf(deployed, call) } : {};
    measured[name] = { ...(await countReads(rooms, handler, call)), ...ms };
  }
  return { services, publishMs, calls: measured };
}

/** Measures every size in the local cloud that `process.env` points to, and publishes them to its stage. */
export async function meterCatalogue(
  deployed: Deployment,
  tell: (detail: string) => void,
): Promise<CatalogueCost[]> {
  const costs: CatalogueCost[] = [];
  for (const services of catalogueSizes) {
    tell(`${services} services`);
    costs.push(await measureSize(services, deployed));
  }
  return costs;
}
