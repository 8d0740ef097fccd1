/** A small catalogue of files, and copies of it with one thing changed. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Checked, checkCatalogue } from '../../catalogue/build.ts';

/** A whole catalogue: two departments, three items, one bundle, what applicants compose. */
export const smallCatalogue = join(import.meta.dirname, '..', 'fixtures', 'catalogue');

/** A text in a file and what stands there instead; a file that is not there is written. */
export type Change = [file: string, text: string, instead: string];

/** Everything that is found in a copy of the small catalogue with these changes. */
export function checkedWith(...changes: Change[]): Checked {
  const folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
  try {
    cpSync(smallCatalogue, folder, { recursive: true });
    for (const [file, text, instead] of changes) {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      const before = text === '' ? '' : readFileSync(path, 'utf8');
      if (!before.includes(text)) throw new Error(`${file} has no ${text}`);
      writeFileSync(path, text === '' ? instead : before.replace(text, () => instead));
    }
    return checkCatalogue(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
