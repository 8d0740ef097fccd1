/** What lists of applications, and timelines, may be asked. */
import * as z from 'zod/mini';
import { applicationStatuses } from '../cases/status.ts';
import { described } from '../platform/described.ts';
import { pageQuery } from '../platform/queries.ts';

const code = z.string().check(z.regex(/^[a-z][a-z0-9-]{1,59}$/, 'Not a code'));
const flag = () =>
  z.optional(
    z.pipe(
      z.enum(['true', 'false']),
      z.transform((value: 'true' | 'false') => value === 'true'),
    ),
  );

export const applicationsQuery = z.extend(pageQuery, {
  number: z
    .optional(z.string().check(z.minLength(1), z.maxLength(64)))
    .register(described, { description: 'The very one of this number' }),
  status: z.optional(z.enum(applicationStatuses)),
  service: z.optional(code),
  since: z
    .optional(
      z.pipe(
        z.iso.datetime({
          offset: true,
          error: 'Not an instant: ISO 8601 with offset, such as 2026-11-23T10:00:00+08:00',
        }),
        z.transform((text: string) => new Date(text).toISOString()),
      ),
    )
    .register(described, { description: 'Submitted then or later' }),
  late: flag().register(described, {
    description: 'For operators: past its promise or past the law’s limit, and not concluded',
  }),
  stuck: flag().register(described, {
    description: 'For operators: its effects are missing although they were repeated',
  }),
  department: z
    .optional(code)
    .register(described, { description: 'For operators: has an open review at this department' }),
});
export type ApplicationsQuery = z.infer<typeof applicationsQuery>;

/** A case has few events: an ordinary reader gets them all in one page. */
export const timelineQuery = z.extend(pageQuery, { limit: z._default(pageQuery.shape.limit, 100) });
