/**
 * Codes that people and courier numbers are known by. Each is checked as it stands: spaces, hyphens and small letters
 * are the caller's to remove, so that one person is never stored under two spellings.
 */
import { validate as validateIdentity } from 'stdnum/lib/cjs/cn/ric.js';

/** The 31 characters of GB 32100-2015, worth 0 to 30 in this order: no I, O, S, V, Z. */
const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const creditPattern = new RegExp(`^[${creditAlphabet}]{18}$`);

/** Check character of the first 17: weights are the powers of 3 modulo 31; a check value of 31 is written 0. */
function creditCheck(body: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of body) {
    sum += creditAlphabet.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return creditAlphabet[(31 - (sum % 31)) % 31] as string;
}

/**
 * A unified social credit code (统一社会信用代码, GB 32100-2015).
 *
 * Computed here: the package `stdnum` takes neither a check character 0 (one code in 31) nor the letters that
 * some registration authorities begin their codes with.
 */
export const isCreditCode = (value: string): boolean =>
  creditPattern.test(value) && creditCheck(value.slice(0, 17)) === value[17];

/** A citizen identity number (公民身份号码, GB 11643-1999): a region, a real birth date, an ISO 7064 MOD 11-2 check. */
export const isCitizenId = (value: string): boolean =>
  /^[1-9]\d{5}(18|19|20)\d{9}[\dX]$/.test(value) && validateIdentity(value).isValid;

/** A mainland mobile number: 11 digits, the first 1, the second 3 to 9. */
export const isMobile = (value: string): boolean => /^1[3-9]\d{9}$/.test(value);

const courierWeights = [8, 6, 4, 2, 3, 5, 9, 7];

/** Check digit of an eight-digit serial: 11 - (sum mod 11), where 10 becomes 0 and 11 becomes 5. */
function courierCheck(serial: string): string {
  const sum = courierWeights.reduce((total, weight, i) => total + weight * Number(serial[i]), 0);
  const check = 11 - (sum % 11);
  return String(check === 10 ? 0 : check === 11 ? 5 : check);
}

/** A courier number (UPU S10): service indicator, serial, check digit, country. EMS uses the indicators EA to EZ. */
export const isCourierNumber = (value: string): boolean =>
  /^[A-Z]{2}\d{9}[A-Z]{2}$/.test(value) && courierCheck(value.slice(2, 10)) === value[10];

/**
 * A valid credit code of a company in a district, for the sandbox and for tests: the same seed gives the same code.
 * @param seed whole number from 0; its last nine digits are used.
 */
export function creditCode(seed: number, region = '330102'): string {
  const body = `91${region}${String(seed % 1_000_000_000).padStart(9, '0')}`;
  return body + creditCheck(body);
}

/**
 * A valid courier number for the sandbox and for tests.
 * @param serial whole number from 0; its last eight digits are used.
 */
export function courierNumber(serial: number, prefix = 'EA'): string {
  const digits = String(serial % 100_000_000).padStart(8, '0');
  return `${prefix}${digits}${courierCheck(digits)}CN`;
}
