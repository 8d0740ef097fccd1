/**
 * Any plan with conditions, and anything that may happen to a case in any order: decisions, corrections of a part,
 * special procedures, conditions, objections, withdrawal, parcels, time. Beside it run the executions of its rounds
 * as the machine describes them, which may hear of a change late or not at all.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accept } from '../../functions/approvals/acceptance.ts';
import { decide } from '../../functions/approvals/decide.ts';
import { markDue } from '../../functions/approvals/due.ts';
import { receiveCorrection, withdraw } from '../../functions/approvals/progress.ts';
import { decideObjection, fileObjection, meetCondition } from '../../functions/approvals/rounds.ts';
import { releaseOf, type WaitKind } from '../../functions/approvals/waits.ts';
import { isObjectedTo, lookDue, nextDue } from '../../functions/cases/alarm.ts';
import type { DomainEvent } from '../../functions/cases/events.ts';
import { allReviews, currentReviews, dependantsOf, plannedOf } from '../../functions/cases/reviews.ts';
import {
  conditionGraph,
  consignmentGraph,
  handedOut,
  isFinal,
  mayFollow,
  openStatuses,
  reviewGraph,
} from '../../functions/cases/status.ts';
import { apply } from '../../functions/cases/store.ts';
import type { Case, Change, Consignment, Review } from '../../functions/cases/types.ts';
import type { LimitKind } from '../../functions/clock/limits.ts';
import { onCourierEvent, outputsSent, parcelsToOrder, pickUp } from '../../functions/fulfilment/delivery.ts';
import { courierNumber } from '../../functions/platform/codes.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { calendar, monday, placeOf, type Shape, submitted } from '../support/cases.ts';
import { dueByOracle } from '../support/clock-oracle.ts';

type Node = {
  after: boolean[];
  behind: boolean[];
  onRefusal: 'ends-all' | 'continues';
  form: 'physical' | 'electronic' | 'none';
  fields: number[];
};
type Plan = { nodes: Node[]; method: 'ems' | 'pickup' | 'electronic' };
const actions = [
  'decide',
  'correct',
  'withdraw',
  'sweep',
  'meet',
  'object',
  'answer',
  'send',
  'courier',
  'collect',
] as const;
type Step = {
  do: (typeof actions)[number];
  which: number;
  outcome: number;
  part: number;
  minutes: number;
  heard: boolean;
};

const conditions = ['land', 'building'];
const fieldNames = ['name', 'address', 'capital', 'staff'];

/** Up to six items; each may wait for any of those before it, and for conditions, so that there is no circle. */
const plans: fc.Arbitrary<Plan> = fc.record({
  nodes: fc.array(
    fc.record<Node>({
      after: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      behind: fc.array(
        fc.nat(4).map((n) => n === 0),
        { minLength: 2, maxLength: 2 },
      ),
      onRefusal: fc.constantFrom('ends-all', 'continues', 'continues'),
      form: fc.constantFrom('physical', 'electronic', 'none'),
      fields: fc.uniqueArray(fc.nat(fieldNames.length - 1), { minLength: 1 }),
    }),
    { minLength: 1, maxLength: 6, size: 'max' },
  ),
  method: fc.constantFrom('ems', 'pickup', 'electronic'),
});

const weight: Record<Step['do'], number> = {
  decide: 16,
  correct: 5,
  sweep: 5,
  meet: 3,
  object: 4,
  answer: 4,
  send: 4,
  courier: 5,
  collect: 2,
  withdraw: 1,
};
const lives = fc.array(
  fc.record<Step>({
    do: fc.oneof(...actions.map((action) => ({ weight: weight[action], arbitrary: fc.constant(action) }))),
    which: fc.nat(11),
    outcome: fc.nat(11),
    part: fc.nat(15),
    minutes: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 20_000 })),
    heard: fc.boolean(),
  }),
  { maxLength: 60, size: 'max' },
);

const nameOf = (i: number): string => `item-${i}`;
function shapesOf({ nodes }: Plan): Shape[] {
  return nodes.map(({ after, behind, onRefusal, form, fields }, i) => ({
    item: nameOf(i),
    onRefusal,
    form,
    fields: fields.map((n) => fieldNames[n] as string),
    after: [
      ...nodes.flatMap((_, j) => (j < i && after[j] ? [nameOf(j)] : [])),
      ...conditions.filter((_, j) => behind[j]),
    ],
  }));
}

function submittedCase(plan: Plan): Case {
  const shapes = shapesOf(plan);
  const needed = conditions.filter((code) => shapes.some(({ after }) => after?.includes(code)));
  const found = submitted(shapes, { conditions: needed });
  const delivery = { ...found.dossier.delivery, method: plan.method };
  return { ...found, dossier: { ...found.dossier, delivery } };
}

const isOpen = ({ application }: Case): boolean => openStatuses.includes(application.status);
const isPicked = (mask: number, i: number): boolean => (mask & (1 << i)) !== 0;

// The catches and successors of one review's states, as the machine's own file has them.
type State = { Next?: string; Catch?: { ErrorEquals: string[]; Next: string }[]; Type: string };
const machine = JSON.parse(readFileSync('statemachines/joint-approval.asl.json', 'utf8'));
const round = machine.States['Review by every department'].ItemProcessor;
const states: Record<string, State & { Parameters?: { Item: { wait: { S: WaitKind } } } }> = round.States;

/** The execution of one review: in which state it is, as the machine leads it. */
class Branch {
  state: string | undefined = round.StartAt;

  /** The review's event is heard, or the token of the next wait is there. */
  hear(review: Review): void {
    const released = new Set<string>();
    while (this.state) {
      const state = states[this.state];
      const wait = state?.Parameters?.Item.wait.S;
      if (!state || !wait) {
        expect(this.state).toBe('Review cancelled');
        this.state = undefined;
        break;
      }
      const how = releaseOf(wait, review);
      if (!how) return;
      expect(released, `a wait for ${wait} released twice for one status`).not.toContain(wait);
      released.add(wait);
      this.state = how.kind === 'success' ? state.Next : this.#caught(state, how.error);
    }
    expect(isFinal(review.status)).toBe(true);
  }

  #caught(state: State, error: string): string {
    const caught = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes(error));
    expect(caught, `${this.state} does not expect ${error}`).toBeDefined();
    return caught?.Next ?? '';
  }
}

class Life {
  now = monday;
  found: Case;
  readonly branches = new Map<string, Branch>();
  readonly journal: { version: number; at: string; events: DomainEvent[] }[] = [];
  /** In which version of the dossier each field was changed last. */
  readonly changed = new Map<string, number>();
  #serial = 0;

  constructor(plan: Plan) {
    this.found = submittedCase(plan);
    this.take(accept(this.found, calendar, this.now));
  }

  take(change: Change): void {
    if (change.events.length === 0) return;
    const before = this.found;
    this.found = apply(before, change, this.now);
    const at = this.now.toISOString();
    this.journal.push({ version: this.found.application.version, at, events: change.events });
    for (const event of change.events) {
      if (event.type !== 'round.opened') continue;
      for (const review of event.reviews) this.branches.set(review, new Branch());
    }
    expectSteps(before, this.found, change.events);
    expectConcludedInTime(before, this, change.events);
  }

  decide(id: string, outcome: Parameters<typeof decide>[2]['decision']['outcome'], part = 0): void {
    const review = allReviews(this.found).find((each) => each.id === id);
    const fields = plannedOf(this.found.dossier, review?.item ?? '')?.fields ?? [];
    const asked = fields.filter((_, i) => isPicked(part, i)).map((name) => `/form/${name}`);
    const decision = {
      outcome,
      reason: 'Said',
      ...(outcome === 'approved' ? { output: { number: `N-${id}` } } : {}),
      ...(outcome === 'correction' ? { fields: asked } : {}),
      ...(outcome === 'special-procedure' ? { procedure: 'hearing' } : {}),
      ...(outcome === 'extension' ? { days: (part % 10) + 1, reason: 'Complex', approvedBy: 'head' } : {}),
      ...(review?.dossierVersion ? { dossierVersion: review.dossierVersion } : {}),
    };
    const key = `${id}-${this.#serial++}`;
    this.take(decide(this.found, id, { decision, key, hash: key, subject: 'officer' }, calendar, this.now));
  }

  /** Corrects some of what is asked for, as intake would take it: some mentioned, some of that changed. */
  correct(mentions: number, changes: number): void {
    const asked = currentReviews(this.found).flatMap((review) =>
      review.status === 'correction' ? (review.asked?.fields ?? []) : [],
    );
    const mentioned = [...new Set(asked)].filter((_, i) => isPicked(mentions, i));
    const changed = mentioned.filter((_, i) => isPicked(changes, i));
    const version = this.found.application.dossierVersion;
    const form = {
      ...this.found.dossier.form,
      ...Object.fromEntries(changed.map((field) => [field.slice('/form/'.length), `v${version + 1}`])),
    };
    this.take(receiveCorrection(this.found, { dossier: { form }, changed, mentioned }, calendar, this.now));
    const now = this.found.application.dossierVersion;
    if (now > version) for (const field of changed) this.changed.set(field.slice('/form/'.length), now);
  }

  send(): void {
    const ordered = parcelsToOrder(this.found).map(({ consignment, parcel }) => ({
      consignment: consignment.id,
      parcel,
      trackingNumber: courierNumber(parcel),
    }));
    this.take(outputsSent(this.found, ordered));
  }

  courier(parcel: number, event: Parameters<typeof onCourierEvent>[1]['event']): void {
    const reference = `${this.found.application.number}/${parcel}`;
    this.take(onCourierEvent(this.found, { reference, trackingNumber: courierNumber(parcel), event }));
  }

  sweep(): void {
    this.take(markDue(this.found, calendar, this.now));
    expect(markDue(this.found, calendar, this.now).events).toEqual([]);
    // As the sweep looks and `rearm` writes it.
    const now = this.now.toISOString();
    const { version } = this.found.application;
    const looks = lookDue(this.found).some((due) => due <= now);
    const { nextDueAt, ...application } = {
      ...this.found.application,
      ...(looks ? { watched: { at: now, repairs: 0, version } } : {}),
    };
    const next = nextDue({ ...this.found, application });
    if (next) expect(next > now, `looked at ${now}, and again at ${next}`).toBe(true);
    this.found = { ...this.found, application: next ? { ...application, nextDueAt: next } : application };
  }

  step({ do: what, which, outcome, part, minutes }: Step): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
    const reviews = allReviews(this.found);
    const { objections } = this.found;
    // Mostly of a review that is asked for a decision; now and then of any.
    const asked = reviews.filter(({ status }) => status === 'requested' || status === 'overdue');
    const decidable = asked.length > 0 && part !== 0 ? asked : reviews;
    const id = decidable[which % decidable.length]?.id ?? '';
    const outcomes = [
      'refused',
      'refused',
      'correction',
      'correction',
      'special-procedure',
      'extension',
    ] as const;
    try {
      switch (what) {
        case 'decide': {
          const inProcedure = reviews.some((review) => review.id === id && review.procedure);
          this.decide(id, inProcedure ? 'procedure-ended' : (outcomes[outcome] ?? 'approved'), part);
          break;
        }
        case 'correct':
          this.correct(part, outcome);
          break;
        case 'withdraw':
          this.take(withdraw(this.found, 'No', calendar, this.now));
          break;
        case 'sweep':
          this.sweep();
          break;
        case 'meet':
          this.take(
            meetCondition(this.found, { condition: conditions[which % 2] ?? '' }, calendar, this.now),
          );
          break;
        case 'object': {
          const refused = currentReviews(this.found).filter(({ status }) => status === 'refused');
          const against = refused.filter((_, i) => isPicked(part, i)).map((review) => review.id);
          if (against.length > 0)
            this.take(fileObjection(this.found, { reviews: against, reason: 'Wrong' }, this.now));
          break;
        }
        case 'answer': {
          const filed = objections.filter(({ status }) => status === 'filed');
          const objection = filed[which % Math.max(1, filed.length)]?.id ?? '1';
          const decision = { outcome: outcome < 2 ? ('rejected' as const) : ('upheld' as const) };
          this.take(decideObjection(this.found, objection, decision, 'chief', calendar, this.now));
          break;
        }
        case 'send':
          this.send();
          break;
        case 'courier': {
          const events = ['collected', 'in-transit', 'delivered', 'returned', 'lost'] as const;
          this.courier(1 + (which % 6), events[outcome % events.length] ?? 'lost');
          break;
        }
        case 'collect': {
          const ready = this.found.application.consignments.find(
            ({ status }) => status === 'ready-for-pickup',
          );
          this.take(pickUp(this.found, outcome < 3 ? undefined : ready?.id, this.now));
        }
      }
    } catch (error) {
      // Somebody asks for what is not possible now, or not any more.
      if (!(error instanceof Problem)) throw error;
    }
  }

  hearAll(): void {
    for (const review of allReviews(this.found)) this.branches.get(review.id)?.hear(review);
  }

  /** Everybody does what is asked of them, once. */
  goOn(): void {
    this.now = new Date(this.now.getTime() + 60_000);
    for (const { code, status } of this.found.application.conditions)
      if (status === 'open') this.take(meetCondition(this.found, { condition: code }, calendar, this.now));
    if (currentReviews(this.found).some(({ status }) => status === 'correction')) this.correct(0, 0);
    for (const { id, status, procedure } of currentReviews(this.found)) {
      if (status !== 'requested' && status !== 'overdue') continue;
      this.decide(id, procedure ? 'procedure-ended' : 'approved');
    }
  }
}

/** Each row goes the ways of its graph, and an event tells of each. */
function expectSteps(before: Case, after: Case, events: DomainEvent[]): void {
  const was = new Map(allReviews(before).map((review) => [review.id, review]));
  const approvedNow = new Set(
    currentReviews(after).flatMap(({ item, status }) => (status === 'approved' ? [item] : [])),
  );
  const met = after.application.conditions.filter(({ status }) => status === 'met').map(({ code }) => code);
  for (const review of allReviews(after)) {
    const from = was.get(review.id)?.status ?? 'waiting';
    if (from === review.status) continue;
    // A review of a new round is asked, or cancelled, in the commit that opens it.
    expect(mayFollow(reviewGraph, from, review.status), `${review.id}: ${from} to ${review.status}`).toBe(
      true,
    );
    const told = events.flatMap((event) => {
      if (event.type === 'round.opened' && event.waiting?.includes(review.id)) return ['waiting'];
      return 'review' in event && event.review === review.id ? [event.status] : [];
    });
    expect(told).toContain(review.status);
    if (from === 'waiting' && review.status === 'requested') {
      const needed = plannedOf(after.dossier, review.item)?.after ?? [];
      expect(needed.filter((code) => !approvedNow.has(code) && !met.includes(code))).toEqual([]);
      expect(review.round).toBeGreaterThan(0);
    }
  }
  for (const condition of after.application.conditions) {
    const from = before.application.conditions.find(({ code }) => code === condition.code)?.status ?? 'open';
    if (from !== condition.status) expect(mayFollow(conditionGraph, from, condition.status)).toBe(true);
  }
  for (const { id, status } of after.application.consignments) {
    const from = before.application.consignments.find((each) => each.id === id)?.status ?? 'pending';
    // A parcel that comes back lies at the window at once.
    const isReturned = mayFollow(consignmentGraph, from, 'returned') && status === 'ready-for-pickup';
    if (from !== status) expect(isReturned || mayFollow(consignmentGraph, from, status)).toBe(true);
  }
}

/** The last decision concludes: in its own commit, and with what was reviewed as it is handed out. */
function expectConcludedInTime(before: Case, { found, changed }: Life, events: DomainEvent[]): void {
  const isEnded = currentReviews(found).every(({ status }) => isFinal(status));
  const wasEnded = currentReviews(before).every(({ status }) => isFinal(status));
  const ends = events.filter(
    ({ type }) => type === 'application.concluded' || type === 'application.withdrawn',
  );
  // A round may end as it opens: what is objected to rests on something else that was refused.
  const isOpened = !wasEnded || events.some(({ type }) => type === 'round.opened');
  expect(ends).toHaveLength(isEnded && isOpened ? 1 : 0);
  if (ends.length === 0) return;
  const { concludedAt: earlier = '' } = before.application;
  const granted = currentReviews(found).filter(({ status }) => status === 'approved');
  const items = found.dossier.plan.map(({ item }) => item);
  for (const { item } of granted) {
    const needed = plannedOf(found.dossier, item)?.after.filter((code) => items.includes(code)) ?? [];
    const missing = needed.filter((code) => !granted.some((each) => each.item === code));
    expect(missing, `${item} is granted upon what is not`).toEqual([]);
  }
  for (const review of granted) {
    if ((review.decidedAt ?? '') <= earlier) continue;
    const fields = plannedOf(found.dossier, review.item)?.fields ?? [];
    const latest = Math.max(1, ...fields.map((field) => changed.get(field) ?? 1));
    expect(review.dossierVersion, `${review.id} approved what was changed later`).toBeGreaterThanOrEqual(
      latest,
    );
  }
  expect(found.application.pauses.filter(({ to }) => to === undefined)).toEqual([]);
}

/** The status, once nobody is at work: of what is handed out. */
function statusByConsignments({ application }: Case): string[] {
  const { conclusion = '', consignments } = application;
  const has = (...wanted: Consignment['status'][]): boolean =>
    consignments.some(({ status }) => wanted.includes(status));
  const rest = consignments.filter(({ status }) => !handedOut.includes(status));
  // Until what a round has granted is on its way, its conclusion is what there is to say.
  const fresh = has('pending') || consignments.length === 0 ? [conclusion] : [];
  if (consignments.length > 0 && rest.length === 0) return ['completed'];
  if (has('collected', 'in-transit')) return [...fresh, 'delivering'];
  if (rest.length > 0 && rest.every(({ status }) => status === 'ready-for-pickup'))
    return ['ready-for-pickup'];
  return consignments.every(({ status }) => status === 'pending') ? fresh : [...fresh, 'issuing'];
}

/** The status as it follows from reviews, conditions and consignments; more than one may be right. */
function statusesOf(found: Case): string[] {
  const current = currentReviews(found);
  if (found.application.conclusion === 'withdrawn') return ['withdrawn'];
  if (current.every((review) => isFinal(review.status))) return statusByConsignments(found);
  if (current.some((review) => review.status === 'correction')) return ['awaiting-correction'];
  if (current.some(({ procedure }) => procedure)) return ['special-procedure'];
  const isAsked = current.some((review) => review.status === 'requested' || review.status === 'overdue');
  return [isAsked ? 'in-review' : 'awaiting-condition'];
}

/** One open pause for each reason, and the due dates as they follow from the pauses on record. */
function expectClock({ found, journal }: Life): void {
  const { application } = found;
  const { pauses } = application;
  const open = pauses.filter(({ to }) => to === undefined).map(({ cause, review }) => `${cause} ${review}`);
  if (application.concludedAt) {
    expect(open).toEqual([]);
  } else {
    const reasons = currentReviews(found).flatMap(({ id, status, procedure }) => [
      ...(status === 'correction' ? [`correction ${id}`] : []),
      ...(procedure ? [`special-procedure ${id}`] : []),
    ]);
    if (application.status === 'awaiting-condition') reasons.push('condition undefined');
    expect(open.sort()).toEqual(reasons.sort());
  }
  const { receivedAt, promisedDueAt, statutoryDueAt } = application;
  const extensions = (limit: LimitKind) =>
    journal.flatMap(({ at, events }) =>
      events.flatMap((event) =>
        event.type === 'application.extended' && event.limit === limit ? [{ days: event.days, at }] : [],
      ),
    );
  const [promised, statutory] = [extensions('promised'), extensions('statutory')];
  expect(promisedDueAt).toBe(dueByOracle({ openingHours: 3.5 }, receivedAt, pauses, promised));
  expect(statutoryDueAt).toBe(dueByOracle({ workingDays: 20 }, receivedAt, pauses, statutory));
  expect(application.extendedBy?.promised).toBe(promised.at(-1)?.days);
  expect(application.extendedBy?.statutory).toBe(statutory.at(-1)?.days);
}

/** Nothing is handed out that is not granted, nothing twice, and nothing granted is forgotten. */
function expectConsignments(found: Case): void {
  const { application, dossier } = found;
  const current = currentReviews(found);
  const sent = application.consignments.flatMap(({ reviews }) => reviews.map(placeOf));
  const items = sent.map((place) => found.reviews.find(({ id }) => placeOf(id) === place)?.item);
  expect(new Set(items).size).toBe(items.length);
  for (const place of sent) expect(current.find(({ id }) => placeOf(id) === place)?.status).toBe('approved');
  const { conclusion } = application;
  if (conclusion !== 'approved' && conclusion !== 'partly-approved') {
    expect(sent).toEqual([]);
    return;
  }
  if (!current.every(({ status }) => isFinal(status))) return;
  const granted = current.filter(
    ({ item, status }) => status === 'approved' && plannedOf(dossier, item)?.output,
  );
  const places = granted.map(({ id }) => placeOf(id));
  // What has no output may be in one or not.
  const outputs = sent.filter((place) => {
    const item = current.find(({ id }) => placeOf(id) === place)?.item ?? '';
    return plannedOf(dossier, item)?.output !== undefined;
  });
  expect(outputs.sort()).toEqual(places.sort());
  for (const { method, reviews } of application.consignments) {
    const physical = reviews.map(placeOf).some((place) => {
      const item = current.find(({ id }) => placeOf(id) === place)?.item ?? '';
      return plannedOf(dossier, item)?.output?.form === 'physical';
    });
    expect(physical).toBe(method !== 'electronic');
  }
}

/** Somebody can go on: the applicant, a department, or the world outside. */
function expectNotStuck(found: Case): void {
  if (!isOpen(found)) return;
  expect(nextDue(found), 'nobody looks at an open case').toBeDefined();
  const current = currentReviews(found);
  const inWork = current.some(({ status }) => ['requested', 'overdue', 'correction'].includes(status));
  const outside = found.application.conditions.some(({ status }) => status === 'open');
  expect(inWork || outside, `stuck: ${current.map(({ id, status }) => `${id} ${status}`)}`).toBe(true);
}

/** What lies behind an open condition is in no round: no execution waits for it. */
function expectOutsideRounds({ application, dossier, reviews }: Case): void {
  const open = application.conditions.flatMap(({ code, status }) => (status === 'open' ? [code] : []));
  const blocked = dependantsOf(dossier.plan, open);
  const inRounds = reviews.filter(({ item, round }) => blocked.has(item) && round > 0);
  expect(inRounds.map(({ id }) => id)).toEqual([]);
}

/** What must hold after every step. */
function expectSound(life: Life): void {
  const { found, journal } = life;
  expect(statusesOf(found)).toContain(found.application.status);
  expectClock(life);
  expectConsignments(found);
  expectNotStuck(found);
  expectOutsideRounds(found);
  expect(journal.map(({ version }) => version)).toEqual(journal.map((_, i) => i + 2));
  const rounds = journal.flatMap(({ events }) =>
    events.flatMap((event) => (event.type === 'round.opened' ? [event.round] : [])),
  );
  expect(rounds).toEqual([...new Set(rounds)].sort((a, b) => a - b));
  expect(Math.max(1, ...rounds)).toBe(found.application.round);
  const known = new Set(allReviews(found).map(({ id }) => id));
  for (const id of life.branches.keys()) expect(known).toContain(id);
  // The alarm may ring early, never late.
  const next = nextDue(found);
  if (next) expect(found.application.nextDueAt && found.application.nextDueAt <= next).toBe(true);
  else expect(found.application.nextDueAt).toBeUndefined();
}

function expectConclusion(found: Case): void {
  const { conclusion } = found.application;
  const current = currentReviews(found);
  const of = (wanted: Review['status']): Review[] => current.filter(({ status }) => status === wanted);
  if (conclusion === 'approved') expect(of('approved')).toHaveLength(current.length);
  else if (conclusion === 'partly-approved') {
    expect(of('approved').length).toBeGreaterThan(0);
    expect(of('refused').length).toBeGreaterThan(0);
  } else expect(of('approved')).toEqual([]);
}

/** The parcels arrive, what lies ready is collected; what was lost for good stays lost. */
function handOut(life: Life): void {
  life.send();
  for (const { id, parcel, status } of life.found.application.consignments) {
    life.now = new Date(life.now.getTime() + 2 * 3_600_000);
    if (parcel && status !== 'ready-for-pickup') life.courier(parcel, 'delivered');
    const now = life.found.application.consignments.find((each) => each.id === id);
    if (now?.status === 'ready-for-pickup') life.take(pickUp(life.found, id, life.now));
  }
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
        }
        // Everybody does what is asked of them: it comes to an end, and so do its executions.
        for (let turn = 0; isOpen(life.found) && turn < 3 * plan.nodes.length + 3; turn++) life.goOn();
        expect(isOpen(life.found)).toBe(false);
        life.hearAll();
        expect([...life.branches].filter(([, { state }]) => state !== undefined)).toEqual([]);
        expectConclusion(life.found);
        handOut(life);
        expectSound(life);
        const { consignments, conclusion, status } = life.found.application;
        const isLost = consignments.some((each) => each.status === 'lost');
        if (conclusion !== 'refused' && conclusion !== 'withdrawn' && !isLost)
          expect(status).toBe('completed');
        // Looked at once more, it is never looked at again.
        life.now = new Date(life.now.getTime() + 3_600_000);
        life.sweep();
        // An objection that nobody has decided yet is not forgotten.
        if (!isObjectedTo(life.found)) expect(life.found.application.nextDueAt).toBeUndefined();
      }),
      { numRuns: Number(process.env.RUNS ?? 1_000) },
    );
  }, 60_000);

  it('answers a decision sent again as it answered it first, whatever has happened since', () => {
    fc.assert(
      fc.property(plans, lives, fc.nat(5), (plan, steps, which) => {
        const life = new Life(plan);
        const id = life.found.dossier.plan[which % plan.nodes.length]?.id ?? '';
        const decision = { outcome: 'approved' as const, output: { number: 'N-1' } };
        const first = { decision, key: 'k', hash: 'h' };
        if (allReviews(life.found).find((review) => review.id === id)?.status !== 'requested') return;
        life.take(decide(life.found, id, first, calendar, life.now));
        for (const step of steps) life.step(step);
        expect(decide(life.found, id, first, calendar, life.now).events).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
