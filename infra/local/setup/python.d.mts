export const oldestPython: [number, number];

/** What is installed, from which list, and where. */
export type PythonProgram = { name: string; module: string; requirements: string[]; venv: string };
export const cloud: PythonProgram;
export const linter: PythonProgram;
export const fuzzer: PythonProgram;
export const clientMaker: PythonProgram;

/** The first Python that is new enough; `answerOf` tells what a name on the path is, as `3.12 /usr/bin/python3`. */
export function findPython(
  answerOf?: (name: string) => string | undefined,
  program?: PythonProgram,
): {
  executable: string;
  version: string;
};

/** Finds out whether there is, or can be, a Python for the local cloud. @throws Failure when there is none. */
export function checkPython(root: string, local: string): void;

/** The Python that runs a program (the local cloud unless named), with its packages installed. @throws Failure */
export function ensurePython(
  root: string,
  local: string,
  program?: PythonProgram,
): Promise<{ executable: string; env: Record<string, string> }>;
