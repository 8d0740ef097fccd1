/**
 * Waits of the executions. Each review has at most one present wait; Step Functions itself writes its token into a
 * row of its own, seen by nobody outside, and refuses to replace it by an older one. What releases a wait is a
 * function of the review's status, never of the event that was heard, so a lost, late or doubled event does no harm.
 */
import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { keys } from '../cases/keys.ts';
import type { ReviewStatus } from '../cases/status.ts';
import type { Review } from '../cases/types.ts';
import { log } from '../platform/log.ts';
import { type Key, readRows } from '../platform/table.ts';

export const waitKinds = ['decision', 'correction', 'procedure', 'escalated'] as const;
export type WaitKind = (typeof waitKinds)[number];

/** A wait as the state machine writes it. */
export type Wait = { wait: WaitKind; token: string; entered: string; retries: number };

export type Release =
  | { kind: 'success'; outcome: ReviewStatus }
  | {
      kind: 'failure';
      error: 'CorrectionAsked' | 'ProcedureAnnounced' | 'Escalated' | 'ReviewCancelled';
    };

const goesOn = (outcome: ReviewStatus): Release => ({ kind: 'success', outcome });
const leaves = (error: Extract<Release, { kind: 'failure' }>['error']): Release => ({
  kind: 'failure',
  error,
});

/** What ends a wait of this kind, given the review as it is; undefined: it goes on. */
export function releaseOf(
  wait: WaitKind,
  review: Pick<Review, 'status' | 'escalatedAt' | 'procedure'>,
): Release | undefined {
  const { status, procedure } = review;
  // Whatever came after, the next wait for the decision takes it up.
  if (wait === 'correction') return status === 'correction' ? undefined : goesOn(status);
  if (wait === 'procedure') return procedure ? undefined : goesOn(status);
  switch (status) {
    case 'approved':
    case 'refused':
      return goesOn(status);
    case 'cancelled':
      return leaves('ReviewCancelled');
    case 'correction':
      return leaves('CorrectionAsked');
    case 'overdue':
      return wait === 'decision' && review.escalatedAt ? leaves('Escalated') : undefined;
    case 'waiting':
    case 'requested':
      return procedure ? leaves('ProcedureAnnounced') : undefined;
  }
}

const sfn = new SFNClient({});

/**
 * Releases the waits of these reviews of a case whose status says so. All rows are read consistently, after whoever
 * wrote one of them: whoever comes second, the token or the decision, sees the other.
 */
export async function release(number: string, reviews: string[]): Promise<void> {
  const placesOf = (review: string) => [keys.wait(number, review), keys.review(number, review)];
  const rows = await readRows(reviews.flatMap(placesOf), true);
  const at = ({ sk }: Key) => rows.find((row) => row.sk === sk);
  await Promise.all(
    reviews.map(async (review) => {
      const [parked, row] = placesOf(review).map(at) as [Wait | undefined, Review | undefined];
      const how = parked && row && releaseOf(parked.wait, row);
      if (how) await send(parked.token, review, how);
    }),
  );
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
