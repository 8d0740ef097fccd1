/** One invocation of a function: what is running, for whom, and whether it is still alive. */
import { AsyncLocalStorage } from 'node:async_hooks';

export type Invocation = {
  id: number;
  /** The function's id, as in infra/bundle.ts. */
  name: string;
  environment: Record<string, string>;
  /** How far this machine's clock is off, milliseconds. */
  skew: number;
  /** Calls to the cloud so far. */
  calls: number;
  /** The call with which it ends without a word, and whether that call still has its effect. */
  dies?: { atCall: number; afterEffect: boolean } | undefined;
  /** It has ended, or was ended: nothing that it still does reaches anybody. */
  isOver: boolean;
  end: (error: Error) => void;
  /** Waits of its own for something in the simulation. */
  waiting: number;
  /** What every line that it logs is about. */
  keys: Record<string, unknown>;
  /** Where it came from: an actor's call, a queue's message. */
  cause: string;
  /** The request of an HTTP function. */
  route?: string | undefined;
};

const running = new AsyncLocalStorage<Invocation>();

/** The invocation that this code runs in; undefined for the simulation itself. */
export const current = (): Invocation | undefined => running.getStore();

export const runIn = <T>(invocation: Invocation, run: () => T): T => running.run(invocation, run);

/** Outside any invocation, for what the world does by itself. */
export const outside = <T>(run: () => T): T => running.exit(run);

/** Never settles: what an invocation that is over would wait for. */
export const never = <T>(): Promise<T> => new Promise<T>(() => {});
