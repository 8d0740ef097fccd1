/** Reasons that come and go in any order: the clock runs exactly while there is none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAt, receivedAt } from '../../functions/clock/limits.ts';
import {
  type LegalClock,
  pauseCauses,
  type Standstill,
  standingStillFor,
} from '../../functions/clock/pauses.ts';
import type { TimeLimit } from '../../functions/clock/schemas.ts';
import { calendar, monday } from '../support/cases.ts';
import { dueByOracle, standstills } from '../support/clock-oracle.ts';

const limit: fc.Arbitrary<TimeLimit> = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map((workingDays) => ({ workingDays })),
  fc.integer({ min: 1, max: 40 }).map((halves) => ({ openingHours: halves / 2 })),
);
const reason: fc.Arbitrary<Standstill> = fc.record(
  { cause: fc.constantFrom(...pauseCauses), review: fc.constantFrom('N-1', 'N-2') },
  { requiredKeys: ['cause'] },
);
const history = fc.array(
  fc.record({
    reasons: fc.oneof(
      fc.constant<Standstill[]>([]),
      fc.uniqueArray(reason, { maxLength: 4, selector: ({ cause, review }) => `${cause} ${review}` }),
    ),
    minutes: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 15_000 })),
  }),
  { maxLength: 20, size: 'max' },
);
const filing = fc.nat(60 * 24 * 60).map((minutes) => new Date(monday.getTime() + minutes * 60_000));

function filed(promised: TimeLimit, statutory: TimeLimit, at: Date): LegalClock {
  const from = receivedAt(calendar, at);
  return {
    clock: { from: from.toISOString(), promised, statutory },
    promisedDueAt: dueAt(calendar, promised, from).dueAt,
    statutoryDueAt: dueAt(calendar, statutory, from).dueAt,
    provisional: false,
    pauses: [],
  };
}
const now = (state: LegalClock, reasons: Standstill[], at: Date): LegalClock => ({
  ...state,
  ...standingStillFor(reasons, state, calendar, at),
});
const nameOf = ({ cause, review }: Standstill): string => `${cause} ${review}`;

describe('the clock of a case', () => {
  it('is due when the pauses on record say, counted by another way', () => {
    fc.assert(
      fc.property(limit, limit, filing, history, (promised, statutory, at, steps) => {
        let state = filed(promised, statutory, at);
        const received = state.clock.from;
        let instant = Date.parse(received);
        for (const { reasons, minutes } of steps) {
          instant += minutes * 60_000;
          state = now(state, reasons, new Date(instant));
          expect(state.promisedDueAt).toBe(dueByOracle(promised, received, state.pauses));
          expect(state.statutoryDueAt).toBe(dueByOracle(statutory, received, state.pauses));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('has one open pause for each reason, and ends none that still holds', () => {
    fc.assert(
      fc.property(limit, history, (promised, steps) => {
        let state = filed(promised, promised, monday);
        let instant = monday.getTime();
        for (const { reasons, minutes } of steps) {
          instant += minutes * 60_000;
          const before = state;
          state = now(state, reasons, new Date(instant));
          const open = state.pauses.filter(({ to }) => to === undefined);
          expect(open.map(nameOf).sort()).toEqual(reasons.map(nameOf).sort());
          // What has ended never changes, and nothing is taken off the record.
          const ended = before.pauses.filter(({ to }) => to !== undefined);
          expect(state.pauses).toEqual(expect.arrayContaining(ended));
          expect(state.pauses.length).toBeGreaterThanOrEqual(before.pauses.length);
          for (const { from, to } of state.pauses) expect(to === undefined || to > from).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not care how many reasons there are at once: overlapping pauses count once', () => {
    fc.assert(
      fc.property(limit, history, (promised, steps) => {
        let [many, one] = [filed(promised, promised, monday), filed(promised, promised, monday)];
        let instant = monday.getTime();
        for (const { reasons, minutes } of steps) {
          instant += minutes * 60_000;
          many = now(many, reasons, new Date(instant));
          one = now(one, reasons.length > 0 ? [{ cause: 'condition' }] : [], new Date(instant));
        }
        expect(many.promisedDueAt).toBe(one.promisedDueAt);
        expect(standstills(many.pauses)).toEqual(standstills(one.pauses));
      }),
      { numRuns: 300 },
    );
  });

  it('is never due earlier for having stood still', () => {
    fc.assert(
      fc.property(limit, filing, history, (promised, at, steps) => {
        const before = filed(promised, promised, at);
        let [state, instant] = [before, Date.parse(before.clock.from)];
        for (const { reasons, minutes } of steps) {
          instant += minutes * 60_000;
          const next = now(state, reasons, new Date(instant));
          expect(next.promisedDueAt >= state.promisedDueAt).toBe(true);
          state = next;
        }
      }),
      { numRuns: 300 },
    );
  });
});
