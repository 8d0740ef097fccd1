/** The product as its users meet it: an HTTP client by role, and waiting for what must come about. */

import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getToken } from '../../infra/local/token.ts';

export type Endpoints = {
  api: string;
  portal: string;
  aws: string;
  region: string;
  stateMachines: { jointApproval: string };
};

export const endpoints = (): Endpoints =>
  JSON.parse(
    readFileSync(join(process.env.ONEWINDOW_LOCAL_DIR ?? '.local', 'endpoints.json'), 'utf8'),
  ) as Endpoints;

// biome-ignore lint/suspicious/noExplicitAny: a test reads answers whose schemas other tests check
export type Json = any;
export type Reply = { status: number; body: Json; headers: Headers };
type Options = { body?: unknown; headers?: Record<string, string>; raw?: string };

export type Role = 'applicant' | 'agent' | 'clerk' | 'officer' | 'operator';
export type Caller = {
  get: (path: string, options?: Options) => Promise<Reply>;
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  put: (path: string, body: unknown) => Promise<Reply>;
};

export async function call(method: string, path: string, options: Options = {}): Promise<Reply> {
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(`${endpoints().api}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  let parsed: Json = text;
  try {
    parsed = text ? JSON.parse(text) : undefined;
  } catch {
    // Kept as text: a test that expects JSON fails on it with the text in sight.
  }
  return { status: response.status, body: parsed, headers: response.headers };
}

/** Calls with the bearer token of a demo user. */
export function as(role: Role, name?: string): Caller {
  const send = async (method: string, path: string, options: Options = {}): Promise<Reply> =>
    call(method, path, {
      ...options,
      headers: { authorization: `Bearer ${await getToken(role, name)}`, ...options.headers },
    });
  return {
    get: (path, options) => send('GET', path, options),
    post: (path, body, headers = {}) => send('POST', path, { body, headers }),
    put: (path, body) => send('PUT', path, { body }),
  };
}

export const anyone: Caller = {
  get: (path, options) => call('GET', path, options),
  post: (path, body, headers = {}) => call('POST', path, { body, headers }),
  put: (path, body) => call('PUT', path, { body }),
};

/** Polls until `done`; the deadline is a failure, never the usual way. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  done: (value: T) => boolean,
  withinMs = 30_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await look();
    if (done(value)) return value;
    if (Date.now() > end) throw new Error(`Waited in vain for: ${what}. Last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const newPhone = (): string => `13${String(randomInt(1_000_000_000)).padStart(9, '0')}`;

/** The catalogue's own example with a phone of this test's own, and whatever the test changes. */
export async function exampleOf(service: string, changes: Json = {}): Promise<Json> {
  const { body } = await anyone.get(`/catalogue/${service}`);
  const phone = newPhone();
  const { applicant, ...rest } = changes;
  return { ...body.example, ...rest, applicant: { ...body.example.applicant, phone, ...applicant } };
}

/** Submits as the demo applicant and returns the summary. */
export async function submit(service: string, changes: Json = {}): Promise<Json> {
  const body = await exampleOf(service, changes);
  const reply = await as('applicant').post('/applications', body, { 'idempotency-key': randomUUID() });
  if (reply.status !== 201) throw new Error(`Not accepted: ${JSON.stringify(reply.body)}`);
  return { ...reply.body, phone: body.applicant.phone };
}

export const read = async (number: string): Promise<Json> =>
  (await as('applicant').get(`/applications/${number}`)).body;

export const untilStatus = (number: string, ...statuses: string[]): Promise<Json> =>
  until(
    `${number} to be ${statuses.join(' or ')}`,
    () => read(number),
    ({ status }) => statuses.includes(status),
  );

export const untilReview = (number: string, department: string, ...statuses: string[]): Promise<Json> =>
  until(
    `the review of ${department} to be ${statuses.join(' or ')}`,
    async () => reviewOf(await read(number), department),
    ({ status }) => statuses.includes(status),
  );

export const reviewOf = (application: Json, department: string): Json =>
  application.reviews.find((review: Json) => review.department === department);

export const timeline = async (number: string): Promise<Json[]> =>
  (await as('applicant').get(`/applications/${number}/timeline?limit=100`)).body.items;

export const sms = async (phone: string): Promise<Json[]> =>
  (await as('operator').get(`/sandbox/sms?phone=${phone}`)).body.items;

/** Sets how a simulated department behaves. */
export async function behave(department: string, behaviour: string, delaySeconds = 0): Promise<void> {
  const reply = await as('operator').put(`/sandbox/departments/${department}`, { behaviour, delaySeconds });
  if (reply.status !== 200)
    throw new Error(`The sandbox answered ${reply.status}: ${JSON.stringify(reply.body)}`);
}

export const openingDepartments = [
  'market-supervision',
  'public-security',
  'taxation',
  'human-resources',
  'bank',
] as const;

/** Every department approves at once again. */
export const resetDepartments = async (): Promise<void> => {
  await Promise.all(openingDepartments.map((department) => behave(department, 'approve')));
};

/** Moves the business clock to an instant. */
export async function moveClock(to: Date): Promise<void> {
  const reply = await as('operator').post('/sandbox/clock', { now: to.toISOString() });
  if (reply.status >= 300) throw new Error(`The clock was not moved: ${JSON.stringify(reply.body)}`);
}
