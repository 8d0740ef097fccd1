/** What is uploaded. */
import * as z from 'zod';

/** What may be uploaded; nothing that a browser runs. */
export const contentTypes = ['application/pdf', 'image/jpeg', 'image/png'] as const;

export const upload = z
  .strictObject({
    /** The catalogue's code of the material. */
    code: z.string().regex(/^[a-z][a-z0-9-]{1,59}$/, 'Not a code of the catalogue'),
    contentType: z.enum(contentTypes),
    /** Bytes; the upload must have exactly this length. */
    size: z.number().int().min(1).max(20_000_000),
  })
  .meta({ id: 'Upload' });

export const tagKey = 'state';
/** What is uploaded bears `unused` until a case takes it, and expires with it; see the bucket's lifecycle. */
export const states = { unused: 'unused', taken: 'taken' } as const;
