/** The law's five working days of an acceptance by hand, and the clock that it must not touch, at any moment of a year. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awaitAcceptance } from '../../functions/approvals/acceptance.ts';
import { markDue } from '../../functions/approvals/due.ts';
import { receiveSupplement, stillFollowing } from '../../functions/approvals/following.ts';
import { nextDue } from '../../functions/cases/alarm.ts';
import type { Case } from '../../functions/cases/types.ts';
import { dueAt, receivedAt } from '../../functions/clock/limits.ts';
import { accepted, calendar, correct, decided, reviewOf, submitted, take, types } from '../support/cases.ts';

const five = { workingDays: 5 };
const shapes = [
  { item: 'permit', materials: ['plan', 'certificate'] },
  { item: 'stalls', after: ['permit'], materials: ['certificate'] },
];
const minuteMs = 60_000;

/** Any minute of 2026 that leaves room before the year ends, day or night, working day or not. */
const instants = fc
  .integer({ min: 0, max: 320 * 24 * 60 })
  .map((minutes) => new Date(Date.parse('2026-01-01T00:00:00+08:00') + minutes * minuteMs));
const plus = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * minuteMs);

/** A case filed at an instant, whose limits are counted from its receipt; nothing of what may follow is there. */
function filed(at: Date): Case {
  const found = submitted(shapes);
  const received = receivedAt(calendar, at);
  const [promised, statutory] = [{ workingDays: 15 }, { workingDays: 30 }];
  const asked = [
    { code: 'certificate', required: true, items: ['permit', 'stalls'], later: { workingDays: 8 } },
  ];
  return {
    ...found,
    application: {
      ...found.application,
      submittedAt: at.toISOString(),
      changedAt: at.toISOString(),
      receivedAt: received.toISOString(),
      clock: { from: received.toISOString(), promised, statutory },
      promisedDueAt: dueAt(calendar, promised, received).dueAt,
      statutoryDueAt: dueAt(calendar, statutory, received).dueAt,
      following: stillFollowing(asked, [{ code: 'plan' }], [], calendar, received),
    },
    dossier: { ...found.dossier, materials: [{ code: 'plan' }] },
  };
}

function byHand(at: Date): Case {
  const found = filed(at);
  const [planned] = found.dossier.plan;
  if (!planned) throw new Error('The plan is empty.');
  return take(found, awaitAcceptance(found, planned, calendar, at), at);
}

const sweep = (found: Case, at: Date): Case => take(found, markDue(found, calendar, at), at);
const clockOf = ({ application: { clock, promisedDueAt, statutoryDueAt, pauses } }: Case) => ({
  clock,
  promisedDueAt,
  statutoryDueAt,
  pauses,
});

describe('silence', () => {
  it('means accepted at the end of the fifth working day after the receipt, never before, and moves no date', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 20_000 }), (at, minutes) => {
        const found = byHand(at);
        const due = new Date(dueAt(calendar, five, receivedAt(calendar, at)).dueAt);
        expect(nextDue(found)).toBeDefined();
        expect(reviewOf(found, 'permit').dueAt).toBe(due.toISOString());
        const before = new Date(Math.max(at.getTime(), due.getTime() - minutes * minuteMs));
        expect(types(markDue(found, calendar, before))).toEqual([]);
        // Before what may follow is due.
        const late = plus(due, Math.min(minutes - 1, 2_000));
        const done = sweep(found, late);
        expect(done.application.acceptance).toMatchObject({ status: 'accepted', silence: true });
        expect(done.application.promisedDueAt).toBe(found.application.promisedDueAt);
        expect(done.application.clock.promised).toEqual(found.application.clock.promised);
        expect(types(markDue(done, calendar, late))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('after a correction comes when what was left of the five days is over: six working days of waiting at most', () => {
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 0, max: 12_000 }),
        fc.integer({ min: 1, max: 60_000 }),
        (at, noticed, away) => {
          const found = byHand(at);
          const due = reviewOf(found, 'permit').dueAt ?? '';
          const asks = plus(at, noticed);
          if (asks.toISOString() >= due) return;
          const asked = decided(
            found,
            'permit',
            { outcome: 'correction', reason: 'Unclear', fields: ['/form/permit'] },
            asks,
          );
          expect(asked.application.status).toBe('awaiting-correction');
          const comes = plus(asks, away);
          expect(sweep(asked, comes).application.status).toBe('awaiting-correction');
          const back = correct(asked, {}, comes);
          expect(back.application.status).toBe('submitted');
          const again = new Date(reviewOf(back, 'permit').dueAt ?? '');
          const [first, second] = [
            calendar.workingDaysBetween(receivedAt(calendar, at), asks),
            calendar.workingDaysBetween(receivedAt(calendar, comes), again),
          ];
          expect(first + second).toBeLessThanOrEqual(6);
          expect(again.getTime()).toBeLessThanOrEqual(Date.parse(dueAt(calendar, five, comes).dueAt));
          expect(sweep(back, again).application.acceptance).toMatchObject({ silence: true });
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a supplement', () => {
  it('touches no clock, whenever it comes, before the acceptance or after it', () => {
    fc.assert(
      fc.property(instants, fc.boolean(), fc.integer({ min: 0, max: 15_000 }), (at, isByHand, minutes) => {
        const found = isByHand ? byHand(at) : accepted(filed(at), at);
        const comes = plus(at, minutes);
        const before = sweep(found, comes);
        // What has not come by its day is asked for by a notice, and is no supplement any more.
        if (before.application.status === 'awaiting-correction') return;
        const done = take(before, receiveSupplement(before, [{ code: 'certificate' }], comes), comes);
        expect(clockOf(done)).toEqual(clockOf(before));
        expect(done.application).toMatchObject({ status: before.application.status, following: [] });
        for (const review of done.reviews) {
          const { clock, dueAt: due, status } = reviewOf(before, review.item);
          expect(review).toMatchObject({
            status,
            ...(clock ? { clock } : {}),
            ...(due ? { dueAt: due } : {}),
          });
        }
      }),
      { numRuns: 400 },
    );
  });

  it('that does not come stops the clock on its day, and with it nothing is left to be done by anybody but its people', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 60_000 }), (at, minutes) => {
        const found = accepted(filed(at), at);
        const [{ dueAt: day = '' } = {}] = found.application.following ?? [];
        const due = new Date(day);
        expect(types(markDue(found, calendar, plus(due, -1)))).not.toContain('review.supplement-overdue');
        const late = sweep(found, plus(due, minutes));
        expect(late.application.status).toBe('awaiting-correction');
        expect(late.application.pauses.at(-1)).toMatchObject({ cause: 'correction' });
        expect(types(markDue(late, calendar, plus(due, minutes + 100_000)))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
