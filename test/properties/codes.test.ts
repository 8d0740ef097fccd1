import fc from 'fast-check';
import { validate as stdnumCreditCode } from 'stdnum/lib/cjs/cn/uscc.js';
import { describe, expect, it } from 'vitest';
import {
  courierNumber,
  creditCode,
  isCitizenId,
  isCourierNumber,
  isCreditCode,
} from '../../functions/platform/codes.ts';

const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const seed = fc.nat(999_999_999);

/** ISO 7064 MOD 11-2 computed digit by digit, not by the weights of GB 11643. */
function withCheck(digits: string): string {
  let remainder = 0;
  for (const digit of digits) remainder = ((remainder + Number(digit)) * 2) % 11;
  const check = (12 - remainder) % 11;
  return digits + (check === 10 ? 'X' : String(check));
}
const citizenId = fc
  .tuple(
    fc.constantFrom('330102', '110105', '440524'),
    fc.date({ min: new Date('1930-01-01'), max: new Date('2020-12-31'), noInvalidDate: true }),
    fc.nat(999),
  )
  .map(([region, birth, order]) =>
    withCheck(region + birth.toISOString().slice(0, 10).replaceAll('-', '') + String(order).padStart(3, '0')),
  );

const replaced = (text: string, at: number, character: string): string =>
  text.slice(0, at) + character + text.slice(at + 1);

describe('check characters', () => {
  it('take every code that the rule gives', () => {
    fc.assert(fc.property(seed, (n) => isCreditCode(creditCode(n))));
    fc.assert(fc.property(citizenId, (id) => isCitizenId(id)));
    fc.assert(
      fc.property(seed, fc.constantFrom('EA', 'EE', 'EZ'), (n, prefix) =>
        isCourierNumber(courierNumber(n, prefix)),
      ),
    );
  });

  it('find any one wrong character of a credit code', () => {
    fc.assert(
      fc.property(seed, fc.nat(17), fc.nat(30), (n, at, value) => {
        const code = creditCode(n);
        const other = replaced(code, at, creditAlphabet[value] as string);
        expect(isCreditCode(other)).toBe(other === code);
      }),
    );
  });

  it('find any two neighbours of a credit code that changed places', () => {
    fc.assert(
      fc.property(seed, fc.nat(15), (n, at) => {
        const code = creditCode(n);
        const other = replaced(replaced(code, at, code[at + 1] as string), at + 1, code[at] as string);
        expect(isCreditCode(other)).toBe(other === code);
      }),
    );
  });

  it('find any one wrong digit of an identity number', () => {
    fc.assert(
      fc.property(citizenId, fc.nat(16), fc.nat(9), (id, at, digit) => {
        const other = replaced(id, at, String(digit));
        expect(isCitizenId(other)).toBe(other === id);
      }),
    );
  });

  it('find any wrong check digit of a courier number', () => {
    fc.assert(
      fc.property(seed, fc.nat(9), (n, digit) => {
        const number = courierNumber(n);
        const other = replaced(number, 10, String(digit));
        expect(isCourierNumber(other)).toBe(other === number);
      }),
    );
  });

  it('take nothing that is not a code, and never throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const check of [isCreditCode, isCitizenId, isCourierNumber]) expect(check(text)).toBe(false);
      }),
    );
  });

  it('differ from stdnum only where the check character is 0', () => {
    fc.assert(
      fc.property(seed, (n) => {
        const code = creditCode(n);
        expect(stdnumCreditCode(code).isValid).toBe(!code.endsWith('0'));
      }),
      { numRuns: 500 },
    );
  });
});
