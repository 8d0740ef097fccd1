/**
 * One structured log line a thing that happened, correlated by the application number. Nothing that a person
 * typed and no personal field is ever passed to it; a test plants such values and looks for them.
 */
import { Logger } from '@aws-lambda-powertools/logger';

export const log = new Logger({ serviceName: 'onewindow' });

/** Adds the application number to every line of this invocation. */
export function correlate(application: string, more: Record<string, string> = {}): void {
  log.appendKeys({ application, ...more });
}
