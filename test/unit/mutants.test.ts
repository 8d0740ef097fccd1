/** The faults that `npm run simulate -- --mutants` puts back: each must still have its place in the code. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutants } from '../simulation/mutants/mutants.ts';

describe('a fault that is put back', () => {
  it.each(mutants.flatMap(({ fault, changes }) => changes.map((change) => ({ fault, ...change }))))(
    '$fault finds what it replaces in $file',
    ({ file, from, to }) => {
      const source = readFileSync(file, 'utf8');
      expect(source.replace(from, () => to)).not.toBe(source);
    },
  );
});
