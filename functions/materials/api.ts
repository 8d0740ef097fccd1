/** HTTP: materials. The file goes straight to the bucket; only its address is made here. */
import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ulid } from 'ulid';
import { requirePermission } from '../cases/permissions.ts';
import { type Answer, apiHandler, parse, type Request } from '../platform/http.ts';
import { givenKey, keepReceipt, once } from '../platform/idempotency.ts';
import { countOne, limitsOfStage, mostFor } from '../platform/limits.ts';
import { log } from '../platform/log.ts';
import { bucket, goodFor, s3 } from './bucket.ts';
import type { calls } from './calls.ts';
import { materialId } from './material-id.ts';
import { states, tagKey, type Upload, upload } from './schemas.ts';

/**
 * Made from the Idempotency-Key where there is one, so that a repetition gets the same place. The place takes one
 * upload: whoever repeats that as well is answered 412 by the bucket, and knows that it is there.
 */
function serialFor(request: Request, subject: string): string {
  const key = givenKey(request);
  if (key === undefined) return ulid().toLowerCase();
  return createHash('sha256').update(`${subject}\n${key}`).digest('hex').slice(0, 32);
}

/** The place of a material, with an address that is good from now on. */
async function placeOf({ id, code, contentType, size }: Upload & { id: string }): Promise<Answer> {
  const command = new PutObjectCommand({
    Bucket: bucket(),
    Key: id,
    ContentType: contentType,
    ContentLength: size,
    IfNoneMatch: '*',
    Tagging: `${tagKey}=${states.unused}`,
  });
  // What is signed as a header must be sent as it is: another type, length or condition is refused.
  const uploadUrl = await getSignedUrl(s3, command, {
    expiresIn: goodFor,
    signableHeaders: new Set(['content-type']),
    unhoistableHeaders: new Set(['x-amz-tagging']),
  });
  const headers = {
    'content-type': contentType,
    'if-none-match': '*',
    'x-amz-tagging': `${tagKey}=${states.unused}`,
  };
  log.info('Upload address made', { material: code });
  return { status: 201, body: { id, code, uploadUrl, method: 'PUT', headers, contentType } };
}

async function create(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'material:upload');
  const wanted = parse(upload, request.body);
  return once(
    request,
    async (receipt) => {
      const { uploads } = limitsOfStage();
      await countOne('uploads', user.subject, { most: mostFor(user, uploads), what: 'uploads a day' });
      const id = await materialId(user.subject, wanted.code, serialFor(request, user.subject));
      // The address opens a door and ends soon: it is made anew, not kept.
      await keepReceipt(receipt({ status: 201, body: { ...wanted, id } }));
      return placeOf({ ...wanted, id });
    },
    ({ body }) => placeOf(body as Upload & { id: string }),
  );
}

export const handler = apiHandler<typeof calls>({ 'POST /materials': create });
