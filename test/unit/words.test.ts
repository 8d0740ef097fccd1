import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inLanguage, languageOf } from '../../functions/platform/words.ts';
import { words } from '../../infra/api-document.ts';
import { page, redrawn, rooms, textsOf, wordsOf } from '../support/texts.ts';

describe.each(rooms)('what %s says to those who call', (room) => {
  const said = words();

  it('it also says in Chinese, in its words.zh.json or in that of another room', () => {
    expect(textsOf(room).filter((text) => !said[text])).toEqual([]);
  });

  it('has no Chinese for what it does not say, and as many values in both languages', () => {
    const own = wordsOf(room);
    const texts = [...textsOf(room), 'There is no such {}.'];
    expect(Object.keys(own).filter((text) => !texts.includes(text))).toEqual([]);
    const values = (text: string): number => text.split('{}').length;
    expect(Object.entries(own).filter(([text, chinese]) => values(text) !== values(chinese))).toEqual([]);
  });
});

it('finds texts at all, and in every kind of place', () => {
  expect(textsOf('intake')).toEqual(
    expect.arrayContaining([
      'The application is at version {}.',
      'Not in the catalogue',
      'Eight digits',
      'There is no such application.',
      'tries at pick-up codes a day',
    ]),
  );
  expect(textsOf('departments')).toContain('Only https');
  expect(textsOf('catalogue')).toContain('Entries {} and {} are the same');
  expect(textsOf('platform')).toContain('Must be of type {}');
});

it('docs/errors.md lists all of it (node test/support/texts.ts draws it anew)', () => {
  const text = readFileSync(page, 'utf8');
  expect(text).toBe(redrawn(text));
});

describe('the language of an answer', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-GB', 'en'],
    ['en;q=0.4, zh-Hans;q=0.8', 'zh'],
    ['fr, de;q=0.9', 'en'],
    ['fr, zh;q=0.1', 'zh'],
    ['zh;q=0, en;q=0.1', 'en'],
    ['zh;q=nonsense', 'en'],
    ['ZH-cn', 'zh'],
  ])('asked for as %j is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

describe('a text', () => {
  it('is said in Chinese with its values, which may be texts of ours', () => {
    expect(inLanguage('The application is at version 7.', 'zh')).toBe('办件当前为第 7 版。');
    expect(
      inLanguage('The limit is reached: 100 uploads a day. The count begins anew at midnight.', 'zh'),
    ).toBe('已达上限：100 次（每日上传）。午夜后重新计数。');
  });

  it('stays as it is in English, and where there are no words for it', () => {
    expect(inLanguage('Required', 'en')).toBe('Required');
    expect(inLanguage('Something nobody translated', 'zh')).toBe('Something nobody translated');
  });
});
