/**
 * What lies behind the functions, in memory: every AWS client's `send` and `fetch` are replaced, nothing above
 * them. It keeps what it is given and remembers what was asked of it.
 */
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import { log } from '../../functions/platform/log.ts';
import { settingsOf } from '../../infra/settings.ts';
import { mainSchema } from '../simulation/table/schema.ts';
import type { Row } from '../simulation/table/values.ts';
import { VirtualTable } from '../simulation/table/virtual-table.ts';

// biome-ignore lint/suspicious/noExplicitAny: the inputs of some twenty commands
type Input = any;
export type Asked = { name: string; input: Input };
export type Outgoing = { url: string; headers: Record<string, string>; body: Input };

export const settings = {
  STAGE: 'test',
  TABLE_NAME: 'main',
  BUS_NAME: 'bus',
  STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:joint-approval',
  API_URL: 'https://api.onewindow.test',
  PERSONAL_KEY_ARN: 'personal-key',
  PEPPER_SECRET_ARN: 'pepper',
  PICKUP_SECRET_ARN: 'pickup-codes',
  DEPARTMENT_SECRETS_PREFIX: 'onewindow/test/departments/',
  COURIER_URL: 'https://courier.test/orders',
  COURIER_SECRET_ARN: 'courier',
  SMS_URL: 'https://sms.test/messages',
  SMS_SECRET_ARN: 'sms',
  OIDC_AUDIENCE: 'client',
  OIDC_ISSUER: 'https://issuer.test/pool',
  MATERIALS_BUCKET: 'materials',
  LIMITS: JSON.stringify(settingsOf('integration').limits),
  WEBHOOK_QUEUE_URL: 'https://queue.test/webhooks',
  WEBHOOK_DEAD_LETTERS_URL: 'https://queue.test/webhooks-dead-letters',
  RETRY_QUEUE_URL: 'https://queue.test/patient',
  DEAD_LETTER_QUEUES:
    'https://queue.test/webhooks-dead-letters>https://queue.test/webhooks,https://queue.test/journal-dead-letters',
  QUEUE_URLS: 'https://queue.test/webhooks,https://queue.test/patient',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};

/** A signing secret that differs by its letter. */
export const whsec = (letter: string): string => `whsec_${letter.repeat(32)}`;
const only = (secret: string): string =>
  JSON.stringify({ secrets: [{ secret, createdAt: '2026-01-01T00:00:00.000Z' }] });

const scrambled = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0x5a);
const named = (name: string): Error => Object.assign(new Error(name), { name });

const parsedIfJson = (text: string): Input => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** An error as AWS gives it, by its name. */
export const awsError = named;

/** A message that was put aside. */
export type Letter = { id: string; body: string; sentAt: string };

export type PoolUser = { sub: string; groups: string[]; enabled?: boolean };

export class MemoryCloud {
  readonly table = new VirtualTable(mainSchema);
  readonly secrets = new Map<string, string>([
    ['courier', only(whsec('C'))],
    ['sms', only(whsec('S'))],
    ['pepper', 'pepper'],
    ['pickup-codes', 'another secret'],
  ]);
  /** Uploads by the id of their material, each a version. */
  readonly uploads = new Map<string, { version: string; contentType: string; size: number; tag: string }>();
  /** Every command, in order, by the name of its class. */
  readonly asked: Asked[] = [];
  /** Users of the pool, by name. */
  users: Record<string, PoolUser> = {};
  /** Business metrics, by name. */
  readonly counted: string[] = [];
  /** Statuses of executions by name; the others have succeeded. */
  readonly executions = new Map<string, string>();
  /** Messages that lie in queues, by the queue's address. */
  readonly queues = new Map<string, Letter[]>();
  /** Everything sent by `fetch`. */
  readonly outgoing: Outgoing[] = [];
  /** What the world answers to `fetch`. */
  answer: (sent: Outgoing) => Response | Promise<Response> = () =>
    Response.json({ trackingNumber: 'EA100000017CN' }, { status: 201 });
  /** Called before each command; what it throws is what AWS answers. */
  refuse: (asked: Asked) => void = () => {};

  constructor(changes: Record<string, string> = {}) {
    const { counted } = this;
    log.setLogLevel('SILENT');
    vi.spyOn(Metrics.prototype, 'publishStoredMetrics').mockReturnThis();
    vi.spyOn(Metrics.prototype, 'addMetric').mockImplementation(function (this: Metrics, name) {
      counted.push(name);
      return this;
    });
    for (const [name, value] of Object.entries({ ...settings, ...changes })) vi.stubEnv(name, value);
    const client = Object.getPrototypeOf(DynamoDBClient.prototype) as { send: unknown };
    vi.spyOn(client as { send: (command: unknown) => Promise<unknown> }, 'send').mockImplementation(
      (command) => this.#send(command as { input: Input }),
    );
    vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
      const sent: Outgoing = {
        url: String(url),
        headers: (init.headers ?? {}) as Record<string, string>,
        body: init.body ? parsedIfJson(String(init.body)) : undefined,
      };
      this.outgoing.push(sent);
      return this.answer(sent);
    });
  }

  /** Commands of one kind. */
  of(name: string): Input[] {
    return this.asked.filter((each) => each.name === name).map(({ input }) => input);
  }

  /** Rows of the main table, but for those of the catalogue that was published before. */
  get rows(): Row[] {
    return this.table.rows().filter(({ pk }) => !/^(CATALOGUE|SERVICE#)/.test(String(pk)));
  }

  async #send(command: { input: Input }): Promise<unknown> {
    const { input } = command;
    const asked = { name: command.constructor.name, input };
    this.asked.push(asked);
    this.refuse(asked);
    switch (asked.name) {
      case 'EncryptCommand':
        return this.#encrypt(input);
      case 'DecryptCommand':
        return this.#decrypt(input);
      case 'GetSecretValueCommand':
        return { SecretString: this.#secret(input.SecretId) };
      case 'PutSecretValueCommand':
        this.#secret(input.SecretId);
        this.secrets.set(input.SecretId, input.SecretString);
        return {};
      case 'CreateSecretCommand':
        this.secrets.set(input.Name, input.SecretString);
        return {};
      case 'HeadObjectCommand':
        return this.#head(input);
      case 'PutObjectTaggingCommand':
        this.#upload(input.Key).tag = input.Tagging.TagSet[0].Value;
        return {};
      case 'PutEventsCommand':
        if (input.Entries.length > 10) throw named('ValidationException');
        return { FailedEntryCount: 0, Entries: [] };
      case 'DescribeExecutionCommand':
        return { status: this.executions.get(input.executionArn.split(':').at(-1)) ?? 'SUCCEEDED' };
      case 'DescribeKeyCommand':
        return this.describeKey();
      case 'AdminGetUserCommand': {
        const { sub, enabled = true } = this.#user(input.Username);
        return { UserAttributes: [{ Name: 'sub', Value: sub }], Enabled: enabled };
      }
      case 'AdminListGroupsForUserCommand':
        return { Groups: this.#user(input.Username).groups.map((GroupName) => ({ GroupName })) };
      case 'DescribeUserPoolClientCommand':
        return { UserPoolClient: { ClientId: input.ClientId, ClientSecret: 'machine-secret' } };
      case 'GetQueueAttributesCommand':
        return {
          Attributes: { ApproximateNumberOfMessages: String(this.queues.get(input.QueueUrl)?.length ?? 0) },
        };
      case 'ReceiveMessageCommand':
        return { Messages: this.#messages(input) };
      case 'DeleteMessageCommand': {
        const letters = this.queues.get(input.QueueUrl) ?? [];
        this.queues.set(
          input.QueueUrl,
          letters.filter(({ id }) => id !== input.ReceiptHandle),
        );
        return {};
      }
      case 'RedriveExecutionCommand':
      case 'StopExecutionCommand':
        return {};
      case 'StartExecutionCommand':
      case 'SendTaskSuccessCommand':
      case 'SendTaskFailureCommand':
      case 'ChangeMessageVisibilityCommand':
      case 'SendMessageCommand':
      case 'SendTextMessageCommand':
      case 'SendMessageBatchCommand':
        return {};
      default:
        return this.table.send(command);
    }
  }

  /** What KMS says of every key. */
  describeKey(): unknown {
    return { KeyMetadata: { Enabled: true, KeyState: 'Enabled' } };
  }

  #user(name: string): PoolUser {
    const user = this.users[name];
    if (!user) throw named('UserNotFoundException');
    return user;
  }

  #secret(id: string): string {
    const value = this.secrets.get(id);
    if (value === undefined) throw new ResourceNotFoundException({ message: id, $metadata: {} });
    return value;
  }

  #messages({ QueueUrl, MaxNumberOfMessages }: Input): unknown[] {
    return (this.queues.get(QueueUrl) ?? []).slice(0, MaxNumberOfMessages).map(({ id, body, sentAt }) => ({
      MessageId: id,
      ReceiptHandle: id,
      Body: body,
      Attributes: { SentTimestamp: String(Date.parse(sentAt)), ApproximateReceiveCount: '6' },
    }));
  }

  #upload(key: string) {
    const found = this.uploads.get(key);
    if (!found) throw named('NotFound');
    return found;
  }

  #head({ Key }: Input): unknown {
    const { version, contentType, size } = this.#upload(Key);
    return { VersionId: version, ContentType: contentType, ContentLength: size, ETag: `"${version}"` };
  }

  #encrypt({ Plaintext, EncryptionContext }: Input): unknown {
    if (Plaintext.length > 4096) throw named('ValidationException');
    const text = JSON.stringify([EncryptionContext, Buffer.from(Plaintext).toString('base64')]);
    return { CiphertextBlob: scrambled(new Uint8Array(Buffer.from(text))) };
  }

  #decrypt({ CiphertextBlob, EncryptionContext }: Input): unknown {
    const [context, text] = JSON.parse(Buffer.from(scrambled(CiphertextBlob)).toString());
    if (JSON.stringify(context) !== JSON.stringify(EncryptionContext))
      throw named('InvalidCiphertextException');
    return { Plaintext: new Uint8Array(Buffer.from(text, 'base64')) };
  }
}

export const context = {} as Context;

/** Puts everything back. */
export function dismantle(): void {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
}
