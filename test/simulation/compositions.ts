/** What applicants compose of the catalogue's items (自主点餐): some sets, the same ones in every process. */
import { compose } from '../../functions/catalogue/compose.ts';
import { faultsOf, needsOf } from '../../functions/catalogue/derive.ts';
import type { CatalogueFile, Service } from '../../functions/catalogue/schemas.ts';
import { hoursOfDay } from '../../functions/clock/calendar.ts';
import { submissionErrors } from '../../functions/intake/check.ts';
import { submission } from '../../functions/intake/schemas.ts';
import { Random } from './random.ts';

const wanted = 40;
/** Items that are chosen; what they need comes in beside them. */
const fewest = 2;
const most = 5;

/** @returns the services that these sets make, each with an example that is taken */
export async function compositionsOf({ centre, services }: CatalogueFile): Promise<Service[]> {
  const frame = services.find(({ kind }) => kind === 'composed');
  if (!frame) throw new Error('The catalogue has nothing to compose into.');
  const items = services.filter(({ kind, alone }) => kind === 'item' && alone);
  const random = new Random(1);
  const found: Service[] = [];
  while (found.length < wanted) {
    const chosen = Array.from({ length: random.int(fewest, most) }, () => random.pick(items).code);
    const codes = await needsOf(chosen, async (code) => services.find((each) => each.code === code));
    const parts = services.filter(({ code }) => codes.includes(code));
    if (faultsOf(parts).length > 0) continue;
    const composed = compose(parts, frame, hoursOfDay(centre.openingHours));
    const faults = await submissionErrors(composed, submission.parse(composed.example));
    if (faults.length === 0) found.push(composed);
  }
  return found;
}
