/** What every list may be asked. Apart from the cursors, which stores make that parse nothing. */
import * as z from 'zod/mini';

/** `limit` and `cursor` of a list. */
export const pageQuery = z.object({
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 20),
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(2000))),
});
