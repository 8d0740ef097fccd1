/** The HTTP API as API Gateway hands it to the functions: routes of the template, verified claims, lost answers. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { settingIn } from './cloud/settings.ts';
import type { Wiring } from './cloud/wiring.ts';
import type { World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of forty routes
export type Body = any;
export type User = { subject: string; groups: string[] };
export type Call = {
  body?: unknown;
  headers?: Record<string, string>;
  user?: User;
};
/** Status 0: no answer came, and whether anything was done is not known. */
export type Reply = { status: number; body: Body };

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A signature takes a millisecond; the same person shows the same token all the time. */
const tokens = new Map<string, string>();

/** The routes of a template by method, each with the parts of its path. */
const parted = new WeakMap<Wiring, Map<string, { key: string; names: string[] }[]>>();

function routesOf(wiring: Wiring, method: string): { key: string; names: string[] }[] {
  const known =
    parted.get(wiring) ??
    Map.groupBy(
      Object.keys(wiring.routes).map((key) => ({ key, names: (key.split(' ')[1] ?? '').split('/') })),
      ({ key }) => key.split(' ')[0] ?? '',
    );
  parted.set(wiring, known);
  return known.get(method) ?? [];
}

/** 2100: the tokens of a simulation do not expire. */
const endOfTime = 4_102_444_800;

export class Api {
  readonly #world: World;
  readonly #issuer: string;
  readonly #client: string | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#issuer = settingIn(world.wiring, 'OIDC_ISSUER', 'USER_POOL_ISSUER');
    this.#client = settingIn(world.wiring, 'OIDC_AUDIENCE', 'USER_POOL_CLIENT_ID').split(',')[0];
    world.web.hosts.set(this.#issuer, { service: 'secrets', hear: ({ url }) => this.#identityProvider(url) });
  }

  #identityProvider(url: URL): { status: number; body: unknown } {
    if (url.pathname.endsWith('openid-configuration')) {
      const jwks_uri = `${this.#issuer}/.well-known/jwks.json`;
      return { status: 200, body: { issuer: this.#issuer, jwks_uri } };
    }
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
    return { status: 200, body: { keys: [jwk] } };
  }

  #claims({ subject, groups }: User): Record<string, unknown> {
    return {
      sub: subject,
      iss: this.#issuer,
      client_id: this.#client,
      token_use: 'access',
      'cognito:groups': groups,
    };
  }

  #token(user: User): string {
    const payload = { ...this.#claims(user), iat: 1_700_000_000, exp: endOfTime };
    const text = `${encoded({ alg: 'RS256', kid: 'k1' })}.${encoded(payload)}`;
    const token =
      tokens.get(text) ?? `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
    tokens.set(text, token);
    return token;
  }

  #route(method: string, path: string): { key: string; params: Record<string, string> } {
    const parts = path.split('/');
    for (const { key, names } of routesOf(this.#world.wiring, method)) {
      if (names.length !== parts.length) continue;
      const params: Record<string, string> = {};
      const isIt = names.every((name, i) => {
        const value = parts[i] ?? '';
        if (!name.startsWith('{')) return name === value;
        params[name.slice(1, -1)] = decodeURIComponent(value);
        return true;
      });
      if (isIt) return { key, params };
    }
    throw new Error(`The API has no route ${method} ${path}.`);
  }

  async call(method: string, address: string, { body, headers = {}, user }: Call = {}): Promise<Reply> {
    const { wiring, lambda, clock, chaos, random, note } = this.#world;
    const [path = '', query = ''] = address.split('?');
    const { key, params } = this.#route(method, path);
    const route = wiring.routes[key];
    if (!route) throw new Error(`The API has no route ${key}.`);
    await clock.sleep(2 + random.about(20));
    const isVerified = user && !route.isOpen;
    const event = {
      version: '2.0',
      routeKey: key,
      rawPath: path,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(user && route.isOpen ? { authorization: `Bearer ${this.#token(user)}` } : {}),
        ...headers,
      },
      pathParameters: params,
      queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
      isBase64Encoded: false,
      requestContext: {
        http: { method, path, sourceIp: '203.0.113.7' },
        ...(isVerified
          ? {
              authorizer: {
                jwt: { claims: { ...this.#claims(user), 'cognito:groups': `[${user.groups.join(' ')}]` } },
              },
            }
          : {}),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const outcome = await lambda.invoke(route.to, event, `${method} ${address}`, key);
    await clock.sleep(random.about(20));
    if (outcome.error || chaos.strikes('answer lost')) return { status: 0, body: undefined };
    const { statusCode = 0, body: text = '' } = outcome.value as APIGatewayProxyStructuredResultV2;
    note(`${method} ${address} by ${user?.subject ?? headers['webhook-id']}: ${statusCode}`);
    return { status: statusCode, body: text ? JSON.parse(text) : undefined };
  }

  /** The same call until there is an answer that says something: not none, no fault, not "later". */
  async persist(method: string, address: string, call: Call, most = 40): Promise<Reply> {
    const { clock, random } = this.#world;
    for (let attempt = 1; ; attempt++) {
      const reply = await this.call(method, address, call);
      const isInFlight = reply.status === 409 && String(reply.body?.type ?? '').includes('in-flight');
      const isSaid = reply.status !== 0 && reply.status < 500 && reply.status !== 429 && !isInFlight;
      if (isSaid || attempt === most) return reply;
      await clock.sleep(random.about(Math.min(2_000 * 2 ** attempt, 1_800_000)));
    }
  }
}
