/** What must hold of every route alike: who gets in, and what becomes of a body or a query that is no good. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sign } from '../../functions/platform/signing.ts';
import { dismantle, whsec } from '../support/memory-cloud.ts';
import {
  contract,
  groupsOf,
  isOpenRoute,
  jwt,
  OneWindow,
  type Options,
  type Reply,
} from '../support/onewindow.ts';

const people = ['applicant', 'agent', 'clerk'];
const everybody = [...people, 'officer', 'operator'];

/** The roles that a route is for; `signed`: a partner's signature, `open`: anybody. */
const doors: Record<string, string[] | 'signed' | 'open'> = {
  'GET /health': 'open',
  'GET /health/live': 'open',
  'GET /openapi.json': 'open',
  'GET /asyncapi.json': 'open',
  'GET /events/{type}': 'open',
  'GET /catalogue': 'open',
  'GET /catalogue/{code}': 'open',
  'GET /catalogue/{code}/promise': 'open',
  'POST /applications': people,
  'GET /applications': [...people, 'operator'],
  'GET /applications/{id}': [...people, 'operator'],
  'GET /applications/{id}/timeline': [...people, 'operator'],
  'GET /applications/{id}/clock': [...people, 'operator', 'officer'],
  'POST /applications/{id}/corrections': people,
  'POST /applications/{id}/supplements': people,
  'POST /applications/{id}/withdrawal': people,
  'POST /applications/{id}/collection': people,
  'POST /applications/{id}/conversion': [...people, 'officer'],
  'POST /applications/{id}/hearing': people,
  'POST /applications/{id}/objection': people,
  'POST /applications/{id}/objections/{objection}/decision': ['officer', 'operator'],
  'POST /materials': people,
  'GET /departments': ['operator'],
  'GET /departments/{code}': ['operator'],
  'PUT /departments/{code}': ['operator'],
  'PATCH /departments/{code}': ['operator'],
  'GET /departments/{code}/deliveries': ['operator'],
  'POST /departments/{code}/deliveries/{id}/resend': ['operator'],
  'POST /departments/{code}/deliveries/resend': ['operator'],
  'POST /departments/{code}/test-events': ['operator'],
  'POST /departments/{code}/check': ['operator'],
  'GET /departments/{code}/checks/{id}': ['operator'],
  'GET /departments/{code}/secrets': ['operator'],
  'DELETE /departments/{code}/secrets/{id}': ['operator'],
  'POST /departments/{code}/secrets': ['operator'],
  'GET /departments/{code}/reviews': ['officer'],
  'GET /reviews/{id}': ['officer'],
  'POST /reviews/{id}/decisions': ['officer'],
  'POST /reviews/{id}/handover': ['operator'],
  'GET /operations/cases/{id}': ['operator'],
  'GET /operations/cases/{id}/repair': ['operator'],
  'POST /operations/cases/{id}/repair': ['operator'],
  'POST /operations/cases/{id}/replay': ['operator'],
  'POST /operations/cases/{id}/anew': ['operator'],
  'POST /operations/replays': ['operator'],
  'GET /operations/escalated': ['operator'],
  'GET /operations/departments/{code}': ['operator'],
  'GET /operations/dead-letters': ['operator'],
  'GET /operations/dead-letters/{queue}': ['operator'],
  'POST /operations/dead-letters/{queue}/redrive': ['operator'],
  'POST /operations/dead-letters/{queue}/shelving': ['operator'],
  'POST /canary/webhooks': 'signed',
  'POST /courier/events': 'signed',
  'POST /sms/receipts': 'signed',
};

const bodies: Record<string, object> = {
  'POST /applications/{id}/corrections': { form: { employees: 4 } },
  'POST /applications/{id}/supplements': { materials: [{ code: 'health-check-certificate' }] },
  'POST /applications/{id}/withdrawal': { reason: 'Another plan' },
  'POST /applications/{id}/collection': { code: '12345678' },
  'POST /applications/{id}/conversion': { condition: 'land-right' },
  'POST /applications/{id}/hearing': { review: 'x-1' },
  'POST /applications/{id}/objection': { reviews: ['x-1'], reason: 'It is wrong' },
  'POST /applications/{id}/objections/{objection}/decision': { outcome: 'upheld' },
  'POST /materials': { code: 'proof-of-address', contentType: 'application/pdf', size: 1000 },
  'PUT /departments/{code}': { webhookUrl: null, paused: false },
  'PATCH /departments/{code}': { paused: true },
  'POST /departments/{code}/deliveries/resend': { since: '2026-11-23T00:00:00Z' },
  'POST /departments/{code}/test-events': { type: 'review.requested' },
  'POST /reviews/{id}/decisions': { outcome: 'approved', output: { number: 'N-1' } },
  'POST /reviews/{id}/handover': { officer: 'officer-2' },
  'POST /operations/replays': { since: '2026-11-23T00:00:00Z' },
  'POST /operations/dead-letters/{queue}/shelving': { because: 'Nobody can read it' },
  'POST /courier/events': {
    reference: 'x/1',
    trackingNumber: 'EA100000016CN',
    event: 'delivered',
  },
  'POST /canary/webhooks': {
    type: 'review.cancelled',
    data: { reviewId: 'x-1', decisionUrl: 'https://api.onewindow.test/reviews/x-1/decisions' },
  },
  'POST /sms/receipts': { reference: 'x/2/0', status: 'delivered' },
};

let here: OneWindow;
let number: string;

beforeEach(async () => {
  here = new OneWindow();
  number = await here.accepted();
});
afterEach(dismantle);

const pathOf = (route: string): string =>
  route
    .replace('/reviews/{id}', `/reviews/${number}-1`)
    .replace('{id}', number)
    .replace('{objection}', '1')
    .replace('{queue}', 'webhooks-dead-letters')
    .replace('/catalogue/{code}', '/catalogue/business-opening')
    .replace('{code}', 'market-supervision');

const bodyOf = (door: string): object | undefined =>
  door === 'POST /applications' ? here.example() : bodies[door];

/** By the one who has the secret, as what it is for. */
const signature = (route: string, raw: string) =>
  route.startsWith('/canary')
    ? sign([here.secretOf('canary')], 'event_1', raw)
    : sign([whsec(route.startsWith('/sms') ? 'S' : 'C')], 'notice_1', raw);

/** A call by somebody who may make it; the raw body is signed where a signature opens the door. */
function allowed(door: string, options: Options = {}): Promise<Reply> {
  const [method = '', route = ''] = door.split(' ');
  const who = doors[door];
  const raw = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const role = Array.isArray(who) ? (who[0] as string) : undefined;
  const headers: Record<string, string> =
    who === 'signed'
      ? signature(route, raw ?? '')
      : role && isOpenRoute(method, pathOf(route))
        ? { authorization: `Bearer ${jwt(groupsOf(role, 'market-supervision'))}` }
        : {};
  return here.send(method, pathOf(route), {
    ...options,
    ...(raw === undefined ? {} : { raw }),
    headers: { ...headers, ...options.headers },
    ...(role ? { groups: groupsOf(role, 'market-supervision'), subject: 'applicant-1' } : {}),
  });
}

/** A call with the token of a role, wherever that route looks for it. */
function asRole(door: string, role: string | undefined, as?: string): Promise<Reply> {
  const [method = '', route = ''] = door.split(' ');
  // Nobody decides on an application of their own.
  const subject = as ?? (role === 'officer' || role === 'operator' ? `${role}-1` : 'applicant-1');
  const groups = role === undefined ? undefined : groupsOf(role, 'market-supervision');
  const isOpen = isOpenRoute(method, pathOf(route));
  const body = bodyOf(door);
  return here.send(method, pathOf(route), {
    ...(body ? { body } : {}),
    ...(groups && isOpen ? { headers: { authorization: `Bearer ${jwt(groups, { sub: subject })}` } } : {}),
    ...(groups && !isOpen ? { groups, subject } : {}),
  });
}

const problemOf = ({ status, body }: Reply): [number, string] => [status, body.type?.split(':').at(-1)];

it('is listed here, and nothing else is', () => {
  expect(contract.operations.map(({ method, route }) => `${method} ${route}`).sort()).toEqual(
    Object.keys(doors).sort(),
  );
});

describe.each(Object.entries(doors).filter(([, who]) => who !== 'open'))('%s', (door, who) => {
  it('opens to nobody without a token or a signature', async () => {
    const expected = who === 'signed' ? 'bad-signature' : 'unauthenticated';
    expect(problemOf(await asRole(door, undefined))).toEqual([401, expected]);
  });

  if (who === 'signed') return;

  it('opens to the roles that it is for, and to no other', async () => {
    for (const role of everybody) {
      const reply = await asRole(door, role);
      if (who.includes(role)) expect([401, 403]).not.toContain(reply.status);
      else expect(problemOf(reply), role).toEqual([403, 'forbidden']);
    }
  });

  it('opens to nobody whose token has no group of ours', async () => {
    expect((await asRole(door, 'administrators')).status).toBe(403);
  });
});

const withBody = Object.keys(doors).filter((door) => door === 'POST /applications' || door in bodies);

describe.each(withBody)('the body of %s', (door) => {
  const nested = (depth: number): string => `${'{"form":'.repeat(depth)}1${'}'.repeat(depth)}`;

  it('is JSON, and says so', async () => {
    const raw = JSON.stringify(bodyOf(door));
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
      const reply = await allowed(door, { raw, headers: { 'Content-Type': type } });
      expect(problemOf(reply), type).toEqual([415, 'unsupported-media-type']);
    }
    for (const broken of ['{', '{"a":1,}', 'null null', "{'a':1}", '\u0000']) {
      expect(problemOf(await allowed(door, { raw: broken })), broken).toEqual([400, 'malformed-request']);
    }
  });

  it('is an object, present, and not too large', async () => {
    for (const raw of ['', '[]', '"text"', '12', 'null', 'true', '{}']) {
      // An empty setting of a department is a whole one: no address, not paused.
      if (door.startsWith('PUT') && raw === '{}') continue;
      expect(problemOf(await allowed(door, { raw })), raw).toEqual([422, 'invalid-input']);
    }
    const huge = JSON.stringify({ ...bodyOf(door), reason: 'x'.repeat(300_000) });
    expect(problemOf(await allowed(door, { raw: huge }))).toEqual([413, 'too-large']);
    expect(problemOf(await allowed(door, { raw: huge, base64: true }))).toEqual([413, 'too-large']);
  });

  it('may come in base 64, and is then read all the same', async () => {
    const [plain, encoded] = [
      await allowed(door, { body: bodyOf(door), headers: { 'idempotency-key': 'k' } }),
      await allowed(door, { body: bodyOf(door), base64: true, headers: { 'idempotency-key': 'k' } }),
    ];
    expect(encoded.status).toBe(plain.status);
  });

  it('cannot reach the prototype of anything', async () => {
    const poison = JSON.stringify(bodyOf(door)).replace(/^\{/, '{"__proto__":{"polluted":true},');
    expect(problemOf(await allowed(door, { raw: poison }))).toEqual([400, 'malformed-request']);
    const deeper = JSON.stringify({ ...bodyOf(door), constructor: { prototype: { polluted: true } } });
    expect(problemOf(await allowed(door, { raw: deeper }))).toEqual([400, 'malformed-request']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([100, 1_000, 2_000, 3_000, 4_000, 5_000, 7_000, 20_000])(
    'nested %i deep is refused, not choked on',
    async (depth) => {
      expect([400, 409, 422]).toContain((await allowed(door, { raw: nested(depth) })).status);
    },
  );

  // Partners may say more than is asked for; everybody else is told of a slip of the pen.
  if (doors[door] === 'signed') return;
  it('has no field that is not known', async () => {
    const reply = await allowed(door, { body: { ...bodyOf(door), 'a/b~c': 1, toString: 2 } });
    expect(problemOf(reply)).toEqual([422, 'invalid-input']);
    expect(reply.body.errors).toContainEqual({ pointer: '/a~1b~0c', detail: 'Not a known field' });
    expect(reply.body.errors).toContainEqual({ pointer: '/toString', detail: 'Not a known field' });
  });
});

const lists = [
  'GET /catalogue',
  'GET /applications',
  'GET /applications/{id}/timeline',
  'GET /departments/{code}/reviews',
  'GET /departments/{code}/deliveries',
  'GET /operations/escalated',
];

describe.each(lists)('the pages of %s', (door) => {
  const page = (query: string): Promise<Reply> => {
    const [method = '', route = ''] = door.split(' ');
    const role = Array.isArray(doors[door]) ? (doors[door][0] as string) : undefined;
    return here.send(method, `${pathOf(route)}?${query}`, {
      ...(role ? { groups: groupsOf(role, 'market-supervision'), subject: 'applicant-1' } : {}),
      ...(role && isOpenRoute(method, pathOf(route))
        ? { headers: { authorization: `Bearer ${jwt(groupsOf(role))}` } }
        : {}),
    });
  };
  const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each(['0', '-1', '101', '1.5', 'ten', '', '1,2', '1e9', 'NaN'])('take no limit of %j', async (limit) => {
    const reply = await page(`limit=${limit}`);
    expect(problemOf(reply)).toEqual([422, 'invalid-input']);
    expect(reply.body.errors[0].parameter).toBe('limit');
  });

  it.each([
    ['text', 'nonsense'],
    ['no object', cursorOf([1])],
    ['null', cursorOf(null)],
    ['of another list', cursorOf({ foreign: true })],
    ['of a wrong type', cursorOf({ at: 1, after: { $gt: '' } })],
    ['too long a place', cursorOf({ at: `2026-11-23T02:00:00.000Z#${'x'.repeat(1100)}` })],
    ['too long a name', cursorOf({ after: 'x'.repeat(1100) })],
    ['a place that is none', cursorOf({ at: 'x#y', after: -1 })],
    ['cut short', cursorOf({ at: '2026-11-23', after: '' }).slice(0, -3)],
  ])('take no cursor that is %s', async (_, cursor) => {
    expect(problemOf(await page(`cursor=${cursor}`))).toEqual([400, 'malformed-request']);
  });

  it('refuse a parameter that they do not know', async () => {
    const reply = await page('limit=2&satus=open');
    expect(problemOf(reply)).toEqual([422, 'invalid-input']);
    expect(reply.body.errors).toEqual([{ parameter: 'satus', detail: 'Not a known parameter' }]);
  });

  it('take no cursor longer than any of ours', async () => {
    expect((await page(`cursor=${'x'.repeat(2001)}`)).status).toBe(422);
  });
});

describe.each([
  'POST /applications',
  'POST /materials',
  'POST /departments/{code}/secrets',
  'POST /applications/{id}/withdrawal',
  'POST /reviews/{id}/decisions',
  'POST /operations/cases/{id}/repair',
  'POST /operations/cases/{id}/replay',
  'POST /operations/cases/{id}/anew',
  'POST /operations/replays',
  'POST /operations/dead-letters/{queue}/redrive',
  'POST /operations/dead-letters/{queue}/shelving',
])('the Idempotency-Key of %s', (door) => {
  it.each(['', 'x'.repeat(256), 'schlüssel'])('is not %j', async (key) => {
    const body = bodyOf(door) ?? {};
    const reply = await allowed(door, { body, headers: { 'idempotency-key': key } });
    expect(problemOf(reply)).toEqual([400, 'malformed-request']);
  });
});

it('a body that may be left out is an object, once it is there', async () => {
  const doors = [
    'POST /departments/{code}/secrets',
    'POST /operations/cases/{id}/repair',
    'POST /operations/cases/{id}/replay',
    'POST /operations/cases/{id}/anew',
    'POST /operations/dead-letters/{queue}/redrive',
  ];
  for (const door of doors) {
    for (const raw of ['null', '[]', '"text"', '0']) {
      expect(problemOf(await allowed(door, { raw })), `${door} ${raw}`).toEqual([422, 'invalid-input']);
    }
  }
});

describe('an id that nobody has', () => {
  const strange = [
    'nobody',
    '..',
    '%20',
    'a'.repeat(3000),
    '330102-261123-00000000',
    '__proto__',
    '%00',
    '☃',
  ];
  const withId = Object.keys(doors).filter((door) => door.includes('{'));

  it.each(withId)('%s is not found, whatever it looks like', async (door) => {
    const [method = '', route = ''] = door.split(' ');
    const who = doors[door];
    for (const id of strange) {
      const path = route.replace(/\{\w+\}/, id.includes('%') ? id : encodeURIComponent(id));
      const groups = groupsOf(Array.isArray(who) ? (who[0] as string) : 'applicant', id);
      const body = bodies[door];
      const reply = await here.send(method, path, {
        groups,
        headers: isOpenRoute(method, pathOf(route)) ? { authorization: `Bearer ${jwt(groups)}` } : {},
        ...(body ? { body } : {}),
      });
      expect(problemOf(reply), id.slice(0, 40)).toEqual([404, 'not-found']);
    }
  });
});
