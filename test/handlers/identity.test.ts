/** Any OIDC issuer in the place of the user pool: its keys by discovery, its audience, its claim for groups. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OneWindow } from '../support/onewindow.ts';

const issuer = 'https://id.city.test/realms/onewindow';
const settings = { OIDC_ISSUER: issuer, OIDC_AUDIENCE: 'portal,counter', OIDC_GROUPS_CLAIM: 'roles' };
const token = {
  iss: issuer,
  client_id: undefined,
  aud: ['portal', 'account'],
  roles: ['officer', 'department:bank'],
};

/** The issuer's keys are kept for the life of a function: each test has functions of its own. */
async function fresh(changes: Record<string, string> = {}) {
  vi.resetModules();
  const support = await import('../support/onewindow.ts');
  return { here: new support.OneWindow({ ...settings, ...changes }), jwt: support.jwt };
}

let here: OneWindow;
let jwt: (groups: string[], claims?: Record<string, unknown>) => string;
beforeEach(async () => {
  ({ here, jwt } = await fresh());
});
afterEach(async () => {
  (await import('../support/memory-cloud.ts')).dismantle();
});

/** There is no such review: whoever is known hears of it, whoever is not learns nothing. */
const statusFor = async (claims: Record<string, unknown>): Promise<number> =>
  (
    await here.send('GET', '/reviews/330102-261123-00000000-1', {
      headers: { authorization: `Bearer ${jwt([], { ...token, ...claims })}` },
    })
  ).status;

describe('a bearer token of an issuer by settings', () => {
  it('is verified with the keys that its discovery document names', async () => {
    expect(await statusFor({})).toBe(404);
    expect(here.cloud.outgoing.map(({ url }) => url)).toEqual([
      `${issuer}/.well-known/openid-configuration`,
      'https://id.city.test/keys',
    ]);
    expect(await statusFor({})).toBe(404);
    expect(here.cloud.outgoing).toHaveLength(2);
  });

  it('is for one of the audiences, in aud, or in client_id where there is no aud', async () => {
    expect(await statusFor({ aud: 'counter' })).toBe(404);
    expect(await statusFor({ aud: undefined, client_id: 'portal' })).toBe(404);
    expect(await statusFor({ aud: 'another' })).toBe(401);
    expect(await statusFor({ aud: 'another', client_id: 'portal' })).toBe(401);
    expect(await statusFor({ aud: undefined })).toBe(401);
    expect(await statusFor({ iss: 'https://id.city.test/realms/other' })).toBe(401);
  });

  it('may be a machine’s, by client credentials: with groups, and nobody behind it', async () => {
    const machine = {
      sub: 'kiosk-7',
      azp: 'kiosk-7',
      aud: 'counter',
      scope: 'email profile',
      token_use: undefined,
    };
    expect(await statusFor(machine)).toBe(404);
    // Without groups it is known, and may do nothing.
    expect(await statusFor({ ...machine, roles: undefined })).toBe(403);
  });

  it('is no fault of the caller while the issuer cannot be asked, and asked again afterwards', async () => {
    const { answer } = here.cloud;
    here.cloud.answer = () => new Response('', { status: 503 });
    expect(await statusFor({})).toBe(503);
    here.cloud.answer = () =>
      Response.json({ issuer: 'https://another.test', jwks_uri: 'https://another.test/keys' });
    expect(await statusFor({})).toBe(503);
    here.cloud.answer = () => new Response('<html>');
    expect(await statusFor({})).toBe(503);
    here.cloud.answer = answer;
    expect(await statusFor({})).toBe(404);
  });
});

it('groups come from the claim of the settings, and from no other', async () => {
  const { userFromClaims } = await import('../../functions/platform/user.ts');
  const user = userFromClaims({
    sub: 'a',
    roles: '[officer department:bank]',
    'cognito:groups': ['operator'],
  });
  expect(user).toEqual({ subject: 'a', roles: ['officer'], departments: ['bank'] });
});
