/** The files that functions are bundled with, made from sources: the centre, the days off, what API and events are. */
import { buildOpenApi } from '../api-document.ts';
import { buildCentre } from '../centre.ts';
import { buildAsyncApi } from '../event-document.ts';
import { buildHolidays } from '../holidays.ts';

/** Writes them into `.local`, each only when it changed. */
export async function generate(): Promise<void> {
  buildCentre();
  buildHolidays();
  buildOpenApi();
  buildAsyncApi();
}
