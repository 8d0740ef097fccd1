/** What operators may ask for, and say. */
import * as z from 'zod/mini';
import { described } from '../platform/described.ts';
import { pageQuery } from '../platform/queries.ts';

export const escalatedQuery = pageQuery;

export const repairQuery = z.object({
  messages: z
    .optional(
      z.pipe(
        z.enum(['true', 'false']),
        z.transform((value: 'true' | 'false') => value === 'true'),
      ),
    )
    .register(described, {
      description: 'Also SMS of which the carrier did not say whether it took them: one may arrive twice',
    }),
});

export const repairBody = z
  .strictObject({
    messages: z._default(z.boolean(), false).register(described, {
      description: 'Also SMS of which the carrier did not say whether it took them: one may arrive twice',
    }),
  })
  .register(described, { id: 'Repairing' });

/** Nothing more need be said. */
export const nothing = z.strictObject({}).register(described, { id: 'Nothing' });

export const replaying = z
  .strictObject({
    since: z.iso
      .datetime({ offset: true })
      .register(described, { description: 'Everything that was written then or later' }),
    cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(2000))).register(described, {
      description: 'Of the part before; the first has none',
    }),
  })
  .register(described, { id: 'Replaying' });
