/**
 * The days off and the make-up workdays of China, for the bundles: of what the package `chinese-days` keeps, names and
 * all, their days alone. As one text each they cost next to nothing to load.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' };

const days = (named: Record<string, string>): string => Object.keys(named).join(' ');

/** Writes them to where the functions' bundles take them from (`#holidays`), if they changed. */
export function buildHolidays(outFile = '.local/holidays.json'): void {
  const text = JSON.stringify({ off: days(published.holidays), worked: days(published.workdays) });
  if (existsSync(outFile) && readFileSync(outFile, 'utf8') === text) return;
  mkdirSync(dirname(outFile), { recursive: true });
  writeFileSync(outFile, text);
}
