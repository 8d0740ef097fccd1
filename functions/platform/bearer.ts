/** A bearer token on an open route, which API Gateway's authorizer has not seen: verified here, by the same rules. */
import { JwtRsaVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { setting } from './env.ts';
import { discover, fetcher, localAddressOf } from './issuer.ts';
import { Problem } from './problems.ts';
import { isAccessToken, type User, userFromClaims } from './user.ts';

/** Where the issuer's keys lie. @throws Problem unavailable when it does not tell */
async function keysOf(issuer: string): Promise<string> {
  const local = localAddressOf(issuer);
  return local ? `${local}/.well-known/jwks.json` : (await discover(issuer)).jwks_uri;
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
