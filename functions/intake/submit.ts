/** Submission: what case it makes. */
import { randomInt } from 'node:crypto';
import { accept, acceptingReview, awaitAcceptance } from '../approvals/acceptance.ts';
import { stillFollowing } from '../approvals/following.ts';
import { planApprovals, planConditions } from '../approvals/plan.ts';
import type { DomainEvent } from '../cases/events.ts';
import { maskPersonal } from '../cases/personal.ts';
import { withAlarm } from '../cases/store.ts';
import { type Case, merged, type Party } from '../cases/types.ts';
import { calendar, centre } from '../catalogue/centre.ts';
import { derive } from '../catalogue/derive.ts';
import { dueAt, receivedAt } from '../clock/limits.ts';
import { seal } from '../platform/personal.ts';
import type { User } from '../platform/user.ts';
import type { Checked } from './check.ts';

/** Crockford's base 32: no letter that is mistaken for a digit when it is read out. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new application number: region, date of filing (Asia/Shanghai), eight random characters (40 bits). */
export function newNumber(region: string, at: Date): string {
  const local = new Date(at.getTime() + 8 * 3600 * 1000).toISOString();
  const day = local.slice(2, 10).replaceAll('-', '');
  const serial = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${region}-${day}-${serial}`;
}

/** How the person who submits has to do with the case. */
function partyOf({ subject, roles }: User): Party {
  if (roles.includes('clerk')) return { subject, relation: 'clerk' };
  return { subject, relation: roles.includes('agent') ? 'agent' : 'owner' };
}

/** The case as submitted, personal fields sealed and masked, its clock and its plan computed. */
async function submittedCase(
  number: string,
  { given, service, edition, editions }: Checked,
  user: User,
  at: Date,
): Promise<Case> {
  const received = receivedAt(calendar, at);
  const promised = dueAt(calendar, service.limits.promised, received);
  const statutory = dueAt(calendar, service.limits.statutory, received);
  const { masked, values } = maskPersonal(given, service.form);
  const { items, reasons, materials } = derive(service, given.form, given.items);
  const following = stillFollowing(materials, given.materials, [], calendar, received);
  const plan = planApprovals(number, service, items, centre.remindBefore);
  const conditions = planConditions(service, plan);
  return {
    application: {
      number,
      service: service.code,
      status: 'submitted',
      version: 1,
      dossierVersion: 1,
      round: 1,
      channel: given.channel,
      language: given.language,
      parties: [partyOf(user)],
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
      ...(following.length > 0 ? { following } : {}),
      conditions: conditions.map(({ code }) => ({ code, status: 'open' })),
      consignments: [],
    },
    dossier: {
      ...masked,
      materials: given.materials,
      plan,
      conditions,
      limits: service.limits,
      catalogue: {
        name: service.name,
        edition,
        ...(editions ? { editions } : {}),
        // What goes without saying is not kept.
        reasons: reasons.filter(({ applies, because }) => !applies || because),
      },
      sealed: await seal(number, values),
    },
    reviews: [],
    objections: [],
  };
}

/**
 * The new case with its first events, version 1. Where acceptance is automatic it is accepted and its first departments
 * are requested in the very transaction that makes it; where it is by hand, a department is asked for that.
 */
export async function newCase(
  number: string,
  checked: Checked,
  user: User,
  at: Date,
): Promise<{ created: Case; events: DomainEvent[] }> {
  const submitted = await submittedCase(number, checked, user, at);
  const accepting = acceptingReview(submitted.dossier, checked.service);
  const next = accepting
    ? awaitAcceptance(submitted, accepting, calendar, at)
    : accept(submitted, calendar, at);
  const created: Case = {
    ...submitted,
    application: { ...submitted.application, ...next.application },
    reviews: merged(submitted.reviews, next.reviews),
  };
  return {
    created: { ...created, application: withAlarm(created) },
    events: [{ type: 'application.submitted' }, ...next.events],
  };
}
