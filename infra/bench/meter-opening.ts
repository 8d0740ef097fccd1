/**
 * One business opening, the happy path, through the real functions in this process: each is given what it would be
 * given on AWS, one invocation a record, as for a case that is alone in the system. Departments, courier and carrier
 * answer from outside and are not counted.
 */
import { randomUUID } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { JournalEntry } from '../../functions/cases/types.ts';
import type { CloudEvent } from '../../functions/relay/cloud-events.ts';
import { outputNumber, parcelNumber } from '../../functions/sandbox/numbers.ts';
import type { FunctionId } from '../bundle.ts';
import { Meter, type Usage } from './meter.ts';
import { makePlace, type Outside, openOutside } from './meter-cloud.ts';
import type { Deployed } from './meter-routes.ts';

/** A task token of Step Functions has some 700 to 1,000 characters; those of the local cloud are short. */
const taskToken = 'T'.repeat(1000);
const trackingNumber = parcelNumber(1);

export type Metered = Usage & {
  journal: JournalEntry[];
  reviews: string[];
  /** Invocations by which departments read what they decide: part of the invocations. */
  departmentReads: number;
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
  AcceptApplication: () => import('../../functions/approvals/accept.ts'),
  RecordConclusion: () => import('../../functions/approvals/record-conclusion.ts'),
  RegisterWait: () => import('../../functions/approvals/register-wait.ts'),
  DeliverWebhook: () => import('../../functions/departments/deliver-webhook.ts'),
  IssueOutputs: () => import('../../functions/fulfilment/issue-outputs.ts'),
  SendSms: () => import('../../functions/notifications/send-sms.ts'),
} satisfies Partial<Record<FunctionId, () => Promise<unknown>>>;

const load = async () => ({
  ...(await import('../../functions/relay/cloud-events.ts')),
  ...(await import('../../functions/catalogue/catalogue.ts')),
  ...(await import('../../functions/departments/store.ts')),
  ...(await import('../../functions/cases/store.ts')),
  ...(await import('../../functions/cases/journal.ts')),
  ...(await import('../../functions/platform/signing.ts')),
});

class Opening {
  readonly meter = new Meter();
  #number = '';
  #reviews: string[] = [];
  #decided = 0;
  #departmentReads = 0;
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
    const authorizer = { jwt: { claims: { sub, 'cognito:groups': '[applicant]' } } };
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
    this.#decided += 1;
  }

  async #execution(): Promise<void> {
    const application = this.#number;
    await this.#invoke('AcceptApplication', { application });
    for (const review of this.#reviews) {
      await this.#message('RegisterWait', { application, review, wait: 'decision', token: taskToken });
    }
  }

  /** What the workflow and the world do about an event. */
  async #answer({ type, data }: CloudEvent): Promise<void> {
    if (type === 'application.submitted') await this.#execution();
    if (type === 'review.requested') await this.#decide(String(data.review));
    if (type === 'review.decided' && this.#decided === this.#reviews.length) {
      this.#decided = 0;
      await this.#invoke('RecordConclusion', { application: this.#number });
    }
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
    const NewImage = marshall(entry, { removeUndefinedValues: true });
    await this.#invoke('Relay', { Records: [{ eventName: 'INSERT', dynamodb: { NewImage } }] });
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
    const { catalogue, loadCase, readJournal } = this.#rooms;
    const submitted = await this.#call('IntakeApi', {
      route: 'POST /applications',
      body: catalogue.service('business-opening')?.example,
      headers: { 'idempotency-key': randomUUID() },
      sub: randomUUID(),
    });
    this.#number = String(submitted.number);
    this.#reviews = (await loadCase(this.#number))?.dossier.plan.map(({ id }) => id) ?? [];
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
      reviews: this.#reviews,
      departmentReads: this.#departmentReads,
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
    for (const code of departments) {
      const connection = { webhookUrl: `${outside.url}/webhook`, paused: false };
      await rooms.writeConnection(code, { paused: false, version: 0 }, connection, { kind: 'operator' });
    }
    return await new Opening(rooms, deployed, outside, secret).run();
  } finally {
    outside.close();
  }
}
