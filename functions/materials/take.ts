/**
 * A case takes its materials: each must have been uploaded by the one who hands it in. What is recorded is the very
 * version that lies there now, so that nothing that is done to the bucket later changes the evidence.
 */
import { HeadObjectCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import type { HandedIn } from '../cases/types.ts';
import type { FieldError } from '../platform/problems.ts';
import { bucket, s3 } from './bucket.ts';
import { isMaterialOf } from './material-id.ts';
import { contentTypes, states, tagKey } from './schemas.ts';

type Given = { code: string; id?: string | undefined };

export type CheckedMaterials = {
  errors: FieldError[];
  /** Keeps the uploads from expiring. To be called before the case is written, once nothing stands against it. */
  take: () => Promise<HandedIn[]>;
};

type Found = HandedIn | { fault: string };

async function find(subject: string, { code, id }: Given): Promise<Found> {
  if (id === undefined) return { code };
  if (!(await isMaterialOf(subject, code, id))) return { fault: 'Not an upload of yours for this material' };
  try {
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket(), Key: id }));
    const contentType = contentTypes.find((each) => each === head.ContentType);
    if (!contentType) return { fault: 'Neither a PDF nor a JPEG or PNG picture' };
    if (!head.VersionId || !head.ETag) throw new Error('The bucket does not keep its rules.');
    return { code, id, version: head.VersionId, etag: head.ETag, contentType, size: head.ContentLength ?? 0 };
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound')
      return { fault: 'Nothing is uploaded there yet' };
    throw error;
  }
}

async function keep({ id, version }: HandedIn): Promise<void> {
  if (id === undefined) return;
  await s3.send(
    new PutObjectTaggingCommand({
      Bucket: bucket(),
      Key: id,
      VersionId: version,
      Tagging: { TagSet: [{ Key: tagKey, Value: states.taken }] },
    }),
  );
}

/** What the user's uploads are, and what stands against them, by pointers into `materials`. */
export async function checkMaterials(subject: string, given: Given[]): Promise<CheckedMaterials> {
  const found = await Promise.all(given.map((each) => find(subject, each)));
  const materials = found.flatMap((each) => ('fault' in each ? [] : [each]));
  return {
    errors: found.flatMap((each, i) =>
      'fault' in each ? [{ pointer: `/materials/${i}/id`, detail: each.fault }] : [],
    ),
    take: async () => {
      await Promise.all(materials.map(keep));
      return materials;
    },
  };
}
