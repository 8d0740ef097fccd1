/** An application as its people see it: personal fields masked, no token, no key of an index. */

import type { Actor } from './events.ts';
import { type Application, allReviews, type Case, type JournalEntry } from './types.ts';

/** As it stands in a list, and in the answer to a submission. */
export function summary(application: Application) {
  return {
    id: application.number,
    number: application.number,
    service: application.service,
    status: application.status,
    version: application.version,
    submittedAt: application.submittedAt,
    dueAt: application.promisedDueAt,
  };
}

/** Outputs granted so far, with what each is called. */
function outputs({ dossier, reviews }: Case) {
  return dossier.plan.flatMap((planned) => {
    const review = reviews.find(({ id }) => id === planned.id);
    if (review?.status !== 'approved' || !planned.output) return [];
    return [{ item: planned.item, ...planned.output, ...(review.output ? { facts: review.output } : {}) }];
  });
}

/** The whole application. */
export function view(found: Case) {
  const { application, dossier } = found;
  const names = new Map(dossier.plan.map((planned) => [planned.id, planned.name]));
  return {
    ...summary(application),
    channel: application.channel,
    language: application.language,
    applicant: dossier.applicant,
    form: dossier.form,
    materials: dossier.materials.map(({ code, id }) => ({ code, ...(id ? { id } : {}) })),
    ...(dossier.onBehalfOf ? { onBehalfOf: dossier.onBehalfOf } : {}),
    reviews: allReviews(dossier.plan, found.reviews).map(
      ({ id, item, department, status, dueAt, decidedAt }) => ({
        id,
        item,
        name: names.get(id),
        department,
        status,
        dueAt: dueAt ?? null,
        ...(decidedAt ? { decidedAt } : {}),
      }),
    ),
    clock: {
      receivedAt: application.receivedAt,
      dueAt: application.promisedDueAt,
      statutoryDueAt: application.statutoryDueAt,
      provisional: application.provisional,
      running: !application.concludedAt && application.pauses.every(({ to }) => to !== undefined),
      pauses: application.pauses,
      overdue: application.overdue ?? null,
    },
    delivery: { ...dossier.delivery, ...application.delivery },
    outputs: outputs(found),
    concludedAt: application.concludedAt ?? null,
  };
}

/** Who did it: the kind, and for a department which one. A user's subject stays inside. */
const by = ({ kind, id }: Actor): string =>
  kind === 'department' || kind === 'officer' ? `${kind}:${id ?? ''}` : kind;

/** Journal entries as timeline items, oldest first. */
export function timeline(entries: JournalEntry[]) {
  return entries.flatMap((entry) =>
    entry.events.map((event) => ({ at: entry.at, by: by(entry.by), version: entry.version, ...event })),
  );
}
