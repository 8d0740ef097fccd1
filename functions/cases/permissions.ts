/**
 * Who may do what: one table of (action, role, relation, status). The API and the portal read the same table;
 * nothing is allowed that it does not name.
 */
import { Problem } from '../platform/problems.ts';
import type { Role, User } from '../platform/user.ts';
import type { Actor } from './events.ts';
import { type ApplicationStatus, applicationStatuses, openStatuses } from './status.ts';
import type { Case, Party } from './types.ts';

/** `party`: has to do with the case; `department`: the officer's own department; `any`: no relation asked for. */
export type Relation = 'any' | 'party' | 'department';

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
  | 'application:explain'
  | 'application:correct'
  | 'application:supplement'
  | 'application:withdraw'
  | 'application:collect'
  | 'application:convert'
  | 'application:ask-for-hearing'
  | 'application:object'
  | 'objection:decide'
  | 'material:upload'
  | 'department:list'
  | 'department:read'
  | 'department:configure'
  | 'review:list'
  | 'review:read'
  | 'review:decide'
  | 'review:hand-over'
  | 'case:examine'
  | 'case:repair'
  | 'dead-letters:read'
  | 'dead-letters:move'
  | 'sandbox:control';

/** After the first conclusion: something may be objected to or collected. A later round may be at work. */
const concludedStatuses: readonly ApplicationStatus[] = applicationStatuses.filter(
  (status) => !['submitted', 'accepted', 'not-accepted', 'withdrawn'].includes(status),
);

const people: Role[] = ['applicant', 'agent', 'clerk'];

export const permissions: Rule[] = [
  ...people.flatMap((role): Rule[] => [
    { action: 'application:submit', role, relation: 'any' },
    { action: 'application:list', role, relation: 'any' },
    { action: 'application:read', role, relation: 'party' },
    { action: 'application:explain', role, relation: 'party' },
    { action: 'application:correct', role, relation: 'party', status: ['awaiting-correction'] },
    { action: 'application:supplement', role, relation: 'party', status: openStatuses },
    { action: 'application:withdraw', role, relation: 'party', status: openStatuses },
    { action: 'application:convert', role, relation: 'party', status: openStatuses },
    { action: 'application:ask-for-hearing', role, relation: 'party', status: openStatuses },
    { action: 'application:object', role, relation: 'party', status: concludedStatuses },
    { action: 'material:upload', role, relation: 'any' },
  ]),
  // Something may lie ready while another parcel travels, or while a later round is at work.
  { action: 'application:collect', role: 'applicant', relation: 'party', status: concludedStatuses },
  { action: 'application:collect', role: 'agent', relation: 'party', status: concludedStatuses },
  { action: 'application:collect', role: 'clerk', relation: 'any', status: concludedStatuses },
  { action: 'application:read', role: 'operator', relation: 'any' },
  { action: 'application:list', role: 'operator', relation: 'any' },
  { action: 'application:explain', role: 'operator', relation: 'any' },
  { action: 'application:explain', role: 'officer', relation: 'department' },
  { action: 'application:convert', role: 'officer', relation: 'department', status: openStatuses },
  { action: 'objection:decide', role: 'officer', relation: 'department' },
  { action: 'objection:decide', role: 'operator', relation: 'any' },
  { action: 'review:list', role: 'officer', relation: 'department' },
  { action: 'review:read', role: 'officer', relation: 'department' },
  { action: 'review:decide', role: 'officer', relation: 'department' },
  { action: 'review:hand-over', role: 'operator', relation: 'any' },
  { action: 'case:examine', role: 'operator', relation: 'any' },
  { action: 'case:repair', role: 'operator', relation: 'any' },
  { action: 'dead-letters:read', role: 'operator', relation: 'any' },
  { action: 'dead-letters:move', role: 'operator', relation: 'any' },
  { action: 'department:list', role: 'operator', relation: 'any' },
  { action: 'department:read', role: 'operator', relation: 'any' },
  { action: 'department:configure', role: 'operator', relation: 'any' },
  { action: 'sandbox:control', role: 'operator', relation: 'any' },
];

/** What is acted upon: its parties, the departments concerned, its present status. */
export type Subject = {
  parties?: Pick<Party, 'subject'>[];
  department?: string;
  departments?: string[];
  status?: ApplicationStatus;
};

/** Whether the user has to do with the case as its applicant, agent, clerk or represented person. */
export const isParty = ({ subject }: Pick<User, 'subject'>, { parties = [] }: Subject): boolean =>
  parties.some((party) => party.subject === subject);

function related(user: User, relation: Relation, subject: Subject): boolean {
  if (relation === 'any') return true;
  if (relation === 'party') return isParty(user, subject);
  const concerned = [...(subject.departments ?? []), ...(subject.department ? [subject.department] : [])];
  return concerned.some((department) => user.departments.includes(department));
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
  if (roleMight && subject.parties !== undefined)
    throw new Problem('not-found', 'There is no such application.');
  throw new Problem('forbidden', 'Your role does not allow this.');
}

/**
 * Who acts, in the capacity in which the table allows it, and for which department.
 * @throws Error when the table does not allow it: ask `requirePermission` first
 */
export function actorOf(user: User, action: Action, subject: Subject = {}): Actor {
  const [rule] = matching(user, action, subject);
  if (!rule) throw new Error(`${action} is not allowed.`);
  const concerned = [...(subject.departments ?? []), ...(subject.department ? [subject.department] : [])];
  const department =
    rule.role === 'officer' ? concerned.find((each) => user.departments.includes(each)) : undefined;
  return { capacity: rule.role, subject: user.subject, ...(department ? { department } : {}) };
}

/** Whether the table has anything at all for this user's roles. @throws Problem forbidden */
export function requireRole(user: User, action: Action): void {
  if (permissions.some((rule) => rule.action === action && user.roles.includes(rule.role))) return;
  throw new Problem('forbidden', 'Your role does not allow this.');
}

/** Who decides is nobody of the case. @throws Problem forbidden */
export function forbidParty(user: Pick<User, 'subject'>, { application }: Pick<Case, 'application'>): void {
  if (!isParty(user, application)) return;
  throw new Problem('forbidden', 'Nobody decides on an application of their own.');
}
