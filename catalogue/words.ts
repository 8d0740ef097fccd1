/** Small words of the sentences that faults are said in. */
import { closestMatch } from 'leven';

/** A hint at the known name that was probably meant; empty when none is near. */
export function didYouMean(wrong: string, known: Iterable<string>): string {
  const candidates = [...known];
  const maxDistance = Math.min(Math.max(2, Math.floor(wrong.length / 3)), wrong.length - 1);
  const near = closestMatch(wrong, candidates, { maxDistance });
  return near === undefined ? '' : `; did you mean ${near}?`;
}

export const listed = (values: Iterable<unknown>): string => [...values].map(String).join(', ');

const quantity: Record<string, string> = {
  object: 'a map of keys',
  array: 'a list',
  boolean: 'true or false',
};

/** A type of a value, for people. */
export const kindOf = (type: string): string =>
  quantity[type] ??
  (type === 'string' ? 'text' : type === 'integer' || type === 'int' ? 'a whole number' : `a ${type}`);

/** What a value is, for people. */
export function kindOfValue(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return kindOf('array');
  return kindOf(typeof value);
}

/** What is said where text is expected and YAML made a number or the like of it. */
export const quoteIt = (written: string, value: unknown): string =>
  `must be text, and YAML reads ${written} as ${kindOfValue(value)}: put it in quotes, "${written}"`;
