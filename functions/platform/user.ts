/** Who calls: the claims that the API's JWT authorizer has verified. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { optionalSetting } from './env.ts';
import { Problem } from './problems.ts';

export const roles = ['applicant', 'agent', 'clerk', 'officer', 'operator'] as const;
export type Role = (typeof roles)[number];

export type User = {
  subject: string;
  roles: Role[];
  /** Departments an officer decides for. */
  departments: string[];
  /** A mobile number that the identity provider has verified as the user's own: eleven digits. */
  verifiedPhone?: string;
  /** The canary: an applicant of synthetic cases, and of nothing else. */
  canary?: true;
};

type Claims = Record<string, unknown>;

const groupsClaim = (): string => optionalSetting('OIDC_GROUPS_CLAIM') ?? 'cognito:groups';

/** Groups arrive as a list, or as API Gateway writes a list: `[clerk department:bank]`. */
function groupsOf(claims: Claims): string[] {
  const groups = claims[groupsClaim()];
  if (Array.isArray(groups)) return groups.map(String);
  return String(groups ?? '')
    .replace(/^\[|\]$/g, '')
    .split(/[\s,]+/)
    .filter(Boolean);
}

/** Claims arrive as they are, or as the texts that API Gateway makes of them. */
function verifiedPhoneOf({ phone_number, phone_number_verified }: Claims): string | undefined {
  if (String(phone_number_verified) !== 'true') return undefined;
  return /^(?:\+?86)?(1[3-9]\d{9})$/.exec(String(phone_number))?.[1];
}

/** By which a machine's token says that it is the canary's: a group, or where a machine has none, a scope. */
export const canaryGroup = 'canary';
export const canaryScope = { server: 'onewindow', name: 'canary' } as const;

function isCanary(groups: string[], { scope }: Claims): boolean {
  const scopes = String(scope ?? '').split(' ');
  return groups.includes(canaryGroup) || scopes.includes(`${canaryScope.server}/${canaryScope.name}`);
}

/** The user that verified claims describe. */
export function userFromClaims(claims: Claims): User {
  if (typeof claims.sub !== 'string' || claims.sub === '') {
    throw new Problem('unauthenticated', 'The token does not say whose it is.');
  }
  const groups = groupsOf(claims);
  if (isCanary(groups, claims))
    return { subject: claims.sub, roles: ['applicant'], departments: [], canary: true };
  const verifiedPhone = verifiedPhoneOf(claims);
  return {
    subject: claims.sub,
    roles: roles.filter((role) => groups.includes(role)),
    departments: groups
      .filter((group) => group.startsWith('department:'))
      .map((group) => group.slice('department:'.length)),
    ...(verifiedPhone ? { verifiedPhone } : {}),
  };
}

/** What a token for calling says: what it may be used for, or by which client (RFC 9068). */
const ofAccess = ['scope', 'scp', 'client_id'];
/** What only a token for a page has: the page's nonce, the hash of another token or of a code. */
const ofIdentity = ['nonce', 'at_hash', 'c_hash'];

/**
 * Whether a token may be used to call: one that only says who somebody is (an id token) is meant for the page that
 * asked, and lies about in it. Cognito names the use, Keycloak the type; any other must have what access tokens have,
 * and nothing that id tokens have.
 */
export function isAccessToken(claims: Claims): boolean {
  if (claims.token_use !== undefined) return claims.token_use === 'access';
  if (String(claims.iss).startsWith('https://cognito-idp.') || claims.typ === 'ID') return false;
  const has = (name: string): boolean => claims[name] !== undefined;
  return ofAccess.some(has) && !ofIdentity.some(has);
}

/** One token and nothing beside it; its payload. */
const oneToken = /^(?:Bearer\s+)?[\w-]+\.([\w-]+)\.[\w-]+$/i;

/**
 * The groups as the token itself lists them. API Gateway has verified it, and writes a list as a text with spaces
 * between: a group whose name has spaces would become several, and one of them a role. A header that is sent twice
 * arrives as one, with a comma between: which of its tokens was verified nobody here knows.
 * @throws Problem unauthenticated when the header holds anything but one token
 */
function listedGroups({ authorization }: Record<string, string | undefined>): Claims {
  if (authorization === undefined) return {};
  const payload = oneToken.exec(authorization.trim())?.[1];
  if (!payload) throw new Problem('unauthenticated', 'Send one bearer token.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  const groups = claims[groupsClaim()];
  return Array.isArray(groups) ? { [groupsClaim()]: groups } : {};
}

/**
 * The verified user of a request, or undefined on an open route.
 * @throws Problem unauthenticated when the token is not one to call with
 */
export function userOf(event: APIGatewayProxyEventV2): User | undefined {
  const context = event.requestContext as { authorizer?: { jwt?: { claims?: Claims } } };
  const claims = context.authorizer?.jwt?.claims;
  if (!claims) return undefined;
  if (!isAccessToken(claims))
    throw new Problem('unauthenticated', 'Send the access token, not the id token.');
  return userFromClaims({ ...claims, ...listedGroups(event.headers) });
}
