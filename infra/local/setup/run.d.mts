import type { ChildProcess, SpawnOptions } from 'node:child_process';

/** Runs a program to its end, its output in a log file; code 127 if it could not be started. */
export function run(
  command: string,
  args: string[],
  options?: SpawnOptions & {
    log?: string;
    onLine?: (line: string) => void;
    onStart?: (child: ChildProcess) => void;
  },
): Promise<{ code: number; signal?: NodeJS.Signals | null; output: string }>;

/** The line of an output that says best what went wrong. */
export function reason(output: string): string;
