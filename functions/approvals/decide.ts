/** A department's decision: what it does to its review, to the reviews behind it, and to the case. */
import type { DomainEvent } from '../cases/events.ts';
import { allReviews, currentReviews, dependantsOf, plannedOf, pointerOf } from '../cases/reviews.ts';
import {
  type Asked,
  type Case,
  type Change,
  merged,
  noChange,
  type PlannedReview,
  type Procedure,
  type Review,
  type TakenDecision,
} from '../cases/types.ts';
import type { Calendar } from '../clock/calendar.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { accepts, answerAcceptance, requireAnswerable } from './acceptance.ts';
import { requireComplete } from './complete.ts';
import { extend } from './extension.ts';
import { requireArrived } from './following.ts';
import { hearing, offerHearing, requireHearing } from './hearing.ts';
import { announcedProcedure, forbidChair, requireProcedure } from './procedures.ts';
import { cancel, factsOf, revokeApproved, running, standing } from './requests.ts';
import type { Decision } from './schemas.ts';
import { settle } from './settle.ts';

/**
 * A decision as it came in: its key and digest recognise a repetition; the subject is the officer's, where one
 * decided.
 */
export type Submitted = { decision: Decision; key: string; hash: string; subject?: string };

/** Repetitions come soon; so many decisions of one review are remembered. */
const remembered = 4;

/** Whether a review still is as its last decision left it; a procedure that took too long has ended without one. */
const stands = (review: Review, { status }: TakenDecision): boolean =>
  review.status === status && (status !== 'requested' || review.overrun === undefined);

/**
 * This very decision, if it was taken before. Same key, other content: a fault of the sender. The same words by
 * another key are a repetition for as long as the review stands as they left it.
 * @throws Problem idempotency-key-reused
 */
export function takenBefore(review: Review, { key, hash }: Submitted): TakenDecision | undefined {
  const taken = review.decisions ?? [];
  const sameKey = taken.find((each) => each.key === key);
  if (sameKey && sameKey.hash !== hash) {
    throw new Problem('idempotency-key-reused', 'This id was used with another decision.');
  }
  const last = taken[0];
  return sameKey ?? (last?.hash === hash && stands(review, last) ? last : undefined);
}

/** @throws Problem wrong-state unless the department is at work on this review and it is the item's latest. */
function requireOpen(found: Case, review: Review): void {
  const isCurrent = currentReviews(found).includes(review);
  if (isCurrent && (review.status === 'requested' || review.status === 'overdue')) return;
  throw new Problem('wrong-state', `The review is ${review.status}; it takes no decision.`);
}

/** @throws Problem precondition-failed when something else was reviewed than what is there now. */
function requireVersion(review: Review, reviewed: number | undefined): void {
  if ((reviewed ?? review.firstDossierVersion) === review.dossierVersion) return;
  throw new Problem(
    'precondition-failed',
    `The dossier was corrected: it is at version ${review.dossierVersion}. Read the review again and decide on that.`,
  );
}

/**
 * Takes a decision at any time while the review is open, overdue or not, and once only.
 * @throws Problem not-found, wrong-state (not asked yet, or decided or cancelled), precondition-failed (of an older
 *   dossier), invalid-input, idempotency-key-reused, forbidden (to who chaired its hearing)
 */
export function decide(
  found: Case,
  reviewId: string,
  submitted: Submitted,
  calendar: Calendar,
  at: Date,
): Change {
  const review = allReviews(found).find(({ id }) => id === reviewId);
  const planned = review && plannedOf(found.dossier, review.item);
  if (!review || !planned) throw notFound('review');
  if (takenBefore(review, submitted)) return noChange;
  const { decision } = submitted;
  if (accepts(found, review)) return answerOf(found, planned, review, submitted, calendar, at);
  requireOpen(found, review);
  requireVersion(review, decision.dossierVersion);
  requireHearing(planned, review, decision, at);
  requireProcedure(review, decision);
  forbidChair(review, submitted.subject);
  requireComplete(planned, decision);
  requireArrived(found, review, decision);
  return settle(found, outcomeOf(found, planned, review, submitted, calendar, at), calendar, at);
}

/** The decision as it is remembered, with the status to which it led. */
const remember = (review: Review, { key, hash }: Submitted): Review => ({
  ...review,
  decisions: [{ key, hash, status: review.status }, ...(review.decisions ?? []).slice(0, remembered - 1)],
});

/** What a department says that has to accept the application first. */
function answerOf(
  found: Case,
  planned: PlannedReview,
  review: Review,
  submitted: Submitted,
  calendar: Calendar,
  at: Date,
): Change {
  const { decision } = submitted;
  requireAnswerable(found, review, decision, at);
  requireVersion(review, decision.dossierVersion);
  requireComplete(planned, decision);
  const asked = (): Change =>
    askForCorrection(
      standing({ ...because(review, decision), status: 'correction' }, calendar, at),
      planned,
      decision,
    );
  const change = answerAcceptance(found, decision, asked, calendar, at);
  const reviews = (change.reviews ?? []).map((each) =>
    each.id === review.id ? remember(each, submitted) : each,
  );
  return { ...change, reviews };
}

function outcomeOf(
  found: Case,
  planned: PlannedReview,
  review: Review,
  submitted: Submitted,
  calendar: Calendar,
  at: Date,
): Change {
  const { decision, subject } = submitted;
  const decidedAt = at.toISOString();
  switch (decision.outcome) {
    case 'approved':
    case 'refused': {
      const taken = remember(
        {
          ...because(review, decision),
          status: decision.outcome,
          decidedAt,
          ...(subject ? { decidedBy: subject } : {}),
        },
        submitted,
      );
      return decision.outcome === 'approved'
        ? approve(taken, decision)
        : refuse(found, planned, taken, decision);
    }
    case 'correction':
      return askForCorrection(
        remember(standing({ ...because(review, decision), status: 'correction' }, calendar, at), submitted),
        planned,
        decision,
      );
    case 'special-procedure':
      return announce(
        remember({ ...standing(because(review, decision), calendar, at), status: 'requested' }, submitted),
        decision,
        announcedProcedure(review, decision, subject, calendar, at),
      );
    case 'hearing-offered':
      return offerHearing(
        remember({ ...standing(because(review, decision), calendar, at), status: 'requested' }, submitted),
        decision,
        calendar,
        at,
      );
    case 'accepted':
    case 'not-accepted':
      throw new Problem('wrong-state', 'Nothing waits here to be accepted.');
    case 'extension': {
      const change = extend(found, review, decision, subject, calendar, at);
      return { ...change, reviews: change.reviews?.map((each) => remember(each, submitted)) ?? [] };
    }
    case 'procedure-ended':
      return resume(
        remember(
          review.procedure
            ? running(review, review.clock?.left ?? planned.limits.promised, calendar, at)
            : review,
          submitted,
        ),
        review,
        decision,
        at,
      );
  }
}

/** A review with the reason that it was given last, or with none. */
function because({ reason: earlier, ...review }: Review, { reason }: Decision): Review {
  return reason ? { ...review, reason } : review;
}

function decided(review: Review, outcome: 'approved' | 'refused', reason?: string): DomainEvent {
  return { type: 'review.decided', outcome, ...(reason ? { reason } : {}), ...factsOf(review) };
}

function approve(taken: Review, { output, reason }: Decision): Change {
  const review = output ? { ...taken, output } : taken;
  return { reviews: [review], events: [decided(review, 'approved', reason)] };
}

function refuse(found: Case, planned: PlannedReview, review: Review, { reason }: Decision): Change {
  const because = { because: 'refusal', refusedItem: review.item } as const;
  const unreachable = dependantsOf(found.dossier.plan, [review.item]);
  const cancelled = cancel(
    { dossier: found.dossier, reviews: merged(found.reviews, [review]) },
    ({ item }) => (planned.onRefusal === 'ends-all' || unreachable.has(item) ? because : undefined),
  );
  // Approved in an earlier round, upon what is refused now.
  const revoked = revokeApproved(found, ({ item }) => (unreachable.has(item) ? because : undefined));
  return {
    reviews: [review, ...cancelled.reviews, ...revoked.reviews],
    events: [decided(review, 'refused', reason), ...cancelled.events, ...revoked.events],
  };
}

/**
 * What a correction asks for: the fields and materials that it names, which must be its own; naming none, all of
 * its item.
 * @throws Problem invalid-input
 */
function askedFor({ fields, materials }: PlannedReview, decision: Decision): Asked {
  const own = fields.map(pointerOf);
  if (!decision.fields?.length && !decision.materials?.length) return { fields: own, materials };
  const isOwn = (pointer: string): boolean =>
    own.some((field) => pointer === field || pointer.startsWith(`${field}/`));
  const errors = [
    ...(decision.fields ?? []).flatMap((pointer, i) =>
      isOwn(pointer) ? [] : [{ pointer: `/fields/${i}`, detail: 'Not a field of this item' }],
    ),
    ...(decision.materials ?? []).flatMap((code, i) =>
      materials.includes(code) ? [] : [{ pointer: `/materials/${i}`, detail: 'Not a material of this item' }],
    ),
  ];
  if (errors.length > 0) throw new Problem('invalid-input', 'A department asks for what is its own.', errors);
  return { fields: decision.fields ?? [], materials: decision.materials ?? [] };
}

function askForCorrection(standingReview: Review, planned: PlannedReview, decision: Decision): Change {
  const asked = askedFor(planned, decision);
  const review = { ...standingReview, asked };
  return {
    reviews: [review],
    events: [
      {
        type: 'review.correction-asked',
        reason: decision.reason ?? '',
        ...(asked.fields.length > 0 ? { fields: asked.fields } : {}),
        ...(asked.materials.length > 0 ? { materials: asked.materials } : {}),
        ...factsOf(review),
      },
    ],
  };
}

function announce(standingReview: Review, { reason }: Decision, procedure: Procedure): Change {
  const { escalateAt, escalatedAt, overrun, ...open } = standingReview;
  const { name, days, heldOn, chair } = procedure;
  const review: Review = {
    ...open,
    status: 'requested',
    procedure,
    ...(chair ? { chairs: [...(open.chairs ?? []), chair] } : {}),
    ...(open.hearing?.askedAt && heldOn ? { hearing: { ...open.hearing, heldOn } } : {}),
  };
  return {
    reviews: [review],
    events: [
      {
        type: 'review.procedure-announced',
        procedure: name,
        ...(days ? { days } : {}),
        ...(heldOn ? { heldOn } : {}),
        ...(chair ? { chair } : {}),
        ...(reason ? { reason } : {}),
        ...factsOf(review),
      },
    ],
  };
}

/** The result is there: the clock runs again, where it does not already. */
function resume({ overrun, ...open }: Review, before: Review, { reason }: Decision, at: Date): Change {
  const procedure = before.procedure?.name ?? overrun ?? '';
  const { hearing: right } = open;
  const review =
    procedure === hearing && right?.heldOn
      ? { ...open, hearing: { ...right, endedAt: at.toISOString() } }
      : open;
  return {
    reviews: [review],
    events: [
      {
        type: 'review.procedure-ended',
        procedure,
        dueAt: review.dueAt ?? '',
        ...(reason ? { reason } : {}),
        ...factsOf(review),
      },
    ],
  };
}
