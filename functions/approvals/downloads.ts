/** Materials with addresses from which a department may fetch them. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Dossier } from '../cases/types.ts';
import { setting } from '../platform/env.ts';

const s3 = new S3Client({});

/** A download address is good for so many seconds. */
const goodFor = 15 * 60;

export type Download = { code: string; id?: string; downloadUrl?: string };

/** Signed locally: no call to S3 is made. */
export async function downloads(materials: Dossier['materials']): Promise<Download[]> {
  return Promise.all(
    materials.map(async ({ code, id }) => {
      if (!id) return { code };
      const command = new GetObjectCommand({ Bucket: setting('MATERIALS_BUCKET'), Key: id });
      return { code, id, downloadUrl: await getSignedUrl(s3, command, { expiresIn: goodFor }) };
    }),
  );
}
