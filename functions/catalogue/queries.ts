/** What may be asked of the catalogue. Apart from the shape of its files, which no call needs. */
import * as z from 'zod/mini';
import { described } from '../platform/described.ts';
import { pageQuery } from '../platform/queries.ts';

export const listQuery = z.extend(pageQuery, {
  kind: z.optional(z.enum(['item', 'bundle', 'composed'])),
  department: z.optional(z.string().check(z.maxLength(60))),
  q: z.optional(z.string().check(z.maxLength(100))).register(described, {
    description:
      'Words of the name or the summary in either language, any part of them, or sounds: `qykb`, `qiyekaiban`',
  }),
});

const isAnswers = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A form, or the part of it that is answered so far. */
const answers = z.pipe(
  z.string().check(z.maxLength(4_000)),
  z.transform((text: string, { issues }): Record<string, unknown> => {
    try {
      const value: unknown = JSON.parse(text);
      if (isAnswers(value)) return value;
    } catch {
      // Said below.
    }
    issues.push({ code: 'custom', message: 'Not a JSON object of answers by field', input: text });
    return z.NEVER;
  }),
);

const items = z
  .optional(
    z
      .pipe(
        z.string().check(z.maxLength(3_100)),
        z.transform((text: string) => [...new Set(text.split(',').filter(Boolean))]),
      )
      .check(
        z.refine(({ length }) => length > 0 && length <= 50, 'From 1 to 50 codes, with commas between them'),
      ),
  )
  .register(described, {
    description: 'Codes with commas between them: items to put together, or of a bundle to apply for',
  });

export const readQuery = z.object({
  items,
  applicant: z
    .optional(z.enum(['person', 'company']))
    .register(described, { description: 'Who would apply' }),
  answers: z.optional(answers).register(described, {
    description:
      'JSON object of answers by field, such as `{"sellsFood":true}`: what they make necessary is said in `derivation`',
  }),
});

/** Instants for which a calendar of days can be drawn up at all. */
export const promiseQuery = z.object({
  items,
  at: z.optional(
    z
      .pipe(
        z.iso.datetime({
          offset: true,
          error: 'Not an instant: ISO 8601 with offset, such as 2026-11-23T10:00:00+08:00',
        }),
        z.transform((text: string) => new Date(text)),
      )
      .check(
        z.refine((at) => at.getUTCFullYear() >= 2000 && at.getUTCFullYear() < 2100, 'Only from 2000 to 2099'),
      ),
  ),
});
