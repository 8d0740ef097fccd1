/**
 * `npm run catalogue -- check [folder]`: says what was checked, or every fault with its file and line.
 */
import { resolve } from 'node:path';
import { checkCatalogue } from './build.ts';
import { textOf } from './source.ts';

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** @returns what there is to say, and whether the catalogue is right */
export function check(folder?: string): { lines: string[]; isRight: boolean } {
  const { faults, tree, catalogue } = checkCatalogue(folder === undefined ? undefined : resolve(folder));
  if (!catalogue || !tree) {
    return {
      lines: [...faults.map(textOf), `${counted(faults.length, 'fault')} in the catalogue.`],
      isRight: false,
    };
  }
  const counts = [
    counted(tree.items.size, 'item'),
    counted(tree.bundles.size, 'bundle'),
    counted(tree.fields.size, 'field'),
    counted(tree.materials.size, 'material'),
    counted(tree.departments.value.length, 'department'),
  ];
  const unreachable = catalogue.departments.flatMap(({ code, contact }) => (contact ? [] : [code]));
  const lines = [
    `The catalogue is right: ${counts.join(', ')}.`,
    ...(unreachable.length > 0
      ? [`Departments without a contact: ${unreachable.toSorted().join(', ')}.`]
      : []),
  ];
  return { lines, isRight: true };
}
