/**
 * Acceptance by hand (行政许可法 art. 32), where the catalogue says so. The case stays submitted until one department
 * accepts it, does not accept it with a reason, or asks once for everything that is to be corrected. Silence for as
 * long as the law gives means accepted. Rules without I/O.
 */
import { acceptanceDue, isAcceptanceAwaited } from '../cases/alarm.ts';
import type { DomainEvent } from '../cases/events.ts';
import { firstRound } from '../cases/reviews.ts';
import {
  type Acceptance,
  type Application,
  type Case,
  type Change,
  type Dossier,
  noChange,
  type PlannedReview,
  type Review,
} from '../cases/types.ts';
import type { Service } from '../catalogue/schemas.ts';
import type { Calendar } from '../clock/calendar.ts';
import * as law from '../clock/law.ts';
import { standingStillFor } from '../clock/pauses.ts';
import type { TimeLimit } from '../clock/schemas.ts';
import { Problem } from '../platform/problems.ts';
import { cancel, factsOf, running } from './requests.ts';
import type { Decision } from './schemas.ts';
import { settle } from './settle.ts';

/**
 * Whose department accepts: of those that are asked first, the one that leads its stage, else the first. Undefined
 * where acceptance is automatic, or where nobody is asked before something outside has come true.
 */
export function acceptingReview(
  dossier: Pick<Dossier, 'plan' | 'conditions'>,
  { acceptance, items, stages }: Pick<Service, 'acceptance' | 'items' | 'stages'>,
): PlannedReview | undefined {
  if (acceptance !== 'by-hand') return undefined;
  const [first, ...others] = firstRound(dossier);
  if (!first) return undefined;
  const stage = items.find(({ code }) => code === first.item)?.stage;
  const lead = stages.find(({ code }) => code === stage)?.lead;
  return others.find(({ item }) => item === lead) ?? first;
}

/** The event that asks a department to accept. */
export const acceptanceRequest = (review: Review): DomainEvent => ({
  type: 'review.acceptance-requested',
  ...factsOf(review),
  dueAt: review.dueAt ?? '',
  dossierVersion: review.dossierVersion ?? 1,
});

/** The accepting review with its clock running from `at`: it waits, with a day by which silence means accepted. */
export const awaiting = (review: Review, left: TimeLimit, calendar: Calendar, at: Date): Review => ({
  ...running(review, left, calendar, at),
  status: 'waiting',
  requestedAt: at.toISOString(),
});

/** The department is asked whether it accepts what was submitted. */
export function awaitAcceptance(
  found: Case,
  { id, item, department }: PlannedReview,
  calendar: Calendar,
  at: Date,
): Change {
  const { dossierVersion } = found.application;
  const review = awaiting(
    {
      id,
      item,
      department,
      round: 1,
      status: 'waiting',
      dossierVersion,
      firstDossierVersion: dossierVersion,
    },
    { workingDays: law.acceptance.workingDays },
    calendar,
    at,
  );
  return {
    application: { acceptance: { review: id, status: 'awaited' } },
    reviews: [review],
    events: [acceptanceRequest(review)],
  };
}

/** The acceptance itself, and the opening of the first round. */
function acceptanceEvents({ application, dossier }: Case, silence: boolean): DomainEvent[] {
  const reviews = firstRound(dossier).map(({ id }) => id);
  return [
    {
      type: 'application.accepted',
      dueAt: application.promisedDueAt,
      ...(silence ? { silence: true, receivedAt: application.receivedAt } : {}),
    },
    ...(reviews.length > 0 ? [{ type: 'round.opened' as const, round: 1, reviews }] : []),
  ];
}

/** Accepts a submitted case, opens its first round and requests every review that waits for nothing. Repeated: nothing. */
export function accept(found: Case, calendar: Calendar, at: Date): Change {
  if (found.application.status !== 'submitted') return noChange;
  return settle(found, { events: acceptanceEvents(found, false) }, calendar, at);
}

/** A review that was only asked whether it accepts: from now on it waits for its turn as every other does. */
function notAsked(review: Review): Review {
  const { requestedAt, dueAt, clock, provisional, dossierVersion, firstDossierVersion, ...rest } = review;
  return { ...rest, status: 'waiting' };
}

const isOver = (found: Case, at: Date): boolean =>
  acceptanceDue(found).some((due) => due <= at.toISOString());

function acceptedByHand(found: Case, acceptance: Acceptance, calendar: Calendar, at: Date): Change {
  const silence = isOver(found, at);
  const change: Change = {
    application: {
      acceptance: {
        ...acceptance,
        status: 'accepted',
        at: at.toISOString(),
        ...(silence ? { silence: true } : {}),
      },
    },
    reviews: found.reviews.filter(({ id }) => id === acceptance.review).map(notAsked),
    events: acceptanceEvents(found, silence),
  };
  return settle(found, change, calendar, at);
}

/** Nobody has said anything in time: accepted, by the law. Before that: nothing. */
export function acceptBySilence(found: Case, calendar: Calendar, at: Date): Change {
  const { acceptance } = found.application;
  return acceptance && isOver(found, at) ? acceptedByHand(found, acceptance, calendar, at) : noChange;
}

function notAccepted(
  found: Case,
  acceptance: Acceptance,
  reason: string,
  calendar: Calendar,
  at: Date,
): Change {
  const { application } = found;
  const cancelled = cancel(found, () => ({ because: 'not-accepted' }));
  const now = at.toISOString();
  const changed: Partial<Application> = {
    ...standingStillFor([], application, calendar, at),
    status: 'not-accepted',
    acceptance: { ...acceptance, status: 'not-accepted', at: now },
    concludedAt: now,
  };
  return {
    application: changed,
    reviews: cancelled.reviews.map((review) =>
      review.id === acceptance.review ? { ...review, reason } : review,
    ),
    events: [{ type: 'application.not-accepted', reason }, ...cancelled.events],
  };
}

/** Whether a review's department has to say first whether it accepts. */
export const accepts = ({ application }: Pick<Case, 'application'>, { id }: Pick<Review, 'id'>): boolean =>
  isAcceptanceAwaited(application) && application.acceptance?.review === id;

/** Whether an outcome is of an acceptance alone. */
export const isAcceptance = (outcome: Decision['outcome']): boolean =>
  outcome === 'accepted' || outcome === 'not-accepted';

/** Whether a department that has to accept may answer so. */
export const isAnswer = (outcome: Decision['outcome']): boolean =>
  isAcceptance(outcome) || outcome === 'correction';

/** @throws Problem wrong-state for what cannot be said of an application that is not accepted yet, or any more */
export function requireAnswerable(found: Case, review: Review, { outcome }: Decision, at: Date): void {
  if (!isAnswer(outcome)) {
    throw new Problem(
      'wrong-state',
      'The application is not accepted yet: accept it, do not accept it, or ask once for corrections.',
    );
  }
  if (review.status === 'correction') {
    throw new Problem('wrong-state', 'The correction that was asked for has not come yet.');
  }
  if (outcome !== 'accepted' && isOver(found, at)) {
    throw new Problem('wrong-state', 'The time to say so is over: by the law the application is accepted.');
  }
  if (outcome === 'correction' && found.application.acceptance?.noticed) {
    throw new Problem(
      'wrong-state',
      'Corrections were asked for once before the acceptance: accept the application, or do not.',
    );
  }
}

/**
 * What the accepting department says, of what may be said ({@link requireAnswerable}).
 * @param askForCorrection what a notice does to the review
 */
export function answerAcceptance(
  found: Case,
  decision: Decision,
  askForCorrection: () => Change,
  calendar: Calendar,
  at: Date,
): Change {
  const acceptance = found.application.acceptance as Acceptance;
  switch (decision.outcome) {
    case 'accepted':
      return acceptedByHand(found, acceptance, calendar, at);
    case 'not-accepted':
      return notAccepted(found, acceptance, decision.reason ?? '', calendar, at);
    default: {
      const asked = askForCorrection();
      const noticed: Acceptance = { ...acceptance, noticed: true };
      return settle(found, { ...asked, application: { acceptance: noticed } }, calendar, at);
    }
  }
}
