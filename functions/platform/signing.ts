/** Standard Webhooks signatures, both ways: `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
import { Webhook } from 'standardwebhooks';

export type SignatureHeaders = {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
};

/**
 * Signs a body with every valid secret, so that the receiver may still know only the older one.
 * @param secrets `whsec_…`, at least one.
 * @param at the real time of sending (a receiver tolerates five minutes).
 */
export function sign(secrets: string[], id: string, body: string, at = new Date()): SignatureHeaders {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

/** Whether one of the secrets signed exactly this body within the last five minutes. Never throws. */
export function verify(
  secrets: string[],
  headers: Record<string, string | undefined>,
  rawBody: string,
): boolean {
  const present = Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return secrets.some((secret) => {
    try {
      new Webhook(secret).verify(rawBody, present, { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  });
}
