/** The tests of a Choice. */
import type { Choice } from './definition.ts';
import { isPresent, read, type Scope } from './paths.ts';

const tests: Record<string, (value: unknown, expected: unknown) => boolean> = {
  StringEquals: (value, expected) => value === expected,
  StringMatches: (value, expected) =>
    typeof value === 'string' && new RegExp(`^${String(expected).replaceAll('*', '.*')}$`).test(value),
  BooleanEquals: (value, expected) => value === expected,
  NumericEquals: (value, expected) => value === expected,
  NumericGreaterThan: (value, expected) => Number(value) > Number(expected),
  NumericLessThan: (value, expected) => Number(value) < Number(expected),
  IsNull: (value, expected) => (value === null) === expected,
};

export function isTrue(choice: Choice, scope: Scope): boolean {
  const { Variable, Next: _, And, Or, Not, ...rest } = choice;
  if (And) return (And as Choice[]).every((each) => isTrue(each, scope));
  if (Or) return (Or as Choice[]).some((each) => isTrue(each, scope));
  if (Not) return !isTrue(Not as Choice, scope);
  const [[test = '', expected] = []] = Object.entries(rest).filter(([name]) => name !== 'Comment');
  const path = String(Variable);
  if (test === 'IsPresent') return isPresent(path, scope) === expected;
  const holds = tests[test];
  if (!holds) throw new Error(`The simulation knows no test ${test}.`);
  return holds(read(path, scope), expected);
}
