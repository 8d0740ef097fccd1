import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { postSigned } from '../../functions/platform/post-signed.ts';
import { isFor } from '../../functions/platform/signed.ts';

const secrets = [`whsec_${'A'.repeat(32)}`];

describe('a partner’s answer', () => {
  let server: Server;
  let url: string;
  let written = 0;
  let isClosed = false;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/empty') return void response.writeHead(204).end();
      if (request.url === '/short') return void response.end('{"trackingNumber":"字"}');
      response.on('close', () => {
        isClosed = true;
      });
      const more = (): void => {
        while (!response.destroyed && written < 200_000_000) {
          written += 65_536;
          if (!response.write('x'.repeat(65_536))) return;
        }
      };
      response.on('drain', more);
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const send = (path: string) =>
    postSigned(`${url}${path}`, { id: 'sms_1', secrets, body: {}, timeoutMs: 5_000 });

  it('is read as far as anybody has a use for it, and then hung up on', async () => {
    const { status, body } = await send('/long');
    expect([status, body.length]).toEqual([200, 65_536]);
    await vi.waitFor(() => expect(isClosed).toBe(true));
    expect(written).toBeLessThan(20_000_000);
  });

  it('that is short is read whole', async () => {
    expect(await send('/short')).toEqual({ status: 200, body: '{"trackingNumber":"字"}' });
    expect(await send('/empty')).toEqual({ status: 204, body: '' });
  });
});

describe('the id of what is signed', () => {
  it.each([
    ['read_N-1_x', { purpose: 'read', object: 'N-1' }, true],
    ['read_N-1.2_x', { purpose: 'read', object: 'N-1' }, false],
    ['read_N-1', { purpose: 'read', object: 'N-1' }, false],
    ['decision_N-1_x', { purpose: 'read', object: 'N-1' }, false],
    ['parcel_N/1', { purpose: 'parcel' }, true],
    ['parcels', { purpose: 'parcel' }, false],
    ['tracking_N/1_lost', 'notice', true],
    ['anything', 'notice', true],
    ['event_1', 'notice', false],
    ['', 'notice', false],
  ] as const)('%s for %j: %s', (id, wanted, expected) => {
    expect(isFor(id, wanted)).toBe(expected);
  });
});
