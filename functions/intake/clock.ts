/** The clock of a case explained: every limit of the case and of its reviews, counted from the beginning. */
import { allReviews, plannedOf } from '../cases/reviews.ts';
import type { Case, JournalEntry, Review } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { type Explanation, explain } from '../clock/explanation.ts';
import { type LimitKind, limitKinds } from '../clock/limits.ts';
import type { Limits } from '../clock/schemas.ts';

export type ExplainedLimit = { scope: string; kind: LimitKind } & Explanation;

/** When each review was first requested: a request that is repeated does not begin its clock anew. */
export function firstRequests(journal: JournalEntry[]): Map<string, string> {
  const first = new Map<string, string>();
  for (const { at, events } of journal) {
    for (const event of events) {
      if (event.type === 'review.requested' && !first.has(event.review)) first.set(event.review, at);
    }
  }
  return first;
}

/** What counts after the end of something does not belong to it. */
const before = (end: string | undefined, pauses: Case['application']['pauses']) =>
  end === undefined
    ? pauses
    : pauses
        .filter(({ from }) => from < end)
        .map((pause) => ({ ...pause, to: pause.to === undefined || pause.to > end ? end : pause.to }));

function explained(scope: string, limits: Limits, explainKind: (kind: LimitKind) => Explanation) {
  return limitKinds
    .filter((kind) => kind in limits)
    .map((kind): ExplainedLimit => ({ scope, kind, ...explainKind(kind) }));
}

function ofReview(
  { application, dossier }: Case,
  review: Review,
  requestedAt: string | undefined,
  calendar: Calendar,
): ExplainedLimit[] {
  const planned = plannedOf(dossier, review.item);
  if (!planned || requestedAt === undefined) return [];
  const own = before(
    review.decidedAt,
    application.pauses.filter((pause) => pause.review === review.id),
  );
  return explained(review.id, planned.limits, (kind) =>
    explain(calendar, planned.limits[kind], new Date(requestedAt), own, review.extension?.days),
  );
}

/**
 * Every limit that has begun: the two of the case, and the two of each review that was requested.
 * @param only departments whose reviews are told; undefined: all
 */
export function explainedLimits(
  found: Case,
  journal: JournalEntry[],
  calendar: Calendar,
  only?: string[],
): ExplainedLimit[] {
  const { application, dossier } = found;
  const { limits } = dossier;
  const pauses = before(application.concludedAt, application.pauses);
  const first = firstRequests(journal);
  return [
    ...(limits
      ? explained('case', limits, (kind) =>
          explain(
            calendar,
            limits[kind],
            new Date(application.submittedAt),
            pauses,
            application.extendedBy?.[kind],
          ),
        )
      : []),
    ...allReviews(found)
      .filter(({ department }) => !only || only.includes(department))
      .flatMap((review) => ofReview(found, review, first.get(review.id), calendar)),
  ];
}
