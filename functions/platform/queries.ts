/** What every list may be asked. Apart from the cursors, which stores make that parse nothing. */
import * as z from 'zod';

/** `limit` and `cursor` of a list. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(2000).optional(),
});
