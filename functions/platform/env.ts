/**
 * Settings of a function, from its environment. A missing one is a fault of the deployment and stops the
 * function at load, with its name.
 */
export type Setting =
  | 'STAGE'
  | 'TABLE_NAME'
  | 'BUS_NAME'
  | 'STATE_MACHINE_ARN'
  | 'API_URL'
  | 'PERSONAL_KEY_ARN'
  | 'PEPPER_SECRET_ARN'
  | 'PICKUP_SECRET_ARN'
  | 'DEPARTMENT_SECRETS_PREFIX'
  | 'COURIER_URL'
  | 'COURIER_SECRET_ARN'
  | 'SMS_SECRET_ARN'
  | 'OIDC_ISSUER'
  | 'OIDC_AUDIENCE'
  | 'MATERIALS_BUCKET'
  | 'SANDBOX_TABLE_NAME'
  | 'SANDBOX_QUEUE_URL'
  | 'WEBHOOK_QUEUE_URL'
  | 'WEBHOOK_DEAD_LETTERS_URL'
  | 'RETRY_QUEUE_URL'
  | 'QUEUE_URLS'
  | 'DEAD_LETTER_QUEUES'
  | 'CANARY_MINUTES'
  | 'CANARY_CLIENT_ID';

export type OptionalSetting =
  | 'BUSINESS_CLOCK'
  | 'PRIVATE_DESTINATIONS'
  | 'OIDC_GROUPS_CLAIM'
  | 'SMS_URL'
  | 'SMS_ORIGINATION_IDENTITY'
  | 'WEBHOOK_RETRY_SECONDS'
  | 'WEBHOOK_ANSWER_MS'
  | 'WEBHOOKS_AT_ONCE'
  | 'RETRY_SECONDS'
  | 'LIMITS'
  | 'CANARY_CLIENT_SECRET_ARN'
  | 'USER_POOL_ID'
  | 'ESCALATE_AFTER_OPENING_MINUTES';

/** @throws Error naming the setting when it is absent. */
export function setting(name: Setting): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The setting ${name} is missing.`);
  return value;
}

/** A setting that may be absent; empty counts as absent. */
export function optionalSetting(name: OptionalSetting): string | undefined {
  return process.env[name] || undefined;
}
