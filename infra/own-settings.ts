/**
 * The settings of a stage that belong to whoever deploys it: addresses, people, names. They lie in a file that is
 * in no repository, `onewindow.<stage>.json` or what `-c settings=<path>` names.
 */
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

const https = z.url({ protocol: /^https$/, error: 'An https address' });
const certificate = z.string().regex(/^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/, {
  error: 'The ARN of a certificate of the same Region',
});

/** Something that whoever deploys can mend, in one sentence. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/** Who signs people in, where it is not the stage's own user pool. */
const identity = z.strictObject({
  /** As tokens name it in `iss`; its discovery document lies under it. */
  issuer: https,
  /** What a token must be for: one of these in `aud`, or in `client_id` where there is no `aud`. */
  audience: z.array(z.string().min(1)).min(1),
  /** The claim with the groups, at the top of the token. */
  groupsClaim: z.string().min(1).default('groups'),
});
export type Identity = z.infer<typeof identity>;

const ownSettings = z.strictObject({
  /** Where the courier takes orders. */
  courierUrl: https.optional(),
  /** An HTTP gateway for SMS; absent: the sandbox, or AWS End User Messaging. */
  smsUrl: https.optional(),
  /** From which number, pool or sender AWS End User Messaging sends: its ARN. */
  smsOriginationIdentity: z
    .string()
    .regex(/^arn:[\w-]+:sms-voice:[\w-]+:\d{12}:[\w-]+\/.+$/, {
      error: 'The ARN of a phone number, pool or sender ID of AWS End User Messaging',
    })
    .optional(),
  /** Gets every alarm that cannot wait; all of them, unless the others go elsewhere. */
  alarmEmail: z.email().optional(),
  /** Gets the alarms that can wait until somebody is in. */
  ticketEmail: z.email().optional(),
  /** Origins of web pages that may call the API. */
  portalOrigins: z
    .array(https.regex(/^https:\/\/[^/]+$/, { error: 'An origin, such as https://window.example.org' }))
    .optional(),
  /** A name of its own for the API; DNS points to the stack's ApiTarget. */
  domain: z.strictObject({ name: z.hostname(), certificateArn: certificate }).optional(),
  identity: identity.optional(),
  /** China: the filing or licence under which the site is open to people who have not signed in. */
  icpFiling: z.string().min(1).optional(),
  logRetentionDays: z.literal([7, 30, 365]).optional(),
  /** Waits between attempts to deliver a webhook, seconds. */
  webhookRetrySeconds: z.array(z.int().min(1).max(86_400)).min(1).max(50).optional(),
  /** Messages of one queue that are worked on at the same time. */
  queueConcurrency: z.int().min(2).max(1_000).optional(),
  /** An hour that costs more rings, USD. */
  usdPerHour: z.number().positive().optional(),
  /** Minutes between two synthetic cases; 0: there are none. */
  canaryMinutes: z.union([z.literal(0), z.int().min(3).max(60)]).optional(),
});
export type OwnSettings = z.infer<typeof ownSettings>;

/**
 * Checks settings as they stand in a file.
 * @throws SettingsError in one sentence that names the file and each wrong setting
 */
export function parseOwnSettings(text: string, file: string): OwnSettings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SettingsError(`${file} is not JSON: ${error instanceof Error ? error.message : error}.`);
  }
  const result = ownSettings.safeParse(json);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`,
  );
  throw new SettingsError(`${file} is not right: ${faults.join('; ')}.`);
}

/**
 * The settings of a file; none when there is no file that nobody asked for.
 * @throws SettingsError when the named file is missing, or is not right
 */
export function readOwnSettings(file: string, named: boolean): OwnSettings {
  if (existsSync(file)) return parseOwnSettings(readFileSync(file, 'utf8'), file);
  if (named) throw new SettingsError(`There is no ${file}, which the context value "settings" names.`);
  return {};
}
