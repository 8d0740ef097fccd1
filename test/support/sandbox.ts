/**
 * The sandbox with its whole middleware, its AWS clients and OneWindow itself replaced at the edge. Every answer is
 * held against what the sandbox says of its own calls.
 */
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import { apiDocument } from '../../functions/platform/api-document.ts';
import { log } from '../../functions/platform/log.ts';
import { secretsManager } from '../../functions/platform/secrets.ts';
import { sign, verify } from '../../functions/platform/signing.ts';
import { table } from '../../functions/platform/table.ts';
import { handler as api } from '../../functions/sandbox/api.ts';
import { calls } from '../../functions/sandbox/calls.ts';
import { eventBridge } from '../../functions/sandbox/clock.ts';
import { type Job, sqs } from '../../functions/sandbox/jobs.ts';
import { handler as work } from '../../functions/sandbox/work.ts';
import { mainSchema } from '../simulation/table/schema.ts';
import { VirtualTable } from '../simulation/table/virtual-table.ts';
import { Contract, type OpenApi } from './openapi.ts';

const about = { title: 'Sandbox', version: '0.0.0' };
const document: unknown = apiDocument(about, Object.entries(calls));
const contract = new Contract(document as OpenApi);

export const secret = (letter: string): string => `whsec_${letter.repeat(32)}`;
export const courierSecret = secret('C');
export const smsSecret = secret('S');

const settings = {
  TABLE_NAME: 'main',
  SANDBOX_TABLE_NAME: 'sandbox',
  SANDBOX_QUEUE_URL: 'http://queue.test/sandbox-work',
  BUS_NAME: 'bus',
  API_URL: 'http://onewindow.test',
  COURIER_SECRET_ARN: 'courier',
  SMS_SECRET_ARN: 'sms',
  BUSINESS_CLOCK: 'movable',
};

export type Sent = {
  method: string;
  path: string;
  id: string;
  body: unknown;
  signedBy: (secret: string) => boolean;
};
type Reply = { status: number; body: Record<string, unknown> };

const asWritten = (body: string | undefined): Record<string, unknown> =>
  body ? (JSON.parse(body) as Record<string, unknown>) : {};

export class Sandbox {
  readonly table = new VirtualTable(mainSchema);
  readonly queue: { job: Job; delaySeconds: number }[] = [];
  readonly events: unknown[] = [];
  /** What OneWindow was sent. */
  readonly sent: Sent[] = [];
  /** What OneWindow answers; by default it takes everything. */
  answer: (sent: Sent) => Response = () => Response.json({});

  constructor() {
    log.setLogLevel('SILENT');
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
    vi.spyOn(table, 'send').mockImplementation(this.table.send as never);
    vi.spyOn(sqs, 'send').mockImplementation((async ({ input }: SendMessageCommand) => {
      this.queue.push({
        job: JSON.parse(input.MessageBody ?? '') as Job,
        delaySeconds: input.DelaySeconds ?? 0,
      });
    }) as never);
    vi.spyOn(eventBridge, 'send').mockImplementation((async (command: unknown) => {
      if (command instanceof PutEventsCommand) this.events.push(...(command.input.Entries ?? []));
      return { FailedEntryCount: 0 };
    }) as never);
    const secrets: Record<string, string> = { courier: courierSecret, sms: smsSecret };
    vi.spyOn(secretsManager, 'send').mockImplementation((async ({
      input,
    }: {
      input: { SecretId: string };
    }) => ({
      SecretString: JSON.stringify({ random: secrets[input.SecretId]?.slice('whsec_'.length) }),
    })) as never);
    vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
      const raw = (init.body as string | undefined) ?? '';
      const headers = init.headers as Record<string, string>;
      const sent: Sent = {
        method: init.method ?? 'GET',
        path: url.replace(settings.API_URL, ''),
        id: headers['webhook-id'] ?? '',
        body: raw ? JSON.parse(raw) : undefined,
        signedBy: (by) => verify([by], headers, raw),
      };
      this.sent.push(sent);
      return this.answer(sent);
    });
  }

  async #call(routeKey: string, event: Partial<APIGatewayProxyEventV2>): Promise<Reply> {
    const found = contract.operations.find(({ method, route }) => `${method} ${route}` === routeKey);
    if (!found) throw new Error(`There is no route ${routeKey}.`);
    const result = await api(
      { routeKey, headers: {}, requestContext: {}, isBase64Encoded: false, ...event } as never,
      {} as Context,
    );
    const { statusCode: status = 0, body: text = '' } = result;
    const headers = new Headers(result.headers as Record<string, string>);
    const faults = contract.faults(found, { status, headers, text });
    if (faults.length > 0) throw new Error(`${routeKey} ${status}: ${faults.join('; ')}\n${text}`);
    return { status, body: asWritten(text) };
  }

  /** A call with a bearer token of this role. */
  as(
    role: string,
    routeKey: string,
    params: Record<string, string> = {},
    body?: unknown,
    query?: Record<string, string>,
  ) {
    return this.#call(routeKey, {
      pathParameters: params,
      headers: { 'content-type': 'application/json' },
      requestContext: {
        authorizer: { jwt: { claims: { sub: 'u', token_use: 'access', 'cognito:groups': `[${role}]` } } },
      } as never,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(query ? { queryStringParameters: query } : {}),
    });
  }

  /** A call signed with this secret. */
  signed(by: string, routeKey: string, id: string, body: unknown, params: Record<string, string> = {}) {
    const raw = JSON.stringify(body);
    return this.#call(routeKey, {
      pathParameters: params,
      headers: { 'Content-Type': 'application/json', ...sign([by], id, raw) },
      body: raw,
    });
  }

  /** Gives one job to the consumer. @returns whether it was done */
  async run(job: Job): Promise<boolean> {
    const event = { Records: [{ messageId: 'm', body: JSON.stringify(job), attributes: {} }] };
    const { batchItemFailures }: SQSBatchResponse = await work(event as unknown as SQSEvent);
    return batchItemFailures.length === 0;
  }

  /** Does the next job of the queue. */
  async runNext(): Promise<boolean> {
    const next = this.queue.shift();
    if (!next) throw new Error('The queue is empty.');
    return this.run(next.job);
  }
}
