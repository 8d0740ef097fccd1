/** OneWindow as its clients see it: the public API, by a machine's token or by the department's signature. */
import * as z from 'zod/mini';
import { setting } from '../platform/env.ts';
import { readAtMost } from '../platform/post-signed.ts';
import { validSecrets } from '../platform/secrets.ts';
import { sign } from '../platform/signing.ts';
import { canaryCode, canarySubmission } from './service.ts';
import type { Looked } from './verdict.ts';

const timeoutMs = 15_000;

/** An answer that is not the one expected. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;

  constructor(what: string, status: number, type: string | undefined) {
    super(`${what} was answered ${status}${type ? ` ${type}` : ''}.`);
    this.status = status;
  }
}

/** The type of a problem document: it names no data. */
function problemIn(text: string): string | undefined {
  try {
    const { type } = JSON.parse(text) as { type?: unknown };
    return typeof type === 'string' ? type.split(':').at(-1) : undefined;
  } catch {
    return undefined;
  }
}

type Sent = { method: string; url: string; headers: Record<string, string>; body?: string };

/** @throws Refused at any other status than the one expected; an error when there is no answer in time */
async function call({ url, ...init }: Sent, expected: number): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { ...init, redirect: 'error', signal });
  const text = await readAtMost(response, 1_048_576);
  if (response.status === expected) return text;
  const { pathname } = new URL(url);
  // The route, without the number in it.
  const route = pathname.split('/').find((part) => /^(applications|reviews|departments)$/.test(part));
  throw new Refused(`${init.method} ${route ?? 'the API'}`, response.status, problemIn(text));
}

const get = (path: string, token: string): Promise<string> =>
  call(
    { method: 'GET', url: `${setting('API_URL')}${path}`, headers: { authorization: `Bearer ${token}` } },
    200,
  );

const list = z.object({ items: z.array(z.object({ number: z.string() })) });
const whole = z.object({
  status: z.string(),
  form: z.object({ sentAt: z.string() }),
  reviews: z.array(z.object({ status: z.string() })),
});
const timeline = z.object({ items: z.array(z.object({ type: z.string(), at: z.string() })) });

/** The case that was filed last; undefined when there is none, or none any more. */
export async function lastCase(token: string): Promise<string | undefined> {
  return list.parse(JSON.parse(await get('/applications?limit=1', token))).items[0]?.number;
}

/** What has become of a case. */
export async function lookAt(number: string, token: string): Promise<Looked> {
  const [found, told] = await Promise.all([
    get(`/applications/${number}`, token),
    get(`/applications/${number}/timeline`, token),
  ]);
  const { status, form, reviews } = whole.parse(JSON.parse(found));
  return {
    number,
    status,
    sentAt: form.sentAt,
    reviews: reviews.map((review) => review.status),
    events: timeline.parse(JSON.parse(told)).items,
  };
}

/** Applies. @returns the number */
export async function submit(token: string, at: Date): Promise<string> {
  const text = await call(
    {
      method: 'POST',
      url: `${setting('API_URL')}/applications`,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': `${canaryCode}-${at.toISOString()}`,
      },
      body: JSON.stringify(canarySubmission(at)),
    },
    201,
  );
  return z.object({ number: z.string() }).parse(JSON.parse(text)).number;
}

/** Where the secrets of the canary's department lie. */
export const secretId = (): string => `${setting('DEPARTMENT_SECRETS_PREFIX')}${canaryCode}`;

async function signed(method: string, url: string, id: string, body?: object): Promise<string> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = sign(await validSecrets(secretId()), id, text);
  return call(
    {
      method,
      url,
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: text } : {}),
    },
    200,
  );
}

/** Says where webhooks go, as a department's system may: the department needs no operator to be connected. */
export async function connect(at: Date): Promise<void> {
  const api = setting('API_URL');
  await signed('PATCH', `${api}/departments/${canaryCode}`, `settings_${canaryCode}_${at.getTime()}`, {
    webhookUrl: `${api}/canary/webhooks`,
  });
}

const forDecision = z.object({ dossierVersion: z.number(), form: z.object({ sentAt: z.string() }) });

/**
 * Decides a review as its department does: reads it, and approves. Repeated, it is the same decision.
 * @param webhookId of the request, by which a repetition is recognised
 * @throws Refused
 */
export async function approve(review: string, decisionUrl: string, webhookId: string): Promise<void> {
  const address = `${setting('API_URL')}/reviews/${encodeURIComponent(review)}`;
  const found = await signed('GET', address, `read_${review}_${webhookId}`);
  const { dossierVersion, form } = forDecision.parse(JSON.parse(found));
  await signed('POST', decisionUrl, `decision_${review}_${webhookId}`, {
    outcome: 'approved',
    dossierVersion,
    output: { number: form.sentAt },
  });
}
