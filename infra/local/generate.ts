/** The files that functions are bundled with and that are made from sources: the catalogue, the descriptions of API and events. */
import { buildCatalogue } from '../../catalogue/build.ts';
import { buildOpenApi } from '../api-document.ts';
import { buildAsyncApi } from '../event-document.ts';
import { Failure } from './setup/progress.mjs';

/**
 * Writes them into `.local`, each only when it changed.
 * @throws Failure that names the faulty file of the catalogue.
 */
export async function generate(): Promise<void> {
  try {
    buildCatalogue();
  } catch (error) {
    throw new Failure(`The catalogue is not right: ${error instanceof Error ? error.message : error}`);
  }
  buildOpenApi();
  buildAsyncApi();
}
