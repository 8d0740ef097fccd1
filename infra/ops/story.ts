/** The story of a case as an operator needs it: who holds it up, what it has sent, what comes next. No I/O. */
import { missingEffects, unreleased } from '../../functions/approvals/watch.ts';
import { caseDue, lookDue, reviewDue } from '../../functions/cases/alarm.ts';
import { allReviews } from '../../functions/cases/reviews.ts';
import type { Case } from '../../functions/cases/types.ts';
import { timeline } from '../../functions/cases/views.ts';
import { type Holder, holdersOf } from './holders.ts';
import type { Execution, Found } from './read.ts';

export type Story = {
  number: string;
  service: string;
  status: string;
  version: number;
  submittedAt: string;
  promisedDueAt: string;
  statutoryDueAt: string;
  overdue: 'promised' | 'statutory' | null;
  heldBy: Holder[];
  /** Effects that have left no trace, in words; `npm run ops -- repair` causes them again. */
  missing: string[];
  next: { at: string; what: string }[];
  reviews: {
    id: string;
    item: string;
    department: string;
    status: string;
    round: number;
    dueAt?: string;
    /** Subject of the officer to whom it was handed over. */
    officer?: string;
  }[];
  executions: (Execution & { link: string })[];
  messages: Found['messages'];
  webhooks: Found['deliveries'];
  consignments: Case['application']['consignments'];
  timeline: ReturnType<typeof timeline>;
};

/** What becomes due, the next first. */
function nextOf(found: Case): Story['next'] {
  const { application } = found;
  const reviews = found.reviews.flatMap((review) =>
    reviewDue(review).map((at) => ({
      at,
      what:
        review.status === 'requested'
          ? `${review.department} is overdue with ${review.item} and is reminded`
          : `${review.item} of ${review.department} is escalated to the operators`,
    })),
  );
  const own = caseDue(application).map((at) => ({
    at,
    what: `the ${application.overdue ? 'statutory' : 'promised'} limit of the case is over`,
  }));
  const look = lookDue(found)
    .toSorted()
    .slice(0, 1)
    .map((at) => ({ at, what: 'the watch looks whether everything has had its effects' }));
  return [...reviews, ...own, ...look].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** Effects without a trace, younger than ten minutes ones included: they may still be on their way. */
export function missingOf({ found, journal, traces }: Found): string[] {
  const after = found.application.watched?.version ?? 0;
  const entries = journal.filter(({ version }) => version > after);
  return [
    ...missingEffects(found, entries, traces).map(
      ({ missing, version }) => `${missing} of version ${version}`,
    ),
    ...unreleased(found, traces).map((review) => `release of ${review}`),
  ];
}

/** @param linkOf where an execution is shown */
export function storyOf(whole: Found, linkOf: (name: string) => string): Story {
  const { found, journal, messages, deliveries, executions } = whole;
  const { application } = found;
  return {
    number: application.number,
    service: application.service,
    status: application.status,
    version: application.version,
    submittedAt: application.submittedAt,
    promisedDueAt: application.promisedDueAt,
    statutoryDueAt: application.statutoryDueAt,
    overdue: application.overdue ?? null,
    heldBy: holdersOf(whole),
    missing: missingOf(whole),
    next: nextOf(found),
    reviews: allReviews(found).map(({ id, item, department, status, round, dueAt, assignee }) => ({
      id,
      item,
      department,
      status,
      round,
      ...(dueAt ? { dueAt } : {}),
      ...(assignee ? { officer: assignee.officer } : {}),
    })),
    executions: executions.map((each) => ({ ...each, link: linkOf(each.name) })),
    messages,
    webhooks: deliveries,
    consignments: application.consignments,
    timeline: timeline(journal, true),
  };
}
