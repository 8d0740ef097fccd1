/** What may be asked of the catalogue. Apart from the shape of its files, which no call needs. */
import * as z from 'zod';
import { pageQuery } from '../platform/queries.ts';

export const listQuery = pageQuery.extend({
  kind: z.enum(['item', 'bundle', 'composed']).optional(),
  department: z.string().max(60).optional(),
  q: z.string().max(100).optional().meta({
    description:
      'Words of the name or the summary in either language, any part of them, or sounds: `qykb`, `qiyekaiban`',
  }),
});

/** Instants for which a calendar of days can be drawn up at all. */
export const promiseQuery = z.object({
  at: z.iso
    .datetime({
      offset: true,
      error: 'Not an instant: ISO 8601 with offset, such as 2026-11-23T10:00:00+08:00',
    })
    .transform((text) => new Date(text))
    .refine((at) => at.getUTCFullYear() >= 2000 && at.getUTCFullYear() < 2100, 'Only from 2000 to 2099')
    .optional(),
});
