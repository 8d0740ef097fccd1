/** A correction: the new fields over the old ones, checked as a whole and sealed again. */
import { receiveCorrection } from '../approvals/progress.ts';
import { maskPersonal } from '../cases/personal.ts';
import type { Case, Change, Dossier } from '../cases/types.ts';
import { calendar, catalogue } from '../catalogue/catalogue.ts';
import { seal, unmask, unseal } from '../platform/personal.ts';
import { Problem } from '../platform/problems.ts';
import { checkCorrection } from './check.ts';
import type { Correction } from './schemas.ts';

/**
 * The dossier with the correction in it.
 * @throws Problem invalid-input naming every wrong field of the corrected whole.
 */
async function correctedDossier(found: Case, given: Correction): Promise<Partial<Dossier>> {
  const { application, dossier } = found;
  const service = catalogue.service(application.service);
  if (!service) throw new Problem('wrong-state', 'This service is no longer in the catalogue.');
  const { applicant, delivery, form: oldForm, onBehalfOf } = dossier;
  const whole = unmask(
    { applicant, delivery, form: oldForm, ...(onBehalfOf ? { onBehalfOf } : {}) },
    await unseal(application.number, dossier.sealed),
  );
  const form = { ...whole.form, ...given.form };
  const items = dossier.plan.map(({ item }) => item);
  const added = await checkCorrection(
    service,
    { ...whole, form, materials: mergedMaterials(dossier.materials, given.materials), items },
    given.materials ?? [],
    application.owner,
  );
  const { masked, values } = maskPersonal({ ...whole, form }, service.form);
  const materials = mergedMaterials(dossier.materials, given.materials && added);
  return { ...masked, materials, sealed: await seal(application.number, values) };
}

function mergedMaterials<T extends { code: string }>(before: Dossier['materials'], given: T[] | undefined) {
  if (!given) return before;
  const replaced = new Set(given.map(({ code }) => code));
  return [...before.filter(({ code }) => !replaced.has(code)), ...given];
}

/** What a correction changes in the case. */
export async function correct(found: Case, given: Correction, at: Date): Promise<Change> {
  return receiveCorrection(found, await correctedDossier(found, given), calendar, at);
}
