/**
 * `npm run catalogue -- check [folder]`: says what was checked, or every fault with its file and line.
 */
import { resolve } from 'node:path';
import { checkCatalogue } from './build.ts';
import { textOf } from './source.ts';

/** @returns what there is to say, and whether the catalogue is right */
export function check(folder?: string): { lines: string[]; isRight: boolean } {
  const { faults, tree, catalogue } = checkCatalogue(folder === undefined ? undefined : resolve(folder));
  if (!catalogue || !tree) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    return { lines: [...faults.map(textOf), `${count} in the catalogue.`], isRight: false };
  }
  const counts = [
    `${tree.items.size} items`,
    `${tree.bundles.size} bundles`,
    `${tree.fields.size} fields`,
    `${tree.materials.size} materials`,
    `${tree.departments.value.length} departments`,
  ];
  return { lines: [`The catalogue is right: ${counts.join(', ')}.`], isRight: true };
}

if (import.meta.main) {
  const { lines, isRight } = check(process.argv[2]);
  for (const line of lines) console.log(line);
  process.exitCode = isRight ? 0 : 1;
}
