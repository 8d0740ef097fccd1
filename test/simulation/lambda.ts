/** Functions as Lambda runs them: each invocation may start late, run into its time limit, or end without a word. */
import type { Context } from 'aws-lambda';
import { type Invocation, runIn } from './invocation.ts';
import { stored } from './table/values.ts';
import type { World } from './world.ts';

export type Handler = (event: unknown, context: Context) => Promise<unknown>;
export type Outcome = { value?: unknown; error?: Error | undefined };

/** An invocation dies after at most so many calls to the cloud, if it dies. */
const lastDeadlyCall = 14;
const context = {} as Context;

export class Lambda {
  readonly #world: World;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #running = new Set<Invocation>();
  #count = 0;

  constructor(world: World, handlers: ReadonlyMap<string, Handler>) {
    this.#world = world;
    this.#handlers = handlers;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether one does something that the simulation does not see: it is not its turn yet. */
  get busy(): string | undefined {
    for (const each of this.#running)
      if (!each.isOver && each.waiting === 0) return `${each.id} ${each.name}`;
    return undefined;
  }

  /** @returns what it answers, or the error with which it ended: its own, a crash, its time limit */
  async invoke(name: string, event: unknown, cause: string, route?: string): Promise<Outcome> {
    const { clock, chaos, random, wiring, note } = this.#world;
    const handler = this.#handlers.get(name);
    const wired = wiring.functions[name];
    if (!handler || !wired) throw new Error(`The simulation knows no function ${name}.`);
    await clock.sleep(chaos.strikes('slow start') ? random.about(1_500) : 2 + random.about(5));
    const invocation = this.#new(name, wired.environment, cause, route);
    note(`${invocation.id} ${name} begins: ${route ?? cause}`);
    const started = clock.now;
    const outcome = await new Promise<Outcome>((resolve) => {
      const settle = (result: Outcome): void => {
        invocation.isOver = true;
        limit.cancelled = true;
        this.#running.delete(invocation);
        resolve(result);
      };
      invocation.end = (error) => {
        if (!invocation.isOver) settle({ error });
      };
      const limit = clock.in(wired.timeoutMs, () => {
        invocation.end(Object.assign(new Error(`${name} timed out`), { name: 'Sandbox.Timedout' }));
      });
      const run = async (): Promise<unknown> => handler(stored(event), context);
      runIn(invocation, run).then(
        (value) => invocation.isOver || settle({ value }),
        (error: unknown) => invocation.isOver || settle({ error: error as Error }),
      );
    });
    note(`${invocation.id} ${name} ends after ${clock.now - started}: ${told(outcome)}`);
    if (outcome.error) this.#world.failed(name);
    return outcome;
  }

  #new(name: string, environment: Record<string, string>, cause: string, route?: string): Invocation {
    const { chaos, random } = this.#world;
    const invocation: Invocation = {
      id: ++this.#count,
      name,
      environment,
      skew: chaos.strikes('clock skew') ? random.int(-900, 900) : 0,
      calls: 0,
      dies: chaos.mayStrike('crash')
        ? { atCall: random.int(1, lastDeadlyCall), afterEffect: random.chance(0.7) }
        : undefined,
      isOver: false,
      end: () => {},
      waiting: 0,
      keys: {},
      cause,
      route,
    };
    this.#running.add(invocation);
    return invocation;
  }
}

function told({ error, value }: Outcome): string {
  if (error) return `${error.name} ${error.message}`;
  const status = (value as { statusCode?: number } | undefined)?.statusCode;
  if (status !== undefined) return String(status);
  return value === undefined ? 'done' : JSON.stringify(value).slice(0, 200);
}
