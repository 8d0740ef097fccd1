/** Limits for people: how much one may hand in, and try, in a day. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { dayOf, type Limits, mostFor, strictLimits } from '../../functions/platform/limits.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';
import { configured } from '../support/stacks.ts';

const byRole = { applicant: 3, agent: 6, clerk: 6 };
const few: Limits = {
  ...strictLimits,
  submissions: byRole,
  submissionsPerPhone: 2,
  uploads: byRole,
  codeTries: byRole,
};

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow({ LIMITS: JSON.stringify(few) });
});
afterEach(dismantle);

let phones = 0;
const anotherPhone = (): string => `139${String(++phones).padStart(8, '0')}`;
type Wish = { phone?: string; role?: string; claims?: Json; key?: string };
const submit = ({ phone = anotherPhone(), role = 'applicant', claims, key }: Wish = {}): Promise<Reply> =>
  here.send('POST', '/applications', {
    body: here.example({ applicant: { ...here.example().applicant, phone } }),
    groups: [role],
    subject: `${role}-1`,
    headers: key ? { 'idempotency-key': key } : {},
    claims,
  });
const outcome = ({ status, body }: Reply): unknown[] => [status, body.type?.split(':').at(-1)];
const tooMany = [429, 'too-many-requests'];

describe('submissions', () => {
  it('of one person end at the limit, which is named, and begin anew at midnight', async () => {
    for (let i = 0; i < 3; i++) expect((await submit()).status).toBe(201);
    const refused = await submit();
    expect(outcome(refused)).toEqual(tooMany);
    expect(refused.body.detail).toBe(
      'The limit is reached: 3 applications a day by one person. The count begins anew at midnight.',
    );
    // Ten in the morning in Shanghai: fourteen hours to go.
    expect(refused.headers.get('retry-after')).toBe(String(14 * 3600));
    expect(here.cloud.rows.filter(({ sk }) => sk === 'APPLICATION')).toHaveLength(3);
    vi.setSystemTime(new Date('2026-11-23T15:59:59Z'));
    expect((await submit()).status).toBe(429);
    vi.setSystemTime(new Date('2026-11-23T16:00:00Z'));
    expect((await submit()).status).toBe(201);
  });

  it('repeated with their key do not count, and are answered beyond the limit as well', async () => {
    const wish = { phone: anotherPhone(), key: 'k-1' };
    const first = await submit(wish);
    for (let i = 0; i < 5; i++) expect((await submit(wish)).body.number).toBe(first.body.number);
    for (let i = 0; i < 2; i++) expect((await submit()).status).toBe(201);
    expect((await submit()).status).toBe(429);
    expect((await submit(wish)).body.number).toBe(first.body.number);
  });

  it('that are wrong do not count', async () => {
    const wrong = here.example({ form: {} });
    for (let i = 0; i < 5; i++)
      expect((await here.as('applicant').post('/applications', wrong)).status).toBe(422);
    expect((await submit()).status).toBe(201);
  });

  it('at the same moment are counted each', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => submit()));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(all.filter(({ status }) => status === 429)).toHaveLength(5);
  });

  it('of those who act for many are more', async () => {
    for (let i = 0; i < 6; i++) expect((await submit({ role: 'clerk' })).status).toBe(201);
    expect(outcome(await submit({ role: 'clerk' }))).toEqual(tooMany);
    const both = { subject: 'x', roles: ['applicant' as const, 'agent' as const], departments: [] };
    expect(mostFor(both, byRole)).toBe(6);
  });
});

describe('a phone', () => {
  it('gets no SMS of more applications than its limit, whoever names it, and lies nowhere in clear', async () => {
    const phone = anotherPhone();
    expect((await submit({ phone })).status).toBe(201);
    expect((await submit({ phone, role: 'agent' })).status).toBe(201);
    const refused = await submit({ phone, role: 'clerk' });
    expect(outcome(refused)).toEqual(tooMany);
    expect(refused.body.detail).toContain('name the same phone');
    const rows = here.cloud.rows.filter(({ pk }) => String(pk).startsWith('LIMIT#'));
    expect(rows.length).toBeGreaterThan(3);
    expect(JSON.stringify(rows)).not.toContain(phone);
    expect(rows.every(({ expiresAt }) => Number(expiresAt) * 1000 > Date.now())).toBe(true);
  });

  it.each<[string, (phone: string) => Json, number]>([
    ['verified as the own', (phone) => ({ phone_number: `+86${phone}`, phone_number_verified: 'true' }), 201],
    ['without the country', (phone) => ({ phone_number: phone, phone_number_verified: true }), 201],
    ['not verified', (phone) => ({ phone_number: `+86${phone}`, phone_number_verified: 'false' }), 429],
    [
      'of somebody else',
      () => ({ phone_number: `+86${anotherPhone()}`, phone_number_verified: 'true' }),
      429,
    ],
    ['of another country', (phone) => ({ phone_number: `+1${phone}`, phone_number_verified: 'true' }), 429],
  ])('that is %s has its limit or none', async (_, claimsOf, status) => {
    const phone = anotherPhone();
    const wish = { phone, claims: claimsOf(phone) };
    for (let i = 0; i < 2; i++) expect((await submit(wish)).status).toBe(201);
    expect((await submit(wish)).status).toBe(status);
  });
});

it('uploads end at their limit', async () => {
  const upload = { code: 'proof-of-address', contentType: 'application/pdf', size: 1 };
  for (let i = 0; i < 3; i++)
    expect((await here.as('applicant').post('/materials', upload)).status).toBe(201);
  expect(outcome(await here.as('applicant').post('/materials', upload))).toEqual(tooMany);
  expect((await here.as('agent').post('/materials', upload)).status).toBe(201);
});

it('tries at a code end at their limit, the right one included', async () => {
  const number = await here.concluded({ delivery: { method: 'pickup' } });
  await issue(here.message(number, 'application.concluded'));
  const attempt = (code: string): Promise<Reply> =>
    here.as('applicant').post(`/applications/${number}/collection`, { code });
  for (let i = 0; i < 3; i++) expect((await attempt('00000000')).status).toBe(422);
  expect(outcome(await attempt('00000000'))).toEqual(tooMany);
  const { pickupCode } = await import('../../functions/fulfilment/pickup-code.ts');
  expect(
    outcome(await attempt(await pickupCode(number, { id: '2', code: { serial: 1, wrong: 0 } }))),
  ).toEqual(tooMany);
});

describe('a stage', () => {
  it('is strict where people are, and lets machines test where they are not', () => {
    expect(configured('production').limits).toBe(strictLimits);
    expect(strictLimits).toMatchObject({ submissions: { applicant: 20 }, submissionsPerPhone: 5 });
    for (const stage of ['local', 'integration']) {
      expect(configured(stage).limits.submissionsPerPhone).toBeGreaterThan(1e6);
    }
  });

  it('that says nothing has the strict limits', async () => {
    vi.stubEnv('LIMITS', '');
    const phone = anotherPhone();
    for (let i = 0; i < 5; i++) expect((await submit({ phone })).status).toBe(201);
    expect(outcome(await submit({ phone }))).toEqual(tooMany);
  });
});

it('a day is that of Shanghai', () => {
  expect(dayOf(new Date('2026-11-23T15:59:59Z')).secondsLeft).toBe(1);
  const { day, secondsLeft } = dayOf(new Date('2026-11-23T16:00:00Z'));
  expect(secondsLeft).toBe(24 * 3600);
  expect(dayOf(new Date('2026-11-24T15:59:59.999Z'))).toEqual({ day, secondsLeft: 1 });
});
