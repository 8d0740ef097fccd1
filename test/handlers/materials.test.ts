import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadCase } from '../../functions/cases/store.ts';
import { later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { awsError, dismantle } from '../support/memory-cloud.ts';
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
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe(
      'content-length;content-type;host;if-none-match;x-amz-tagging',
    );
    expect(body.headers).toEqual({
      'content-type': 'application/pdf',
      'if-none-match': '*',
      'x-amz-tagging': 'state=unused',
    });
    expect(url.search).not.toContain('checksum');
    expect((await create()).body.id).not.toBe(body.id);
    expect(new Set(here.cloud.asked.map(({ name }) => name))).toEqual(
      new Set(['UpdateCommand', 'GetSecretValueCommand']),
    );
  });

  it('asked for again with the same key gets the same place, another user another', async () => {
    const first = await create(upload, 'k-1');
    vi.setSystemTime(later(20));
    const again = await create(upload, 'k-1');
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    // The first address has ended meanwhile.
    expect(new URL(again.body.uploadUrl).searchParams.get('X-Amz-Date')).toBe('20261123T022000Z');
    const other = await create(upload, 'k-1', 'agent');
    expect([other.headers.get('idempotent-replayed'), other.body.id === first.body.id]).toEqual([
      null,
      false,
    ]);
  });

  it('asked for with the key of another material is refused', async () => {
    await create(upload, 'k-1');
    const reply = await create({ ...upload, size: 4321 }, 'k-1');
    expect([reply.status, reply.body.type.split(':').at(-1)]).toEqual([422, 'idempotency-key-reused']);
  });

  it('repeated does not count against what one may upload in a day', async () => {
    await create(upload, 'k-1');
    await create(upload, 'k-1');
    expect(here.cloud.of('UpdateCommand')).toHaveLength(1);
  });

  it('keeps no address that opens anything', async () => {
    await create(upload, 'k-1');
    const kept = here.cloud.rows.find(({ pk }) => String(pk).startsWith('IDEMPOTENCY#'));
    expect(JSON.stringify(kept?.answer)).not.toContain('X-Amz');
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

describe('a case takes', () => {
  const code = 'articles-of-association';
  const submit = (materials: Json[]): Promise<Reply> =>
    here.as('applicant').post('/applications', here.example({ materials }));
  const shown = async (number: string): Promise<Json> =>
    (await here.as('officer', 'market-supervision').get(`/reviews/${number}-1`)).body.materials[0];

  it('the version that lies there then, and shows that one only, to be saved', async () => {
    const { id } = await here.uploaded(code);
    const number = await here.accepted({ materials: [{ code, id }] });
    const dossier = (await loadCase(number))?.dossier;
    expect(dossier?.materials).toEqual([
      { code, id, version: 'v-1', etag: '"v-1"', contentType: 'application/pdf', size: 1234 },
    ]);
    here.putObject(id, 'v-2');
    const { downloadUrl } = await shown(number);
    const query = new URL(downloadUrl).searchParams;
    expect(query.get('versionId')).toBe('v-1');
    expect(query.get('response-content-disposition')).toBe(`attachment; filename="${code}.pdf"`);
    expect(query.get('response-content-type')).toBe('application/pdf');
  });

  it('what is uploaded only, and keeps it from expiring', async () => {
    const wanted = { code, contentType: 'application/pdf', size: 1234 };
    const { id } = (await create(wanted)).body;
    const early = await submit([{ code, id }]);
    expect([early.status, early.body.errors]).toEqual([
      422,
      [{ pointer: '/materials/0/id', detail: 'Nothing is uploaded there yet' }],
    ]);
    here.putObject(id);
    const wrong = await here
      .as('applicant')
      .post('/applications', here.example({ materials: [{ code, id }], form: {} }));
    expect(wrong.status).toBe(422);
    expect(here.cloud.uploads.get(id)?.tag).toBe('unused');
    expect((await submit([{ code, id }])).status).toBe(201);
    expect(here.cloud.uploads.get(id)?.tag).toBe('taken');
    expect(here.cloud.of('PutObjectTaggingCommand')).toMatchObject([{ Key: id, VersionId: 'v-1' }]);
  });

  it('nothing that is not of a type that may be uploaded', async () => {
    const { id } = await here.uploaded(code);
    here.cloud.uploads.set(id, { version: 'v-1', contentType: 'text/html', size: 9, tag: 'unused' });
    const reply = await submit([{ code, id }]);
    expect([reply.status, reply.body.errors]).toEqual([
      422,
      [{ pointer: '/materials/0/id', detail: 'Neither a PDF nor a JPEG or PNG picture' }],
    ]);
  });

  it('no mention of a material of which only the file will do', async () => {
    const reply = await submit([{ code }, { code: 'proof-of-address' }]);
    expect([reply.status, reply.body.errors]).toEqual([
      422,
      [{ pointer: '/materials/1/id', detail: 'Only a file will do: upload it by POST /materials' }],
    ]);
    expect((await submit([{ code }, await here.uploaded('proof-of-address')])).status).toBe(201);
  });

  it('nothing of somebody else, and asks the bucket for nothing then', async () => {
    const { id } = await here.uploaded(code);
    const reply = await here.as('agent').post('/applications', here.example({ materials: [{ code, id }] }));
    expect(reply.body.errors).toEqual([
      { pointer: '/materials/0/id', detail: 'Not an upload of yours for this material' },
    ]);
    expect(here.cloud.of('HeadObjectCommand')).toEqual([]);
  });

  it('nothing on the word of a bucket that may not be asked', async () => {
    const { id } = await here.uploaded(code);
    here.cloud.refuse = ({ name }) => {
      if (name === 'HeadObjectCommand') throw awsError('Forbidden');
    };
    expect((await submit([{ code, id }])).status).toBe(500);
  });
});
