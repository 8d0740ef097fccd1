import { describe, expect, it } from 'vitest';
import {
  courierNumber,
  creditCode,
  isCitizenId,
  isCourierNumber,
  isCreditCode,
  isMobile,
} from '../../functions/platform/codes.ts';

describe('unified social credit code', () => {
  it.each(['91350100M000100Y43', creditCode(0), creditCode(123_456)])('takes %s', (code) =>
    expect(isCreditCode(code)).toBe(true),
  );

  it('takes a check character 0, which one code in 31 has', () => {
    const codes = Array.from({ length: 400 }, (_, seed) => creditCode(seed));
    const zero = codes.find((code) => code.endsWith('0'));
    expect(zero).toBeDefined();
    expect(isCreditCode(zero as string)).toBe(true);
  });

  it.each([
    ['a wrong check character', '91350100M000100Y44'],
    ['a letter that is not in the alphabet', '9135O100M000100Y43'],
    ['17 characters', '91350100M000100Y4'],
    ['small letters', '91350100m000100y43'],
    ['a space', '91350100 M000100Y43'],
    ['nothing', ''],
  ])('refuses %s', (_, code) => expect(isCreditCode(code)).toBe(false));
});

describe('citizen identity number', () => {
  it.each(['11010519491231002X', '440524188001010014'])('takes the samples of the standard: %s', (id) =>
    expect(isCitizenId(id)).toBe(true),
  );

  it.each([
    ['a wrong check digit', '110105194912310021'],
    ['the 30th of February', '110105194902300021'],
    ['a birth date to come', '110105209912310024'],
    ['a region that begins with 0', '010105194912310021'],
    ['a small x', '11010519491231002x'],
    ['15 digits', '110105491231002'],
    ['a space', '110105 19491231002X'],
    ['a line break', '11010519491231002X\n'],
  ])('refuses %s', (_, id) => expect(isCitizenId(id)).toBe(false));
});

describe('mobile number', () => {
  it.each(['13800138000', '19957112345'])('takes %s', (phone) => expect(isMobile(phone)).toBe(true));
  it.each(['12800138000', '1380013800', '138001380000', '+8613800138000', '23800138000', ''])(
    'refuses %j',
    (phone) => expect(isMobile(phone)).toBe(false),
  );
});

describe('courier number', () => {
  it.each(['EE473124829CN', courierNumber(0), courierNumber(99_999_999, 'EZ')])('takes %s', (number) =>
    expect(isCourierNumber(number)).toBe(true),
  );

  it('computes the check digit of the sample', () => {
    expect(courierNumber(47_312_482, 'EE')).toBe('EE473124829CN');
  });

  it.each(['EE473124828CN', 'EE47312482CN', 'ee473124829cn', 'EE473124829', ''])('refuses %j', (number) =>
    expect(isCourierNumber(number)).toBe(false),
  );
});
