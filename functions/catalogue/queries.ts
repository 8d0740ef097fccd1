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

const isAnswers = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A form, or the part of it that is answered so far. */
const answers = z
  .string()
  .max(20_000)
  .transform((text, context): Record<string, unknown> => {
    try {
      const value: unknown = JSON.parse(text);
      if (isAnswers(value)) return value;
    } catch {
      // Said below.
    }
    context.addIssue('Not a JSON object of answers by field');
    return z.NEVER;
  });

const items = z
  .string()
  .max(3_100)
  .transform((text) => [...new Set(text.split(',').filter(Boolean))])
  .refine((codes) => codes.length > 0 && codes.length <= 50, 'From 1 to 50 codes, with commas between them')
  .optional()
  .meta({
    description: 'Codes with commas between them: items to put together, or of a bundle to apply for',
  });

export const readQuery = z.object({
  items,
  applicant: z.enum(['person', 'company']).optional().meta({ description: 'Who would apply' }),
  answers: answers.optional().meta({
    description:
      'JSON object of answers by field, such as `{"sellsFood":true}`: what they make necessary is said in `derivation`',
  }),
});

/** Instants for which a calendar of days can be drawn up at all. */
export const promiseQuery = z.object({
  items,
  at: z.iso
    .datetime({
      offset: true,
      error: 'Not an instant: ISO 8601 with offset, such as 2026-11-23T10:00:00+08:00',
    })
    .transform((text) => new Date(text))
    .refine((at) => at.getUTCFullYear() >= 2000 && at.getUTCFullYear() < 2100, 'Only from 2000 to 2099')
    .optional(),
});
