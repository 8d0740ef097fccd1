/** What is uploaded. */
import * as z from 'zod/mini';
import { described } from '../platform/described.ts';

/** What may be uploaded; nothing that a browser runs. */
export const contentTypes = ['application/pdf', 'image/jpeg', 'image/png'] as const;

export const upload = z
  .strictObject({
    /** The catalogue's code of the material. */
    code: z.string().check(z.regex(/^[a-z][a-z0-9-]{1,59}$/, 'Not a code of the catalogue')),
    contentType: z.enum(contentTypes),
    /** Bytes; the upload must have exactly this length. */
    size: z.int().check(z.minimum(1), z.maximum(20_000_000)),
  })
  .register(described, { id: 'Upload' });
export type Upload = z.infer<typeof upload>;

export const tagKey = 'state';
/** What is uploaded bears `unused` until a case takes it, and expires with it; see the bucket's lifecycle. */
export const states = { unused: 'unused', taken: 'taken' } as const;
