/**
 * Every operation of the served document, called with values that its schemas allow, with such values spoiled, and
 * with plain nonsense; by whoever may call it and by whoever may not. It never answers 5xx, nor anything that the
 * document does not describe. FUZZ_RUNS and FUZZ_SEED vary the run; a failure prints its seed and its smallest case.
 */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sign } from '../../functions/platform/signing.ts';
import { openApiDocument } from '../../infra/api-document.ts';
import { getToken } from '../../infra/local/token.ts';
import { anyJson, spoiled, valid } from '../support/arbitraries.ts';
import { servedContract } from '../support/checked.ts';
import {
  anyone,
  as,
  behave,
  call,
  exampleOf,
  type Json,
  resetDepartments,
  submit,
  untilReview,
  untilStatus,
} from '../support/client.ts';
import { connectSandbox, reconnectSandbox } from '../support/department.ts';
import { Contract, type Found, type OpenApi, type Parameter } from '../support/openapi.ts';
import { idFor } from '../support/signed-id.ts';

/** Runs of an operation with a body; one without has fewer ways to go wrong. */
const runs = Number(process.env.FUZZ_RUNS ?? 40);
const seed = Number(process.env.FUZZ_SEED ?? 20_261_123);

/** A department of no case here: its settings may be anything, nothing will be sent there. */
const idle = 'city-management';
const busy = 'market-supervision';
const short = { items: ['business-registration'], delivery: { method: 'electronic' } };

let document: OpenApi;
/** Applications that wait for a correction, that are open, all of them; and reviews, of these and of others. */
const pools = { corrections: [] as string[], withdrawal: [] as string[] };
const numbers: string[] = [];
const reviews: string[] = [];
const secrets: Record<string, string> = {};
let example: Json;
/** The emptiest dead-letter queue whose messages can go back. */
let queue: string;
let parcel: { reference: string; trackingNumber: string };

async function secretOf(id: string): Promise<string> {
  const { SecretString = '' } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: `onewindow/local/${id}` }),
  );
  const value = JSON.parse(SecretString);
  return value.random ? `whsec_${value.random}` : value.secrets[0].secret;
}

// Its address and secrets were fuzzed; others still need it.
afterAll(() => reconnectSandbox(idle));

beforeAll(async () => {
  await resetDepartments();
  document = (await anyone.get('/openapi.json')).body;
  example = await exampleOf('business-opening', short);
  const sent = await submit('business-opening', { items: short.items });
  const { delivery } = await untilStatus(sent.number, 'issuing', 'delivering', 'completed');
  parcel = { reference: `${sent.number}/1`, trackingNumber: delivery.trackingNumber };
  await behave(busy, 'correct-once');
  const several = (count: number): Promise<Json[]> =>
    Promise.all(Array.from({ length: count }, () => submit('business-opening', short)));
  const corrected = await several(3);
  await Promise.all(corrected.map(({ number }) => untilStatus(number, 'awaiting-correction')));
  await behave(busy, 'silent');
  const [withdrawn, ...open] = await several(8);
  await Promise.all(open.map(({ number }) => untilReview(number, busy, 'requested')));
  await as('applicant').post(`/applications/${withdrawn.number}/withdrawal`, { reason: 'No' });
  const numberOf = ({ number }: Json): string => number;
  // Of the last three only reviews are fuzzed, so that nobody withdraws them before.
  pools.corrections.push(...corrected.map(numberOf));
  pools.withdrawal.push(...open.slice(0, -3).map(numberOf));
  numbers.push(...pools.corrections, withdrawn.number, ...pools.withdrawal);
  reviews.push(...open.slice(-3).map((each) => `${numberOf(each)}-1`), `${withdrawn.number}-1`);
  const putAside = (await as('operator').get('/operations/dead-letters')).body.items;
  queue = putAside.findLast(({ belongsTo }: Json) => belongsTo !== null).name;
  secrets.department = await secretOf(`departments/${busy}`);
  secrets.courier = await secretOf('CourierSecret');
  secrets.sms = await secretOf('SmsSecret');
});

afterAll(async () => {
  await connectSandbox(idle);
  await resetDepartments();
});

/** Values of a path's parameter: mostly such as exist, so that the call comes further than 404. */
function pathValue(address: string): fc.Arbitrary<string> {
  const route = address.replace('/operations/cases', '/applications').replace('/operations/dep', '/dep');
  const known = route.startsWith('/reviews')
    ? fc.constantFrom(...reviews)
    : route.startsWith('/applications')
      ? fc.constantFrom(...(pools[route.split('/').at(-1) as keyof typeof pools] ?? numbers))
      : route.startsWith('/departments')
        ? fc.constant(route.endsWith('/reviews') ? busy : idle)
        : route.startsWith('/events')
          ? fc.constant('review.requested')
          : route.startsWith('/operations')
            ? fc.constant(queue)
            : fc.constantFrom('business-opening', 'seal-engraving', 'rental-filing');
  const strange = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    fc.constantFrom('__proto__', 'a/b', '%', '☃', 'x'.repeat(2_500), `${numbers[0]}-99`, 'null', '-1'),
  );
  // Addresses are well-formed text, and dots alone would be taken out by any client.
  const sendable = strange.map((text) => text.toWellFormed()).filter((text) => !/^\.{0,2}$/.test(text));
  return fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: sendable });
}

/** What may stand in a header. */
const headerText = fc.stringMatching(/^[\x21-\x7e]([\x20-\x7e]{0,60}[\x21-\x7e])?$/);

function parameters(all: Parameter[], place: Parameter['in']): fc.Arbitrary<Record<string, string>> {
  const shape = Object.fromEntries(
    all
      .filter((each) => each.in === place && !each.name.startsWith('webhook-'))
      .map(({ name, schema }) => [
        name,
        fc.oneof(
          valid(schema, document).map(String),
          place === 'header'
            ? headerText
            : anyJson.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
        ),
      ]),
  );
  const present = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 5, maxLength: 5 });
  return fc.tuple(fc.record(shape), present).map(([given, dice]) =>
    Object.fromEntries(
      Object.entries(given)
        .filter((_, i) => dice[i] === 0)
        .map(([name, text]) => [name, String(text).toWellFormed()] as const)
        // A header is sent as it stands, a query is encoded.
        .filter(([, text]) => place === 'query' || /^[\x21-\x7e]+$/.test(text)),
    ),
  );
}

const doors: Record<string, string> = {
  applications: 'applicant',
  materials: 'clerk',
  departments: 'operator',
  reviews: 'officer',
  operations: 'operator',
};
const roles = ['applicant', 'agent', 'clerk', 'officer', 'operator'] as const;

type Auth = { kind: 'right' | 'role' | 'none' | 'nonsense' | 'signature'; role: (typeof roles)[number] };
const auths = fc.record<Auth>({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('right' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('role' as const, 'none' as const, 'nonsense' as const, 'signature' as const),
    },
  ),
  role: fc.constantFrom(...roles),
});

const bearer = async (role: (typeof roles)[number]): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await getToken(role, role === 'officer' ? busy : undefined)}`,
});

/** Headers that open the door, or do not. */
async function credentials(
  { method, route, operation }: Found,
  { kind, role }: Auth,
  raw: string,
  where: string,
): Promise<Record<string, string>> {
  const room = route.split('/')[1] ?? '';
  const signs = operation.security?.some((each) => 'signature' in each);
  if (kind === 'none') return {};
  if (kind === 'nonsense') return { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.AAAA' };
  if (kind === 'signature') return sign([`whsec_${'Z'.repeat(32)}`], idFor(method, where), raw);
  if (kind === 'role') return bearer(role);
  if (room === 'courier' || room === 'sms') return sign([secrets[room] ?? ''], idFor(method, where), raw);
  if (route.endsWith('/handover')) return bearer('operator');
  if (signs && role !== 'officer') return sign([secrets.department ?? ''], idFor(method, where), raw);
  const owner = route.endsWith('/reviews') ? 'officer' : doors[room];
  return owner ? bearer(owner as (typeof roles)[number]) : {};
}

/** A worked example of each body, to be spoiled. */
function exampleFor(route: string): Json {
  if (route === '/applications') return example;
  if (route.endsWith('/corrections')) return { form: { nameCandidates: ['杭州湖滨新禾文化创意有限公司'] } };
  if (route.endsWith('/decisions'))
    return { outcome: 'correction', reason: 'Name', fields: ['/form/companyName'] };
  // Later than anything is written: nothing is carried again forty times.
  if (route === '/operations/replays') return { since: '2999-01-01T00:00:00Z' };
  if (route.startsWith('/operations/dead-letters'))
    return route.endsWith('/redrive') ? {} : { because: 'Fuzzed' };
  if (route.startsWith('/operations')) return {};
  if (route.endsWith('/handover')) return { officer: `officer-${busy}` };
  if (route === '/courier/events') return { ...parcel, event: 'in-transit' };
  if (route === '/sms/receipts') return { reference: `${numbers[0]}/2/0`, status: 'failed' };
  if (route === '/materials') return { code: 'proof-of-address', contentType: 'image/png', size: 10 };
  if (route.startsWith('/departments')) return { webhookUrl: null, paused: false };
  return route.endsWith('/withdrawal') ? { reason: 'Fuzzed' } : { code: '12345678' };
}

type Body = { raw: string | undefined; type: string };

function bodies({ route, operation }: Found): fc.Arbitrary<Body> {
  const schema = operation.requestBody?.content['application/json'].schema;
  if (!schema) return fc.constant({ raw: undefined, type: '' });
  const allowed = route === '/operations/replays' ? fc.constant(exampleFor(route)) : valid(schema, document);
  const value = fc.oneof(
    fc.constant(exampleFor(route)),
    allowed,
    spoiled(allowed),
    { weight: 3, arbitrary: spoiled(fc.constant(exampleFor(route))) },
    anyJson,
  );
  const text = fc.oneof(
    { weight: 12, arbitrary: value.map((each) => JSON.stringify(each)) },
    {
      weight: 1,
      arbitrary: fc.oneof(fc.string(), fc.constantFrom('', '{', '[1,', '"', '{"a":1}{', '\u0000')),
    },
  );
  const type = fc.oneof(
    { weight: 15, arbitrary: fc.constant('application/json') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'text/plain',
        'application/xml',
        'application/json; charset=utf-16',
        'nonsense',
      ),
    },
  );
  return fc.record({ raw: text.map((each) => each.toWellFormed()), type });
}

const wish = (found: Found) =>
  fc.record({
    path: pathValue(found.route),
    query: parameters(found.operation.parameters ?? [], 'query'),
    headers: parameters(found.operation.parameters ?? [], 'header'),
    body: bodies(found),
    auth: auths,
  });

const operations = new Contract(openApiDocument('0.0.0') as unknown as OpenApi).operations;
/** The code to collect with is in no one's guess. */
const neverDone = [
  'POST /applications/{id}/collection',
  // None of the cases here has a condition or a refusal; test/e2e/journeys/rounds.test.ts has.
  'POST /applications/{id}/conversion',
  'POST /applications/{id}/hearing',
  // Nor does a material follow in one; test/e2e/services-as-data.test.ts has one that does.
  'POST /applications/{id}/supplements',
  'POST /applications/{id}/objection',
  'POST /applications/{id}/objections/{objection}/decision',
  // The idle department has no address to be tried at; test/e2e/receiver-check.test.ts tries one that has.
  'POST /departments/{code}/check',
  'GET /departments/{code}/checks/{id}',
  // Nor has it a delivery, or a secret whose id is known here; test/handlers/deliveries.test.ts brings them about.
  'POST /departments/{code}/deliveries/resend',
  'POST /departments/{code}/deliveries/{id}/resend',
  'POST /departments/{code}/test-events',
  'DELETE /departments/{code}/secrets/{id}',
  // Nobody has lost a parcel three times; test/handlers/operations.test.ts has.
  'POST /operations/cases/{id}/anew',
  // The secret of the canary's department is its own; test/e2e/canary.test.ts has it called.
  'POST /canary/webhooks',
];

it('the served document has these operations and no other', async () => {
  const names = ({ operations: all }: Contract): string[] =>
    all.map(({ method, route }) => `${method} ${route}`);
  expect(names(await servedContract())).toEqual(operations.map(({ method, route }) => `${method} ${route}`));
});

it.concurrent.each(operations.map(({ method, route }) => `${method} ${route}`))(
  '%s never breaks, and answers as documented',
  async (name) => {
    const contract = await servedContract();
    const found = contract.operations.find(({ method, route }) => `${method} ${route}` === name) as Found;
    const statuses = new Set<number>();
    const numRuns = found.operation.requestBody ? runs : Math.ceil(runs / 2);
    await fc.assert(
      fc.asyncProperty(wish(found), async ({ path, query, headers, body, auth }) => {
        const where = found.route.replace(/\{\w+\}/, encodeURIComponent(path));
        const search = new URLSearchParams(query).toString();
        const reply = await call(found.method, `${where}${search ? `?${search}` : ''}`, {
          headers: {
            ...headers,
            ...(body.raw === undefined ? {} : { 'content-type': body.type }),
            ...(await credentials(found, auth, body.raw ?? '', where)),
          },
          ...(body.raw === undefined ? {} : { raw: body.raw }),
        });
        statuses.add(reply.status);
        const seen = { status: reply.status, headers: reply.headers, text: JSON.stringify(reply.body) };
        const faults = reply.status >= 500 ? ['a fault of the server'] : contract.faults(found, seen);
        if (faults.length > 0)
          throw new Error(`${where} answered ${reply.status} ${seen.text}: ${faults.join('; ')}`);
      }),
      { numRuns, seed },
    );
    // A fuzz that is turned away at the door has tried nothing.
    const isDone = [...statuses].some((status) => status < 300);
    if (!isDone && !neverDone.includes(name)) throw new Error(`Only answered ${[...statuses].join(', ')}`);
  },
);
