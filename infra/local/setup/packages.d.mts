/** Whether nothing has to be installed. */
export function packagesAreCurrent(root: string): boolean;

/** How to run npm: a program and its first arguments. */
export function npmCommand(environment?: NodeJS.ProcessEnv): string[];

/** Installs the packages of the lock file unless they are there. @throws Failure */
export function ensurePackages(root: string, local: string): Promise<void>;
