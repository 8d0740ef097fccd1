/** The other steps of a case: accepted, corrected, withdrawn, concluded. Rules without I/O. */

import type { DomainEvent } from '../cases/events.ts';
import { type ApplicationStatus, isFinal, openStatuses } from '../cases/status.ts';
import type { Application, Case, Change, Dossier, Review } from '../cases/types.ts';
import { allReviews, noChange } from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { dueAt } from '../clock/limits.ts';
import { backInReview, withReview } from './decide.ts';
import { cancel, factsOf, requestFree } from './requests.ts';

/** Accepts a submitted case and requests every review that waits for nothing. Repeated: nothing. */
export function accept(found: Case, calendar: Calendar, at: Date): Change {
  if (found.application.status !== 'submitted') return noChange;
  const free = requestFree(found.dossier.plan, found.reviews, calendar, at);
  return {
    application: { status: 'in-review' },
    reviews: free.reviews,
    events: [{ type: 'application.accepted', dueAt: found.application.promisedDueAt }, ...free.events],
  };
}

/**
 * The correction has arrived: each review that asked for one goes back to the department that asked, with the
 * time that it had left. A new request is overdue and escalated anew.
 */
export function receiveCorrection(
  found: Case,
  dossier: Partial<Dossier>,
  calendar: Calendar,
  at: Date,
): Change {
  const asked = found.reviews.filter(({ status }) => status === 'correction');
  if (asked.length === 0) return noChange;
  const resumed = asked.map(({ escalateAt, escalatedAt, ...review }): Review => {
    const left = review.clock?.left ?? { workingDays: 1 };
    return {
      ...review,
      status: 'requested',
      clock: { from: at.toISOString(), left },
      dueAt: dueAt(calendar, left, at).dueAt,
    };
  });
  return {
    dossier,
    application: backInReview(found.application, resumed.reduce(withReview, found.reviews), calendar, at),
    reviews: resumed,
    events: [
      { type: 'application.corrected' },
      ...resumed.map(
        (review): DomainEvent => ({
          type: 'review.requested',
          ...factsOf(review),
          dueAt: review.dueAt as string,
        }),
      ),
    ],
  };
}

/** Takes the case back at any time before its conclusion; every open or waiting review ends as cancelled. */
export function withdraw(found: Case, reason: string, at: Date): Change {
  if (!openStatuses.includes(found.application.status)) return noChange;
  const cancelled = cancel(found, () => true);
  return {
    application: { status: 'withdrawn', concludedAt: at.toISOString() },
    reviews: cancelled.reviews,
    events: [{ type: 'application.withdrawn', reason }, ...cancelled.events],
  };
}

/** How a case ends whose reviews are all final. */
export function conclusionOf(found: Pick<Case, 'dossier' | 'reviews'>): ApplicationStatus {
  const reviews = allReviews(found.dossier.plan, found.reviews);
  const endsAll = new Set(
    found.dossier.plan.filter(({ onRefusal }) => onRefusal === 'ends-all').map(({ id }) => id),
  );
  if (reviews.some(({ id, status }) => status === 'refused' && endsAll.has(id))) return 'refused';
  const approved = reviews.filter(({ status }) => status === 'approved').length;
  if (approved === reviews.length) return 'approved';
  return approved > 0 ? 'partly-approved' : 'refused';
}

/**
 * Concludes a case after the last review. Repeated, or after a withdrawal: nothing.
 * @throws Error while a review is still open: the workflow must not have come here.
 */
export function conclude(found: Case, at: Date): Change {
  if (!openStatuses.includes(found.application.status)) return noChange;
  const open = allReviews(found.dossier.plan, found.reviews).filter(({ status }) => !isFinal(status));
  if (open.length > 0) throw new Error(`Reviews still open: ${open.map(({ id }) => id).join(', ')}.`);
  const status = conclusionOf(found);
  const application: Partial<Application> = { status, concludedAt: at.toISOString() };
  return { application, events: [{ type: 'application.concluded', status }] };
}
