/**
 * Bearer tokens of local demo users: `npm run --silent token -- <role> [name]` prints one and nothing else.
 * A user is made when first asked for. An officer's name is the code of the department.
 */
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { type Role, roles } from '../../functions/platform/user.ts';
import { notRunning, type Outputs, readEndpoints, readOutputs } from './endpoints.ts';
import { cloudEnvironment, type Settings, settingsFrom } from './settings.ts';
import { Failure, reportFailure } from './setup/progress.mjs';

const usage = `Ask for a token as: npm run --silent token -- <${roles.join('|')}> [name]`;
/** Known to everybody who reads this: such users exist on a local cloud only. */
const password = 'Local-demo-2026!';

export type Wish = { role: Role; name: string };

/**
 * Reads a role and a name.
 * @throws Failure when it is no role, or an officer has no department.
 */
export function parseWish([role, name, ...more]: string[]): Wish {
  const known = roles.find((each) => each === role);
  if (!known) throw new Failure(role ? `"${role}" is no role: ${usage.toLowerCase()}.` : `${usage}.`);
  if (more.length > 0) throw new Failure(`One name is enough: ${usage.toLowerCase()}.`);
  if (known === 'officer' && !name) {
    throw new Failure(
      'Name the department of the officer, for example: npm run --silent token -- officer taxation.',
    );
  }
  if (name !== undefined && !/^[\w.-]{1,64}$/.test(name)) {
    throw new Failure(`"${name}" is no name for a demo user: use letters, digits, dots and hyphens.`);
  }
  return { role: known, name: name ?? 'demo' };
}

/** Sends a command; an answer of that name means that it was done before. */
async function unless(done: string, sent: Promise<unknown>): Promise<void> {
  await sent.catch((error: Error) => {
    if (error.name !== done) throw error;
  });
}

/** The cloud and the user pool in it. */
export type Place = { aws: string; region: string; outputs: Outputs };

/** Where the running copy is. @throws Failure when there is none. */
function runningPlace(settings: Settings): Place {
  const { aws, region } = readEndpoints(settings);
  return { aws, region, outputs: readOutputs(settings) };
}

async function issue(
  settings: Settings,
  { aws, region, outputs }: Place,
  { role, name }: Wish,
): Promise<string> {
  const { UserPoolId, UserPoolClientId } = outputs;
  const environment = cloudEnvironment(settings);
  const cognito = new CognitoIdentityProviderClient({
    endpoint: aws,
    region,
    maxAttempts: 2,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? 'test',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? 'test',
    },
  });
  const Username = `${role}-${name}`;
  const groups = role === 'officer' ? [role, `department:${name}`] : [role];
  await unless(
    'UsernameExistsException',
    cognito.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' })),
  );
  await cognito.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }),
  );
  for (const GroupName of groups) {
    await unless('GroupExistsException', cognito.send(new CreateGroupCommand({ UserPoolId, GroupName })));
    await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
  }
  const { AuthenticationResult } = await cognito.send(
    new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId: UserPoolClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: password },
    }),
  );
  const token = AuthenticationResult?.AccessToken;
  if (!token) throw new Error(`No access token for ${Username}.`);
  return token;
}

const freshForMs = 30 * 60_000;
const known = new Map<string, { token: Promise<string>; at: number }>();

/**
 * A bearer token of a demo user, kept for half an hour. Of the running copy unless another place is given.
 * @throws Failure when nothing is running.
 */
export async function getToken(role: Role, name?: string, place?: Place): Promise<string> {
  const wish = parseWish(name === undefined ? [role] : [role, name]);
  const settings = settingsFrom();
  const where = place ?? runningPlace(settings);
  const key = `${where.aws} ${where.outputs.UserPoolId} ${role} ${wish.name}`;
  const kept = known.get(key);
  if (kept && Date.now() - kept.at < freshForMs) return kept.token;
  const token = issue(settings, where, wish);
  known.set(key, { token, at: Date.now() });
  token.catch(() => known.delete(key));
  return token;
}

const isRefused = (error: unknown): boolean =>
  error instanceof Error &&
  /ECONNREFUSED|ECONNRESET/.test(`${error.name} ${error.message} ${(error as { code?: string }).code}`);

if (import.meta.main) {
  try {
    const { role, name } = parseWish(process.argv.slice(2));
    process.stdout.write(`${await getToken(role, name)}\n`);
  } catch (error) {
    reportFailure(isRefused(error) ? new Failure(notRunning) : error);
  }
}
