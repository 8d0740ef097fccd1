/** A bearer token on an open route, which API Gateway's authorizer has not seen: verified here, by the same rules. */
import { JwtRsaVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import * as z from 'zod/mini';
import { setting } from './env.ts';
import { Problem } from './problems.ts';
import { isAccessToken, type User, userFromClaims } from './user.ts';

const unavailable = (): Problem =>
  new Problem('unavailable', 'The keys of the identity provider cannot be read.');

/** The library's own fetcher speaks https only, which the local cloud does not. */
const fetcher = {
  async fetch(uri: string): Promise<ArrayBuffer> {
    const answer = await fetch(uri, { redirect: 'error', signal: AbortSignal.timeout(3_000) }).catch(() => {
      throw unavailable();
    });
    if (!answer.ok) throw unavailable();
    return answer.arrayBuffer();
  },
};

const discovered = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * Where the issuer's keys lie, by OpenID Connect Discovery.
 * @throws Problem unavailable when the issuer does not tell, or tells of another
 */
async function keysOf(issuer: string): Promise<string> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  // The local cloud serves the pool's keys at its own address, under the same issuer.
  if (endpoint) return `${endpoint}/${issuer.split('/').at(-1)}/.well-known/jwks.json`;
  const document = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const text = new TextDecoder().decode(await fetcher.fetch(document));
  try {
    const found = discovered.parse(JSON.parse(text));
    if (found.issuer === issuer) return found.jwks_uri;
  } catch {
    // Not a discovery document: as good as none.
  }
  throw unavailable();
}

/** As API Gateway does it: `aud`, or `client_id` where there is no `aud`, names one of the audiences. */
function isForUs({ aud, client_id }: Record<string, unknown>): boolean {
  const named: unknown[] = [aud ?? client_id].flat();
  return setting('OIDC_AUDIENCE')
    .split(',')
    .some((audience) => named.includes(audience));
}

async function newVerifier() {
  const issuer = setting('OIDC_ISSUER');
  return JwtRsaVerifier.create(
    {
      issuer,
      jwksUri: await keysOf(issuer),
      // Checked below: the access tokens of some issuers have no audience.
      audience: null,
      customJwtCheck: ({ payload }) => {
        if (!isForUs(payload)) throw new Error('wrong audience');
        if (!isAccessToken(payload)) throw new Error('not an access token');
      },
    },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );
}

let verifier: ReturnType<typeof newVerifier> | undefined;

/** Made once; a failure is not kept. */
function theVerifier(): ReturnType<typeof newVerifier> {
  verifier ??= newVerifier().catch((error) => {
    verifier = undefined;
    throw error;
  });
  return verifier;
}

/**
 * The user of an `Authorization: Bearer …` header; undefined without one.
 * @throws Problem unauthenticated when the token is not valid; unavailable when the issuer's keys cannot be read
 */
export async function bearerUser(authorization: string | undefined): Promise<User | undefined> {
  const token = authorization?.match(/^Bearer\s+(\S+)$/i)?.[1];
  if (!token) return undefined;
  try {
    return userFromClaims(await (await theVerifier()).verify(token));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('unauthenticated', 'The bearer token is not valid or has expired.');
  }
}
