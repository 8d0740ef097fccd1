/**
 * One structured log line a thing that happened, correlated by the application number. Nothing that a person
 * typed and no personal field is ever passed to it; a test plants such values and looks for them.
 */
import { Logger } from '@aws-lambda-powertools/logger';

/** Words of ours, of the clouds about rights, or of the network: they repeat nothing that somebody sent. */
const harmless = /AccessDenied|NotAuthorized|NotFound|Throttl|Unavailable|Timeout|Quota/;
const isHarmless = ({ name }: Error): boolean =>
  ['Error', 'TypeError', 'RangeError', 'Problem'].includes(name) || harmless.test(name);

/**
 * What a log may tell of an error. Parsers and validators repeat the input in their messages, a name in it
 * included: of such an error only its kind and its place.
 */
export function faultOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  return {
    name: error.name,
    ...(isHarmless(error) ? { message: error.message } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...($metadata?.httpStatusCode ? { status: $metadata.httpStatusCode } : {}),
    // The lines of the stack below the message, which may have lines of its own.
    stack: (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line)),
  };
}

export const log = new Logger({ serviceName: 'onewindow' });

/** Adds the application number to every line of this invocation. */
export function correlate(application: string, more: Record<string, string> = {}): void {
  log.appendKeys({ application, ...more });
}
