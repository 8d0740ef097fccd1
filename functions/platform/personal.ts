/**
 * Personal data: encrypted per field by KMS, bound to the application by the encryption context, and masked in
 * place, so that ordinary reads need no key. Only what must see the whole value (a department's review, the
 * courier's label, the SMS) unseals it.
 */
import { createHmac } from 'node:crypto';
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { setting } from './env.ts';
import { Problem } from './problems.ts';
import { secretsManager } from './secrets.ts';

const kms = new KMSClient({});

/** KMS encrypts at most 4,096 bytes at a time. */
const sealLimitBytes = 4096;

export type Values = Record<string, string>;
type Json = unknown;

const bytesOf = (values: Values): number => Buffer.byteLength(JSON.stringify(values));

/** Values each small enough to be sealed; the catalogue's build sees to it for every form. */
function refuseTooLong(values: Values): void {
  const tooLong = Object.entries(values).filter(
    ([pointer, value]) => bytesOf({ [pointer]: value }) > sealLimitBytes,
  );
  if (tooLong.length === 0) return;
  throw new Problem(
    'invalid-input',
    'Please correct the fields named below.',
    tooLong.map(([pointer]) => ({ pointer, detail: 'Too long for a personal value' })),
  );
}

/**
 * Encrypts values by JSON pointer, in as few blobs as the 4 KB limit of KMS allows.
 * @throws Problem invalid-input naming each value that is longer than that by itself
 */
export async function seal(number: string, values: Values): Promise<Uint8Array[]> {
  refuseTooLong(values);
  const chunks: Values[] = [{}];
  for (const [pointer, value] of Object.entries(values)) {
    const last = chunks.at(-1) as Values;
    const grown = { ...last, [pointer]: value };
    if (bytesOf(grown) <= sealLimitBytes) chunks[chunks.length - 1] = grown;
    else chunks.push({ [pointer]: value });
  }
  return Promise.all(
    chunks.map(async (chunk) => {
      const { CiphertextBlob } = await kms.send(
        new EncryptCommand({
          KeyId: setting('PERSONAL_KEY_ARN'),
          Plaintext: Buffer.from(JSON.stringify(chunk)),
          EncryptionContext: { application: number },
        }),
      );
      if (!CiphertextBlob) throw new Error('KMS returned no ciphertext.');
      return CiphertextBlob;
    }),
  );
}

/** The values sealed for this application, by JSON pointer. */
export async function unseal(number: string, sealed: Uint8Array[]): Promise<Values> {
  const chunks = await Promise.all(
    sealed.map(async (CiphertextBlob) => {
      const { Plaintext } = await kms.send(
        new DecryptCommand({
          KeyId: setting('PERSONAL_KEY_ARN'),
          CiphertextBlob,
          EncryptionContext: { application: number },
        }),
      );
      return JSON.parse(Buffer.from(Plaintext ?? []).toString()) as Values;
    }),
  );
  return Object.assign({}, ...chunks);
}

/**
 * A value with its middle hidden: a number keeps three and four characters, a text its first.
 * A single character is hidden.
 */
export function mask(value: string): string {
  const characters = [...value];
  const isNumber = /^[\dX-]{8,}$/i.test(value);
  const [head, tail] = isNumber ? [3, 4] : [characters.length > 1 ? 1 : 0, 0];
  const hidden = Math.max(1, characters.length - head - tail);
  return (
    characters.slice(0, head).join('') + '*'.repeat(hidden) + (tail ? characters.slice(-tail).join('') : '')
  );
}

const escaped = (segment: string): string => segment.replaceAll('~', '~0').replaceAll('/', '~1');

export type SchemaNode = {
  'x-personal'?: boolean;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
};

/** A copy with every personal string masked; the whole values are put into `found` by JSON pointer. */
export function splitPersonal(
  value: Json,
  node: SchemaNode | undefined,
  pointer: string,
  found: Values,
): Json {
  if (node?.['x-personal'] && typeof value === 'string') {
    found[pointer] = value;
    return mask(value);
  }
  if (Array.isArray(value))
    return value.map((item, i) => splitPersonal(item, node?.items, `${pointer}/${i}`, found));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [
        name,
        splitPersonal(child, node?.properties?.[name], `${pointer}/${escaped(name)}`, found),
      ]),
    );
  }
  return value;
}

/** The masked copy with the whole values put back in their places. */
export function unmask<T>(masked: T, values: Values, pointer = ''): T {
  const own = values[pointer];
  if (own !== undefined) return own as T;
  if (Array.isArray(masked)) return masked.map((item, i) => unmask(item, values, `${pointer}/${i}`)) as T;
  if (masked !== null && typeof masked === 'object' && !(masked instanceof Uint8Array)) {
    return Object.fromEntries(
      Object.entries(masked).map(([name, child]) => [
        name,
        unmask(child, values, `${pointer}/${escaped(name)}`),
      ]),
    ) as T;
  }
  return masked;
}

/** Secrets by their ARN, for as long as the function lives: they never change. */
const peppers = new Map<string, string>();

async function pepperOf(secretId: string): Promise<string> {
  const known = peppers.get(secretId);
  if (known) return known;
  const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: secretId }));
  if (!SecretString) throw new Error('The keyed-hash secret is empty.');
  peppers.set(secretId, SecretString);
  return SecretString;
}

/**
 * A keyed hash (HMAC-SHA-256, hex) for look-ups and codes; the key never leaves Secrets Manager.
 * @param secretId ARN of the key: each kind of code has its own, so that who needs one cannot make another
 */
export async function keyedHash(secretId: string, purpose: string, value: string): Promise<string> {
  return createHmac('sha256', await pepperOf(secretId))
    .update(`${purpose}\n${value}`)
    .digest('hex');
}
