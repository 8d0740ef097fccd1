/** Secrets Manager and KMS, in memory. What is decrypted, by whom and for which application, is remembered. */
import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { current } from '../invocation.ts';

// biome-ignore lint/suspicious/noExplicitAny: inputs of five commands
type Input = any;

const scrambled = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0x5a);
const named = (name: string): Error => Object.assign(new Error(name), { name, $fault: 'client' });

/** KMS takes so many bytes at a time. */
const largest = 4096;

export type Decryption = { by: string; route: string; application: string };

export class Vaults {
  readonly secrets = new Map<string, string>();
  readonly decryptions: Decryption[] = [];

  execute(command: string, input: Input): Record<string, unknown> {
    switch (command) {
      case 'GetSecretValueCommand':
        return { SecretString: this.#secret(input.SecretId) };
      case 'PutSecretValueCommand':
        this.#secret(input.SecretId);
        this.secrets.set(input.SecretId, input.SecretString);
        return {};
      case 'CreateSecretCommand':
        if (this.secrets.has(input.Name)) throw named('ResourceExistsException');
        this.secrets.set(input.Name, input.SecretString);
        return {};
      case 'EncryptCommand':
        return this.#encrypt(input);
      case 'DecryptCommand':
        return this.#decrypt(input);
      default:
        throw new Error(`The simulation does not know ${command}.`);
    }
  }

  #secret(id: string): string {
    const value = this.secrets.get(id);
    if (value === undefined) throw new ResourceNotFoundException({ message: id, $metadata: {} });
    return value;
  }

  #encrypt({ Plaintext, EncryptionContext }: Input): Record<string, unknown> {
    if (Plaintext.length > largest) throw named('ValidationException');
    const text = JSON.stringify([EncryptionContext, Buffer.from(Plaintext).toString('base64')]);
    return { CiphertextBlob: scrambled(new Uint8Array(Buffer.from(text))) };
  }

  #decrypt({ CiphertextBlob, EncryptionContext }: Input): Record<string, unknown> {
    const [context, text] = JSON.parse(Buffer.from(scrambled(CiphertextBlob)).toString());
    if (JSON.stringify(context) !== JSON.stringify(EncryptionContext))
      throw named('InvalidCiphertextException');
    const by = current();
    this.decryptions.push({
      by: by?.name ?? '',
      route: by?.route ?? '',
      application: EncryptionContext?.application ?? '',
    });
    return { Plaintext: new Uint8Array(Buffer.from(text, 'base64')) };
  }
}
