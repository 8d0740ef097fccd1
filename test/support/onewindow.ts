/**
 * The whole HTTP API in this process, each call through the function's own middleware, with the clouds replaced at
 * the edge. Every answer is held against the OpenAPI document before a test sees it.
 */
import { createSign, generateKeyPairSync } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import { handler as reviews } from '../../functions/approvals/api.ts';
import { handler as canary } from '../../functions/canary/api.ts';
import { canaryCode } from '../../functions/canary/service.ts';
import type { JournalEntry } from '../../functions/cases/types.ts';
import { entryOf } from '../../functions/cases/upgrade.ts';
import { handler as catalogue } from '../../functions/catalogue/api.ts';
import { forgetCatalogue } from '../../functions/catalogue/published.ts';
import { handler as deadLetters } from '../../functions/dead-letters/api.ts';
import { handler as departments } from '../../functions/departments/api.ts';
import { handler as courier } from '../../functions/fulfilment/api.ts';
import { handler as handover } from '../../functions/handover/api.ts';
import { handler as health } from '../../functions/health/api.ts';
import { handler as intake } from '../../functions/intake/api.ts';
import { handler as materials } from '../../functions/materials/api.ts';
import { handler as receipts } from '../../functions/notifications/api.ts';
import { handler as operations } from '../../functions/operations/api.ts';
import { sign } from '../../functions/platform/signing.ts';
import { cloudEvents } from '../../functions/relay/cloud-events.ts';
import { openApiDocument } from '../../infra/api-document.ts';
import { monday } from './cases.ts';
import { catalogue as files, seedCatalogue, serviceOf } from './catalogue.ts';
import type { Json } from './client.ts';
import { context, MemoryCloud, settings } from './memory-cloud.ts';
import { Contract, type OpenApi } from './openapi.ts';
import { idFor } from './signed-id.ts';

export const contract = new Contract(openApiDocument('0.0.0') as unknown as OpenApi);

const rooms: Record<string, typeof intake> = {
  applications: intake,
  reviews,
  departments,
  'asyncapi.json': departments,
  events: departments,
  courier,
  canary,
  health,
  sms: receipts,
  materials,
  operations,
};
function roomOf(route: string) {
  if (route.endsWith('/handover')) return handover;
  if (route.startsWith('/operations/dead-letters')) return deadLetters;
  return rooms[route.split('/')[1] ?? ''] ?? catalogue;
}

export type Reply = { status: number; body: Json; headers: Headers };
export type Options = {
  body?: unknown;
  raw?: string;
  headers?: Record<string, string>;
  /** Groups of the user's token. */
  groups?: string[];
  subject?: string;
  /** More claims of the user's token. */
  claims?: Json;
  base64?: boolean;
};

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as the user pool signs it. */
export function jwt(groups: string[], claims: Record<string, unknown> = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    sub: 'user-1',
    iss: settings.OIDC_ISSUER,
    client_id: settings.OIDC_AUDIENCE,
    token_use: 'access',
    'cognito:groups': groups,
    iat: now,
    exp: now + 3600,
    ...claims,
  };
  const text = `${base64({ alg: 'RS256', kid: 'k1' })}.${base64(payload)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}

/** What the issuer of the settings serves: its discovery document, and its keys at an address of its choice. */
function identityProvider(url: string): Response | undefined {
  const issuer = process.env.OIDC_ISSUER ?? '';
  const jwks_uri = `${new URL(issuer).origin}/keys`;
  if (url === jwks_uri) return Response.json({ keys: [jwk] });
  return url === `${issuer}/.well-known/openid-configuration`
    ? Response.json({ issuer, jwks_uri })
    : undefined;
}

/** Groups of a role; an officer's name is the department. */
export const groupsOf = (role: string, name?: string): string[] =>
  role === 'officer' && name ? [role, `department:${name}`] : [role];

/** Routes on which API Gateway verifies no token: the function does, where no department has signed. */
export const isOpenRoute = (method: string, path: string): boolean =>
  (contract.find(method, path.split('?')[0] ?? '')?.operation.security?.length ?? 0) > 1;

let made = 0;

export class OneWindow {
  readonly cloud: MemoryCloud;

  constructor(changes: Record<string, string> = {}) {
    made += 1;
    vi.useFakeTimers({ toFake: ['Date'], now: monday });
    // Secrets are cached by name: each instance has its own.
    const prefix = `onewindow/test-${made}/departments/`;
    this.cloud = new MemoryCloud({ DEPARTMENT_SECRETS_PREFIX: prefix, ...changes });
    const { answer } = this.cloud;
    this.cloud.answer = (sent) => identityProvider(sent.url) ?? answer(sent);
    seedCatalogue(this.cloud.table);
    forgetCatalogue();
    for (const code of [...files.departments.map((each) => each.code), canaryCode]) {
      const secrets = [{ secret: this.secretOf(code), createdAt: '2026-01-01T00:00:00.000Z' }];
      this.cloud.secrets.set(`${prefix}${code}`, JSON.stringify({ secrets }));
    }
  }

  /** The signing secret that a department was given. */
  secretOf(department: string): string {
    return `whsec_${Buffer.from(department.padEnd(32, '.')).toString('base64')}`;
  }

  /** A call as API Gateway hands it over; a route that it does not know is answered 404 there. */
  async send(method: string, address: string, options: Options = {}): Promise<Reply> {
    const [path = '', query = ''] = address.split('?');
    const found = contract.find(method, path);
    if (!found) throw new Error(`There is no route ${method} ${path}.`);
    const raw = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const claims = {
      sub: options.subject ?? 'user-1',
      'cognito:groups': `[${options.groups?.join(' ')}]`,
      token_use: 'access',
      ...options.claims,
    };
    const event = {
      version: '2.0',
      routeKey: `${method} ${found.route}`,
      headers: { ...(raw === undefined ? {} : { 'Content-Type': 'application/json' }), ...options.headers },
      pathParameters: found.params,
      queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
      isBase64Encoded: options.base64 ?? false,
      requestContext: options.groups ? { authorizer: { jwt: { claims } } } : {},
      ...(raw === undefined ? {} : { body: options.base64 ? Buffer.from(raw).toString('base64') : raw }),
    } as unknown as APIGatewayProxyEventV2;
    const result = (await roomOf(found.route)(event, context)) as APIGatewayProxyStructuredResultV2;
    const status = result.statusCode ?? 0;
    const headers = new Headers(result.headers as Record<string, string>);
    const text = result.body ?? '';
    const faults = contract.faults(found, { status, headers, text });
    if (faults.length > 0) throw new Error(`${method} ${address} ${status}: ${faults.join('; ')}\n${text}`);
    return { status, headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Headers of somebody who has signed in, for a route on which the function looks at them itself. */
  bearer(role: string, headers: Record<string, string> = {}): Record<string, string> {
    return { authorization: `Bearer ${jwt(groupsOf(role), { sub: `${role}-1` })}`, ...headers };
  }

  as(role: string, name?: string) {
    const subject = `${role}-${name ?? '1'}`;
    const groups = groupsOf(role, name);
    const auth = (method: string, path: string, headers: Record<string, string> = {}): Options =>
      isOpenRoute(method, path)
        ? { headers: { authorization: `Bearer ${jwt(groups, { sub: subject })}`, ...headers } }
        : { groups, subject, headers };
    return {
      get: (path: string) => this.send('GET', path, auth('GET', path)),
      post: (path: string, body?: unknown, headers?: Record<string, string>) =>
        this.send('POST', path, { ...auth('POST', path, headers), ...(body === undefined ? {} : { body }) }),
      put: (path: string, body: unknown) => this.send('PUT', path, { ...auth('PUT', path), body }),
      patch: (path: string, body: unknown) => this.send('PATCH', path, { ...auth('PATCH', path), body }),
      delete: (path: string) => this.send('DELETE', path, auth('DELETE', path)),
    };
  }

  /** A call signed with a secret. */
  signed(
    secret: string,
    method: string,
    path: string,
    body?: unknown,
    { id = idFor(method, path), at = new Date(), headers = {} as Record<string, string> } = {},
  ): Promise<Reply> {
    const raw = body === undefined ? '' : JSON.stringify(body);
    const signature = sign([secret], id, raw, at);
    return this.send(method, path, {
      ...(body === undefined ? {} : { raw }),
      headers: { ...signature, ...headers },
    });
  }

  /** The worked example of the business opening, changed. */
  example(changes: Json = {}): Json {
    return { ...structuredClone(serviceOf('business-opening').example), ...changes };
  }

  /** A material uploaded by the applicant, as an application refers to it. */
  async uploaded(code: string): Promise<{ code: string; id: string }> {
    const upload = { code, contentType: 'application/pdf', size: 1234 };
    const { id } = (await this.as('applicant').post('/materials', upload)).body;
    this.putObject(id);
    return { code, id };
  }

  /** What the bucket has, once the file is sent to an upload's address. */
  putObject(id: string, version = 'v-1'): void {
    this.cloud.uploads.set(id, { version, contentType: 'application/pdf', size: 1234, tag: 'unused' });
  }

  /** A submitted application; its number. */
  async submitted(changes: Json = {}): Promise<string> {
    const reply = await this.as('applicant').post('/applications', this.example(changes));
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
    return reply.body.number;
  }

  /** An application whose first review is requested; its number. */
  async accepted(changes: Json = {}): Promise<string> {
    return this.submitted(changes);
  }

  decide(review: string, department: string, body: Json, options: Json = {}): Promise<Reply> {
    const by = this.secretOf(department);
    return this.signed(by, 'POST', `/reviews/${review}/decisions`, body, options);
  }

  /** An application that every department has approved, concluded. */
  async concluded(changes: Json = {}): Promise<string> {
    const number = await this.accepted(changes);
    const { body } = await this.as('applicant').get(`/applications/${number}`);
    for (const { id, department } of body.reviews) {
      await this.decide(id, department, { outcome: 'approved', output: { number: `N-${id.at(-1)}` } });
    }
    return number;
  }

  async read(number: string): Promise<Json> {
    return (await this.as('applicant').get(`/applications/${number}`)).body;
  }

  /** Everything that the journal tells of a case or of a department, oldest first. */
  journal(of: string): JournalEntry[] {
    return this.cloud.rows
      .filter(({ pk, sk }) => String(pk).endsWith(`#${of}`) && String(sk).startsWith('EVENT#'))
      .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1))
      .map(entryOf);
  }

  events(of: string): Json[] {
    return this.journal(of).flatMap(({ events }) => events);
  }

  /** What the relay, the workflow and the carrier leave behind when all goes well: a wait a review, a row an SMS. */
  leaveTraces(number: string): void {
    const pk = `APPLICATION#${number}`;
    const sks = this.journal(number).flatMap(({ version, events }) => [
      ...events.map((_, i) => `MESSAGE#${version}/${i}`),
      ...events.flatMap((event) =>
        event.type === 'round.opened' ? event.reviews.map((review) => `WAIT#${review}`) : [],
      ),
    ]);
    for (const sk of sks) this.cloud.table.store('main').set({ hash: pk, range: sk }, { pk, sk });
  }

  /** The queue's message of the last event of a type (of one review), as the bus would bring it. */
  message(of: string, type: string, receive = 1, review?: string): SQSEvent {
    const detail = this.journal(of)
      .flatMap((entry) => cloudEvents(entry))
      .findLast((event) => event.type === type && (!review || event.data.review === review));
    if (!detail) throw new Error(`No event ${type} of ${of}.`);
    return sqsEvent({ 'detail-type': type, detail }, receive);
  }
}

/** A batch of one. */
export const sqsEvent = (body: unknown, receive = 1): SQSEvent =>
  ({
    Records: [
      {
        messageId: 'm-1',
        receiptHandle: 'r-1',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        attributes: { ApproximateReceiveCount: String(receive) },
      },
    ],
  }) as unknown as SQSEvent;
