/** How a run ends: on a signal, on the death of the process that started it, or on an error nobody expected. */
import { reportFailure } from './setup/progress.mjs';

/** Resolves when this process is asked to end; the exit itself ends what the run started (see processes.ts). */
export function untilAskedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    // A closed terminal says it twice, itself and by whoever started this: the second must not kill what is stopping.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    process.once('disconnect', () => resolve());
  });
}

/** From now on every early end goes through `process.exit`, and so ends what the run started. */
export function endWithEverything(): void {
  process.on('uncaughtException', (error) => {
    reportFailure(error);
    process.exit(1);
  });
}
