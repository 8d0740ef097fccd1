/** One look at all dependencies, side by side, within a time limit, and kept for a while. */
import { faultOf, log } from '../platform/log.ts';
import { count } from '../platform/metrics.ts';

export type State = 'ok' | 'away';
export type Health = { status: State; dependencies: Record<string, State> };

/** Who does not answer within this is away, ms. */
const patienceMs = 2_000;
/** So long a look is kept, ms: whoever asks more often costs nothing. */
const freshMs = 10_000;

async function ask(name: string, question: () => Promise<void>): Promise<State> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${patienceMs} ms.`)), patienceMs);
  });
  try {
    await Promise.race([question(), limit]);
    return 'ok';
  } catch (error) {
    log.error('A dependency is away', { dependency: name, error: faultOf(error) });
    count('DependenciesAway');
    return 'away';
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Looks at what it is given, at most once in ten seconds; whoever asks meanwhile gets the same look.
 * @param now milliseconds, of a clock that only goes forward
 */
export function looker(
  questions: Record<string, () => Promise<void>>,
  now: () => number,
): () => Promise<Health> {
  let last: { at: number; health: Promise<Health> } | undefined;
  const look = async (): Promise<Health> => {
    const states = await Promise.all(
      Object.entries(questions).map(async ([name, question]) => [name, await ask(name, question)] as const),
    );
    const isWell = states.every(([, state]) => state === 'ok');
    return { status: isWell ? 'ok' : 'away', dependencies: Object.fromEntries(states) };
  };
  return () => {
    if (!last || now() - last.at >= freshMs) last = { at: now(), health: look() };
    return last.health;
  };
}
