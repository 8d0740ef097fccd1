export const oldestPython: [number, number];

/** The first Python that is new enough; `answerOf` tells what a name on the path is, as `3.12 /usr/bin/python3`. */
export function findPython(answerOf?: (name: string) => string | undefined): {
  executable: string;
  version: string;
};

/** Finds out whether there is, or can be, a Python for the local cloud. @throws Failure when there is none. */
export function checkPython(root: string, local: string): void;

/** The Python that runs the local cloud, with its packages installed. @throws Failure */
export function ensurePython(
  root: string,
  local: string,
): Promise<{ executable: string; env: Record<string, string> }>;
