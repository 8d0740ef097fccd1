/** HTTP: materials. The file goes straight to the bucket; only its address is made here. */
import { createHash } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ulid } from 'ulid';
import { requirePermission } from '../cases/permissions.ts';
import { setting } from '../platform/env.ts';
import { type Answer, apiHandler, parse, type Request } from '../platform/http.ts';
import { log } from '../platform/log.ts';
import type { calls } from './calls.ts';
import { materialId } from './material-id.ts';
import { upload } from './schemas.ts';

const s3 = new S3Client({});

/** An upload address is good for so many seconds. */
const goodFor = 15 * 60;

/** Made from the Idempotency-Key where there is one, so that a repetition gets the same place. */
function serialFor(request: Request, subject: string): string {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return ulid().toLowerCase();
  return createHash('sha256').update(`${subject}\n${key}`).digest('hex').slice(0, 32);
}

async function create(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'material:upload');
  const { code, contentType, size } = parse(upload, request.body);
  const id = await materialId(user.subject, code, serialFor(request, user.subject));
  const command = new PutObjectCommand({
    Bucket: setting('MATERIALS_BUCKET'),
    Key: id,
    ContentType: contentType,
    ContentLength: size,
    Metadata: { code, owner: user.subject },
  });
  const uploadUrl = await getSignedUrl(s3, command, { expiresIn: goodFor });
  log.info('Upload address made', { material: code });
  return { status: 201, body: { id, code, uploadUrl, method: 'PUT', contentType } };
}

export const handler = apiHandler<typeof calls>({ 'POST /materials': create });
