/** What operators and a department itself say about its system, and what officers ask of its inbox. */
import * as z from 'zod';
import { reviewStatuses } from '../cases/status.ts';
import { pageQuery } from '../platform/queries.ts';
import { webhookTypes } from './webhook.ts';

/** Where webhooks go; absent: as before; null: nowhere, the department works in the officers' inbox. */
const webhookUrl = z
  .url({ protocol: /^https?$/, error: 'Not an http(s) address' })
  .max(500)
  .nullish();

export const departmentSettings = z
  .strictObject({
    webhookUrl,
    /** While paused nothing is sent; what became due meanwhile is sent on resumption. */
    paused: z.boolean().default(false),
  })
  .meta({ id: 'DepartmentSettings' });

/** What is left out stays as it is. */
export const settingsChange = z
  .strictObject({ webhookUrl, paused: z.boolean().optional() })
  .refine((given) => Object.keys(given).length > 0, 'Name at least one setting')
  .meta({ id: 'DepartmentSettingsChange' });

/** A new signing secret. */
export const secretRenewal = z
  .strictObject({
    /** The ones before it end at once, not after 24 hours. */
    endOlder: z.boolean().default(false),
  })
  .meta({ id: 'SecretRenewal' });

export type SettingsChange = z.infer<typeof settingsChange>;

export const inboxQuery = pageQuery.extend({ status: z.enum(reviewStatuses).optional() });

const since = z.iso.datetime({ offset: true });

/** The log, the newest attempt first. */
export const deliveriesQuery = pageQuery.extend({
  since: since.optional(),
  /** Only attempts that failed. */
  failed: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
});

/** Nothing more need be said. */
export const nothingMore = z.strictObject({}).meta({ id: 'NothingMore' });

/** Everything that was sent since an instant, or what of it failed, once more. */
export const resending = z
  .strictObject({ since, failed: z.boolean().default(false) })
  .meta({ id: 'Resending' });

/** A made-up event, to try a receiver. */
export const testEvent = z.strictObject({ type: z.enum(webhookTypes) }).meta({ id: 'TestEvent' });

/** How long the answer is waited for, seconds; a check takes some ten of them. */
export const checkQuery = z.strictObject({ wait: z.coerce.number().int().min(0).max(20).default(20) });
