/** How a department is: prompt, slow, contrary, doubled, away, answering 410 or 500 or never. */
import { day, hour } from '../chaos.ts';
import type { Random } from '../random.ts';

export type Temper = {
  /** How long it thinks, typically, milliseconds. */
  thinksMs: number;
  answers: 'takes' | 'fails often' | 'is gone' | 'hangs';
  /** Chances that a review is refused, sent back, put into a special procedure. */
  refuses: number;
  corrects: number;
  announces: number;
  /** Chance that it never tells the result of a special procedure, and decides only long after. */
  forgets: number;
  /** Chance that it extends its limit before it decides. */
  extends: number;
  /** Chances that a decision is sent again, and that another follows it. */
  repeats: number;
  contradicts: number;
  /** Chance that it reads before it decides. */
  reads: number;
};

export function temperOf(random: Random): Temper {
  return {
    thinksMs: random.pick([5_000, 5_000, 60_000, hour, 5 * hour, day]),
    answers: random.weighted([
      [12, 'takes'],
      [2, 'fails often'],
      [1, 'is gone'],
      [1, 'hangs'],
    ] as const),
    refuses: random.pick([0, 0.05, 0.25]),
    corrects: random.pick([0, 0.1, 0.4]),
    announces: random.pick([0, 0, 0.15]),
    forgets: random.pick([0, 0.3]),
    extends: random.pick([0, 0, 0.2]),
    repeats: random.pick([0, 0, 0.3]),
    contradicts: random.pick([0, 0, 0.1]),
    reads: random.pick([0.7, 1]),
  };
}
