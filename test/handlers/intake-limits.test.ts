/** What a submission may be at most, and of which characters. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateForm } from '../../functions/catalogue/form.ts';
import { serviceOf } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { jwt, OneWindow, type Reply } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const submit = (changes: Json): Promise<Reply> =>
  here.as('applicant').post('/applications', here.example(changes));
const pointers = ({ body }: Reply): string[] => body.errors.map(({ pointer }: Json) => pointer);

describe('a form that is wrong in very many places', () => {
  const { form } = serviceOf('business-opening');

  it('gets an answer of ordinary size', async () => {
    const members = Array.from({ length: 40_000 }, () => ({}));
    const reply = await submit({ form: { ...here.example().form, members } });
    expect(reply.status).toBe(422);
    expect(reply.body.errors).toContainEqual({
      pointer: '/form/members',
      detail: 'May have at most 50 entries',
    });
    expect(reply.body.errors.length).toBeLessThanOrEqual(100);
    const unknown = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x${i}`, i]));
    expect((await submit({ form: unknown })).body.errors).toHaveLength(100);
  });

  it('is not validated beyond what it can hold', () => {
    const members = Array.from({ length: 40_000 }, () => ({}));
    // Three required fields of fifty members, and what else is missing.
    expect(validateForm({ form }, { members }).length).toBeLessThan(200);
    expect(validateForm({ form }, { members: { length: 9e9 } }).map(({ pointer }) => pointer)).toContain(
      '/form/members',
    );
  });
});

describe('characters that cannot be seen', () => {
  it.each<[string, (example: Json) => void, string]>([
    [
      'a name',
      (e) => {
        e.applicant.name = '王\u202e国建';
      },
      '/applicant/name',
    ],
    [
      'a recipient of two lines',
      (e) => {
        e.delivery.recipient = '王建国\n(not)';
      },
      '/delivery/recipient',
    ],
    [
      'an address',
      (e) => {
        e.delivery.address = '解放路200号\u0000201室';
      },
      '/delivery/address',
    ],
    [
      'a field of the form',
      (e) => {
        e.form.companyName = '杭州\u200b湖滨公司';
      },
      '/form/companyName',
    ],
    [
      'a short field of two lines',
      (e) => {
        e.form.companyName = '杭州\n湖滨公司';
      },
      '/form/companyName',
    ],
    [
      'a field in a list',
      (e) => {
        e.form.businessScope = ['文艺\u2067创作'];
      },
      '/form/businessScope/0',
    ],
    [
      'the principal',
      (e) => {
        e.onBehalfOf = 'x\u0007';
      },
      '/onBehalfOf',
    ],
  ])('in %s are refused by pointer', async (_, change, pointer) => {
    const example = here.example();
    change(example);
    const reply = await here.as('applicant').post('/applications', example);
    expect(reply.status).toBe(422);
    expect(pointers(reply)).toContain(pointer);
    expect(new Set(pointers(reply)).size).toBe(1);
  });

  it('are refused in a reason, which may have lines', async () => {
    const number = await here.accepted();
    const withdraw = (reason: string) =>
      here.as('applicant').post(`/applications/${number}/withdrawal`, { reason });
    expect(pointers(await withdraw('no\u202e more'))).toEqual(['/reason']);
    expect((await withdraw('We moved.\nThank you.')).status).toBe(200);
  });

  it('are refused in a decision and in what it hands out', async () => {
    const number = await here.accepted();
    const decide = (body: Json) => here.decide(`${number}-1`, 'market-supervision', body);
    expect(pointers(await decide({ outcome: 'refused', reason: 'x\u001b[2J' }))).toEqual(['/reason']);
    const output = { number: 'N-1', holder: '王\u2066' };
    expect(pointers(await decide({ outcome: 'approved', output }))).toEqual(['/output/holder']);
  });
});

describe('on whose behalf it is', () => {
  const onBehalfOf = '330102198503121017';

  it('lies nowhere in clear, and is shown masked', async () => {
    const number = await here.submitted({ onBehalfOf });
    const rows = here.cloud.rows.filter(({ pk }) => String(pk).endsWith(number));
    const clear = JSON.stringify(rows.map(({ sealed: _, ...row }) => row));
    // The example's applicant has the same number: it too must be masked.
    expect(clear).not.toContain(onBehalfOf);
    expect((await here.read(number)).onBehalfOf).toBe('330***********1017');
  });

  it('is kept by a correction', async () => {
    const number = await here.accepted({ onBehalfOf });
    await here.decide(`${number}-1`, 'market-supervision', { outcome: 'correction', reason: 'Employees' });
    await here.as('applicant').post(`/applications/${number}/corrections`, { form: { employees: 7 } });
    expect((await here.read(number)).onBehalfOf).toBe('330***********1017');
    const { unseal } = await import('../../functions/platform/personal.ts');
    const dossier = here.cloud.rows.find(({ sk }) => sk === 'DOSSIER');
    expect((await unseal(number, dossier?.sealed as Uint8Array[]))['/onBehalfOf']).toBe(onBehalfOf);
  });
});

describe('a group whose name has spaces', () => {
  it('is one group, as the token has it, not the several that API Gateway makes of it', async () => {
    const groups = ['applicant', 'not an operator'];
    const call = (headers: Record<string, string>) => here.send('GET', '/departments', { groups, headers });
    const authorization = `Bearer ${jwt(groups)}`;
    expect((await call({ authorization })).status).toBe(403);
    expect((await call({ Authorization: jwt(groups) })).status).toBe(403);
    const operator = jwt(['operator']);
    const reply = await here.send('GET', '/departments', {
      groups: ['operator'],
      headers: { authorization: `Bearer ${operator}` },
    });
    expect(reply.status).toBe(200);
  });
});

describe('a token that only says who somebody is', () => {
  const id = { token_use: 'id' };
  const other = { iss: 'https://id.example.gov.cn', aud: 'client' };

  it('opens nothing that API Gateway let through', async () => {
    for (const claims of [
      id,
      { token_use: 'refresh' },
      { token_use: undefined, nonce: 'n' },
      { token_use: undefined, at_hash: 'h' },
      // Of an issuer that puts neither into its id tokens: nothing says that it is one to call with.
      { token_use: undefined, ...other },
      { token_use: undefined, ...other, typ: 'ID', scope: 'openid' },
    ]) {
      const reply = await here.send('GET', '/applications', { groups: ['applicant'], claims });
      expect([reply.status, reply.body.type]).toEqual([401, 'urn:onewindow:problem:unauthenticated']);
    }
    expect((await here.send('GET', '/applications', { groups: ['applicant'] })).status).toBe(200);
    for (const named of [{ scope: 'openid profile' }, { scp: ['portal'] }, { client_id: 'portal' }]) {
      const claims = { token_use: undefined, ...other, ...named };
      expect((await here.send('GET', '/applications', { groups: ['applicant'], claims })).status).toBe(200);
    }
  });

  it('opens no review', async () => {
    const number = await here.accepted();
    const groups = ['officer', 'department:market-supervision'];
    const read = (claims: Json) =>
      here.send('GET', `/reviews/${number}-1`, {
        headers: { authorization: `Bearer ${jwt(groups, claims)}` },
      });
    expect((await read(id)).status).toBe(401);
    expect(
      (await read({ token_use: undefined, client_id: undefined, aud: 'client', nonce: 'n' })).status,
    ).toBe(401);
    expect((await read({})).status).toBe(200);
  });
});
