/** An application as its people see it: personal fields masked, no token, no key of an index. */
import { isOpenPause } from '../clock/pauses.ts';
import type { Actor, DomainEvent } from './events.ts';
import { allReviews, currentReviews, placeOf, plannedOf } from './reviews.ts';
import { openStatuses, outcomes } from './status.ts';
import type {
  Application,
  Case,
  Consignment,
  JournalEntry,
  PlannedReview,
  Procedure,
  Review,
} from './types.ts';

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
    ...(application.overdue ? { overdue: application.overdue } : {}),
    ...(application.conclusion ? { conclusion: application.conclusion } : {}),
  };
}

/** What approved reviews hand out, with what each is called; nothing of a review that lost its effect. */
function outputsOf({ dossier, reviews }: Case, places: string[]) {
  return places.flatMap((place) => {
    const review = reviews.find((each) => placeOf(each.id) === place);
    const planned = review && plannedOf(dossier, review.item);
    if (review?.status !== 'approved' || !planned?.output) return [];
    return [{ item: planned.item, ...planned.output, ...(review.output ? { facts: review.output } : {}) }];
  });
}

const approvedPlaces = (found: Case): string[] =>
  currentReviews(found)
    .filter(({ status }) => status === 'approved')
    .map(({ id }) => placeOf(id));

/** What the applicant is told of a special procedure; who chairs it stays inside. */
const announcement = ({ chair, ...told }: Procedure): Omit<Procedure, 'chair'> => told;

/** What the department has said last, and why. An approval that lost its effect was one all the same. */
function outcomeView({ status, procedure, decidedAt, reason }: Omit<Review, 'id' | 'item' | 'department'>) {
  const said = procedure ? 'special-procedure' : status === 'cancelled' && decidedAt ? 'approved' : status;
  const outcome = outcomes.find((each) => each === said);
  return { ...(outcome ? { outcome } : {}), ...(reason ? { reason } : {}) };
}

function reviewsView(found: Case) {
  return allReviews(found).map(
    ({ asked, because, decidedAt, department, dossierVersion, dueAt, extension, id, item, ...review }) => ({
      id,
      item,
      name: plannedOf(found.dossier, item)?.name,
      department,
      status: review.status,
      round: review.round,
      dueAt: dueAt ?? null,
      ...outcomeView({ ...review, ...(decidedAt ? { decidedAt } : {}) }),
      ...(dossierVersion ? { dossierVersion } : {}),
      ...(decidedAt ? { decidedAt } : {}),
      // What the notice asks for; nobody else's matter than the applicant's.
      ...(review.status === 'correction' && asked ? { asked } : {}),
      ...(review.procedure ? { procedure: announcement(review.procedure) } : {}),
      ...(review.hearing ? { hearing: review.hearing } : {}),
      ...(extension ? { extension: { days: extension.days, at: extension.at } } : {}),
      ...(because ? { because } : {}),
      ...(review.refusedItem ? { refusedItem: review.refusedItem } : {}),
    }),
  );
}

const consignmentView = (found: Case, { id, method, status, trackingNumber, reviews }: Consignment) => ({
  id,
  method,
  status,
  ...(trackingNumber ? { trackingNumber } : {}),
  outputs: outputsOf(found, reviews),
});

/** The summary of the latest consignment that travels; before there is one, what was chosen. */
function deliveryView({ application, dossier }: Case) {
  const latest =
    application.consignments.findLast(({ method }) => method !== 'electronic') ??
    application.consignments.at(-1);
  return {
    ...dossier.delivery,
    ...(latest
      ? {
          method: latest.method,
          status: latest.status,
          ...(latest.trackingNumber ? { trackingNumber: latest.trackingNumber } : {}),
          ...(latest.parcel ? { parcel: latest.parcel } : {}),
        }
      : { status: 'pending' as const }),
  };
}

function conditionsView({ application, dossier }: Case) {
  return application.conditions.map(({ code, status, metAt }) => ({
    code,
    name: dossier.conditions.find((planned) => planned.code === code)?.name ?? { zh: code, en: code },
    status,
    ...(metAt ? { metAt } : {}),
  }));
}

function acceptanceView({ application: { acceptance }, reviews }: Case) {
  const accepting = reviews.find(({ id }) => id === acceptance?.review);
  if (!acceptance || !accepting) return {};
  const { review, status, at, silence } = acceptance;
  const isRunning = status === 'awaited' && accepting.status === 'waiting' && accepting.dueAt;
  return {
    acceptance: {
      review,
      department: accepting.department,
      status,
      ...(isRunning ? { dueAt: accepting.dueAt } : {}),
      ...(at ? { at } : {}),
      ...(silence ? { silence } : {}),
    },
  };
}

/** What has still to follow, by whom it is asked for and by when; nothing once the case is over. */
function followingView({ application }: Case) {
  const isOpen = openStatuses.includes(application.status);
  return isOpen && application.following ? { following: application.following } : {};
}

/** The whole application. */
export function view(found: Case) {
  const { application, dossier } = found;
  return {
    ...summary(application),
    channel: application.channel,
    language: application.language,
    dossierVersion: application.dossierVersion,
    round: application.round,
    applicant: dossier.applicant,
    form: dossier.form,
    materials: dossier.materials.map(({ code, id }) => (id ? { code, id } : { code })),
    ...(dossier.onBehalfOf ? { onBehalfOf: dossier.onBehalfOf } : {}),
    reviews: reviewsView(found),
    derivation: dossier.catalogue?.reasons ?? [],
    ...acceptanceView(found),
    ...followingView(found),
    conditions: conditionsView(found),
    clock: {
      receivedAt: application.receivedAt,
      dueAt: application.promisedDueAt,
      statutoryDueAt: application.statutoryDueAt,
      provisional: application.provisional,
      running: !application.concludedAt && !application.pauses.some(isOpenPause),
      pauses: application.pauses,
      overdue: application.overdue ?? null,
      ...(application.extendedBy ? { extendedBy: application.extendedBy } : {}),
    },
    delivery: deliveryView(found),
    consignments: application.consignments.map((consignment) => consignmentView(found, consignment)),
    objections: found.objections.map(({ id, reviews, status, filedAt, decidedAt }) => ({
      id,
      reviews,
      status,
      filedAt,
      ...(decidedAt ? { decidedAt } : {}),
    })),
    outputs: outputsOf(found, approvedPlaces(found)),
    licences: [],
    concludedAt: application.concludedAt ?? null,
  };
}

/**
 * The application as somebody sees it who acts on a part of it and may not read it: these items, with the fields and
 * materials that each names, and what comes of them. Nothing of where it is sent.
 */
export function partialView(found: Case, plan: PlannedReview[]) {
  const { application, dossier } = found;
  const items = new Set(plan.map(({ item }) => item));
  const departments = new Set(plan.map(({ department }) => department));
  const [fields, materials] = [plan.flatMap((each) => each.fields), plan.flatMap((each) => each.materials)];
  // Also those that wait, with the round that the whole plan gives them.
  const reviews = allReviews(found).filter(({ item }) => items.has(item));
  const ids = new Set(reviews.map(({ id }) => id));
  const places = new Set(reviews.map(({ id }) => placeOf(id)));
  const isOwn = (code: string): boolean =>
    dossier.conditions.some((each) => each.code === code && departments.has(each.department ?? ''));
  const { onBehalfOf, catalogue, ...rest } = dossier;
  return view({
    application: {
      ...application,
      conditions: application.conditions.filter(({ code }) => isOwn(code)),
      ...(application.following
        ? { following: application.following.filter((each) => each.items.some((item) => items.has(item))) }
        : {}),
      consignments: application.consignments.filter((each) =>
        each.reviews.some((place) => places.has(place)),
      ),
    },
    dossier: {
      ...rest,
      plan,
      form: Object.fromEntries(Object.entries(dossier.form).filter(([name]) => fields.includes(name))),
      materials: dossier.materials.filter(({ code }) => materials.includes(code)),
      delivery: { method: dossier.delivery.method },
      ...(catalogue
        ? {
            catalogue: {
              ...catalogue,
              reasons: (catalogue.reasons ?? []).filter(({ item }) => items.has(item)),
            },
          }
        : {}),
    },
    reviews,
    objections: found.objections.filter((each) => each.reviews.some((id) => ids.has(id))),
  });
}

/** Who did it: the capacity, and for a department which one. A user's subject stays inside. */
const by = ({ capacity, department }: Actor): string => (department ? `${capacity}:${department}` : capacity);

/** An event without the people whom it names: they stay inside, as whoever did it does; so does whose desk a review lies on. */
function told(event: DomainEvent): Omit<DomainEvent, 'chair' | 'approvedBy' | 'officer'> {
  const { chair, approvedBy, officer, ...rest } = event as DomainEvent & {
    chair?: string;
    approvedBy?: string;
    officer?: string;
  };
  return rest;
}

/** What is between the centre and a department, and nothing that happens to the applicant. */
const inside: readonly DomainEvent['type'][] = ['review.due-soon'];

/** Journal entries as timeline items, oldest first. @param isWhole for operators: also what is inside */
export function timeline(entries: JournalEntry[], isWhole: boolean) {
  const isShown = ({ type }: DomainEvent): boolean => isWhole || !inside.includes(type);
  return entries.flatMap((entry) =>
    entry.events
      .filter(isShown)
      .map((event) => ({ at: entry.at, by: by(entry.by), version: entry.version, ...told(event) })),
  );
}
