import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const upload = { code: 'proof-of-address', contentType: 'application/pdf', size: 1234 };
const create = (body: Json = upload, key?: string, role = 'applicant'): Promise<Reply> =>
  here.as(role).post('/materials', body, key ? { 'idempotency-key': key } : {});

describe('a material', () => {
  it('gets an address of its own, good for a quarter of an hour, for exactly that file', async () => {
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(body).toMatchObject({ code: 'proof-of-address', method: 'PUT', contentType: 'application/pdf' });
    const url = new URL(body.uploadUrl);
    expect(url.pathname + url.host).toContain(body.id);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toContain('content-length');
    expect((await create()).body.id).not.toBe(body.id);
    expect(here.cloud.asked.every(({ name }) => name === 'GetSecretValueCommand')).toBe(true);
  });

  it('asked for again with the same key gets the same place, another user another', async () => {
    const { body } = await create(upload, 'k-1');
    expect((await create(upload, 'k-1')).body.id).toBe(body.id);
    expect((await create(upload, 'k-1', 'agent')).body.id).not.toBe(body.id);
  });

  it.each<[Json, string]>([
    [{ ...upload, size: 0 }, '/size'],
    [{ ...upload, size: 20_000_001 }, '/size'],
    [{ ...upload, size: 1.5 }, '/size'],
    [{ ...upload, contentType: 'text/html' }, '/contentType'],
    [{ ...upload, code: '../../etc' }, '/code'],
  ])('%j is refused by its pointer', async (body, pointer) => {
    const reply = await create(body);
    expect(reply.status).toBe(422);
    expect(reply.body.errors.map((each: Json) => each.pointer)).toEqual([pointer]);
  });
});
