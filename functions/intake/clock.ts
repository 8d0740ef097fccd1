/** The clock of a case explained: every limit of the case and of its reviews, counted from the beginning. */
import { type DomainEvent, type EventType, isReviewEvent } from '../cases/events.ts';
import { allReviews, plannedOf } from '../cases/reviews.ts';
import type { Case, JournalEntry, Review } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import {
  type ExplainedExtension,
  type ExplainedPause,
  type Explanation,
  explain,
} from '../clock/explanation.ts';
import { type LimitKind, limitKinds } from '../clock/limits.ts';
import type { Pause, PauseCause } from '../clock/pauses.ts';
import type { Limits } from '../clock/schemas.ts';
import type { LocalText } from '../platform/text.ts';

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

const stops: Partial<Record<EventType, PauseCause>> = {
  'review.correction-asked': 'correction',
  'review.supplement-overdue': 'correction',
  'review.procedure-announced': 'special-procedure',
  'review.hearing-offered': 'special-procedure',
};
const goesOn: Partial<Record<EventType, readonly PauseCause[]>> = {
  'review.acceptance-requested': ['correction'],
  'review.requested': ['correction'],
  'review.procedure-ended': ['special-procedure'],
  'review.procedure-overrun': ['special-procedure'],
  'review.hearing-lapsed': ['special-procedure'],
  'review.decided': ['correction', 'special-procedure'],
  'review.cancelled': ['correction', 'special-procedure'],
};

type OfReview = ExplainedPause & { review: string };

/** When the clock of each review stood still, in whichever round, by the notices of the journal. */
export function pausesOf(
  journal: JournalEntry[],
  nameOf: (item: string) => LocalText | undefined,
): OfReview[] {
  const all: OfReview[] = [];
  const openOf = (review: string, cause: PauseCause) =>
    all.find((pause) => pause.review === review && pause.cause === cause && pause.to === undefined);
  for (const { at, events, version } of journal) {
    for (const event of events.filter(isReviewEvent)) {
      const { review, type } = event;
      for (const cause of goesOn[type] ?? []) {
        const open = openOf(review, cause);
        if (open) open.to = at;
      }
      const cause = stops[type];
      if (!cause || openOf(review, cause)) continue;
      const item = 'item' in event ? nameOf(event.item) : undefined;
      const procedure =
        type === 'review.hearing-offered' ? 'hearing' : 'procedure' in event ? event.procedure : undefined;
      const notice = { version, ...(item ? { item } : {}), ...(procedure ? { procedure } : {}) };
      all.push({ from: at, cause, review, notice });
    }
  }
  return all;
}

type Extending = Extract<DomainEvent, { type: 'application.extended' | 'review.extended' }>;

/** Extensions of a limit, by the journal. */
const extensionsOf = (journal: JournalEntry[], isOf: (event: Extending) => boolean): ExplainedExtension[] =>
  journal.flatMap(({ at, events }) =>
    events.flatMap((event) =>
      (event.type === 'application.extended' || event.type === 'review.extended') && isOf(event)
        ? [{ days: event.days, at }]
        : [],
    ),
  );

/** What counts after the end of something does not belong to it. */
const before = (end: string | undefined, pauses: ExplainedPause[]): ExplainedPause[] =>
  end === undefined
    ? pauses
    : pauses
        .filter(({ from }) => from < end)
        .map((pause) => ({ ...pause, to: pause.to === undefined || pause.to > end ? end : pause.to }));

const explained = (scope: string, explainKind: (kind: LimitKind) => Explanation): ExplainedLimit[] =>
  limitKinds.map((kind) => ({ scope, kind, ...explainKind(kind) }));

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
  const told = pausesOf(journal, (item) => plannedOf(dossier, item)?.name);
  const noticeOf = (pause: Pause): ExplainedPause => {
    const { notice } =
      told.find(
        ({ cause, from, review }) => cause === pause.cause && from === pause.from && review === pause.review,
      ) ?? {};
    return notice ? { ...pause, notice } : pause;
  };
  const ofCase = (limits: Limits): ExplainedLimit[] => {
    const pauses = before(application.concludedAt, application.pauses.map(noticeOf));
    return explained('case', (kind) => {
      const extensions = extensionsOf(
        journal,
        (event) => event.type === 'application.extended' && event.limit === kind,
      );
      return explain(calendar, limits[kind], new Date(application.submittedAt), pauses, extensions);
    });
  };
  const first = firstRequests(journal);
  const ofReview = ({ id, item, decidedAt }: Review): ExplainedLimit[] => {
    const [limits, requestedAt] = [plannedOf(dossier, item)?.limits, first.get(id)];
    if (!limits || requestedAt === undefined) return [];
    const own = before(
      decidedAt,
      // A notice before the acceptance lies before its request.
      told.filter(({ from, review }) => review === id && from >= requestedAt),
    );
    const extensions = extensionsOf(
      journal,
      (event) => event.type === 'review.extended' && event.review === id,
    );
    return explained(id, (kind) => explain(calendar, limits[kind], new Date(requestedAt), own, extensions));
  };
  return [
    ...(dossier.limits ? ofCase(dossier.limits) : []),
    ...allReviews(found)
      .filter(({ department }) => !only || only.includes(department))
      .flatMap(ofReview),
  ];
}
