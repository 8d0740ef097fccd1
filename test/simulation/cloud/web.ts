/** Everything outside AWS: who answers at which host. Calls take their time, get lost, or get no answer. */
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { Service } from '../chaos.ts';
import { current, never } from '../invocation.ts';
import type { World } from '../world.ts';

export type Sent = { url: URL; headers: Record<string, string>; body: string };
export type Reply = { status: number; body?: unknown; afterMs?: number } | 'no answer';
export type Host = { service: Service; hear: (sent: Sent) => Reply };

const timedOut = (): Error => Object.assign(new Error('The operation timed out'), { name: 'TimeoutError' });
const broken = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

export class Web {
  readonly #world: World;
  /** By the beginning of the address. */
  readonly hosts = new Map<string, Host>();

  constructor(world: World) {
    this.#world = world;
  }

  #hostOf(url: string): Host {
    const found = [...this.hosts].find(([prefix]) => url.startsWith(prefix));
    if (!found) throw new Error(`The simulation has nobody at ${url}.`);
    return found[1];
  }

  /** @throws Error without an answer: at once when the connection breaks, or when the signal says so */
  async call(sent: Sent, signal: AbortSignal | undefined): Promise<{ status: number; body: unknown }> {
    const { clock, random, chaos } = this.#world;
    const invocation = current();
    if (invocation) invocation.waiting += 1;
    try {
      return await new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason ?? timedOut()), { once: true });
        clock.in(10 + random.about(60), () => {
          const host = this.#hostOf(sent.url.href);
          if (chaos.isAway(host.service)) return reject(broken());
          if (chaos.strikes('partner answers 500')) return resolve({ status: 503, body: {} });
          if (chaos.strikes('partner does not answer')) return;
          const reply = host.hear(sent);
          if (reply === 'no answer' || chaos.strikes('partner hears and the answer is lost')) return;
          clock.in((reply.afterMs ?? 0) + random.about(40), () =>
            resolve({ status: reply.status, body: reply.body }),
          );
        });
      });
    } finally {
      if (invocation) invocation.waiting -= 1;
      if (invocation?.isOver) await never();
    }
  }

  /** Stands in for `fetch`. */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const headers = Object.fromEntries(new Headers(init.headers).entries());
    const sent = { url, headers, body: String(init.body ?? '') };
    const { status, body } = await this.call(sent, init.signal ?? undefined);
    return Response.json(body ?? {}, { status });
  };

  /** Stands in for `request` of node:http and node:https. */
  readonly request = (
    address: string | URL,
    options: { headers?: Record<string, string>; signal?: AbortSignal },
    onAnswer?: (answer: Readable & { statusCode: number }) => void,
  ): EventEmitter => {
    const call = new EventEmitter();
    const url = new URL(String(address));
    const end = (body = ''): void => {
      this.call({ url, headers: options.headers ?? {}, body }, options.signal)
        .then(({ status, body: answer }) => {
          const stream = Object.assign(Readable.from([JSON.stringify(answer ?? '')]), { statusCode: status });
          if (onAnswer) onAnswer(stream);
          else call.emit('response', stream);
          call.emit('close');
        })
        .catch((error: unknown) => {
          call.emit('error', error);
          call.emit('close');
        });
    };
    return Object.assign(call, { end, write: () => true, destroy: () => call, setTimeout: () => call });
  };
}
