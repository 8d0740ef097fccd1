/**
 * A correction: what was asked for and nothing else, over what was there, checked as a whole and sealed again. A
 * value sent back as it was shown changes nothing.
 */
import { stillFollowing } from '../approvals/following.ts';
import { type Corrected, receiveCorrection } from '../approvals/progress.ts';
import { maskPersonal } from '../cases/personal.ts';
import { currentReviews, pointerOf } from '../cases/reviews.ts';
import type { Asked, Case, Change, Dossier, HandedIn } from '../cases/types.ts';
import { calendar } from '../catalogue/centre.ts';
import { derive } from '../catalogue/derive.ts';
import type { Service } from '../catalogue/schemas.ts';
import { seal, unmask, unseal } from '../platform/personal.ts';
import type { FieldError } from '../platform/problems.ts';
import { checkCorrection, refuse } from './check.ts';
import { differences, isCovered, maskedIn, masksIn, restored } from './difference.ts';
import type { Correction } from './schemas.ts';
import { serviceOf } from './service.ts';

/** What the open notices of a case ask for, all together. */
function askedNow(found: Case): Asked {
  const open = currentReviews(found).flatMap(({ status, asked }) =>
    status === 'correction' && asked ? [asked] : [],
  );
  return {
    fields: open.flatMap(({ fields }) => fields),
    materials: open.flatMap(({ materials }) => materials),
  };
}

type Form = Dossier['form'];
type Given = Pick<HandedIn, 'code'> & { id?: string | undefined };

const isSame = (a: HandedIn | undefined, b: Given): boolean => a !== undefined && a.id === b.id;

/**
 * Everything that was not asked for and was sent otherwise than it was shown. What stands behind a mask is not
 * compared: the answer would tell whether a guess is right.
 */
function unaskedErrors(
  sentFields: string[],
  changedMaterials: [number, string][],
  asked: Asked,
): FieldError[] {
  return [
    ...sentFields
      .filter((pointer) => !isCovered(pointer, asked.fields))
      .map((pointer) => ({ pointer, detail: 'No open notice asks for a correction of this' })),
    ...changedMaterials
      .filter(([, code]) => !asked.materials.includes(code))
      .map(([i]) => ({ pointer: `/materials/${i}`, detail: 'No open notice asks for this material' })),
  ];
}

/**
 * A plan is made once: what would change which items are needed belongs into a new application.
 * @param before the form as it is @param after the form as it would be
 */
function planErrors(service: Service, before: Form, after: Form, changed: string[]): FieldError[] {
  const [was, would] = [before, after].map((form) => derive(service, form).items.join());
  if (was === would) return [];
  return changed.map((pointer) => ({
    pointer,
    detail: 'Would change which items are needed: withdraw this application and apply anew',
  }));
}

/**
 * The dossier with the correction in it, and what it changes.
 * @throws Problem invalid-input naming what was not asked for, and every wrong field of the corrected whole.
 */
async function corrected(found: Case, given: Correction, at: Date): Promise<Corrected> {
  const { application, dossier } = found;
  const service = await serviceOf(found);
  const { applicant, delivery, form: shown, onBehalfOf } = dossier;
  const handedIn = { applicant, delivery, form: shown, ...(onBehalfOf ? { onBehalfOf } : {}) };
  const whole = unmask(handedIn, await unseal(application.number, dossier.sealed));
  const form = { ...whole.form, ...(restored(given.form ?? {}, shown, whole.form) as Dossier['form']) };
  const known = new Map(dossier.materials.map((material) => [material.code, material]));
  const handed = (given.materials ?? []).map((material, i) => ({ material, i }));
  const added = handed.filter(({ material }) => !isSame(known.get(material.code), material));
  const fields = differences(whole.form, form, '/form');
  const masks = new Set(masksIn(shown, whole.form));
  refuse(
    maskedIn(form, masks, '/form').map((pointer) => ({
      pointer,
      detail: 'Masked: send the whole value, or the entry as it was shown',
    })),
  );
  refuse(
    unaskedErrors(
      differences(shown, { ...shown, ...given.form }, '/form'),
      added.map(({ material, i }) => [i, material.code]),
      askedNow(found),
    ),
  );
  const taken = added.map(({ material }) => material);
  const replaced = new Set(taken.map(({ code }) => code));
  const kept = dossier.materials.filter(({ code }) => !replaced.has(code));
  refuse(planErrors(service, whole.form, form, fields));
  const items = dossier.plan.map(({ item }) => item);
  const owner = application.parties[0]?.subject ?? '';
  const checked = { ...whole, form, materials: [...kept, ...taken], items };
  const materials = [...kept, ...(await checkCorrection(service, checked, taken, owner))];
  const { masked, values } = maskPersonal({ ...whole, form }, service.form);
  const asked = derive(service, form, items).materials;
  return {
    following: stillFollowing(asked, materials, application.following ?? [], calendar, at),
    dossier: { ...masked, materials, sealed: await seal(application.number, values) },
    changed: [...fields, ...replaced],
    mentioned: [
      ...Object.keys(given.form ?? {}).map(pointerOf),
      ...handed.map(({ material }) => material.code),
    ],
  };
}

/** What a correction changes in the case. */
export async function correct(found: Case, given: Correction, at: Date): Promise<Change> {
  return receiveCorrection(found, await corrected(found, given, at), calendar, at);
}
