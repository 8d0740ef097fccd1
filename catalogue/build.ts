/**
 * Reads the catalogue's files and checks them, before anything is published. A wrong file is refused with its name and
 * the place of the fault.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import {
  type CatalogueFile,
  centre,
  department,
  type Service,
  service,
} from '../functions/catalogue/schemas.ts';
import { catalogueFaults, serviceFaults } from './checks.ts';

const here = import.meta.dirname;
const root = dirname(here);

const pathOf = (path: PropertyKey[]): string => path.map(String).join('.') || '(the whole file)';

/** @throws Error naming the file and each fault in it. */
function readFile<T>(file: string, schema: z.ZodType<T>, faultsOf: (value: T) => string[] = () => []): T {
  const name = relative(root, file);
  const fail = (faults: string[]): never => {
    throw new Error(`${name}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  };
  let content: unknown;
  try {
    content = parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail([error instanceof Error ? error.message : String(error)]);
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    return fail(parsed.error.issues.map(({ path, message }) => `${pathOf(path)}: ${message}`));
  }
  const faults = faultsOf(parsed.data);
  return faults.length > 0 ? fail(faults) : parsed.data;
}

/**
 * The whole catalogue of a folder: `centre.yaml`, `departments.yaml` and `services/*.yaml`, in order of file name.
 * @throws Error naming the file and each fault in it.
 */
export function readCatalogue(folder = here): CatalogueFile {
  const departments = readFile(join(folder, 'departments.yaml'), z.array(department).min(1));
  const known = new Set(departments.map(({ code }) => code));
  const services = readdirSync(join(folder, 'services'))
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) =>
      readFile(join(folder, 'services', file), service, (found: Service) => [
        ...(file === `${found.code}.yaml` ? [] : [`code: ${found.code} does not match the file's name`]),
        ...serviceFaults(found, known),
      ]),
    );
  const catalogue = { centre: readFile(join(folder, 'centre.yaml'), centre), departments, services };
  const faults = catalogueFaults(catalogue);
  if (faults.length > 0) throw new Error(`catalogue:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return catalogue;
}
