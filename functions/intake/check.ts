/** Is a submission complete: every field that stands against it, all at once (Administrative Licensing Law art. 32). */
import { withDependencies } from '../approvals/plan.ts';
import type { DeliveryMethod } from '../cases/status.ts';
import type { HandedIn } from '../cases/types.ts';
import { catalogue } from '../catalogue/catalogue.ts';
import { validateForm } from '../catalogue/form.ts';
import type { Service } from '../catalogue/schemas.ts';
import { checkMaterials } from '../materials/take.ts';
import { unreadableTexts } from '../platform/characters.ts';
import { fieldErrors, safeParse } from '../platform/http.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import { type Submission, submission } from './schemas.ts';

type Material = { code: string; id?: string | undefined };

function itemErrors(service: Service, items: string[] | undefined): FieldError[] {
  const known = new Set(service.items.map(({ code }) => code));
  return (items ?? []).flatMap((item, i) =>
    known.has(item) ? [] : [{ pointer: `/items/${i}`, detail: 'Not an item of this service' }],
  );
}

/** Materials that the chosen items ask for and that were not handed in, those that nobody asks for, and missing files. */
function materialErrors(service: Service, items: string[] | undefined, materials: Material[]): FieldError[] {
  const chosen = new Set(withDependencies(service, items));
  const handedIn = new Set(materials.map(({ code }) => code));
  const known = new Set(service.items.flatMap((item) => item.materials.map(({ code }) => code)));
  const missing = service.items
    .filter(({ code }) => chosen.has(code))
    .flatMap((item) => item.materials)
    .filter(({ code, required }) => required && !handedIn.has(code))
    .map(({ code }) => ({ pointer: '/materials', detail: `The material ${code} is missing` }));
  const unknown = materials.flatMap(({ code }, i) =>
    known.has(code) ? [] : [{ pointer: `/materials/${i}/code`, detail: 'Not asked for by this service' }],
  );
  const files = new Set(
    service.items.flatMap((item) => item.materials.flatMap(({ code, upload }) => (upload ? [code] : []))),
  );
  const withoutFile = materials.flatMap(({ code, id }, i) =>
    files.has(code) && id === undefined
      ? [{ pointer: `/materials/${i}/id`, detail: 'Only a file will do: upload it by POST /materials' }]
      : [],
  );
  return [...missing, ...unknown, ...withoutFile];
}

export type Checkable = {
  items?: string[] | undefined;
  form: Record<string, unknown>;
  materials: Material[];
  delivery: { method: DeliveryMethod };
};

/** What the rules of the service have against it. */
export function submissionErrors(service: Service, given: Checkable): FieldError[] {
  const { method } = given.delivery;
  return [
    ...itemErrors(service, given.items),
    ...validateForm(service, given.form),
    ...materialErrors(service, given.items, given.materials),
    ...(service.delivery.includes(method)
      ? []
      : [{ pointer: '/delivery/method', detail: `This service offers ${service.delivery.join(', ')}` }]),
  ];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What the form has against it, of a body that is otherwise not right yet. */
function formErrors(body: unknown): FieldError[] {
  if (!isObject(body)) return [];
  const service = typeof body.service === 'string' ? catalogue.service(body.service) : undefined;
  return service && isObject(body.form) ? validateForm(service, body.form) : [];
}

/** The form itself says which of its texts may have lines. */
export const isInForm = (pointer: string): boolean => pointer.startsWith('/form/');

/** @throws Problem invalid-input naming every wrong field, if there is one. */
export function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw new Problem('invalid-input', 'Please correct the fields named below.', errors);
}

/**
 * The submission and its service.
 * @param subject of the user who submits
 * @throws Problem invalid-input naming every wrong field
 */
export async function checkSubmission(
  body: unknown,
  subject: string,
): Promise<{ given: Submission; service: Service; takeMaterials: () => Promise<HandedIn[]> }> {
  const parsed = safeParse(submission, body);
  const unreadable = unreadableTexts(body, '', isInForm);
  if (!parsed.success) refuse([...fieldErrors(parsed.error), ...unreadable, ...formErrors(body)]);
  refuse(unreadable);
  const given = parsed.data as Submission;
  const service = catalogue.service(given.service);
  if (!service) {
    throw new Problem('invalid-input', 'There is no such service.', [
      { pointer: '/service', detail: 'Not in the catalogue' },
    ]);
  }
  const uploads = await checkMaterials(subject, given.materials);
  refuse([...submissionErrors(service, given), ...uploads.errors]);
  return { given, service, takeMaterials: uploads.take };
}

/** The same for what a correction adds. @returns the added materials, taken. */
export async function checkCorrection(
  service: Service,
  whole: Checkable,
  added: Material[],
  subject: string,
): Promise<HandedIn[]> {
  const uploads = await checkMaterials(subject, added);
  refuse([...submissionErrors(service, whole), ...uploads.errors]);
  return uploads.take();
}
