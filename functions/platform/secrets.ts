/** Signing secrets in Secrets Manager: several valid at a time, so that they rotate without a gap. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';

export const secretsManager = new SecretsManagerClient({});

const signingSecret = z.object({
  secret: z.string().check(z.startsWith('whsec_')),
  createdAt: z.string(),
  /** Still accepted, and still signed with, until then. Absent: the present secret. */
  validUntil: z.optional(z.string()),
  /** Digest of who asked for it with which Idempotency-Key. */
  key: z.optional(z.string()),
  /** It ended the ones before it at once. */
  endedOlder: z.optional(z.boolean()),
});
export type SigningSecret = z.infer<typeof signingSecret>;

/** Either a list of ours, or the random text that the deployment generated for a first secret. */
const stored = z.union([
  z.object({ secrets: z.array(signingSecret), version: z.optional(z.int()) }),
  z.object({ random: z.string().check(z.minLength(32)) }),
]);

/** Signing secrets, newest first, and a number that grows with each renewal. */
export type SecretList = { secrets: SigningSecret[]; version: number };

const freshForMs = 60_000;
/** Wrong signatures must not turn into as many calls to Secrets Manager. */
const rereadAfterMs = 1_000;

type Known = SecretList & {
  readAt: number;
  /** The version that it was last read for. */
  wanted: number;
};
const known = new Map<string, Known>();

/** The stored signing secrets; an empty list when there is none yet. Not cached. */
export async function readSecrets(secretId: string): Promise<SecretList> {
  try {
    const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: secretId }));
    const value = stored.parse(JSON.parse(SecretString ?? '{}'));
    if ('secrets' in value) return { secrets: value.secrets, version: value.version ?? 0 };
    const first = { secret: `whsec_${value.random}`, createdAt: '1970-01-01T00:00:00.000Z' };
    return { secrets: [first], version: 0 };
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') {
      return { secrets: [], version: 0 };
    }
    throw error;
  }
}

export type WantedSecrets = {
  /** Read again, for the case that a signature fits none of the cached ones. */
  fresh?: boolean;
  /** The version that is known to exist: an older list is read again at once, so that what has ended has ended. */
  version?: number | undefined;
  at?: Date;
};

function isGood(entry: Known, { fresh = false, version = 0 }: WantedSecrets, at: Date): boolean {
  const age = at.getTime() - entry.readAt;
  if (entry.version < version) return entry.wanted >= version && age <= rereadAfterMs;
  return age <= (fresh ? rereadAfterMs : freshForMs);
}

/** Secrets valid at this moment, newest first. Cached for a minute. */
export async function validSecrets(secretId: string, wanted: WantedSecrets = {}): Promise<string[]> {
  const { version = 0, at = new Date() } = wanted;
  let entry = known.get(secretId);
  if (!entry || !isGood(entry, wanted, at)) {
    entry = { ...(await readSecrets(secretId)), readAt: at.getTime(), wanted: version };
    known.set(secretId, entry);
  }
  return entry.secrets
    .filter(({ validUntil }) => validUntil === undefined || validUntil > at.toISOString())
    .map(({ secret }) => secret);
}
