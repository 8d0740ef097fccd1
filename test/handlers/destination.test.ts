import type * as Dns from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkAddress, isPublic, post } from '../../functions/departments/destination.ts';

type Found = { address: string; family: number }[];

/** What the names of this test resolve to, at each look-up. */
const names = new Map<string, Found[]>();
const asked: string[] = [];

vi.mock('node:dns', async (original) => {
  const real = await original<typeof Dns>();
  const lookup = (
    host: string,
    options: object,
    done: (error: Error | null, found?: Found) => void,
  ): void => {
    asked.push(host);
    const answers = names.get(host);
    if (!answers) return void real.lookup(host, { ...options, all: true }, done as never);
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next && next.length > 0) done(null, next);
    else done(new Error('ENOTFOUND'));
  };
  return { ...real, lookup, default: { ...real, lookup } };
});

const v4 = (address: string): Found => [{ address, family: 4 }];

beforeEach(() => vi.stubEnv('PRIVATE_DESTINATIONS', ''));
afterEach(() => {
  vi.unstubAllEnvs();
  names.clear();
  asked.length = 0;
});

describe('an address of the public internet', () => {
  it.each(['93.184.215.14', '1.1.1.1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('%s is one', (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '169.254.170.2',
    '100.64.0.1',
    '192.0.0.8',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    // IPv4 in IPv6: compatible, translated, tunnelled, whatever it embeds.
    '::93.184.215.14',
    '::5db8:d70e',
    '::ffff:0:5db8:d70e',
    '64:ff9b::5db8:d70e',
    '64:ff9b:1::5db8:d70e',
    '2002:5db8:d70e::1',
    '2001:0:5db8:d70e::1',
    // Not given out to anybody yet.
    '4000::1',
    'e000::1',
    'fec0::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    '',
    'localhost',
    '127.0.0.1.',
  ])('%s is none', (address) => {
    expect(isPublic(address)).toBe(false);
  });
});

describe('where a department may want its webhooks', () => {
  it.each([
    ['https://93.184.215.14/hook', undefined],
    ['https://127.0.0.1/hook', 'Not a public address'],
    ['https://127.1/hook', 'Not a public address'],
    ['https://2130706433/hook', 'Not a public address'],
    ['https://0x7f000001/hook', 'Not a public address'],
    ['https://0177.0.0.1/hook', 'Not a public address'],
    ['https://①②⑦.0.0.1/hook', 'Not a public address'],
    ['https://169.254.169.254/latest/meta-data/', 'Not a public address'],
    ['https://[::1]/hook', 'Not a public address'],
    ['https://[::ffff:169.254.169.254]/hook', 'Not a public address'],
    ['https://[fd00:ec2::254]/hook', 'Not a public address'],
    ['https://localhost/hook', 'Not a public address'],
    ['http://93.184.215.14/hook', 'Only https'],
    ['https://user@93.184.215.14/hook', 'No user name or password in the address'],
    ['https://93.184.215.14@127.0.0.1/hook', 'No user name or password in the address'],
  ])('%s: %s', async (address, reason) => {
    expect(await checkAddress(address)).toBe(reason);
  });

  it('is a name of which every address is public', async () => {
    names.set('good.example', [[...v4('93.184.215.14'), ...v4('1.1.1.1')]]);
    names.set('half.example', [[...v4('93.184.215.14'), ...v4('10.0.0.1')]]);
    expect(await checkAddress('https://good.example/')).toBeUndefined();
    expect(await checkAddress('https://half.example/')).toBe('Not a public address');
  });

  it('may be a name that does not resolve yet', async () => {
    names.set('soon.example', [[]]);
    expect(await checkAddress('https://soon.example/')).toBeUndefined();
  });

  it('in the sandbox is anywhere, but never with a password', async () => {
    vi.stubEnv('PRIVATE_DESTINATIONS', 'allowed');
    expect(await checkAddress('http://127.0.0.1:8080/hook')).toBeUndefined();
    expect(await checkAddress('http://user:secret@127.0.0.1:8080/')).toBe(
      'No user name or password in the address',
    );
  });
});

describe('sending', () => {
  let server: Server;
  let port: number;
  const reached: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      reached.push(`${request.method} ${request.url}`);
      if (request.url === '/slow') return;
      if (request.url === '/processing') return void response.writeProcessing();
      if (request.url === '/closed') return void request.socket.destroy();
      if (request.url === '/switching') {
        request.socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
        return;
      }
      if (request.url === '/endless') {
        response.on('close', () => reached.push('closed /endless'));
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', more);
        return more();
      }
      response.writeHead(request.url === '/moved' ? 302 : 200, {
        location: `http://127.0.0.1:${port}/secret`,
      });
      response.end('x'.repeat(100_000));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  afterEach(() => {
    reached.length = 0;
  });
  const send = (address: string, timeoutMs = 2_000) => post(address, {}, '{}', timeoutMs);

  it('never reaches a private address, however it is written', async () => {
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '[::ffff:127.0.0.1]', '0x7f.1']) {
      await expect(send(`http://${host}:${port}/`), host).rejects.toThrow(/not public/);
    }
    expect(reached).toEqual([]);
  });

  it('checks the very address that it connects to, so that a name that changes is of no use', async () => {
    names.set('rebound.example', [v4('93.184.215.14'), v4('127.0.0.1')]);
    expect(await checkAddress(`https://rebound.example:${port}/`)).toBeUndefined();
    await expect(send(`http://rebound.example:${port}/`)).rejects.toThrow(/not public/);
    expect(asked).toEqual(['rebound.example', 'rebound.example']);
    expect(reached).toEqual([]);
  });

  it('does not take the one public address of a name that has a private one too', async () => {
    names.set('half.example', [[...v4('93.184.215.14'), ...v4('127.0.0.1')]]);
    await expect(send(`http://half.example:${port}/`)).rejects.toThrow(/not public/);
  });

  it('settles whatever it is answered: another protocol, interim answers, a closed connection', async () => {
    vi.stubEnv('PRIVATE_DESTINATIONS', 'allowed');
    expect(await send(`http://127.0.0.1:${port}/switching`)).toBe(101);
    await expect(send(`http://127.0.0.1:${port}/processing`, 200)).rejects.toThrow();
    await expect(send(`http://127.0.0.1:${port}/closed`)).rejects.toThrow();
  });

  it('cuts off an answer that does not end', async () => {
    vi.stubEnv('PRIVATE_DESTINATIONS', 'allowed');
    expect(await send(`http://127.0.0.1:${port}/endless`)).toBe(200);
    await vi.waitFor(() => expect(reached).toContain('closed /endless'));
  });

  it('follows no redirection, reads no long answer and does not wait for ever', async () => {
    vi.stubEnv('PRIVATE_DESTINATIONS', 'allowed');
    expect(await send(`http://127.0.0.1:${port}/`)).toBe(200);
    expect(await send(`http://127.0.0.1:${port}/moved`)).toBe(302);
    await expect(send(`http://127.0.0.1:${port}/slow`, 100)).rejects.toThrow();
    expect(reached).toEqual(['POST /', 'POST /moved', 'POST /slow']);
  });
});
