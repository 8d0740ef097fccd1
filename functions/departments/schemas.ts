/** What operators and a department itself say about its system, and what officers ask of its inbox. */
import * as z from 'zod/mini';
import { reviewStatuses } from '../cases/status.ts';
import { described } from '../platform/described.ts';
import { pageQuery } from '../platform/queries.ts';
import { webhookTypes } from './webhook.ts';

/** Where webhooks go; absent: as before; null: nowhere, the department works in the officers' inbox. */
const webhookUrl = z.nullish(
  z.url({ protocol: /^https?$/, error: 'Not an http(s) address' }).check(z.maxLength(500)),
);

export const departmentSettings = z
  .strictObject({
    webhookUrl,
    /** While paused nothing is sent; what became due meanwhile is sent on resumption. */
    paused: z._default(z.boolean(), false),
  })
  .register(described, { id: 'DepartmentSettings' });

/** What is left out stays as it is. */
export const settingsChange = z
  .strictObject({ webhookUrl, paused: z.optional(z.boolean()) })
  .check(z.refine((given) => Object.keys(given).length > 0, 'Name at least one setting'))
  .register(described, { id: 'DepartmentSettingsChange' });

/** A new signing secret. */
export const secretRenewal = z
  .strictObject({
    /** The ones before it end at once, not after 24 hours. */
    endOlder: z._default(z.boolean(), false),
  })
  .register(described, { id: 'SecretRenewal' });

export type SettingsChange = z.infer<typeof settingsChange>;

export const inboxQuery = z.extend(pageQuery, { status: z.optional(z.enum(reviewStatuses)) });

const since = z.iso.datetime({ offset: true });

/** The log, the newest attempt first. */
export const deliveriesQuery = z.extend(pageQuery, {
  since: z.optional(since),
  /** Only attempts that failed. */
  failed: z.optional(z.stringbool({ truthy: ['true'], falsy: ['false'] })),
});

/** Nothing more need be said. */
export const nothingMore = z.strictObject({}).register(described, { id: 'NothingMore' });

/** Everything that was sent since an instant, or what of it failed, once more. */
export const resending = z
  .strictObject({ since, failed: z._default(z.boolean(), false) })
  .register(described, { id: 'Resending' });

/** A made-up event, to try a receiver. */
export const testEvent = z
  .strictObject({ type: z.enum(webhookTypes) })
  .register(described, { id: 'TestEvent' });

/** How long the answer is waited for, seconds; a check takes some ten of them. */
export const checkQuery = z.strictObject({
  wait: z._default(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(20)), 20),
});
