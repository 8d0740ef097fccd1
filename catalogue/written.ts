/** Files that are made from the catalogue and committed: editor schemas and pages. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Checked, checkCatalogue } from './build.ts';
import { editorSchemas, namesOf } from './editor-schemas.ts';
import { pagesOf } from './pages.ts';
import { textOf } from './source.ts';

const root = dirname(import.meta.dirname);

/** Folders that hold nothing else. */
const folders = ['catalogue/schemas', 'docs/catalogue'];

/** Everything that is made of a catalogue, by its path from the project's folder. */
export function writtenOf({ tree, catalogue }: Required<Checked>): Map<string, string> {
  const schemas = Object.entries(editorSchemas(namesOf(tree))).map(
    ([name, schema]) => [`catalogue/schemas/${name}`, `${JSON.stringify(schema, null, 2)}\n`] as const,
  );
  const pages = [...pagesOf(catalogue)].map(([name, text]) => [`docs/catalogue/${name}`, text] as const);
  return new Map([...schemas, ...pages]);
}

const readText = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8') : undefined;

/**
 * Brings the committed files up to date: writes what changed, removes what nothing is made from any more.
 * @returns paths of what was written or removed
 * @throws Error with every fault of the catalogue
 */
export function writeWritten(): string[] {
  const { faults, tree, catalogue } = checkCatalogue();
  if (!tree || !catalogue) throw new Error(faults.map(textOf).join('\n'));
  const written = writtenOf({ faults, tree, catalogue });
  const changed = [...written].filter(([path, text]) => readText(join(root, path)) !== text);
  for (const [path, text] of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const left = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8', withFileTypes: false }).map(
        (file) => `${folder}/${file.replaceAll('\\', '/')}`,
      ),
    )
    .filter((path) => /\.(md|json)$/.test(path) && !written.has(path));
  for (const path of left) rmSync(join(root, path));
  return [...changed.map(([path]) => path), ...left];
}
