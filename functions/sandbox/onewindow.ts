/** OneWindow as the outside world sees it: its public HTTP API, every request signed. */
import { setting } from '../platform/env.ts';
import { postSigned, readAtMost } from '../platform/post-signed.ts';
import { validSecrets } from '../platform/secrets.ts';
import { sign } from '../platform/signing.ts';
import type { DepartmentDecision } from './behaviour.ts';
import { type ParcelEvent, type ReviewForDecision, reviewForDecision } from './schemas.ts';

const timeoutMs = 10_000;
/** A dossier may be a long one, bytes. */
const longestReview = 1_048_576;

const isSuccess = (status: number): boolean => status >= 200 && status <= 299;

/**
 * Reads a review as its department.
 * @throws Error when the answer is not 200: the queue brings the job again.
 */
export async function readReview(secrets: string[], review: string, id: string): Promise<ReviewForDecision> {
  const response = await fetch(`${setting('API_URL')}/reviews/${encodeURIComponent(review)}`, {
    headers: sign(secrets, id, ''),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) throw new Error(`The review was answered ${response.status}.`);
  return reviewForDecision.parse(JSON.parse(await readAtMost(response, longestReview)));
}

/** The type of a problem document, without its prefix. */
function problemIn(body: string): string | undefined {
  try {
    const { type } = JSON.parse(body) as { type?: unknown };
    return typeof type === 'string' ? type.split(':').at(-1) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Sends a decision.
 * @returns `too-late` when the review takes none any more: decided, cancelled or withdrawn meanwhile (409).
 * @throws Error at any other answer, also at the 409 that asks for a repetition: the queue brings the job again.
 */
export async function postDecision(
  secrets: string[],
  decisionUrl: string,
  id: string,
  decision: DepartmentDecision,
): Promise<'taken' | 'too-late'> {
  const { status, body } = await postSigned(decisionUrl, { id, secrets, body: decision, timeoutMs });
  if (isSuccess(status)) return 'taken';
  const problem = problemIn(body);
  if (status === 409 && problem !== 'version-conflict' && problem !== 'in-flight') return 'too-late';
  throw new Error(`The decision was answered ${status} ${problem ?? ''}`.trim());
}

async function post(path: string, secretId: string, id: string, body: unknown): Promise<void> {
  const secrets = await validSecrets(secretId);
  const { status } = await postSigned(`${setting('API_URL')}${path}`, { id, secrets, body, timeoutMs });
  if (!isSuccess(status)) throw new Error(`${path} was answered ${status}.`);
}

export type TrackingEvent = { reference: string; trackingNumber: string; event: ParcelEvent; at: string };

/** Tells where a parcel is. @throws Error unless the answer is 2xx */
export const postTracking = (tracking: TrackingEvent): Promise<void> =>
  post(
    '/courier/events',
    setting('COURIER_SECRET_ARN'),
    `tracking_${tracking.reference}_${tracking.event}`,
    tracking,
  );

export type DeliveryReceipt = { reference: string; status: 'delivered'; at: string };

/** Tells that a message has arrived. @throws Error unless the answer is 2xx */
export const postReceipt = (receipt: DeliveryReceipt): Promise<void> =>
  post('/sms/receipts', setting('SMS_SECRET_ARN'), `receipt_${receipt.reference}_${receipt.status}`, receipt);
