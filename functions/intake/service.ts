/** The service of a submission or of a case: one that is published, or one that the applicant composed. */
import type { Case } from '../cases/types.ts';
import type { ApplicantType } from '../catalogue/applicant-types.ts';
import { composedAt, composeNow, compositionErrors, type Editions } from '../catalogue/composed.ts';
import { currentService, type Edition, serviceAt } from '../catalogue/published.ts';
import type { Service } from '../catalogue/schemas.ts';
import { type FieldError, Problem } from '../platform/problems.ts';

/** What is applied for, with the editions that the case keeps. */
export type Applied = Edition & { editions?: Editions; errors: FieldError[] };

/** The service as it is published now, of the items that were chosen; undefined when there is none of that code. */
export async function appliedFor(
  code: string,
  items: string[] | undefined,
  applicant?: ApplicantType,
): Promise<Applied | undefined> {
  const found = await currentService(code);
  if (!found) return undefined;
  const { service, edition } = found;
  if (!service.alone) {
    const detail = `Is applied for as part of ${service.partOf.join(', ')}`;
    return { ...found, errors: [{ pointer: '/service', detail }] };
  }
  if (service.kind !== 'composed') return { ...found, errors: [] };
  if (!items?.length)
    return { ...found, errors: [{ pointer: '/items', detail: 'Name the items to apply for' }] };
  const composition = await composeNow(found, items);
  return {
    service: composition.service,
    edition,
    editions: composition.editions,
    errors: compositionErrors(items, composition, applicant),
  };
}

/**
 * The service as it was when the case was filed; as it is now for cases of before that was kept.
 * @throws Problem wrong-state when nobody knows it any more
 */
export async function serviceOf({ application, dossier }: Case): Promise<Service> {
  const { edition, editions } = dossier.catalogue ?? {};
  if (edition !== undefined) {
    const service = await serviceAt(application.service, edition);
    return editions ? composedAt({ service, edition }, editions) : service;
  }
  const found = await currentService(application.service);
  if (!found) throw new Problem('wrong-state', 'This service is no longer in the catalogue.');
  return found.service;
}
