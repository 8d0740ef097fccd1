/**
 * One business opening, the happy path, through the real functions in this process: each is given what it would be
 * given on AWS, one invocation a record, as for a case that is alone in the system. Departments, courier and carrier
 * answer from outside and are not counted.
 */

import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { JournalEntry } from '../../functions/cases/types.ts';
import type { CloudEvent } from '../../functions/relay/cloud-events.ts';
import { outputNumber, parcelNumber } from '../../functions/sandbox/numbers.ts';
import type { FunctionId } from '../bundle.ts';
import { Publisher } from '../catalogue/publish.ts';
import { repositoryCatalogue } from '../catalogue/read.ts';
import { Meter, type Usage } from './meter.ts';
import { makePlace, type Outside, openOutside } from './meter-cloud.ts';
import type { Deployed } from './meter-routes.ts';

/** A task token of Step Functions has some 640 to 870 characters; those of the local cloud are short. */
const taskToken = 'T'.repeat(870);
/** Seconds since 1970. */
const tokensExpireAt = 1_900_000_000;
const trackingNumber = parcelNumber(1);

export type Metered = Usage & {
  journal: JournalEntry[];
  /** Invocations by which departments read what they decide: part of the invocations. */
  departmentReads: number;
  /** Records that the table's stream brings to the relay: the most invocations of it that they can take. */
  streamRecords: number;
  /** Events given to the bus, messages that went through a queue, SMS, parcels ordered. */
  events: number;
  queued: number;
  messages: number;
  parcels: number;
};

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
type Call = {
  route: string;
  params?: Record<string, string>;
  body?: unknown;
  headers: Record<string, string>;
  sub?: string;
};

/** The functions that a business opening wakes; loaded when the environment is set. */
const handlers = {
  IntakeApi: () => import('../../functions/intake/api.ts'),
  ReviewsApi: () => import('../../functions/approvals/api.ts'),
  CourierApi: () => import('../../functions/fulfilment/api.ts'),
  ReceiptsApi: () => import('../../functions/notifications/api.ts'),
  Relay: () => import('../../functions/relay/handler.ts'),
  DeliverWebhook: () => import('../../functions/departments/deliver-webhook.ts'),
  IssueOutputs: () => import('../../functions/fulfilment/issue-outputs.ts'),
  SendSms: () => import('../../functions/notifications/send-sms.ts'),
} satisfies Partial<Record<FunctionId, () => Promise<unknown>>>;

const load = async () => ({
  ...(await import('../../functions/relay/cloud-events.ts')),
  ...(await import('../../functions/departments/store.ts')),
  ...(await import('../../functions/cases/store.ts')),
  ...(await import('../../functions/cases/journal.ts')),
  ...(await import('../../functions/cases/keys.ts')),
  ...(await import('../../functions/platform/table.ts')),
  ...(await import('../../functions/platform/signing.ts')),
});

class Opening {
  readonly meter = new Meter();
  #number = '';
  #departmentReads = 0;
  #streamRecords = 0;
  #events = 0;
  #queued = 0;
  #receipts = 0;
  readonly #rooms: Awaited<ReturnType<typeof load>>;
  readonly #deployed: Deployed;
  readonly #outside: Outside;
  readonly #secret: string;

  constructor(rooms: Awaited<ReturnType<typeof load>>, deployed: Deployed, outside: Outside, secret: string) {
    this.#rooms = rooms;
    this.#deployed = deployed;
    this.#outside = outside;
    this.#secret = secret;
  }

  async #invoke<T>(id: FunctionId, event: unknown): Promise<T> {
    const found = handlers[id as keyof typeof handlers];
    if (!found) throw new Error(`${id} has no part in a business opening.`);
    const { handler } = (await found()) as { handler: Handler };
    return (await this.meter.invoke(id, () => handler(event, {}))) as T;
  }

  /** A message out of a queue. @throws when the function leaves it there */
  async #message(id: FunctionId, body: unknown): Promise<void> {
    this.#queued += 1;
    const record = {
      messageId: 'm',
      receiptHandle: 'r',
      body: JSON.stringify(body),
      attributes: { ApproximateReceiveCount: '1' },
    };
    const answer = await this.#invoke<{ batchItemFailures: unknown[] }>(id, { Records: [record] });
    if (answer.batchItemFailures.length > 0) throw new Error(`${id} left ${record.body} in its queue.`);
  }

  /** A call of the API. @throws unless it is answered 2xx */
  async #call(
    id: FunctionId,
    { route, params = {}, body, headers, sub }: Call,
  ): Promise<Record<string, unknown>> {
    const authorizer = { jwt: { claims: { sub, token_use: 'access', 'cognito:groups': '[applicant]' } } };
    const answer = await this.#invoke<{ statusCode: number; body: string }>(id, {
      routeKey: route,
      pathParameters: params,
      headers: { 'content-type': 'application/json', ...headers },
      requestContext: sub ? { authorizer } : {},
      isBase64Encoded: false,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.statusCode > 299)
      throw new Error(`${route} was answered ${answer.statusCode}: ${answer.body}`);
    return JSON.parse(answer.body);
  }

  #signed(id: FunctionId, route: string, body?: unknown, params: Record<string, string> = {}) {
    const text = body === undefined ? '' : JSON.stringify(body);
    return this.#call(id, {
      route,
      params,
      body,
      headers: this.#rooms.sign(
        [this.#secret],
        `${purposeOf(route)}_${params.id ?? ''}_${randomUUID()}`,
        text,
      ),
    });
  }

  async #decide(id: string): Promise<void> {
    const { item } = await this.#signed('ReviewsApi', 'GET /reviews/{id}', undefined, { id });
    this.#departmentReads += 1;
    const output = { number: outputNumber(String(item), id) };
    await this.#signed('ReviewsApi', 'POST /reviews/{id}/decisions', { outcome: 'approved', output }, { id });
  }

  /** Rows of the table as its stream brings them, in one batch. */
  async #stream(rows: Record<string, unknown>[]): Promise<void> {
    this.#streamRecords += rows.length;
    const Records = rows.map((row) => ({
      eventName: 'INSERT',
      dynamodb: { NewImage: marshall(row, { removeUndefinedValues: true }) },
    }));
    await this.#invoke('Relay', { Records });
  }

  /** The execution of a round begins: it writes a wait for each review. */
  async #beginRound(reviews: string[]): Promise<void> {
    const { keys, table, tableName } = this.#rooms;
    const rows = reviews.map((review) => ({
      ...keys.wait(this.#number, review),
      wait: 'decision',
      token: taskToken,
      entered: new Date().toISOString(),
      retries: 0,
      expiresAt: tokensExpireAt,
    }));
    for (const Item of rows) {
      await this.meter.use('JointApproval', () =>
        table.send(new PutCommand({ TableName: tableName(), Item })),
      );
    }
    // Rows of one case come one batch after another: the first that is there, then those that came meanwhile.
    await this.#stream(rows.slice(0, 1));
    if (rows.length > 1) await this.#stream(rows.slice(1));
  }

  /** The execution of a round ends: it reads the conclusion. */
  async #endRound(): Promise<void> {
    const { keys, table, tableName } = this.#rooms;
    const Key = keys.application(this.#number);
    await this.meter.use('JointApproval', () =>
      table.send(new GetCommand({ TableName: tableName(), Key, ConsistentRead: true })),
    );
  }

  /** What the workflow and the world do about an event. */
  async #answer({ type, data }: CloudEvent): Promise<void> {
    if (type === 'review.requested') await this.#decide(String(data.review));
    if (type === 'application.concluded') await this.#endRound();
    if (type === 'parcel.ordered') {
      const at = new Date().toISOString();
      for (const event of ['collected', 'in-transit', 'delivered']) {
        const body = { reference: `${this.#number}/1`, trackingNumber, event, at };
        await this.#signed('CourierApi', 'POST /courier/events', body);
      }
    }
  }

  async #sendReceipts(): Promise<void> {
    const sent = this.#outside.received.filter(({ path }) => path === '/sms');
    for (const { body } of sent.slice(this.#receipts)) {
      const receipt = { reference: body.reference, status: 'delivered', at: new Date().toISOString() };
      await this.#signed('ReceiptsApi', 'POST /sms/receipts', receipt);
    }
    this.#receipts = sent.length;
  }

  /** One journal row on its way: relayed, routed, consumed, answered. */
  async #follow(entry: JournalEntry): Promise<void> {
    await this.#stream([entry]);
    for (const event of entry.events) {
      if (event.type === 'round.opened') await this.#beginRound(event.reviews);
    }
    for (const event of this.#rooms.cloudEvents(entry)) {
      this.#events += 1;
      for (const id of this.#deployed.consumersOf(event)) {
        await this.#message(id, { 'detail-type': event.type, detail: event });
      }
      await this.#sendReceipts();
      await this.#answer(event);
    }
  }

  async run(): Promise<Metered> {
    const { readJournal } = this.#rooms;
    const submitted = await this.#call('IntakeApi', {
      route: 'POST /applications',
      body: repositoryCatalogue().services.find(({ code }) => code === 'business-opening')?.example,
      headers: { 'idempotency-key': randomUUID() },
      sub: randomUUID(),
    });
    this.#number = String(submitted.number);
    const journal: JournalEntry[] = [];
    for (let more = true; more; ) {
      const { entries: next } = await readJournal(this.#number, journal.length, 1);
      for (const entry of next) await this.#follow(entry);
      journal.push(...next);
      more = next.length > 0;
    }
    const outgoing = (path: string): number =>
      this.#outside.received.filter((each) => each.path === path).length;
    return {
      ...this.meter.usage,
      journal,
      departmentReads: this.#departmentReads,
      streamRecords: this.#streamRecords,
      events: this.#events,
      queued: this.#queued,
      messages: outgoing('/sms'),
      parcels: outgoing('/courier'),
    };
  }
}

const purposes: Record<string, string> = {
  'GET /reviews/{id}': 'read',
  'POST /reviews/{id}/decisions': 'decision',
};
/** What a signed call is for, the first word of its id; a partner's is its own. */
const purposeOf = (route: string): string => purposes[route] ?? 'notice';

/** Meters one opening in a place of its own in the local cloud that `process.env` points to. */
export async function meterOpening(deployed: Deployed): Promise<Metered> {
  const departments = ['market-supervision', 'public-security', 'taxation', 'human-resources', 'bank'];
  const outside = await openOutside(trackingNumber);
  try {
    const secret = await makePlace(outside.url, departments);
    const rooms = await load();
    await new Publisher(rooms.table, rooms.tableName()).publish(repositoryCatalogue());
    for (const code of departments) {
      const connection = { webhookUrl: `${outside.url}/webhook`, paused: false };
      await rooms.writeConnection(code, { paused: false, version: 0 }, connection, { capacity: 'operator' });
    }
    return await new Opening(rooms, deployed, outside, secret).run();
  } finally {
    outside.close();
  }
}
