/**
 * Who may do what: one table of (action, role, relation, status). The API and the portal read the same table;
 * nothing is allowed that it does not name.
 */
import { Problem } from '../platform/problems.ts';
import type { Role, User } from '../platform/user.ts';
import { type ApplicationStatus, openStatuses } from './status.ts';

/** `owner`: submitted it; `department`: the officer's own department; `any`: no relation asked for. */
export type Relation = 'any' | 'owner' | 'department';

type Rule = {
  action: Action;
  role: Role;
  relation: Relation;
  /** Only in these statuses; absent: in every one. */
  status?: readonly ApplicationStatus[];
};

export type Action =
  | 'application:submit'
  | 'application:list'
  | 'application:read'
  | 'application:correct'
  | 'application:withdraw'
  | 'application:collect'
  | 'material:upload'
  | 'department:list'
  | 'department:read'
  | 'department:configure'
  | 'review:list'
  | 'review:read'
  | 'review:decide'
  | 'sandbox:control';

const people: Role[] = ['applicant', 'agent', 'clerk'];

export const permissions: Rule[] = [
  ...people.flatMap((role): Rule[] => [
    { action: 'application:submit', role, relation: 'any' },
    { action: 'application:list', role, relation: 'any' },
    { action: 'application:read', role, relation: 'owner' },
    { action: 'application:correct', role, relation: 'owner', status: ['awaiting-correction'] },
    { action: 'application:withdraw', role, relation: 'owner', status: openStatuses },
    { action: 'material:upload', role, relation: 'any' },
  ]),
  { action: 'application:collect', role: 'applicant', relation: 'owner', status: ['ready-for-pickup'] },
  { action: 'application:collect', role: 'agent', relation: 'owner', status: ['ready-for-pickup'] },
  { action: 'application:collect', role: 'clerk', relation: 'any', status: ['ready-for-pickup'] },
  { action: 'application:read', role: 'operator', relation: 'any' },
  { action: 'review:list', role: 'officer', relation: 'department' },
  { action: 'review:read', role: 'officer', relation: 'department' },
  { action: 'review:decide', role: 'officer', relation: 'department' },
  { action: 'department:list', role: 'operator', relation: 'any' },
  { action: 'department:read', role: 'operator', relation: 'any' },
  { action: 'department:configure', role: 'operator', relation: 'any' },
  { action: 'sandbox:control', role: 'operator', relation: 'any' },
];

export type Subject = { owner?: string; department?: string; status?: ApplicationStatus };

function related(user: User, relation: Relation, subject: Subject): boolean {
  if (relation === 'any') return true;
  if (relation === 'owner') return subject.owner !== undefined && subject.owner === user.subject;
  return subject.department !== undefined && user.departments.includes(subject.department);
}

const matching = (user: User, action: Action, subject: Subject): Rule[] =>
  permissions.filter(
    (rule) =>
      rule.action === action && user.roles.includes(rule.role) && related(user, rule.relation, subject),
  );

/** Whether the table allows it, in the subject's present status. */
export function may(user: User, action: Action, subject: Subject = {}): boolean {
  return matching(user, action, subject).some(
    ({ status }) => !status || (subject.status !== undefined && status.includes(subject.status)),
  );
}

/**
 * @throws Problem unauthenticated without a user; not-found to somebody without any relation to the subject, who
 *   must not learn that it exists; forbidden to a wrong role; wrong-state when only the status stands against it.
 */
export function requirePermission(user: User | undefined, action: Action, subject: Subject = {}): User {
  if (!user) throw new Problem('unauthenticated', 'Send a bearer token.');
  if (may(user, action, subject)) return user;
  if (matching(user, action, subject).length > 0) {
    throw new Problem(
      'wrong-state',
      `The application is ${subject.status}; this is not possible any more or yet.`,
    );
  }
  const roleMight = permissions.some((rule) => rule.action === action && user.roles.includes(rule.role));
  if (roleMight && subject.owner !== undefined)
    throw new Problem('not-found', 'There is no such application.');
  throw new Problem('forbidden', 'Your role does not allow this.');
}
