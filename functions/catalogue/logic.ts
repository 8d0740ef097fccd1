/**
 * JSON Logic (jsonlogic.com) over a form: when an item, a material or a field is needed. Interpreted, never compiled to
 * code, and without any operator but those below.
 */
import { defaultMethods, LogicEngine } from 'json-logic-engine';
import type { Logic } from './schemas.ts';

/** The operators that a condition may use; what else the library knows is refused by the build and unknown here. */
export const operators = [
  'var',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '!',
  'and',
  'or',
  'if',
  'in',
  'some',
  'all',
  'none',
] as const;
export type Operator = (typeof operators)[number];

const known: Record<string, unknown> = defaultMethods;
const engine = new LogicEngine(Object.fromEntries(operators.map((name) => [name, known[name]])), {
  // Both would be for speed, by code made from strings; conditions are short.
  disableInline: true,
  disableInterpretedOptimization: true,
});

/**
 * Whether a condition holds for what is in the form; one that is absent does. Where an answer has a type that cannot be
 * compared it does not hold: what is wrong with the answer is said by the form's schema.
 */
export function holds(condition: Logic | undefined, form: Record<string, unknown>): boolean {
  if (condition === undefined) return true;
  try {
    return Boolean(engine.truthy(engine.run(condition, form)));
  } catch {
    return false;
  }
}
