/** What lists of applications may be asked. */
import * as z from 'zod';
import { applicationStatuses } from '../cases/status.ts';
import { pageQuery } from '../platform/queries.ts';

const code = z.string().regex(/^[a-z][a-z0-9-]{1,59}$/, 'Not a code');
const flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .optional();

export const applicationsQuery = pageQuery.extend({
  number: z.string().min(1).max(64).optional().meta({ description: 'The very one of this number' }),
  status: z.enum(applicationStatuses).optional(),
  service: code.optional(),
  since: z.iso
    .datetime({
      offset: true,
      error: 'Not an instant: ISO 8601 with offset, such as 2026-11-23T10:00:00+08:00',
    })
    .transform((text) => new Date(text).toISOString())
    .optional()
    .meta({ description: 'Submitted then or later' }),
  late: flag.meta({
    description: 'For operators: past its promise or past the law’s limit, and not concluded',
  }),
  stuck: flag.meta({ description: 'For operators: its effects are missing although they were repeated' }),
  department: code.optional().meta({ description: 'For operators: has an open review at this department' }),
});
export type ApplicationsQuery = z.infer<typeof applicationsQuery>;
