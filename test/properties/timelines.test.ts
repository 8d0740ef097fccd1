/**
 * The law's clock of a case along ten thousand timelines: causes of standstill that come and go, several at once and at
 * the same instant, extensions of one limit or both. What is stored is what is explained, and what is counted by
 * another way.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExplainedExtension, explain } from '../../functions/clock/explanation.ts';
import { dueAt, extended, type LimitKind, limitKinds, receivedAt } from '../../functions/clock/limits.ts';
import {
  extendedBy,
  isLimitOver,
  type LegalClock,
  pauseCauses,
  type Standstill,
  standingStillFor,
} from '../../functions/clock/pauses.ts';
import type { Limits, TimeLimit } from '../../functions/clock/schemas.ts';
import { calendar } from '../support/cases.ts';
import { dueByOracle } from '../support/clock-oracle.ts';

/** From the autumn of 2025 to the turn of 2026: every holiday and make-up day of a year, and a year without a calendar. */
const first = Date.parse('2025-09-20T00:00:00Z');
const minute = 60_000;

const limit: fc.Arbitrary<TimeLimit> = fc.oneof(
  fc.integer({ min: 1, max: 15 }).map((workingDays) => ({ workingDays })),
  fc.integer({ min: 1, max: 20 }).map((halves) => ({ openingHours: halves / 2 })),
);
const limits: fc.Arbitrary<Limits> = fc.record({ promised: limit, statutory: limit });
const causes = pauseCauses.flatMap((cause): Standstill[] =>
  cause === 'condition' ? [{ cause }] : ['N-1', 'N-2'].map((review) => ({ cause, review })),
);

type Step =
  | { kind: 'cause'; i: number; after: number }
  | { kind: 'extension'; limit: LimitKind; days: number; after: number };
const after = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 9_000 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('cause' as const), i: fc.nat(causes.length - 1), after }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('extension' as const),
      limit: fc.constantFrom(...limitKinds),
      days: fc.integer({ min: 1, max: 15 }),
      after: fc.integer({ min: 1, max: 9_000 }),
    }),
  },
);
const timeline = fc.record({
  limits,
  filed: fc.nat(460 * 24 * 60).map((minutes) => new Date(first + minutes * minute)),
  steps: fc.array(step, { maxLength: 10, size: 'max' }),
});

function filed({ promised, statutory }: Limits, at: Date): LegalClock {
  const from = receivedAt(calendar, at);
  const [first, second] = [dueAt(calendar, promised, from), dueAt(calendar, statutory, from)];
  return {
    clock: { from: from.toISOString(), promised, statutory },
    promisedDueAt: first.dueAt,
    statutoryDueAt: second.dueAt,
    provisional: first.provisional || second.provisional,
    pauses: [],
  };
}

const leftOf = (left: TimeLimit): number => ('workingDays' in left ? left.workingDays : left.openingHours);

type Lived = { state: LegalClock; extensions: Record<LimitKind, ExplainedExtension[]>; least: number };

/** A case that lives through these steps. */
function live(given: { limits: Limits; filed: Date; steps: Step[] }): Lived {
  let state = filed(given.limits, given.filed);
  let instant = Date.parse(state.clock.from);
  let open: Standstill[] = [];
  let least = 0;
  const extensions: Lived['extensions'] = { promised: [], statutory: [] };
  for (const each of given.steps) {
    instant += each.after * minute;
    const at = new Date(instant);
    if (each.kind === 'cause') {
      const cause = causes[each.i] as Standstill;
      open = open.includes(cause) ? open.filter((other) => other !== cause) : [...open, cause];
      state = { ...state, ...standingStillFor(open, state, calendar, at) };
    } else if (!isLimitOver(state, each.limit, at)) {
      const known = extensions[each.limit];
      const before = known.at(-1)?.days ?? 0;
      state = { ...state, ...extendedBy(each.days, each.limit, state, calendar) };
      known.push({ days: before + each.days, at: at.toISOString() });
    }
    least = Math.min(least, leftOf(state.clock.promised), leftOf(state.clock.statutory));
  }
  return { state, extensions, least };
}

/** The same case, an hour later, when nothing holds it up any more. */
const released = ({ state }: Lived): LegalClock => {
  const last = Math.max(Date.parse(state.clock.from), ...state.pauses.map(({ from }) => Date.parse(from)));
  return { ...state, ...standingStillFor([], state, calendar, new Date(last + 60 * minute)) };
};

const isRunning = ({ pauses }: LegalClock): boolean => pauses.every(({ to }) => to !== undefined);
const total = (given: TimeLimit): number =>
  'workingDays' in given ? given.workingDays : given.openingHours * 60;

/** Stopped in the very instant in which it was extended, on its last day. */
const extendedAndStopped = {
  limits: { promised: { openingHours: 0.5 }, statutory: { workingDays: 5 } },
  filed: new Date('2025-09-20T00:00:00.000Z'),
  steps: [
    { kind: 'extension', limit: 'promised', days: 1, after: 5_456 },
    { kind: 'extension', limit: 'statutory', days: 1, after: 2_674 },
    { kind: 'cause', i: 0, after: 0 },
    { kind: 'cause', i: 0, after: 1 },
  ] satisfies Step[],
};

describe('a timeline', () => {
  it('has a clock that is never negative, and is due when its explanation and another way of counting say', () => {
    fc.assert(
      fc.property(timeline, (given) => {
        const { state, extensions, least } = live(given);
        const received = receivedAt(calendar, given.filed).toISOString();
        if (least < 0) throw new Error('The time left is negative.');
        for (const kind of limitKinds) {
          const told = explain(calendar, given.limits[kind], given.filed, state.pauses, extensions[kind]);
          if (told.running !== isRunning(state)) throw new Error(`${kind}: running is ${told.running}`);
          const longer = extended(calendar, given.limits[kind], extensions[kind].at(-1)?.days ?? 0);
          // While it stands still the stored date is that of before, and counts nothing.
          if (!told.running) continue;
          const due = [
            state[`${kind}DueAt`],
            told.dueAt,
            dueByOracle(given.limits[kind], received, state.pauses, extensions[kind]),
          ];
          if (new Set(due).size > 1) throw new Error(`${kind}: ${due.join(', ')}`);
          const days = told.counted.map(({ day }) => day);
          if (new Set(days).size < days.length || !days.every((day) => calendar.isWorkingDay(day)))
            throw new Error(`${kind}: counted ${days.join(', ')}`);
          const sum = told.counted.reduce((all, { minutes = 1 }) => all + minutes, 0);
          // What a pause leaves of hours is rounded up to the minute.
          const slack = 'workingDays' in longer ? 0 : 2 * state.pauses.length + 1;
          if (Math.abs(sum - total(longer)) > slack) throw new Error(`${kind}: ${sum} of ${total(longer)}`);
        }
      }),
      { numRuns: 10_000, examples: [[extendedAndStopped]] },
    );
  }, 120_000);

  it('does not care in which order things of one instant come, once it runs again', () => {
    const pair = fc.record({ timeline, at: fc.nat(9), i: fc.nat(4), j: fc.nat(4) });
    fc.assert(
      fc.property(pair, ({ timeline: given, at, i, j }) => {
        const [one, other]: Step[] = [
          { kind: 'cause', i, after: 60 },
          { kind: 'cause', i: j, after: 0 },
        ];
        if (!one || !other) return;
        const place = Math.min(at, given.steps.length);
        const lived = (...steps: Step[]) =>
          released(live({ ...given, steps: given.steps.toSpliced(place, 0, ...steps) }));
        const [first, second] = [lived(one, other), lived({ ...other, after: 60 }, { ...one, after: 0 })];
        const datesOf = ({ promisedDueAt, statutoryDueAt }: LegalClock) => [promisedDueAt, statutoryDueAt];
        expect(datesOf(second)).toEqual(datesOf(first));
        const sorted = (of: LegalClock['pauses']) => of.map((each) => JSON.stringify(each)).toSorted();
        expect(sorted(second.pauses)).toEqual(sorted(first.pauses));
      }),
      { numRuns: 1_000 },
    );
  }, 60_000);
});
