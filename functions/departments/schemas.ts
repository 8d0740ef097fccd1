/** What operators say about a department's system, and what officers ask of its inbox. */
import * as z from 'zod';
import { reviewStatuses } from '../cases/status.ts';
import { pageQuery } from '../platform/queries.ts';

export const departmentSettings = z
  .strictObject({
    /** Where webhooks go; absent: as before; null: nowhere, the department works in the officers' inbox. */
    webhookUrl: z
      .url({ protocol: /^https?$/, error: 'Not an http(s) address' })
      .max(500)
      .nullish(),
    /** While paused nothing is sent; what became due meanwhile is sent on resumption. */
    paused: z.boolean().default(false),
  })
  .meta({ id: 'DepartmentSettings' });
/** A new signing secret. */
export const secretRenewal = z
  .strictObject({
    /** The ones before it end at once, not after 24 hours. */
    endOlder: z.boolean().default(false),
  })
  .meta({ id: 'SecretRenewal' });

export type DepartmentSettings = z.infer<typeof departmentSettings>;

export const inboxQuery = pageQuery.extend({ status: z.enum(reviewStatuses).optional() });
