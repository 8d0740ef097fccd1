/** HTTP: materials. The file goes straight to the bucket; only its address is made here. */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ulid } from 'ulid';
import { setting } from '../shared/env.ts';
import { type Answer, apiHandler, parse, type Request } from '../shared/http.ts';
import { digest } from '../shared/idempotency.ts';
import { log } from '../shared/log.ts';
import { requirePermission } from '../shared/permissions.ts';
import { upload } from './schemas.ts';

const s3 = new S3Client({});

/** An upload address is good for so many seconds. */
const goodFor = 15 * 60;

/** The id is the object's key: made from the Idempotency-Key, so that a repetition gets the same place. */
function idFor(request: Request, subject: string): string {
  const key = request.headers['idempotency-key'];
  return key ? `m-${digest(`${subject}\n${key}`).slice(0, 32)}` : `m-${ulid().toLowerCase()}`;
}

async function create(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'material:upload');
  const { code, contentType, size } = parse(upload, request.body);
  const id = idFor(request, user.subject);
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

export const handler = apiHandler({ 'POST /materials': create });
