/** A signed POST of JSON to the outside. */
import { sign } from './signing.ts';

export type SignedPost = { id: string; secrets: string[]; body: unknown; timeoutMs: number };

/**
 * @returns status and body, whatever the status; at most 64 KB of the body.
 * @throws when there is no answer in time (`TimeoutError`) or no connection.
 */
export async function postSigned(url: string, post: SignedPost): Promise<{ status: number; body: string }> {
  const body = JSON.stringify(post.body);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...sign(post.secrets, post.id, body) },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(post.timeoutMs),
  });
  return { status: response.status, body: (await response.text()).slice(0, 65_536) };
}
