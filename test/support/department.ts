/** A department's own system, played by a test as docs/departments.md asks of a real one. */
import { Webhook } from 'standardwebhooks';
import { checkedCall } from './checked.ts';
import { as, endpoints, type Json, type Reply, until } from './client.ts';
import { type Received, Receiver } from './receiver.ts';
import { idFor } from './signed-id.ts';

export type SignOptions = {
  secret?: string;
  id?: string;
  at?: Date;
  sent?: Json;
  headers?: Record<string, string>;
};

/** A call signed as Standard Webhooks say; `sent` is what really goes out, if it is not what was signed. */
export function signedCall(
  secret: string,
  method: string,
  path: string,
  body?: Json,
  { id = idFor(method, path), at = new Date(), sent = body, headers = {} }: SignOptions = {},
): Promise<Reply> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const signature = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, text),
  };
  return checkedCall(method, path, {
    headers: { ...signature, ...headers },
    ...(sent === undefined ? {} : { raw: JSON.stringify(sent) }),
  });
}

const operator = as('operator');

/** Sets where a department's webhooks go. */
export async function connect(code: string, settings: Json): Promise<void> {
  const { status, body } = await operator.put(`/departments/${code}`, settings);
  if (status !== 200) throw new Error(`The department was not set: ${JSON.stringify(body)}`);
}

/** The simulated department is told again. */
export const connectSandbox = (code: string): Promise<void> =>
  connect(code, { webhookUrl: `${endpoints().api}/sandbox/departments/${code}/webhook` });

/** The same with a new secret, where the ones that the simulated department knows may have been ended. */
export async function reconnectSandbox(code: string): Promise<void> {
  const { body } = await operator.post(`/departments/${code}/secrets`);
  await operator.put(`/sandbox/departments/${code}`, { behaviour: 'approve', secret: body.secret });
  await connectSandbox(code);
}

export class Department {
  readonly code: string;
  readonly receiver: Receiver;
  secret = '';

  constructor(code: string, receiver: Receiver) {
    this.code = code;
    this.receiver = receiver;
  }

  /** Connects a system with a secret of its own; what is sent to it is verified when it is looked at. */
  static async open(code: string): Promise<Department> {
    const department = new Department(code, await new Receiver().open());
    department.answers(204);
    await department.renewSecret();
    await department.connect();
    return department;
  }

  /** Its webhooks go to it, from the beginning. */
  connect(): Promise<void> {
    return connect(this.code, { webhookUrl: this.receiver.url });
  }

  async close(): Promise<void> {
    await connectSandbox(this.code);
    this.receiver.close();
  }

  async renewSecret(): Promise<string> {
    const { body } = await operator.post(`/departments/${this.code}/secrets`);
    this.secret = body.secret;
    return this.secret;
  }

  /** What it answers from now on, to whatever is signed as it should be. */
  answers(status: number): void {
    this.receiver.answer = (received) => (this.knows(received) ? status : 401);
  }

  /** Whether it is a webhook, signed by the secret that this department knows. */
  knows({ raw, headers }: Received): boolean {
    if (!String(headers['webhook-id']).startsWith('event_')) return false;
    try {
      new Webhook(this.secret).verify(raw, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  }

  /** Webhooks about an application that are signed as they should be. */
  about(application: string, type?: string): Received[] {
    return this.receiver.received.filter(
      (received) =>
        received.body.data.application === application &&
        (!type || received.body.type === type) &&
        this.knows(received),
    );
  }

  /** Waits for the n-th webhook of a type about an application. */
  async told(application: string, type = 'review.requested', times = 1, withinMs = 30_000): Promise<Json> {
    const found = await until(
      `${this.code} to be told ${type} of ${application}`,
      async () => this.about(application, type),
      (list) => list.length >= times,
      withinMs,
    );
    return found[times - 1]?.body;
  }

  read(review: string, options: SignOptions = {}): Promise<Reply> {
    return signedCall(options.secret ?? this.secret, 'GET', `/reviews/${review}`, undefined, options);
  }

  decide(review: string, decision: Json, options: SignOptions = {}): Promise<Reply> {
    return signedCall(
      options.secret ?? this.secret,
      'POST',
      `/reviews/${review}/decisions`,
      decision,
      options,
    );
  }
}
