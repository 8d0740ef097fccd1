/** A department's own system, as far as a test needs one: a server on 127.0.0.1 that keeps what it is sent. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from './client.ts';

export type Received = { path: string; headers: IncomingHttpHeaders; raw: string; body: Json };

export class Receiver {
  readonly received: Received[] = [];
  /** The status to answer with; `never` leaves the caller waiting. */
  answer: (received: Received) => number | 'never' | Promise<number | 'never'> = () => 204;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const raw = Buffer.concat(chunks).toString();
        const received = {
          path: request.url ?? '',
          headers: request.headers,
          raw,
          body: JSON.parse(raw || 'null'),
        };
        this.received.push(received);
        const status = await this.answer(received);
        if (status !== 'never')
          response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
      });
    });
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
