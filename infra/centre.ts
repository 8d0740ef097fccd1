/** The centre of the catalogue's files, for the bundles: its calendar is apart from the published catalogue. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { centre } from '../functions/catalogue/schemas.ts';

const file = join(import.meta.dirname, '..', 'catalogue', 'centre.yaml');

/** Writes it to where the functions' bundles take it from (`#centre`), if it changed. @throws ZodError */
export function buildCentre(outFile = '.local/centre.json'): void {
  const text = JSON.stringify(centre.parse(parse(readFileSync(file, 'utf8'))));
  if (existsSync(outFile) && readFileSync(outFile, 'utf8') === text) return;
  mkdirSync(dirname(outFile), { recursive: true });
  writeFileSync(outFile, text);
}
