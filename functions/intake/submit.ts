/** Submission: is it complete, and what case does it make. */
import { randomInt } from 'node:crypto';
import { planApprovals } from '../approvals/plan.ts';
import { calendar, catalogue } from '../catalogue/catalogue.ts';
import { validateForm } from '../catalogue/form.ts';
import type { Service } from '../catalogue/schemas.ts';
import type { Case } from '../shared/application.ts';
import { dueAt, receivedAt } from '../shared/limits.ts';
import { maskPersonal, seal } from '../shared/personal.ts';
import { type FieldError, Problem } from '../shared/problems.ts';
import type { User } from '../shared/user.ts';
import type { Submission } from './schemas.ts';

/** Crockford's base 32: no letter that is mistaken for a digit when it is read out. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new application number: region, date of filing (Asia/Shanghai), eight random characters (40 bits). */
export function newNumber(region: string, at: Date): string {
  const local = new Date(at.getTime() + 8 * 3600 * 1000).toISOString();
  const day = local.slice(2, 10).replaceAll('-', '');
  const serial = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${region}-${day}-${serial}`;
}

function itemErrors(service: Service, items: string[] | undefined): FieldError[] {
  const known = new Set(service.items.map(({ code }) => code));
  return (items ?? []).flatMap((item, i) =>
    known.has(item) ? [] : [{ pointer: `/items/${i}`, detail: 'Not an item of this service' }],
  );
}

/** Materials that the chosen items ask for and that were not handed in. */
function materialErrors(service: Service, materials: { code: string }[]): FieldError[] {
  const handedIn = new Set(materials.map(({ code }) => code));
  const known = new Set(service.items.flatMap((item) => item.materials.map(({ code }) => code)));
  const missing = service.items
    .flatMap((item) => item.materials)
    .filter(({ code, required }) => required && !handedIn.has(code))
    .map(({ code }) => ({ pointer: '/materials', detail: `The material ${code} is missing` }));
  const unknown = materials.flatMap(({ code }, i) =>
    known.has(code) ? [] : [{ pointer: `/materials/${i}/code`, detail: 'Not asked for by this service' }],
  );
  return [...missing, ...unknown];
}

/** Every field that stands against a submission, all at once (art. 32: a correction notice is complete). */
export function submissionErrors(service: Service, given: Omit<Submission, 'language'>): FieldError[] {
  const method = given.delivery.method;
  return [
    ...itemErrors(service, given.items),
    ...validateForm(service, given.form),
    ...materialErrors(service, given.materials),
    ...(service.delivery.includes(method)
      ? []
      : [{ pointer: '/delivery/method', detail: `This service offers ${service.delivery.join(', ')}` }]),
  ];
}

/** @throws Problem invalid-input naming every wrong field. */
export function serviceFor(given: Submission): Service {
  const service = catalogue.service(given.service);
  if (!service) {
    throw new Problem('invalid-input', 'There is no such service.', [
      { pointer: '/service', detail: 'Not in the catalogue' },
    ]);
  }
  const errors = submissionErrors(service, given);
  if (errors.length > 0) throw new Problem('invalid-input', 'Please correct the fields named below.', errors);
  return service;
}

/** The new case, personal fields sealed and masked, its clock and its plan computed. Version 1. */
export async function newCase(number: string, given: Submission, user: User, at: Date): Promise<Case> {
  const service = serviceFor(given);
  const received = receivedAt(calendar, at);
  const promised = dueAt(calendar, service.limits.promised, received);
  const statutory = dueAt(calendar, service.limits.statutory, received);
  const { masked, values } = maskPersonal(given, service.form);
  return {
    application: {
      number,
      service: service.code,
      status: 'submitted',
      version: 1,
      channel: given.channel,
      language: given.language,
      owner: user.subject,
      submittedAt: at.toISOString(),
      changedAt: at.toISOString(),
      receivedAt: received.toISOString(),
      clock: {
        from: received.toISOString(),
        promised: service.limits.promised,
        statutory: service.limits.statutory,
      },
      promisedDueAt: promised.dueAt,
      statutoryDueAt: statutory.dueAt,
      provisional: promised.provisional || statutory.provisional,
      pauses: [],
      delivery: { method: given.delivery.method, status: 'pending' },
    },
    dossier: {
      ...masked,
      materials: given.materials,
      ...(given.onBehalfOf ? { onBehalfOf: given.onBehalfOf } : {}),
      plan: planApprovals(number, service, given.items),
      sealed: await seal(number, values),
    },
    reviews: [],
  };
}
