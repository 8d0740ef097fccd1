/**
 * The checked catalogue, kept in `.local` for as long as neither its files nor the code that reads them change:
 * checking takes seconds, and every process of a test run asks for it.
 */
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueFile } from '../functions/catalogue/schemas.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.local', 'catalogue');

/** The files, and whatever code decides what becomes of them. */
const sources = [
  'catalogue/**/*.{yaml,ts}',
  'functions/{catalogue,clock,platform}/*.{ts,json}',
  'package-lock.json',
];

function keyOfSources(): string {
  const hash = createHash('sha256');
  for (const file of globSync(sources, { cwd: root }).toSorted()) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex').slice(0, 24);
}

function read(file: string): CatalogueFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What a function makes of the sources as they are: as it was kept, or made now and kept. What it throws is not kept. */
export function kept(make: () => CatalogueFile): CatalogueFile {
  const file = join(folder, `${keyOfSources()}.json`);
  const known = read(file);
  if (known) return known;
  const made = make();
  mkdirSync(folder, { recursive: true });
  const older = readdirSync(folder).filter((name) => name.endsWith('.json'));
  // Several processes may make it at once: each file is whole.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(made));
  renameSync(draft, file);
  for (const name of older) rmSync(join(folder, name), { force: true });
  return made;
}
