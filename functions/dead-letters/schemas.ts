/** What an operator says to move what the queues have put aside. */
import * as z from 'zod/mini';
import { described } from '../platform/described.ts';

/** Nothing more need be said. */
export const redriving = z.strictObject({}).register(described, { id: 'Redriving' });

export const shelving = z
  .strictObject({
    because: z.string().check(z.trim(), z.minLength(1), z.maxLength(500)).register(described, {
      description: 'Why nobody need handle them; kept with each, and no personal data',
    }),
  })
  .register(described, { id: 'Shelving' });
