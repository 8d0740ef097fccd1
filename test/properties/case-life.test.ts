/**
 * Any plan, and anything that may happen to a case in any order: decisions, corrections, withdrawal, time. Beside it
 * runs the execution as the machine describes it, which may hear of a change late or not at all.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../functions/approvals/decide.ts';
import { markDue } from '../../functions/approvals/due.ts';
import { accept, conclude, receiveCorrection, withdraw } from '../../functions/approvals/progress.ts';
import { releaseOf, type WaitKind } from '../../functions/approvals/waits.ts';
import { nextDue } from '../../functions/cases/alarm.ts';
import type { DomainEvent } from '../../functions/cases/events.ts';
import { isFinal, mayFollow, openStatuses, reviewGraph } from '../../functions/cases/status.ts';
import { apply } from '../../functions/cases/store.ts';
import { allReviews, type Case, type Change, type Review } from '../../functions/cases/types.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { calendar, monday, submitted } from '../support/cases.ts';

type Shape = { after: boolean[]; onRefusal: 'ends-all' | 'continues' };
type Step = {
  do: 'decide' | 'correct' | 'withdraw' | 'sweep';
  which: number;
  outcome: number;
  minutes: number;
  heard: boolean;
};

/** Up to seven items; each may wait for any of those before it, so that there is no circle. */
const plans = fc.array(
  fc.record({
    after: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    onRefusal: fc.constantFrom<Shape['onRefusal']>('ends-all', 'continues'),
  }),
  { minLength: 1, maxLength: 7 },
);
const lives = fc.array(
  fc.record<Step>({
    do: fc.oneof(
      { weight: 12, arbitrary: fc.constant('decide' as const) },
      { weight: 5, arbitrary: fc.constant('correct' as const) },
      { weight: 9, arbitrary: fc.constant('sweep' as const) },
      { weight: 1, arbitrary: fc.constant('withdraw' as const) },
    ),
    which: fc.nat(6),
    outcome: fc.nat(9),
    minutes: fc.oneof(fc.nat(90), fc.nat(20_000)),
    heard: fc.boolean(),
  }),
  { maxLength: 40 },
);

const shapesOf = (plan: Shape[]) =>
  plan.map(({ after, onRefusal }, i) => ({
    item: `item-${i}`,
    onRefusal,
    after: plan.flatMap((_, j) => (j < i && after[j] ? [`item-${j}`] : [])),
  }));

const isOpen = ({ application }: Case): boolean => openStatuses.includes(application.status);
const reviewsOf = ({ dossier, reviews }: Case): Review[] => allReviews(dossier.plan, reviews);

/** The execution of one review: which wait it is in, as the catches of the machine lead it. */
class Branch {
  wait: WaitKind | 'over' = 'decision';

  /** The review's event is heard, or the token of the next wait is registered. */
  hear(review: Review): void {
    const released = new Set<string>();
    while (this.wait !== 'over') {
      const how = releaseOf(this.wait, review);
      if (!how) return;
      expect(released, `a wait for ${this.wait} released twice for one status`).not.toContain(this.wait);
      released.add(this.wait);
      this.wait = this.#next(how.kind === 'success' ? 'success' : how.error);
    }
    expect(isFinal(review.status)).toBe(true);
  }

  #next(outcome: string): Branch['wait'] {
    if (this.wait === 'correction') {
      expect(outcome).toBe('success');
      return 'decision';
    }
    if (outcome === 'CorrectionAsked') return 'correction';
    // The wait for an escalated decision has no catch for a second escalation.
    if (outcome === 'Escalated') expect(this.wait).toBe('decision');
    return outcome === 'Escalated' ? 'escalated' : 'over';
  }
}

class Life {
  now = monday;
  found: Case;
  readonly branches: Map<string, Branch>;
  readonly journal: { version: number; events: DomainEvent[] }[] = [];

  constructor(plan: Shape[]) {
    this.found = submitted(shapesOf(plan));
    this.branches = new Map(this.found.dossier.plan.map(({ id }) => [id, new Branch()]));
    this.take(accept(this.found, calendar, this.now));
  }

  take(change: Change): void {
    if (change.events.length === 0) return;
    const before = this.found;
    this.found = apply(before, change, this.now);
    this.journal.push({ version: this.found.application.version, events: change.events });
    for (const review of reviewsOf(this.found)) {
      const was = reviewsOf(before).find(({ id }) => id === review.id) as Review;
      if (was.status === review.status) continue;
      expect(mayFollow(reviewGraph, was.status, review.status), `${was.status} to ${review.status}`).toBe(
        true,
      );
      const told = change.events.some(
        (event) => 'review' in event && event.review === review.id && event.status === review.status,
      );
      expect(told, `${review.id} became ${review.status} and no event says so`).toBe(true);
      if (review.status === 'overdue')
        expect(change.events.map(({ type }) => type)).toContain('review.overdue');
    }
  }

  step({ do: what, which, outcome, minutes }: Step): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
    const { plan } = this.found.dossier;
    const id = plan[which % plan.length]?.id as string;
    try {
      if (what === 'decide') {
        const decision = {
          outcome:
            (['refused', 'correction', 'correction', 'correction', 'correction'] as const)[outcome] ??
            ('approved' as const),
        };
        const key = `${id}-${this.journal.length}`;
        this.take(decide(this.found, id, { decision, key, hash: key }, calendar, this.now));
      }
      if (what === 'correct') this.take(receiveCorrection(this.found, {}, calendar, this.now));
      if (what === 'withdraw') this.take(withdraw(this.found, 'No', this.now));
      if (what === 'sweep') this.sweep();
    } catch (error) {
      // A decision on what is not asked, or not any more.
      if (!(error instanceof Problem)) throw error;
    }
  }

  sweep(): void {
    this.take(markDue(this.found, calendar, this.now));
    expect(markDue(this.found, calendar, this.now).events).toEqual([]);
    const next = nextDue(this.found);
    if (next) expect(next > this.now.toISOString()).toBe(true);
    // As `rearm` writes it.
    const { nextDueAt, ...application } = this.found.application;
    this.found = { ...this.found, application: next ? { ...application, nextDueAt: next } : application };
  }

  hearAll(): void {
    for (const review of reviewsOf(this.found)) this.branches.get(review.id)?.hear(review);
  }
}

/** What must hold after every step. */
function expectSound({ found, journal }: Life): void {
  const reviews = reviewsOf(found);
  const byItem = new Map(reviews.map((review) => [review.item, review]));
  const asks = reviews.some(({ status }) => status === 'correction');
  expect(found.application.status === 'awaiting-correction').toBe(asks);
  expect(found.application.pauses.some(({ to }) => to === undefined) && isOpen(found)).toBe(asks);
  expect(journal.map(({ version }) => version)).toEqual(journal.map((_, i) => i + 2));
  for (const planned of found.dossier.plan) {
    const review = byItem.get(planned.item) as Review;
    if (review.status === 'waiting' || (review.status === 'cancelled' && !review.requestedAt)) continue;
    expect(planned.after.map((item) => byItem.get(item)?.status)).toEqual(
      planned.after.map(() => 'approved'),
    );
    expect(review.dueAt && review.requestedAt && review.dueAt > review.requestedAt).toBe(true);
  }
  const known = new Set(reviews.map(({ id }) => id));
  for (const event of journal.flatMap(({ events }) => events)) {
    if ('review' in event) expect(known).toContain(event.review);
  }
  // The alarm may ring early, never late.
  const next = nextDue(found);
  if (next) expect(found.application.nextDueAt && found.application.nextDueAt <= next).toBe(true);
  else expect(found.application.nextDueAt).toBeUndefined();
}

/** Somebody can go on: the applicant, a department, or the machine. */
function expectNotStuck({ found }: Life): void {
  if (!isOpen(found)) return;
  const reviews = reviewsOf(found);
  const inWork = reviews.some(({ status }) => status === 'requested' || status === 'overdue');
  const asks = reviews.some(({ status }) => status === 'correction');
  const ended = reviews.every(({ status }) => isFinal(status));
  expect(inWork || asks || ended, `stuck: ${reviews.map(({ status }) => status)}`).toBe(true);
}

function expectConclusion({ found }: Life): void {
  const { status } = found.application;
  const { plan } = found.dossier;
  const of = (wanted: Review['status']): Review[] =>
    reviewsOf(found).filter((each) => each.status === wanted);
  const blocked = of('refused').some(
    ({ id }) => plan.find((each) => each.id === id)?.onRefusal === 'ends-all',
  );
  if (status === 'withdrawn') return;
  if (status === 'approved') expect(of('approved')).toHaveLength(plan.length);
  if (status === 'partly-approved') {
    expect(blocked).toBe(false);
    expect(of('approved').length).toBeGreaterThan(0);
    expect(of('refused').length).toBeGreaterThan(0);
  }
  if (status === 'refused') expect(blocked || of('approved').length === 0).toBe(true);
}

describe('a case', () => {
  it('is sound after every step, never stuck, and ends as its reviews say', () => {
    fc.assert(
      fc.property(plans, lives, (plan, steps) => {
        const life = new Life(plan);
        expectSound(life);
        for (const step of steps) {
          life.step(step);
          if (step.heard) life.hearAll();
          expectSound(life);
          expectNotStuck(life);
        }
        // Everybody does what is asked of them: it comes to an end, and so does its execution.
        for (let round = 0; isOpen(life.found) && round < 3 * plan.length + 3; round++) {
          life.take(receiveCorrection(life.found, {}, calendar, life.now));
          for (const { id, status } of reviewsOf(life.found)) {
            if (status !== 'requested' && status !== 'overdue') continue;
            const key = `last-${round}`;
            life.take(
              decide(
                life.found,
                id,
                { decision: { outcome: 'approved' }, key, hash: key },
                calendar,
                life.now,
              ),
            );
          }
          if (reviewsOf(life.found).every(({ status }) => isFinal(status))) break;
        }
        life.hearAll();
        expect([...life.branches.values()].map(({ wait }) => wait)).toEqual(plan.map(() => 'over'));
        life.take(conclude(life.found, life.now));
        expect(isOpen(life.found)).toBe(false);
        expectConclusion(life);
        expect(conclude(life.found, life.now).events).toEqual([]);
        expect(life.found.application.nextDueAt).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  }, 60_000);

  it('answers a decision sent again as it answered it first, whatever has happened since', () => {
    fc.assert(
      fc.property(plans, lives, fc.nat(6), (plan, steps, which) => {
        const life = new Life(plan);
        const id = life.found.dossier.plan[which % plan.length]?.id as string;
        const first = { decision: { outcome: 'approved' as const }, key: 'k', hash: 'h' };
        const before = reviewsOf(life.found).find((review) => review.id === id);
        if (before?.status !== 'requested') return;
        life.take(decide(life.found, id, first, calendar, life.now));
        for (const step of steps) life.step(step);
        expect(decide(life.found, id, first, calendar, life.now).events).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
