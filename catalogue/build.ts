/**
 * Reads the catalogue's files and checks them, before anything is published. A wrong file is refused with its name, the
 * line and the rule.
 */
import type { CatalogueFile } from '../functions/catalogue/schemas.ts';
import { checkedServices } from './checks.ts';
import { loadTree, type Tree } from './load.ts';
import { referenceFaults } from './references.ts';
import { type Fault, textOf } from './source.ts';

const here = import.meta.dirname;

export type Checked = {
  /** In order of file and line. */
  faults: Fault[];
  /** The files as they are written, once each of them can be read. */
  tree?: Tree;
  /** The whole catalogue, when nothing is wrong with it. */
  catalogue?: CatalogueFile;
};

/** Everything that is wrong with the catalogue of a folder; the catalogue when nothing is. */
export function checkCatalogue(folder = here, prefix = folder === here ? 'catalogue/' : ''): Checked {
  const { tree, faults } = loadTree(folder, prefix);
  if (!tree) return { faults };
  const references = referenceFaults(tree);
  if (references.length > 0) return { faults: references, tree };
  const { services, faults: others } = checkedServices(tree);
  if (others.length > 0) return { faults: others, tree };
  const { centre, departments } = tree;
  return { faults: [], tree, catalogue: { centre: centre.value, departments: departments.value, services } };
}

/**
 * The whole catalogue of a folder: its centre, its departments, and every service as it is published: bundles, what
 * applicants compose, items.
 * @throws Error with a line for each fault: file, line, place, rule.
 */
export function readCatalogue(folder = here): CatalogueFile {
  const { faults, catalogue } = checkCatalogue(folder);
  if (!catalogue) throw new Error(faults.map(textOf).join('\n'));
  return catalogue;
}
