/** The CDK's own command line, as a process of the run. */
import { join } from 'node:path';
import { track } from './processes.ts';
import { cloudEnvironment, root, type Settings } from './settings.ts';
import { run } from './setup/run.mjs';

/**
 * Runs `cdk` against the local cloud; outside the root it knows of no app and so does not synthesize it.
 * @returns its exit code and all that it printed.
 */
export function cdk(
  settings: Settings,
  args: string[],
  { log, onLine, cwd = root }: { log: string; onLine?: (line: string) => void; cwd?: string },
): Promise<{ code: number; output: string }> {
  const program = join(root, 'node_modules', '.bin', 'cdk');
  return run(program, args, {
    cwd,
    env: { ...cloudEnvironment(settings), CDK_DISABLE_CLI_TELEMETRY: 'true' },
    detached: true,
    log,
    onStart: (child) => track(child, program),
    ...(onLine ? { onLine } : {}),
  });
}
