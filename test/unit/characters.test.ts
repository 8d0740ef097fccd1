import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReadable, unreadableTexts } from '../../functions/platform/characters.ts';

const hidden = [
  '\u0000',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u202e',
  '\u2066',
  '\u200e',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\ud800',
];

describe('a text', () => {
  it.each(hidden)('with %j in it cannot be read', (character) => {
    expect(isReadable(`王${character}建国`)).toBe(false);
    expect(isReadable(`王${character}建国`, true)).toBe(false);
  });

  it.each(['王建国', 'Åsa Öberg', '𠮷野家', '👩‍👩‍👧', 'ئۇيغۇر', 'a·b', '3幢201室', ''])('%j can', (text) => {
    expect(isReadable(text)).toBe(true);
  });

  it('has lines only where it may', () => {
    expect(isReadable('one\ntwo\tthree\r\n')).toBe(false);
    expect(isReadable('one\ntwo\tthree\r\n', true)).toBe(true);
  });
});

describe('a body', () => {
  it('is searched at any depth, names of fields too, and told by pointer', () => {
    const body = {
      a: ['ok', { 'b/c': 'x\u202ey' }],
      reason: 'two\nlines',
      name: 'two\nlines',
      n: 1,
      'k\u0000': 1,
    };
    expect(unreadableTexts(body).map(({ pointer }) => pointer)).toEqual(['']);
    const { 'k\u0000': _, ...rest } = body;
    expect(unreadableTexts(rest).map(({ pointer }) => pointer)).toEqual(['/a/1/b~1c', '/name']);
    expect(unreadableTexts(rest, '', (pointer) => pointer === '/name').map(({ pointer }) => pointer)).toEqual(
      ['/a/1/b~1c'],
    );
  });

  it('that nests a hundred thousand deep, or is wrong a hundred thousand times, is searched all the same', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}"\u0085"${']'.repeat(100_000)}`);
    expect(unreadableTexts(deep)).toHaveLength(1);
    expect(unreadableTexts(Array(100_000).fill('\u0085'))).toHaveLength(100);
  });

  it('of readable texts has no fault', () => {
    const text = fc.stringMatching(/^[\p{L}\p{N} ,.-]{0,20}$/u);
    fc.assert(
      fc.property(fc.object({ key: text, values: [text, fc.integer()] }), (body) => {
        expect(unreadableTexts(body)).toEqual([]);
      }),
    );
  });
});
