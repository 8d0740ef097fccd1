/** Who calls: the claims that the API's JWT authorizer has verified. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { optionalSetting } from './env.ts';

export const roles = ['applicant', 'agent', 'clerk', 'officer', 'operator'] as const;
export type Role = (typeof roles)[number];

export type User = {
  subject: string;
  roles: Role[];
  /** Departments an officer decides for. */
  departments: string[];
};

type Claims = Record<string, unknown>;

/** Groups arrive as a list, or as API Gateway writes a list: `[clerk department:bank]`. */
function groupsOf(claims: Claims): string[] {
  const groups = claims[optionalSetting('OIDC_GROUPS_CLAIM') ?? 'cognito:groups'];
  if (Array.isArray(groups)) return groups.map(String);
  return String(groups ?? '')
    .replace(/^\[|\]$/g, '')
    .split(/[\s,]+/)
    .filter(Boolean);
}

/** The user that verified claims describe. */
export function userFromClaims(claims: Claims): User {
  const groups = groupsOf(claims);
  return {
    subject: String(claims.sub ?? ''),
    roles: roles.filter((role) => groups.includes(role)),
    departments: groups
      .filter((group) => group.startsWith('department:'))
      .map((group) => group.slice('department:'.length)),
  };
}

/** The verified user of a request, or undefined on an open route. */
export function userOf(event: APIGatewayProxyEventV2): User | undefined {
  const context = event.requestContext as { authorizer?: { jwt?: { claims?: Claims } } };
  const claims = context.authorizer?.jwt?.claims;
  return claims ? userFromClaims(claims) : undefined;
}
