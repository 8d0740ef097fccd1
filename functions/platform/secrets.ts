/** Signing secrets in Secrets Manager: several valid at a time, so that they rotate without a gap. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';

export const secretsManager = new SecretsManagerClient({});

const signingSecret = z.object({
  secret: z.string().startsWith('whsec_'),
  createdAt: z.string(),
  /** Still accepted, and still signed with, until then. Absent: the present secret. */
  validUntil: z.string().optional(),
  /** Digest of the Idempotency-Key that made it. */
  key: z.string().optional(),
});
export type SigningSecret = z.infer<typeof signingSecret>;

/** Either a list of ours, or the random text that the deployment generated for a first secret. */
const stored = z.union([
  z.object({ secrets: z.array(signingSecret) }),
  z.object({ random: z.string().min(32) }),
]);

const freshForMs = 60_000;
/** Wrong signatures must not turn into as many calls to Secrets Manager. */
const rereadAfterMs = 1_000;
const known = new Map<string, { secrets: SigningSecret[]; readAt: number }>();

/** The stored signing secrets, newest first; empty when there is none yet. Not cached. */
export async function readSecrets(secretId: string): Promise<SigningSecret[]> {
  try {
    const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: secretId }));
    const value = stored.parse(JSON.parse(SecretString ?? '{}'));
    if ('secrets' in value) return value.secrets;
    return [{ secret: `whsec_${value.random}`, createdAt: '1970-01-01T00:00:00.000Z' }];
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
    throw error;
  }
}

/**
 * Secrets valid at this moment, newest first. Cached for a minute; `fresh` reads again, for the case that a
 * signature fits none of the cached ones because the secret was renewed just now.
 */
export async function validSecrets(secretId: string, fresh = false, at = new Date()): Promise<string[]> {
  let entry = known.get(secretId);
  if (!entry || at.getTime() - entry.readAt > (fresh ? rereadAfterMs : freshForMs)) {
    entry = { secrets: await readSecrets(secretId), readAt: at.getTime() };
    known.set(secretId, entry);
  }
  return entry.secrets
    .filter(({ validUntil }) => validUntil === undefined || validUntil > at.toISOString())
    .map(({ secret }) => secret);
}
