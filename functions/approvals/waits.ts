/**
 * Task tokens. Each review has at most one current wait of its execution; its token lies in a row of its own,
 * seen by nobody outside. What releases a wait is a function of the review's status, never of the event that was
 * heard, so a lost, late or doubled event does no harm.
 */
import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '../cases/keys.ts';
import type { ReviewStatus } from '../cases/status.ts';
import type { Review } from '../cases/types.ts';
import { log } from '../platform/log.ts';
import { table, tableName } from '../platform/table.ts';

export const waitKinds = ['decision', 'correction', 'escalated'] as const;
export type WaitKind = (typeof waitKinds)[number];

export type Release =
  | { kind: 'success'; outcome: ReviewStatus }
  | { kind: 'failure'; error: 'CorrectionAsked' | 'Escalated' | 'ReviewCancelled' };

/** What ends a wait of this kind, given the review as it is; undefined: it goes on. */
export function releaseOf(
  wait: WaitKind,
  review: Pick<Review, 'status' | 'escalatedAt'>,
): Release | undefined {
  const { status } = review;
  if (wait === 'correction') {
    // Whatever came after, the next wait for the decision takes it up.
    return status === 'correction' ? undefined : { kind: 'success', outcome: status };
  }
  switch (status) {
    case 'approved':
    case 'refused':
      return { kind: 'success', outcome: status };
    case 'cancelled':
      return { kind: 'failure', error: 'ReviewCancelled' };
    case 'correction':
      return { kind: 'failure', error: 'CorrectionAsked' };
    case 'overdue':
      return wait === 'decision' && review.escalatedAt ? { kind: 'failure', error: 'Escalated' } : undefined;
    case 'waiting':
    case 'requested':
      return undefined;
  }
}

const sfn = new SFNClient({});

/** A token is of no use after the longest wait; DynamoDB removes its row some time later. */
const tokenLivesForSeconds = 400 * 24 * 3600;

/**
 * A token as it is stored. It is some thousand characters of base64; as bytes it takes a quarter less, and its row
 * stays below 1 KB: one write unit instead of two. What is not base64 is stored as it is.
 */
function packed(token: string): string | Uint8Array {
  const bytes = Buffer.from(token, 'base64');
  return bytes.toString('base64') === token ? bytes : token;
}

const unpacked = (token: string | Uint8Array): string =>
  typeof token === 'string' ? token : Buffer.from(token).toString('base64');

/** Keeps the token of the review's current wait; a later wait replaces it. */
export async function parkToken(
  number: string,
  review: string,
  wait: WaitKind,
  token: string,
): Promise<void> {
  await table.send(
    new PutCommand({
      TableName: tableName(),
      Item: {
        ...keys.token(number, review),
        wait,
        token: packed(token),
        expiresAt: Math.floor(Date.now() / 1000) + tokenLivesForSeconds,
      },
    }),
  );
}

async function get<T>(key: { pk: string; sk: string }): Promise<T | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: key, ConsistentRead: true }),
  );
  return Item as T | undefined;
}

/**
 * Releases the review's wait if its status says so. Both rows are read consistently, after the caller's own write of
 * one of them: whoever comes second, the token or the decision, sees the other.
 */
export async function release(number: string, review: string): Promise<void> {
  const [parked, row] = await Promise.all([
    get<{ wait: WaitKind; token: string | Uint8Array }>(keys.token(number, review)),
    get<Review>(keys.review(number, review)),
  ]);
  const how = parked && row && releaseOf(parked.wait, row);
  if (how) await send(unpacked(parked.token), review, how);
}

/** A token that is closed or expired is an ordinary end: the wait was released before, or timed out. */
const closedToken = ['TaskDoesNotExist', 'TaskTimedOut'];

async function send(taskToken: string, review: string, how: Release): Promise<void> {
  try {
    if (how.kind === 'success') {
      const output = JSON.stringify({ review, outcome: how.outcome });
      await sfn.send(new SendTaskSuccessCommand({ taskToken, output }));
    } else {
      await sfn.send(new SendTaskFailureCommand({ taskToken, error: how.error, cause: review }));
    }
  } catch (error) {
    if (!(error instanceof Error) || !closedToken.includes(error.name)) throw error;
    log.info('The wait was over already', { review, reason: error.name });
  }
}
