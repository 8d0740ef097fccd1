/** The canary signs in as any machine does: by client credentials (RFC 6749, 4.4), at the issuer of the stage. */
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { optionalSetting, setting } from '../platform/env.ts';
import { discover } from '../platform/issuer.ts';
import { readAtMost } from '../platform/post-signed.ts';
import { secretsManager } from '../platform/secrets.ts';
import { canaryScope } from '../platform/user.ts';

const client = z.object({
  clientId: z.string().check(z.minLength(1)),
  clientSecret: z.string().check(z.minLength(1)),
  /** What some issuers want to be asked for. */
  scope: z.optional(z.string()),
  audience: z.optional(z.string()),
});
type Client = z.infer<typeof client>;

const cognito = new CognitoIdentityProviderClient({});

/** Of an issuer outside: what an operator has written down. @throws Error when nobody has */
async function clientInSecret(SecretId: string): Promise<Client> {
  const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
  const found = client.safeParse(JSON.parse(SecretString ?? '{}'));
  if (!found.success) throw new Error('The secret CanaryClient has no clientId and clientSecret yet.');
  return found.data;
}

/** Of the stage's own pool, which knows its secret. */
async function clientOfPool(): Promise<Client> {
  const ClientId = setting('CANARY_CLIENT_ID');
  const UserPoolId = setting('OIDC_ISSUER').split('/').at(-1);
  const { UserPoolClient } = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  const scope = `${canaryScope.server}/${canaryScope.name}`;
  return client.parse({ clientId: ClientId, clientSecret: UserPoolClient?.ClientSecret, scope });
}

const answer = z.object({
  access_token: z.string().check(z.minLength(1)),
  expires_in: z._default(z.number(), 300),
});

let kept: { token: string; until: number } | undefined;

/** Whoever was refused asks for another the next time. */
export function forgetToken(): void {
  kept = undefined;
}

const encoded = (text: string): string => encodeURIComponent(text);

/** An access token, kept for as long as it is good. @throws Error when the issuer gives none */
export async function accessToken(at: Date): Promise<string> {
  if (kept && at.getTime() < kept.until) return kept.token;
  const secret = optionalSetting('CANARY_CLIENT_SECRET_ARN');
  const [{ token_endpoint }, { clientId, clientSecret, ...wishes }] = await Promise.all([
    discover(setting('OIDC_ISSUER')),
    secret ? clientInSecret(secret) : clientOfPool(),
  ]);
  if (!token_endpoint) throw new Error('The issuer names no token endpoint.');
  const credentials = Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64');
  const response = await fetch(token_endpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${credentials}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...wishes }).toString(),
    redirect: 'error',
    signal: AbortSignal.timeout(5_000),
  });
  const text = await readAtMost(response);
  if (response.status !== 200) throw new Error(`The issuer gave no token: ${response.status}.`);
  const { access_token, expires_in } = answer.parse(JSON.parse(text));
  kept = { token: access_token, until: at.getTime() + (expires_in - 60) * 1000 };
  return access_token;
}
