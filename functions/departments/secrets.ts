/** A department's signing secrets: a new one at any time, the ones before it valid for 24 hours more. */
import { randomBytes } from 'node:crypto';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import { setting } from '../platform/env.ts';
import { readSecrets, type SigningSecret, secretsManager } from '../platform/secrets.ts';

const overlapMs = 24 * 3600 * 1000;

/** Where a department's secrets lie. */
export const secretIdOf = (code: string): string => `${setting('DEPARTMENT_SECRETS_PREFIX')}${code}`;

/**
 * The list with a new secret in front; those already ending keep their end, those ended are dropped. A request
 * repeated with the same key gets the secret that it made.
 */
export function rotate(before: SigningSecret[], key: string | undefined, at: Date, fresh: string) {
  const made = key === undefined ? undefined : before.find((each) => each.key === key);
  if (made) return { secrets: before, secret: made.secret, changed: false };
  const now = at.toISOString();
  const ending = new Date(at.getTime() + overlapMs).toISOString();
  const older = before
    .map((each) => ({ ...each, validUntil: each.validUntil ?? ending }))
    .filter(({ validUntil }) => validUntil > now);
  const newest: SigningSecret = { secret: fresh, createdAt: now, ...(key ? { key } : {}) };
  return { secrets: [newest, ...older], secret: fresh, changed: true };
}

/** Makes a new secret, 32 random bytes, and shows it this once. */
export async function newSecret(code: string, key: string | undefined): Promise<string> {
  const id = secretIdOf(code);
  const fresh = `whsec_${randomBytes(32).toString('base64')}`;
  const { secrets, secret, changed } = rotate(await readSecrets(id), key, new Date(), fresh);
  if (changed) await write(id, JSON.stringify({ secrets }));
  return secret;
}

async function write(SecretId: string, SecretString: string): Promise<void> {
  try {
    await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await secretsManager.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
  }
}
