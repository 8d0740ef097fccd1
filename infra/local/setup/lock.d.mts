/** Whether a process of that id exists. */
export function isAlive(pid: number): boolean;

/** Works while holding the lock; waits, visibly, while another holds it. */
export function withLock<T>(lock: string, work: () => Promise<T>): Promise<T>;
