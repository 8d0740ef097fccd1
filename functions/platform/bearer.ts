/** A bearer token on an open route, which API Gateway's authorizer has not seen: verified here. */
import { JwtRsaVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { setting } from './env.ts';
import { Problem } from './problems.ts';
import { isAccessToken, type User, userFromClaims } from './user.ts';

/** The library's own fetcher speaks https only, which the local cloud does not. */
const fetcher = {
  async fetch(uri: string): Promise<ArrayBuffer> {
    const unavailable = new Problem('unavailable', 'The keys of the user pool cannot be read.');
    const answer = await fetch(uri, { redirect: 'error', signal: AbortSignal.timeout(3_000) }).catch(() => {
      throw unavailable;
    });
    if (!answer.ok) throw unavailable;
    return answer.arrayBuffer();
  },
};

function newVerifier() {
  const issuer = setting('USER_POOL_ISSUER');
  const endpoint = process.env.AWS_ENDPOINT_URL;
  return JwtRsaVerifier.create(
    {
      issuer,
      // Access tokens name the client in client_id, checked below; they have no audience.
      audience: null,
      // The local cloud serves the pool's keys at its own address, under the same issuer.
      ...(endpoint ? { jwksUri: `${endpoint}/${issuer.split('/').at(-1)}/.well-known/jwks.json` } : {}),
      customJwtCheck: ({ payload }) => {
        if ((payload.client_id ?? payload.aud) !== setting('USER_POOL_CLIENT_ID'))
          throw new Error('wrong client');
        if (!isAccessToken(payload)) throw new Error('not an access token');
      },
    },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );
}

let verifier: ReturnType<typeof newVerifier> | undefined;

/**
 * The user of an `Authorization: Bearer …` header; undefined without one.
 * @throws Problem unauthenticated when the token is not valid; unavailable when the pool's keys cannot be read
 */
export async function bearerUser(authorization: string | undefined): Promise<User | undefined> {
  const token = authorization?.match(/^Bearer\s+(\S+)$/i)?.[1];
  if (!token) return undefined;
  try {
    verifier ??= newVerifier();
    return userFromClaims(await verifier.verify(token));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('unauthenticated', 'The bearer token is not valid or has expired.');
  }
}
