/** The files that functions are bundled with, made from sources: the centre, the descriptions of API and events. */
import { buildOpenApi } from '../api-document.ts';
import { buildCentre } from '../centre.ts';
import { buildAsyncApi } from '../event-document.ts';

/** Writes them into `.local`, each only when it changed. */
export async function generate(): Promise<void> {
  buildCentre();
  buildOpenApi();
  buildAsyncApi();
}
