/** Pieces of answers that every room shares, as schemas. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { mostErrors, problemTypes } from './problems.ts';

export const instant = z.iso.datetime({ offset: true }).meta({ description: 'ISO 8601, with offset' });
export const id = z.string().min(1).meta({ description: 'Opaque' });

const cursor = z
  .string()
  .optional()
  .meta({ description: 'Present when there are more; hand it back as `cursor`' });

/** One page of a list. */
export const page = <T extends z.ZodType>(items: T) => z.object({ items: z.array(items), cursor });

/** The header of an answer that shows a version. */
export const eTag = { etag: 'The version, in quotes' };

const fieldError = z
  .object({
    pointer: z.string().optional().meta({ description: 'Of a field: JSON pointer into the body' }),
    parameter: z.string().optional().meta({ description: 'Of a query: the name of the parameter' }),
    detail: z.string(),
  })
  .meta({ id: 'FieldError', description: 'Of a field or of a parameter' });

export const problem = z.object({
  type: z.enum(problemTypes.map((type) => `urn:onewindow:problem:${type}` as const)),
  title: z.string().meta({ description: 'By Accept-Language, as all texts here' }),
  status: z.number().int(),
  detail: z.string(),
  requestId: z
    .string()
    .optional()
    .meta({ description: 'Names the request to whoever runs the API; also `x-request-id`' }),
  errors: z.array(fieldError).max(mostErrors).optional(),
});

/**
 * As clients get it: makers of clients look at one type of content for each status, and must get through what API
 * Gateway itself answers, before any function runs.
 */
export const anyProblem = problem
  .partial()
  .extend({
    message: z.string().nullish().meta({ description: 'When API Gateway itself answers, and then alone' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });
