/** The files that functions are bundled with and that are made from sources: the centre, the API's description. */
import { buildOpenApi } from '../api-document.ts';
import { buildCentre } from '../centre.ts';

/** Writes them into `.local`, each only when it changed. */
export async function generate(): Promise<void> {
  buildCentre();
  buildOpenApi();
}
