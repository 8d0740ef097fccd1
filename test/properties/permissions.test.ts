/** Nothing is allowed that the table does not name: here is what it names, for every user there can be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Action,
  forbidParty,
  may,
  permissions,
  requirePermission,
  type Subject,
} from '../../functions/cases/permissions.ts';
import { applicationStatuses, openStatuses } from '../../functions/cases/status.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { type Role, roles, type User } from '../../functions/platform/user.ts';
import { submitted } from '../support/cases.ts';

const people: Role[] = ['applicant', 'agent', 'clerk'];
const party = ({ subject }: User, at: Subject): boolean =>
  at.parties?.some((each) => each.subject === subject) ?? false;
const ownDepartment = ({ departments }: User, at: Subject): boolean =>
  [at.department, ...(at.departments ?? [])].some((each) => each !== undefined && departments.includes(each));
const anything = (): boolean => true;
const isOpen = (at: Subject): boolean => at.status !== undefined && openStatuses.includes(at.status);
/** A later round may be at work, so these are not only the statuses after the end. */
const mayBeConcluded = (at: Subject): boolean =>
  at.status !== undefined && !['submitted', 'accepted', 'not-accepted', 'withdrawn'].includes(at.status);

type Line = [Role[], (user: User, at: Subject) => boolean];
const expected: Record<Action, Line[]> = {
  'application:submit': [[people, anything]],
  'application:list': [
    [people, anything],
    [['operator'], anything],
  ],
  'application:explain': [
    [people, party],
    [['officer'], ownDepartment],
    [['operator'], anything],
  ],
  'application:read': [
    [people, party],
    [['operator'], anything],
  ],
  'application:correct': [[people, (user, at) => party(user, at) && at.status === 'awaiting-correction']],
  'application:supplement': [[people, (user, at) => party(user, at) && isOpen(at)]],
  'application:withdraw': [[people, (user, at) => party(user, at) && isOpen(at)]],
  'application:convert': [
    [people, (user, at) => party(user, at) && isOpen(at)],
    [['officer'], (user, at) => ownDepartment(user, at) && isOpen(at)],
  ],
  'application:ask-for-hearing': [[people, (user, at) => party(user, at) && isOpen(at)]],
  'application:object': [[people, (user, at) => party(user, at) && mayBeConcluded(at)]],
  'application:collect': [
    [['applicant', 'agent'], (user, at) => party(user, at) && mayBeConcluded(at)],
    [['clerk'], (_, at) => mayBeConcluded(at)],
  ],
  'objection:decide': [
    [['officer'], ownDepartment],
    [['operator'], anything],
  ],
  'material:upload': [[people, anything]],
  'review:hand-over': [[['operator'], anything]],
  'case:examine': [[['operator'], anything]],
  'case:repair': [[['operator'], anything]],
  'dead-letters:read': [[['operator'], anything]],
  'dead-letters:move': [[['operator'], anything]],
  'department:list': [[['operator'], anything]],
  'department:read': [[['operator'], anything]],
  'department:configure': [[['operator'], anything]],
  'review:list': [[['officer'], ownDepartment]],
  'review:read': [[['officer'], ownDepartment]],
  'review:decide': [[['officer'], ownDepartment]],
  'sandbox:control': [[['operator'], anything]],
};
const actions = Object.keys(expected) as Action[];

const partiesOf = (...subjects: string[]) => subjects.map((subject) => ({ subject }));
const subjects: Subject[] = [
  partiesOf('me'),
  partiesOf('somebody'),
  partiesOf('somebody', 'me'),
  [],
  undefined,
].flatMap((parties) =>
  [
    { department: 'bank' },
    { department: 'taxation' },
    { departments: ['taxation', 'bank'] },
    { departments: [] },
    {},
  ].flatMap((concerned) =>
    [...applicationStatuses, undefined].map((status) => ({
      ...concerned,
      ...(parties ? { parties } : {}),
      ...(status ? { status } : {}),
    })),
  ),
);
/** Every set of roles, with and without a department. */
const users: User[] = Array.from({ length: 2 ** roles.length }, (_, bits) =>
  roles.filter((_, i) => bits & (1 << i)),
).flatMap((held) => [[], ['bank']].map((departments) => ({ subject: 'me', roles: held, departments })));

const allowed = (user: User, action: Action, at: Subject): boolean =>
  expected[action].some(([held, fits]) => held.some((role) => user.roles.includes(role)) && fits(user, at));

describe('permissions', () => {
  it('name no action that is not expected here', () => {
    expect(new Set(permissions.map(({ action }) => action))).toEqual(new Set(actions));
  });

  it('are exactly these, for every action, every set of roles, every relation and every status', () => {
    for (const action of actions) {
      for (const user of users) {
        for (const at of subjects) {
          if (may(user, action, at) !== allowed(user, action, at)) {
            expect.fail(`${action} by ${user.roles} at ${JSON.stringify(at)}: ${may(user, action, at)}`);
          }
        }
      }
    }
  });

  it('give nothing to somebody without a role, and nothing new for a strange one', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(...actions),
        fc.constantFrom(...subjects),
        (role, action, at) => {
          fc.pre(!(roles as readonly string[]).includes(role));
          const user = { subject: 'me', roles: [role] as unknown as Role[], departments: ['bank'] };
          expect(may(user, action, at)).toBe(false);
        },
      ),
    );
  });

  it('do not take two people without a name for the same one', () => {
    const nobody: User = { subject: '', roles: ['applicant'], departments: [] };
    expect(may(nobody, 'application:read', {})).toBe(false);
    expect(may({ ...nobody, subject: 'undefined' }, 'application:read', {})).toBe(false);
  });

  it('are refused with the reason that helps and betrays nothing', () => {
    const reasonOf = (user: User | undefined, action: Action, at: Subject = {}): string => {
      try {
        requirePermission(user, action, at);
        return 'allowed';
      } catch (error) {
        return error instanceof Problem ? error.type : 'thrown';
      }
    };
    const applicant: User = { subject: 'me', roles: ['applicant'], departments: [] };
    const officer: User = { subject: 'me', roles: ['officer'], departments: ['bank'] };
    expect(reasonOf(undefined, 'application:list')).toBe('unauthenticated');
    expect(reasonOf(applicant, 'application:read', { parties: partiesOf('me'), status: 'accepted' })).toBe(
      'allowed',
    );
    expect(reasonOf(applicant, 'application:read', { parties: partiesOf('somebody') })).toBe('not-found');
    expect(
      reasonOf(applicant, 'application:withdraw', { parties: partiesOf('me'), status: 'completed' }),
    ).toBe('wrong-state');
    expect(
      reasonOf(applicant, 'application:withdraw', { parties: partiesOf('somebody'), status: 'completed' }),
    ).toBe('not-found');
    expect(reasonOf(applicant, 'department:list')).toBe('forbidden');
    expect(reasonOf(officer, 'review:decide', { department: 'taxation' })).toBe('forbidden');
    expect(reasonOf(officer, 'application:read', { parties: partiesOf('somebody') })).toBe('forbidden');
  });

  it('let nobody decide on an application that they have to do with, in whichever relation', () => {
    const { application } = submitted();
    const parties = [
      { subject: 'owner', relation: 'owner' as const },
      { subject: 'helper', relation: 'agent' as const },
    ];
    const found = { application: { ...application, parties } };
    for (const { subject } of parties) expect(() => forbidParty({ subject }, found)).toThrow('of their own');
    expect(() => forbidParty({ subject: 'somebody' }, found)).not.toThrow();
  });
});
