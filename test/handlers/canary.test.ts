/**
 * The canary through the whole chain: it signs in, applies, is asked as its department, decides, and gets its output;
 * by the handlers themselves, with the public API between them.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { handler as census } from '../../functions/approvals/take-census.ts';
import { handler as canary } from '../../functions/canary/run.ts';
import { canarySubmission } from '../../functions/canary/service.ts';
import { forgetToken } from '../../functions/canary/token.ts';
import { handler as deliver } from '../../functions/departments/deliver-webhook.ts';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { handler as sendSms } from '../../functions/notifications/send-sms.ts';
import { log } from '../../functions/platform/log.ts';
import { Bridge } from '../support/bridge.ts';
import { later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { isOpenRoute, jwt, OneWindow, type Reply } from '../support/onewindow.ts';

const issuer = 'https://issuer.test/pool';
const bridge = new Bridge();
let here: OneWindow;
/** What the rest of the world answers. */
let inMemory: typeof fetch;
/** Requests to the issuer's token endpoint. */
let asked: { authorization: string; form: URLSearchParams }[];
/** What the issuer answers. */
let tokenStatus: number;
/** What the public API answers in the place of OneWindow, to some calls. */
let broken: (method: string, path: string) => Response | undefined;
let lines: { message: string; data: Json }[];

beforeAll(() => bridge.open());
afterAll(() => bridge.close());
beforeEach(() => {
  here = new OneWindow({
    API_URL: bridge.url,
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE: 'client,machine',
    CANARY_MINUTES: '5',
    CANARY_CLIENT_ID: 'machine',
    PRIVATE_DESTINATIONS: 'allowed',
  });
  bridge.here = here;
  [asked, tokenStatus, broken, lines] = [[], 200, () => undefined, []];
  inMemory = globalThis.fetch;
  vi.stubGlobal('fetch', outside);
  vi.spyOn(log, 'error').mockImplementation((message, ...more) => {
    lines.push({ message: String(message), data: more[0] as Json });
  });
  forgetToken();
});
afterEach(dismantle);

/** The issuer, and the API as API Gateway lets calls in. */
async function outside(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = (init.headers ?? {}) as Record<string, string>;
  const { method = 'GET' } = init;
  if (url === `${issuer}/.well-known/openid-configuration`)
    return Response.json({
      issuer,
      jwks_uri: 'https://issuer.test/keys',
      token_endpoint: 'https://issuer.test/token',
    });
  if (url === 'https://issuer.test/token') {
    asked.push({
      authorization: headers.authorization ?? '',
      form: new URLSearchParams(String(init.body)),
    });
    return Response.json({ access_token: machineToken(), expires_in: 43_200 }, { status: tokenStatus });
  }
  if (!url.startsWith(bridge.url)) return inMemory(url, init);
  const path = url.slice(bridge.url.length);
  const [bare = ''] = path.split('?');
  const instead = broken(method, bare);
  if (instead) return instead;
  const token = headers.authorization?.replace('Bearer ', '');
  const claims = token && JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const reply = await here.send(method, path, {
    headers,
    ...(init.body ? { raw: String(init.body) } : {}),
    ...(claims && !isOpenRoute(method, path) ? { groups: [], claims } : {}),
  });
  return Response.json(reply.body, { status: reply.status });
}

/** As Cognito makes it for a machine: no groups, a scope. */
const machineToken = (): string =>
  jwt([], {
    sub: 'machine',
    client_id: 'machine',
    scope: 'onewindow/canary',
    'cognito:groups': undefined,
  });

const counted = (): string[] => here.cloud.counted.filter((name) => name.startsWith('Canary'));
const numbers = (): string[] =>
  here.cloud.rows.filter(({ sk }) => sk === 'APPLICATION').map(({ number }) => String(number));
const newest = (): string =>
  numbers()
    .toSorted((a, b) => (submittedAt(a) < submittedAt(b) ? -1 : 1))
    .at(-1) as string;
const rowOf = (number: string) =>
  here.cloud.rows.find(({ pk, sk }) => pk === `APPLICATION#${number}` && sk === 'APPLICATION');
const submittedAt = (number: string): string => String(rowOf(number)?.submittedAt);
const statusOf = (number: string): string => String(rowOf(number)?.status);

/** What queues and stream do with a case that is filed. */
async function carryOn(number: string): Promise<void> {
  await sendSms(here.message(number, 'application.accepted'));
  await deliver(here.message(number, 'review.requested'));
  await issue(here.message(number, 'application.concluded'));
  await sendSms(here.message(number, 'licence.issued'));
}

const fly = async (minute: number): Promise<string> => {
  vi.setSystemTime(later(minute));
  await canary();
  return newest();
};

describe('the canary', () => {
  it('goes the whole way: signed in as a machine, decided by its own department, handed out', async () => {
    const number = await fly(0);
    expect(number).toMatch(/^000000-261123-[0-9A-Z]{8}$/);
    expect(asked).toHaveLength(1);
    expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      scope: 'onewindow/canary',
    });
    expect(Buffer.from(asked[0]?.authorization.slice('Basic '.length) ?? '', 'base64').toString()).toBe(
      'machine:machine-secret',
    );
    expect(here.cloud.of('DescribeUserPoolClientCommand')).toEqual([
      { UserPoolId: 'pool', ClientId: 'machine' },
    ]);
    await carryOn(number);
    expect(bridge.answered.at(-1)).toBe('POST /canary/webhooks 204');
    expect(here.events(number).map(({ type }) => type)).toEqual([
      'application.submitted',
      'application.accepted',
      'round.opened',
      'review.requested',
      'review.decided',
      'application.concluded',
      'licence.issued',
      'application.completed',
    ]);
    expect(here.journal(number).find(({ events }) => events[0]?.type === 'review.decided')?.by).toEqual({
      capacity: 'department',
      department: 'canary',
    });
  });

  it('passes when the case before has ended in its time, and tells how long it took', async () => {
    const first = await fly(0);
    expect(counted()).toEqual([]);
    vi.setSystemTime(later(0.5));
    await carryOn(first);
    const second = await fly(5);
    expect(counted()).toEqual(['CanaryPassed', 'CanaryTook']);
    expect(second).not.toBe(first);
    // The token is kept.
    expect(asked).toHaveLength(1);
  });

  it('fails when the case before was not decided, and names it', async () => {
    const first = await fly(0);
    await fly(5);
    expect(counted()).toEqual(['CanaryFailed']);
    expect(lines).toEqual([
      {
        message: 'A synthetic case did not end in its time',
        data: { application: first, because: 'it is in-review, its review requested' },
      },
    ]);
    // And files the next all the same.
    expect(numbers()).toHaveLength(2);
  });

  it('fails when it took too long', async () => {
    const first = await fly(0);
    vi.setSystemTime(later(3));
    await carryOn(first);
    await fly(5);
    expect(counted()).toEqual(['CanaryFailed']);
    expect(lines[0]?.data.because).toBe('it took 180 s');
  });

  it('says nothing of a case whose time is not over, or of one from before a pause', async () => {
    await fly(0);
    await fly(1);
    expect(counted()).toEqual([]);
    await fly(60);
    expect(counted()).toEqual([]);
    expect(numbers()).toHaveLength(3);
  });

  it.each<[string, () => void, string | undefined]>([
    [
      'when the API takes nothing',
      () => {
        broken = (method, path) =>
          method === 'POST' && path === '/applications'
            ? Response.json({ type: 'urn:onewindow:problem:internal-error' }, { status: 500 })
            : undefined;
      },
      'POST applications was answered 500 internal-error.',
    ],
    [
      'when it cannot sign in',
      () => {
        tokenStatus = 400;
      },
      undefined,
    ],
    [
      'when its token is no longer good',
      () => {
        broken = () => Response.json({ message: 'Unauthorized' }, { status: 401 });
      },
      'GET applications was answered 401.',
    ],
  ])('fails %s, and goes on when that is over', async (_, breakIt, because) => {
    breakIt();
    await canary();
    expect(counted()).toEqual(['CanaryFailed']);
    expect(lines).toMatchObject([{ message: 'The canary could not go its way', data: { because } }]);
    [tokenStatus, broken] = [200, () => undefined];
    await fly(5);
    expect(numbers()).toHaveLength(1);
    expect(asked.length).toBe(2);
  });

  it('signs in at an issuer outside by what an operator has written down', async () => {
    vi.stubEnv('CANARY_CLIENT_SECRET_ARN', 'client-secret');
    here.cloud.secrets.set(
      'client-secret',
      JSON.stringify({ createdAt: 'deployment', random: 'x'.repeat(64) }),
    );
    await canary();
    expect([counted(), numbers()]).toEqual([['CanaryFailed'], []]);
    const written = { clientId: 'a b', clientSecret: 's:%', audience: 'onewindow' };
    here.cloud.secrets.set('client-secret', JSON.stringify(written));
    await fly(5);
    expect(numbers()).toHaveLength(1);
    expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      audience: 'onewindow',
    });
    expect(Buffer.from(asked[0]?.authorization.slice('Basic '.length) ?? '', 'base64').toString()).toBe(
      'a%20b:s%3A%25',
    );
    expect(here.cloud.of('DescribeUserPoolClientCommand')).toEqual([]);
  });
});

describe('its department', () => {
  const secret = (): string => here.secretOf('canary');
  const webhook = (body: Json, by = secret(), id = 'event_1'): Promise<Reply> =>
    here.signed(by, 'POST', '/canary/webhooks', body, { id });
  const about = (review: string, type = 'review.requested') => ({
    type,
    data: { reviewId: review, decisionUrl: `${bridge.url}/reviews/${review}/decisions` },
  });

  it('connects itself the first time, and is not set again afterwards', async () => {
    await fly(0);
    const { body } = await here.as('operator').get('/departments/canary');
    expect(body).toMatchObject({ webhookUrl: `${bridge.url}/canary/webhooks`, paused: false });
    expect(here.journal('canary').map(({ by }) => by.capacity)).toEqual(['department']);
    await here.as('operator').patch('/departments/canary', { paused: true });
    await fly(5);
    expect((await here.as('operator').get('/departments/canary')).body.paused).toBe(true);
    expect(here.journal('canary')).toHaveLength(2);
  });

  it('decides once, however often it is told, and not what is over', async () => {
    const number = await fly(0);
    const review = `${number}-1`;
    expect((await webhook(about(review))).status).toBe(204);
    expect((await webhook(about(review))).status).toBe(204);
    expect((await webhook(about(review), secret(), 'event_2')).status).toBe(204);
    expect(here.events(number).filter(({ type }) => type === 'review.decided')).toHaveLength(1);
    expect((await webhook(about(review, 'review.cancelled'))).status).toBe(204);
  });

  it('takes no word that is not signed as a webhook with its own secret, and sends its decision nowhere else', async () => {
    const number = await fly(0);
    const review = `${number}-1`;
    expect((await webhook(about(review), here.secretOf('bank'))).status).toBe(401);
    expect((await webhook(about(review), secret(), `decision_${review}_1`)).status).toBe(401);
    const elsewhere = {
      ...about(review),
      data: { reviewId: review, decisionUrl: 'https://elsewhere.test/' },
    };
    expect((await webhook(elsewhere)).status).toBe(422);
    expect(here.events(number).filter(({ type }) => type === 'review.decided')).toEqual([]);
  });

  it('asks for the webhook again when it could not decide', async () => {
    const number = await fly(0);
    broken = (_, path) => (path.endsWith('/decisions') ? Response.json({}, { status: 503 }) : undefined);
    expect((await webhook(about(`${number}-1`))).status).toBe(503);
    broken = () => undefined;
    expect((await webhook(about(`${number}-1`))).status).toBe(204);
  });

  it('goes on with a new secret when the old one has ended', async () => {
    const number = await fly(0);
    const renewal = { endOlder: true };
    await here.as('operator').post('/departments/canary/secrets', renewal);
    vi.setSystemTime(later(2));
    await carryOn(number);
    expect(statusOf(number)).toBe('completed');
  });
});

describe('a synthetic case', () => {
  const example = () => canarySubmission(later(0)) as Json;

  it('is applied for by nobody else, and the canary applies for nothing else', async () => {
    for (const role of ['applicant', 'agent', 'clerk']) {
      const reply = await here.as(role).post('/applications', example());
      expect([reply.status, reply.body.errors], role).toEqual([
        422,
        [{ pointer: '/service', detail: 'Not in the catalogue' }],
      ]);
    }
    const composed = { ...here.example(), service: 'self-selected', items: ['canary'] };
    expect((await here.as('applicant').post('/applications', composed)).status).toBe(422);
    const machine = { groups: [], claims: { sub: 'machine', scope: 'openid onewindow/canary' } };
    const other = await here.send('POST', '/applications', { ...machine, body: here.example() });
    expect(other.status).toBe(422);
    expect((await here.send('POST', '/applications', { ...machine, body: example() })).status).toBe(201);
    const grouped = { groups: ['canary', 'operator', 'officer'], subject: 'other' };
    expect((await here.send('POST', '/applications', { ...grouped, body: example() })).status).toBe(201);
    // Whatever else its token says.
    expect((await here.send('GET', '/departments', grouped)).status).toBe(403);
  });

  it('is in no catalogue', async () => {
    const found = await here.send('GET', '/catalogue?q=canary');
    expect(found.body.items).toEqual([]);
    expect((await here.send('GET', '/catalogue?department=canary')).body.items).toEqual([]);
    expect((await here.send('GET', '/catalogue/canary')).status).toBe(404);
    expect((await here.send('GET', '/catalogue/canary/promise')).status).toBe(404);
    expect((await here.send('GET', '/catalogue/self-selected?items=canary')).status).toBe(422);
    const { items } = (await here.as('operator').get('/departments')).body;
    expect(items.length).toBeGreaterThan(30);
    expect(items.map(({ code }: Json) => code)).not.toContain('canary');
  });

  it('sends no SMS, and leaves the trace of one', async () => {
    const number = await fly(0);
    await carryOn(number);
    const messages = here.cloud.rows.filter(
      ({ pk, sk }) => pk === `APPLICATION#${number}` && String(sk).startsWith('MESSAGE#'),
    );
    expect(messages.map(({ status }) => status)).toEqual(['sent', 'sent']);
    expect(here.cloud.outgoing).toEqual([]);
    expect(here.cloud.of('SendTextMessageCommand')).toEqual([]);
  });

  it('goes by itself: each of its rows has an end, and no other case has one', async () => {
    const number = await fly(0);
    await carryOn(number);
    const ends = Math.floor(later(0).getTime() / 1000) + 3 * 24 * 3600;
    const own = here.cloud.rows.filter(({ pk }) => String(pk).includes(number) || pk === 'DELIVERIES#canary');
    expect(new Set(own.map(({ sk }) => String(sk).split('#')[0]))).toEqual(
      new Set(['APPLICATION', 'DOSSIER', 'REVIEW', 'EVENT', 'MESSAGE', 'AUDIT', 'DELIVERY']),
    );
    for (const { sk, expiresAt } of own) expect([sk, expiresAt]).toEqual([sk, ends]);
    const real = await here.concluded();
    const others = here.cloud.rows.filter(({ pk }) => pk === `APPLICATION#${real}`);
    expect(others.length).toBeGreaterThan(10);
    for (const { sk, expiresAt } of others) expect([sk, expiresAt]).toEqual([sk, undefined]);
  });

  it('is in no figure: not counted, not in the census, in no list', async () => {
    const number = await fly(0);
    // Its department stays silent for weeks: as bad as it gets.
    for (const minutes of [61, 24 * 60, 30 * 24 * 60, 31 * 24 * 60, 60 * 24 * 60]) {
      vi.setSystemTime(later(minutes));
      await sweep();
    }
    await census();
    const known = here.cloud.counted.filter((name) => !name.endsWith('Now'));
    expect(known).toEqual(['CasesWatched']);
    const operator = here.as('operator');
    for (const query of ['', '?late=true', '?stuck=true']) {
      expect((await operator.get(`/applications${query}`)).body.items, query).toEqual([]);
    }
    for (const query of [`?number=${number}`, '?department=canary']) {
      expect((await operator.get(`/applications${query}`)).body.items, query).toHaveLength(1);
    }
  });

  it('counts towards no limit of a phone, and has one of its own', async () => {
    vi.stubEnv('LIMITS', '');
    const machine = { groups: [], claims: { sub: 'machine', scope: 'onewindow/canary' } };
    for (let n = 0; n < 7; n++) {
      const reply = await here.send('POST', '/applications', { ...machine, body: example() });
      expect(reply.status).toBe(201);
    }
    const limits = here.cloud.rows.filter(({ pk }) => String(pk).startsWith('LIMIT#'));
    expect(limits.map(({ pk, count }) => [pk, count])).toEqual([['LIMIT#submissions#machine', 7]]);
  });
});
