/** What somebody gets who is about to upload. Tests hold every handler's answers against this. */
import * as z from 'zod';
import { id } from '../platform/answers.ts';

export const materialPlace = z
  .object({
    id,
    code: z.string(),
    uploadUrl: z.string(),
    method: z.literal('PUT'),
    headers: z
      .record(z.string(), z.string())
      .meta({ description: 'To be sent with the file exactly as they are' }),
    contentType: z.string(),
  })
  .meta({ id: 'UploadPlace' });
