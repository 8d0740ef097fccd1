/** Is a submission complete: every field that stands against it, all at once (Administrative Licensing Law art. 32). */
import type { DeliveryMethod } from '../cases/status.ts';
import type { HandedIn } from '../cases/types.ts';
import type { ApplicantType } from '../catalogue/applicant-types.ts';
import { type Derivation, derive } from '../catalogue/derive.ts';
import type { Service } from '../catalogue/schemas.ts';
import { checkMaterials } from '../materials/take.ts';
import { unreadableTexts } from '../platform/characters.ts';
import { fieldErrors, safeParse } from '../platform/http.ts';
import { lazily } from '../platform/lazily.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import type { User } from '../platform/user.ts';
import type { Submission } from './schemas.ts';
import { type Applied, appliedFor } from './service.ts';

type Material = { code: string; id?: string | undefined };

const codesOf = (list: { code: string }[]): Set<string> => new Set(list.map(({ code }) => code));

/** Items that there are not, and those that do not apply by what was answered. */
function itemErrors(
  { items, questions }: Service,
  chosen: string[] | undefined,
  applying: string[],
): FieldError[] {
  const known = codesOf(items);
  const named = (chosen ?? []).flatMap((item, i) => {
    if (!known.has(item)) return [{ pointer: `/items/${i}`, detail: 'Not an item of this service' }];
    if (applying.includes(item)) return [];
    return [{ pointer: `/items/${i}`, detail: 'Does not apply by what was answered' }];
  });
  if (named.length > 0 || applying.length > 0) return named;
  const pointers = questions.length > 0 ? questions.map((name) => `/form/${name}`) : ['/items'];
  return pointers.map((pointer) => ({ pointer, detail: 'By these answers there is nothing to apply for' }));
}

/** Materials that follow from the answers and were not handed in, those that nobody asks for, and missing files. */
function materialErrors(service: Service, asked: Derivation['materials'], given: Material[]): FieldError[] {
  const handedIn = codesOf(given);
  const known = codesOf(service.items.flatMap(({ materials }) => materials));
  const missing = asked
    .filter(({ code, required, later }) => required && !later && !handedIn.has(code))
    .map(({ code }) => ({ pointer: '/materials', detail: `The material ${code} is missing` }));
  const unknown = given.flatMap(({ code }, i) =>
    known.has(code) ? [] : [{ pointer: `/materials/${i}/code`, detail: 'Not asked for by this service' }],
  );
  return [...missing, ...unknown, ...fileErrors(service, given)];
}

/** Materials of which only a file will do, handed in without one. */
function fileErrors(service: Service, given: Material[]): FieldError[] {
  const files = codesOf(service.items.flatMap(({ materials }) => materials.filter(({ upload }) => upload)));
  return given.flatMap(({ code, id }, i) =>
    files.has(code) && id === undefined
      ? [{ pointer: `/materials/${i}/id`, detail: 'Only a file will do: upload it by POST /materials' }]
      : [],
  );
}

export type Checkable = {
  items?: string[] | undefined;
  applicant?: { type: ApplicantType };
  form: Record<string, unknown>;
  materials: Material[];
  delivery: { method: DeliveryMethod };
};

const applicantErrors = ({ applicants }: Service, applicant: Checkable['applicant']): FieldError[] =>
  !applicant || applicants.includes(applicant.type)
    ? []
    : [{ pointer: '/applicant/type', detail: `This service is for: ${applicants.join(', ')}` }];

/** Loaded when a form comes in: its validator is a tenth of a cold start, and most calls bring no form. */
const formRules = lazily(() => import('../catalogue/form.ts'));
/** Of what is sent, described when the first one comes in: most calls only read. */
export const bodies = lazily(() => import('./schemas.ts'));

/** What stands against form, materials and delivery, for items that apply. */
async function contentErrors(
  service: Service,
  given: Checkable,
  { materials, required }: Derivation,
): Promise<FieldError[]> {
  const { validateForm } = await formRules();
  const { method } = given.delivery;
  return [
    ...validateForm(service, given.form, required),
    ...materialErrors(service, materials, given.materials),
    ...(service.delivery.includes(method)
      ? []
      : [{ pointer: '/delivery/method', detail: `This service offers ${service.delivery.join(', ')}` }]),
  ];
}

/** What the rules of the service have against it; what is compulsory follows from the answers. */
export async function submissionErrors(service: Service, given: Checkable): Promise<FieldError[]> {
  const derived = derive(service, given.form, given.items);
  return [
    ...itemErrors(service, given.items, derived.items),
    ...applicantErrors(service, given.applicant),
    ...(await contentErrors(service, given, derived)),
  ];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string').slice(0, 50) : undefined;

/** Who submits. */
export type Submitter = Pick<User, 'subject' | 'canary'>;

/** The canary applies for the system's own service alone, and nobody else does. */
const isFor = ({ hidden }: Service, { canary }: Submitter): boolean => hidden === canary;

/** What the form has against it, of a body that is otherwise not right yet. */
async function formErrors(body: unknown, user: Submitter): Promise<FieldError[]> {
  if (!isObject(body) || typeof body.service !== 'string' || !isObject(body.form)) return [];
  const items = texts(body.items);
  const applied = await appliedFor(body.service, items);
  if (!applied || !isFor(applied.service, user) || applied.errors.length > 0) return [];
  const { validateForm } = await formRules();
  return validateForm(applied.service, body.form, derive(applied.service, body.form, items).required);
}

/** The form itself says which of its texts may have lines. */
export const isInForm = (pointer: string): boolean => pointer.startsWith('/form/');

/** @throws Problem invalid-input naming every wrong field, if there is one. */
export function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw new Problem('invalid-input', 'Please correct the fields named below.', errors);
}

/** What was handed in, and the service as it is published now: the case keeps it to its end. */
export type Checked = { given: Submission } & Omit<Applied, 'errors'>;

/**
 * The submission and its service.
 * @param user who submits
 * @throws Problem invalid-input naming every wrong field
 */
export async function checkSubmission(
  body: unknown,
  user: Submitter,
): Promise<Checked & { takeMaterials: () => Promise<HandedIn[]> }> {
  const { submission } = await bodies();
  const parsed = safeParse(submission, body);
  const unreadable = unreadableTexts(body, '', isInForm);
  if (!parsed.success)
    refuse([...fieldErrors(parsed.error), ...unreadable, ...(await formErrors(body, user))]);
  refuse(unreadable);
  const given = parsed.data as Submission;
  const found = await appliedFor(given.service, given.items, given.applicant.type);
  if (!found || !isFor(found.service, user)) {
    throw new Problem('invalid-input', 'There is no such service.', [
      { pointer: '/service', detail: 'Not in the catalogue' },
    ]);
  }
  const { errors, ...applied } = found;
  refuse(errors);
  const uploads = await checkMaterials(user.subject, given.materials);
  refuse([...(await submissionErrors(applied.service, given)), ...uploads.errors]);
  return { given, ...applied, takeMaterials: uploads.take };
}

/** The same for what a correction adds to the items of the plan. @returns the added materials, taken. */
export async function checkCorrection(
  service: Service,
  whole: Checkable,
  added: Material[],
  subject: string,
): Promise<HandedIn[]> {
  const uploads = await checkMaterials(subject, added);
  const derived = derive(service, whole.form, whole.items);
  refuse([...(await contentErrors(service, whole, derived)), ...uploads.errors]);
  return uploads.take();
}

/** The same for materials that follow. @returns them, taken */
export async function checkSupplement(
  service: Service,
  added: Material[],
  subject: string,
): Promise<HandedIn[]> {
  const uploads = await checkMaterials(subject, added);
  refuse([...fileErrors(service, added), ...uploads.errors]);
  return uploads.take();
}
