/** The API in this process, spoken to over HTTP by programs outside it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OneWindow } from './onewindow.ts';

export class Bridge {
  readonly #server: Server;
  /** Which OneWindow answers. */
  here: OneWindow | undefined;
  /** Calls that were answered, such as `POST /reviews/x/decisions 200`. */
  readonly answered: string[] = [];

  constructor() {
    this.#server = createServer(async (request, response) => {
      const raw = (await request.setEncoding('utf8').toArray()).join('');
      const headers = request.headers as Record<string, string>;
      const { method = '', url = '' } = request;
      const reply = await this.here?.send(method, url, { headers, ...(raw ? { raw } : {}) });
      this.answered.push(`${method} ${url} ${reply?.status}`);
      response.writeHead(reply?.status ?? 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply?.body));
    });
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
