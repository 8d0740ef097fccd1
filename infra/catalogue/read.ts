/**
 * The catalogue of the repository's files, checked once for as long as neither they nor what compiles them changes:
 * checking takes seconds, and every start, synthesis and test file needs it.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readCatalogue } from '../../catalogue/build.ts';
import type { CatalogueFile } from '../../functions/catalogue/schemas.ts';

const root = join(import.meta.dirname, '..', '..');
const kept = join(root, '.local', 'catalogue');

/** What it is made of: the files, and the code and packages that check and compile them. */
const sources = [
  'catalogue/**/*.{ts,yaml}',
  'functions/{cases,catalogue,clock,intake,platform}/*.ts',
  'package-lock.json',
];

function digest(): string {
  const hash = createHash('sha256');
  for (const file of globSync(sources, { cwd: root }).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** @throws Error with a line for each fault: file, line, place, rule */
export function repositoryCatalogue(): CatalogueFile {
  const name = `${digest()}.json`;
  const file = join(kept, name);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as CatalogueFile;
  const catalogue = readCatalogue();
  mkdirSync(kept, { recursive: true });
  const before = readdirSync(kept).filter((other) => other.endsWith('.json') && other !== name);
  // Whole or not at all: several processes may be at it.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(catalogue));
  renameSync(draft, file);
  for (const other of before) rmSync(join(kept, other), { force: true });
  return catalogue;
}
