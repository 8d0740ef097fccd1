/** Who is an officer of a department, where the stage's own pool knows it. */
import {
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { Problem } from '../platform/problems.ts';

const cognito = new CognitoIdentityProviderClient({});

const noOfficer = (): Problem =>
  new Problem('invalid-input', 'Hand it over to an officer of the department whose review it is.', [
    { pointer: '/officer', detail: 'Not an officer of this department' },
  ]);

const isUnknown = (error: unknown): boolean =>
  error instanceof Error && error.name === 'UserNotFoundException';

/**
 * The subject of an officer, by name or subject.
 * @param pool the stage's own; absent: an issuer outside signs people in, which cannot be asked, and the subject is
 *   taken as it is: whoever is no officer of the department sees nothing of its reviews in any case
 * @throws Problem invalid-input when there is nobody of that name, or none in the groups of the department's officers
 */
export async function officerOf(pool: string | undefined, department: string, name: string): Promise<string> {
  if (pool === undefined) return name;
  try {
    const user = { UserPoolId: pool, Username: name };
    const [{ UserAttributes = [], Enabled }, { Groups = [] }] = await Promise.all([
      cognito.send(new AdminGetUserCommand(user)),
      cognito.send(new AdminListGroupsForUserCommand(user)),
    ]);
    const groups = Groups.map(({ GroupName }) => GroupName);
    const subject = UserAttributes.find(({ Name }) => Name === 'sub')?.Value;
    const isOfficer = ['officer', `department:${department}`].every((group) => groups.includes(group));
    if (subject && isOfficer && Enabled !== false) return subject;
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }
  throw noOfficer();
}
