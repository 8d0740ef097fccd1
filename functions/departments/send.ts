/** One signed POST to a department's address. */
import { log } from '../platform/log.ts';
import { validSecrets } from '../platform/secrets.ts';
import { sign } from '../platform/signing.ts';
import { post } from './destination.ts';
import { secretIdOf } from './secrets.ts';
import type { Connection } from './store.ts';

export type Attempt = { status: number | 'no answer'; durationMs: number };

export const isTaken = ({ status }: Attempt): boolean =>
  status !== 'no answer' && status >= 200 && status <= 299;

/** What goes out: the id, the body, and how long an answer is waited for, ms. */
export type Outgoing = { id: string; text: string; answerMs: number };

/** Posts it, signed with these secrets, as of an instant. Does not throw: who does not answer has not answered. */
export async function sendSigned(
  webhookUrl: string,
  { id, text, answerMs }: Outgoing,
  secrets: string[],
  at = new Date(),
): Promise<Attempt> {
  const headers = { 'content-type': 'application/json', ...sign(secrets, id, text, at) };
  const start = performance.now();
  let status: Attempt['status'] = 'no answer';
  try {
    status = await post(webhookUrl, headers, text, answerMs);
  } catch (error) {
    log.warn('The department did not answer', { reason: (error as Error).message });
  }
  return { status, durationMs: Math.round(performance.now() - start) };
}

/** Posts it with the department's own secrets; without an address or a secret nobody answers. */
export async function send(
  department: string,
  { webhookUrl, renewed }: Connection,
  outgoing: Outgoing,
  fresh = false,
): Promise<Attempt> {
  const secrets = await validSecrets(secretIdOf(department), { fresh, version: renewed });
  if (secrets.length === 0 || !webhookUrl) return { status: 'no answer', durationMs: 0 };
  return sendSigned(webhookUrl, outgoing, secrets);
}
