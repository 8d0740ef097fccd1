/** What is uploaded. */
import * as z from 'zod';

export const upload = z.strictObject({
  /** The catalogue's code of the material. */
  code: z.string().regex(/^[a-z][a-z0-9-]{1,59}$/, 'Not a code of the catalogue'),
  contentType: z.enum(['application/pdf', 'image/jpeg', 'image/png']),
  /** Bytes; the upload must have exactly this length. */
  size: z.number().int().min(1).max(20_000_000),
});
