/** Materials with addresses from which a department may fetch them. */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { HandedIn } from '../cases/types.ts';
import { bucket, goodFor, s3 } from './bucket.ts';
import { contentTypes } from './schemas.ts';

export type Download = { code: string; id?: string; downloadUrl?: string };

const endings: Record<string, string> = { 'application/pdf': 'pdf', 'image/jpeg': 'jpg', 'image/png': 'png' };

/**
 * The version that was handed in, to be saved and not shown: whatever a file calls itself, no browser runs it.
 * Signed locally: no call to S3 is made.
 */
export async function downloads(materials: HandedIn[]): Promise<Download[]> {
  return Promise.all(
    materials.map(async ({ code, id, version, contentType }) => {
      if (!id) return { code };
      const type = contentTypes.find((each) => each === contentType) ?? 'application/octet-stream';
      const command = new GetObjectCommand({
        Bucket: bucket(),
        Key: id,
        // Cases of before did not record it.
        ...(version ? { VersionId: version } : {}),
        ResponseContentDisposition: `attachment; filename="${code}.${endings[type] ?? 'bin'}"`,
        ResponseContentType: type,
      });
      return { code, id, downloadUrl: await getSignedUrl(s3, command, { expiresIn: goodFor }) };
    }),
  );
}
