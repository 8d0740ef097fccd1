/** An OpenID Connect issuer: where its keys and its tokens are to be had, by its discovery document. */
import * as z from 'zod/mini';
import { Problem } from './problems.ts';

const unavailable = (): Problem =>
  new Problem('unavailable', 'The keys of the identity provider cannot be read.');

/** The library's own fetcher speaks https only, which the local cloud does not. */
export const fetcher = {
  async fetch(uri: string): Promise<ArrayBuffer> {
    const answer = await fetch(uri, { redirect: 'error', signal: AbortSignal.timeout(3_000) }).catch(() => {
      throw unavailable();
    });
    if (!answer.ok) throw unavailable();
    return answer.arrayBuffer();
  },
};

const discovered = z.object({ issuer: z.string(), jwks_uri: z.url(), token_endpoint: z.optional(z.url()) });
export type Discovered = z.infer<typeof discovered>;

/** The local cloud serves what belongs to a pool at its own address, under the same issuer. */
export const localAddressOf = (issuer: string): string | undefined => {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  return endpoint && `${endpoint}/${issuer.split('/').at(-1)}`;
};

/**
 * What an issuer says of itself.
 * @throws Problem unavailable when it does not tell, or tells of another
 */
export async function discover(issuer: string): Promise<Discovered> {
  const base = localAddressOf(issuer) ?? issuer.replace(/\/$/, '');
  const text = new TextDecoder().decode(await fetcher.fetch(`${base}/.well-known/openid-configuration`));
  try {
    const found = discovered.parse(JSON.parse(text));
    if (found.issuer === issuer) return found;
  } catch {
    // Not a discovery document: as good as none.
  }
  throw unavailable();
}
