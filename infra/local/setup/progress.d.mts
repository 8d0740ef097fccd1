/** An end that a person can act upon: one sentence, printed alone, exit code 1. */
export class Failure extends Error {}

/** Prints the one sentence of a failure, or the whole of an unexpected error, and sets the exit code. */
export function reportFailure(error: unknown): void;

/** Does some work while its label and the elapsed seconds are shown; the work may add a detail to the label. */
export function progress<T>(
  label: string,
  work: (setDetail: (detail: string) => void) => Promise<T>,
): Promise<T>;
