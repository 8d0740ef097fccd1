/** A signed POST of JSON to the outside. */
import { sign } from './signing.ts';

export type SignedPost = { id: string; secrets: string[]; body: unknown; timeoutMs: number };

/** No answer of a partner that we have a use for is longer, bytes. */
const answerLimit = 65_536;

/** The beginning of an answer as text. What lies beyond the limit (bytes) is not fetched: the connection is closed. */
export async function readAtMost(response: Response, limit = answerLimit): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size < limit) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
  }
  // Not awaited: a partner that never ends would have a say in it.
  if (size >= limit) void reader.cancel().catch(() => {});
  return Buffer.concat(parts).subarray(0, limit).toString();
}

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
  return { status: response.status, body: await readAtMost(response) };
}
