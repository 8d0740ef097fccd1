/**
 * A department's share of the workers. As long as its system answers quickly nothing is kept and nothing is held back.
 * Once it does not, its row bears a pace: the milliseconds between the starts of two deliveries. A start takes its turn
 * by moving the next one on, so that not more than a few of its deliveries hang at the same time. The pace doubles with
 * each time-out and halves with each quick answer, until it is gone. Rules without I/O.
 */

/** Standard Webhooks: 15 to 30 seconds. */
export const standardAnswerMs = 15_000;

/** Of these fifteen seconds: who has not answered by then is slow. */
const slowPart = 5;

/** Nobody is tried more rarely than this, milliseconds. */
const slowestPace = 300_000;

export type Share = {
  /** How long an answer is waited for. */
  answerMs: number;
  /** From when on a department that has not answered counts as slow. */
  slowAfterMs: number;
  /** The pace at which about as many deliveries hang at the same time as are allowed. */
  basePace: number;
};

/** @param atOnce deliveries to one slow department at the same time */
export const shareOf = (answerMs: number, atOnce: number): Share => ({
  answerMs,
  slowAfterMs: Math.round(answerMs / slowPart),
  basePace: Math.round(answerMs / atOnce),
});

export type Took = 'quick' | 'slow' | 'timed-out';

/** How an attempt went that took so long, ms. */
export const tookOf = (ms: number, answered: boolean, { slowAfterMs }: Share): Took =>
  ms < slowAfterMs ? 'quick' : answered ? 'slow' : 'timed-out';

/** The pace after an attempt that was made at a pace; 0: none any more. */
export function nextPace(pace: number, took: Took, { basePace }: Share): number {
  switch (took) {
    case 'quick':
      return pace / 2 < basePace / 8 ? 0 : Math.round(pace / 2);
    case 'slow':
      return Math.max(basePace, Math.round(pace / 2));
    case 'timed-out':
      return Math.min(Math.max(slowestPace, basePace), Math.max(basePace, pace * 2));
  }
}
