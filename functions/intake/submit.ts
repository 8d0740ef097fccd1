/** Submission: what case it makes. */
import { randomInt } from 'node:crypto';
import { planApprovals } from '../approvals/plan.ts';
import { maskPersonal } from '../cases/personal.ts';
import type { Case } from '../cases/types.ts';
import { calendar } from '../catalogue/catalogue.ts';
import type { Service } from '../catalogue/schemas.ts';
import { dueAt, receivedAt } from '../clock/limits.ts';
import { seal } from '../platform/personal.ts';
import type { User } from '../platform/user.ts';
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

/** The new case, personal fields sealed and masked, its clock and its plan computed. Version 1. */
export async function newCase(
  number: string,
  { given, service }: { given: Submission; service: Service },
  user: User,
  at: Date,
): Promise<Case> {
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
      plan: planApprovals(number, service, given.items),
      sealed: await seal(number, values),
    },
    reviews: [],
  };
}
