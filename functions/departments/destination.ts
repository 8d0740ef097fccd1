/**
 * Where a webhook may go. Outside the sandbox: https only, and no private, loopback, link-local or metadata
 * address, checked on the very address that is connected to, so that a name that changes between the check and
 * the call does not help.
 */
import { lookup as systemLookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import ipaddr from 'ipaddr.js';
import { optionalSetting } from '../platform/env.ts';

/** All that is routed in the public IPv6 internet so far; what embeds an IPv4 address in front of it is not. */
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** An IPv6 address without dots in it: the library takes `::1.2.3.4` for `::ffff:1.2.3.4`. Empty: none. */
function plainly(address: string): string {
  if (!address.includes(':')) return address;
  const url = `http://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : '';
}

/**
 * Whether an address lies in the public internet. An IPv4 address dressed as IPv6 (`::ffff:…`) counts as the IPv4
 * address that is connected to; translated, tunnelled and compatible ones (64:ff9b::, 2002::, `::1.2.3.4`) never do.
 */
export function isPublic(address: string): boolean {
  const plain = plainly(address);
  if (!ipaddr.isValid(plain)) return false;
  const found = ipaddr.process(plain);
  if (found.range() !== 'unicast') return false;
  return found instanceof ipaddr.IPv4 || found.match(globalUnicast);
}

const privateAllowed = (): boolean => optionalSetting('PRIVATE_DESTINATIONS') === 'allowed';

const resolveAll = promisify(systemLookup) as unknown as (
  host: string,
  options: { all: true },
) => Promise<{ address: string }[]>;

/** Why nothing may be sent there; undefined when it may. A name that does not resolve yet may be set. */
export async function checkAddress(address: string): Promise<string | undefined> {
  const url = new URL(address);
  if (url.username || url.password) return 'No user name or password in the address';
  if (privateAllowed()) return undefined;
  if (url.protocol !== 'https:') return 'Only https';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = await resolveAll(host, { all: true }).catch(() => []);
  return found.every((each) => isPublic(each.address)) ? undefined : 'Not a public address';
}

/** A look-up that never yields an address which is not public. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    const first = addresses?.[0];
    if (error || !first) return callback(error ?? new Error('The name does not resolve.'), '', 4);
    if (!addresses.every(({ address }) => isPublic(address))) {
      return callback(new Error('The name resolves to an address that is not public.'), '', 4);
    }
    if (options.all) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

/** An answer that short is read to its end, so that the connection can be used again; bytes. */
const shortAnswer = 65_536;

/** What is in an answer concerns nobody: it is let run out, or cut off. */
function discard(answer: IncomingMessage): void {
  let size = 0;
  answer.on('error', () => {});
  answer.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > shortAnswer) answer.destroy();
  });
}

/**
 * Posts a body; follows no redirection and reads no answer beyond its status. Whoever wants to speak another protocol
 * (101) has answered with that and is hung up on.
 * @returns the status
 * @throws when there is no answer within the time, or the address is not allowed.
 */
export async function post(
  address: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
): Promise<number> {
  const url = new URL(address);
  const isLiteral = ipaddr.isValid(url.hostname.replace(/^\[|\]$/g, ''));
  if (isLiteral && !privateAllowed() && !isPublic(url.hostname.replace(/^\[|\]$/g, ''))) {
    throw new Error('The address is not public.');
  }
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = open(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        signal: AbortSignal.timeout(timeoutMs),
        ...(privateAllowed() ? {} : { lookup: publicLookup }),
      },
      (answer) => {
        discard(answer);
        resolve(answer.statusCode ?? 0);
      },
    );
    call.on('upgrade', (answer, socket) => {
      socket.destroy();
      resolve(answer.statusCode ?? 101);
    });
    call.on('error', reject);
    call.on('close', () => reject(new Error('The connection was closed without an answer.')));
    call.end(body);
  });
}
