/** A department's signing secrets: a new one at any time, the ones before it valid for 24 hours more, or ended. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import type { Actor, DomainEvent } from '../cases/events.ts';
import { setting } from '../platform/env.ts';
import { digest } from '../platform/idempotency.ts';
import { faultOf, log } from '../platform/log.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { readSecrets, type SecretList, type SigningSecret, secretsManager } from '../platform/secrets.ts';
import {
  announceSecrets,
  ConnectionChanged,
  holdRenewal,
  readConnection,
  recordSecretChange,
  releaseRenewal,
} from './store.ts';

const overlapMs = 24 * 3600 * 1000;

/** Where a department's secrets lie. */
export const secretIdOf = (code: string): string => `${setting('DEPARTMENT_SECRETS_PREFIX')}${code}`;

export type Renewal = {
  /** Who asks, with which Idempotency-Key: recognises a repetition. */
  key?: string | undefined;
  endOlder: boolean;
};

/**
 * The secret that this very request has made before.
 * @throws Problem idempotency-key-reused when it asked for something else then
 */
export function madeBefore(secrets: SigningSecret[], { key, endOlder }: Renewal): string | undefined {
  const made = key === undefined ? undefined : secrets.find((each) => each.key === key);
  if (made && (made.endedOlder ?? false) !== endOlder) {
    throw new Problem('idempotency-key-reused', 'Use a new Idempotency-Key for a new request.');
  }
  return made?.secret;
}

/** The list with a new secret in front; those already ending keep their end, those ended are dropped. */
export function rotate(
  before: SigningSecret[],
  { key, endOlder }: Renewal,
  at: Date,
  fresh: string,
): SigningSecret[] {
  const now = at.toISOString();
  const ending = new Date(at.getTime() + overlapMs).toISOString();
  const older = before
    .map((each) => ({ ...each, validUntil: each.validUntil ?? ending }))
    .filter(({ validUntil }) => !endOlder && validUntil > now);
  const newest: SigningSecret = {
    secret: fresh,
    createdAt: now,
    ...(key ? { key } : {}),
    ...(endOlder ? { endedOlder: true } : {}),
  };
  return [newest, ...older];
}

/**
 * Makes a new secret, 32 random bytes, and shows it this once. It is written down who made it before it exists. One
 * renewal at a time: Secrets Manager keeps whatever was written last, so two would lose one.
 * @returns also whether this very request had made it before
 * @throws Problem in-flight when others renew all the time, idempotency-key-reused
 */
export async function newSecret(
  code: string,
  renewal: Renewal,
  by: Actor,
): Promise<{ secret: string; isRepeated: boolean }> {
  const id = secretIdOf(code);
  const known = await readSecrets(id);
  const shown = madeBefore(known.secrets, renewal);
  if (shown) {
    // It may have died before it was announced.
    if (known.version !== undefined) await announceSecrets(code, known.version);
    return { secret: shown, isRepeated: true };
  }
  return alone(code, async () => {
    const { secrets } = await readSecrets(id);
    const made = madeBefore(secrets, renewal);
    if (made) return { secret: made, isRepeated: true };
    const version = await untilRecorded(code, by, {
      type: 'department.secret-renewed',
      department: code,
      ...(renewal.endOlder ? { endedOlder: true } : {}),
    });
    const fresh = `whsec_${randomBytes(32).toString('base64')}`;
    await write(id, { secrets: rotate(secrets, renewal, new Date(), fresh), version });
    await announceSecrets(code, version);
    return { secret: fresh, isRepeated: false };
  });
}

/** By which a secret is spoken of; it says nothing about it. */
const nameOf = ({ secret }: SigningSecret): string => digest(secret).slice(0, 12);

/** The secrets that are valid at an instant, newest first, without themselves. */
export async function listSecrets(code: string, at = new Date()) {
  const { secrets } = await readSecrets(secretIdOf(code));
  return secrets
    .filter(({ validUntil }) => validUntil === undefined || validUntil > at.toISOString())
    .map((each) => ({
      id: nameOf(each),
      createdAt: each.createdAt,
      validUntil: each.validUntil ?? null,
    }));
}

/**
 * Ends an older secret at once.
 * @throws Problem not-found; wrong-state for the present one, which a new one ends; in-flight
 */
export async function endSecret(code: string, id: string, by: Actor): Promise<void> {
  await alone(code, async () => {
    const secretId = secretIdOf(code);
    const { secrets } = await readSecrets(secretId);
    const found = secrets.find((each) => nameOf(each) === id);
    if (!found) throw notFound('secret');
    if (found.validUntil === undefined) {
      throw new Problem(
        'wrong-state',
        'This is the present secret: make a new one, which can end it at once.',
      );
    }
    const event = { type: 'department.secret-ended', department: code, secret: id } as const;
    const version = await untilRecorded(code, by, event);
    await write(secretId, { secrets: secrets.filter((each) => each !== found), version });
    await announceSecrets(code, version);
  });
}

const attempts = 8;
const inFlight = (): Problem =>
  new Problem('in-flight', 'Somebody else renews or sets this department at the same time. Please repeat.');

/** Runs while nobody else renews the secrets of this department. */
async function alone<T>(code: string, run: () => Promise<T>): Promise<T> {
  const holder = randomUUID();
  for (let attempt = 1; !(await holdRenewal(code, holder, new Date())); attempt++) {
    if (attempt === attempts) throw inFlight();
    await setTimeout(Math.random() * 20 * 2 ** attempt);
  }
  try {
    return await run();
  } finally {
    // Whoever comes next waits for its end, then; what was made is shown all the same, and only this once.
    await releaseRenewal(code, holder).catch((error: unknown) =>
      log.warn('A renewal could not be given free', { error: faultOf(error) }),
    );
  }
}

/** The journal entry; settings that are made at the same time come before or after it. */
async function untilRecorded(code: string, by: Actor, event: DomainEvent): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await recordSecretChange(code, await readConnection(code), by, event);
    } catch (error) {
      if (!(error instanceof ConnectionChanged)) throw error;
      if (attempt === attempts) throw inFlight();
    }
  }
}

async function write(SecretId: string, list: SecretList): Promise<void> {
  const SecretString = JSON.stringify(list);
  try {
    await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await secretsManager.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
  }
}
