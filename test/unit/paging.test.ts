import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../functions/platform/paging.ts';
import { Problem } from '../../functions/platform/problems.ts';

describe('a cursor', () => {
  it('comes back as it was, and may stand in an address', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer()), {
          noNullPrototype: true,
        }),
        (value) => {
          const cursor = encodeCursor(value);
          expect(cursor).toMatch(/^[\w-]+$/);
          expect(decodeCursor(cursor)).toEqual(value);
        },
      ),
    );
  });

  it('is absent at the beginning', () => {
    expect(decodeCursor(undefined)).toBeUndefined();
  });

  it('of no list of ours is refused, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((text) => Buffer.from(text).toString('base64url')),
        ),
        (text) => {
          try {
            const value = decodeCursor(text);
            expect(value !== null && typeof value === 'object' && !Array.isArray(value)).toBe(true);
          } catch (error) {
            expect((error as Problem).type).toBe('malformed-request');
          }
        },
      ),
    );
    expect(() => decodeCursor('')).toThrow(Problem);
  });
});
