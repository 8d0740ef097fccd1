import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPace, shareOf, type Took, tookOf } from '../../functions/departments/pace.ts';
import {
  attemptsOf,
  detour,
  hop,
  mostReceptions,
  pausedSeconds,
  standardSchedule,
  waitAfter,
} from '../../functions/departments/retry.ts';
import { madeBefore, rotate } from '../../functions/departments/secrets.ts';
import type { SigningSecret } from '../../functions/platform/secrets.ts';
import { sign, verify } from '../../functions/platform/signing.ts';
import { cloudEvents } from '../../functions/relay/cloud-events.ts';

const schedules = fc.array(fc.integer({ min: 1, max: 7 * 24 * 3600 }), { minLength: 1, maxLength: 12 });
const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);
const dice = fc.double({ min: 0, max: 0.999, noNaN: true });
/** SQS: twelve hours, counted from the reception. */
const halfDay = 12 * 3600;

describe('the retries of a webhook', () => {
  it('take 75.6 hours and ten attempts by the standard schedule', () => {
    expect(sum(standardSchedule) / 3600).toBeCloseTo(75.6, 1);
    expect(attemptsOf(standardSchedule)).toBe(10);
  });

  it('of what waits for the end of a pause end before the queue forgets it, and not within a week', () => {
    const daySeconds = 24 * 3600;
    const pause = mostReceptions * pausedSeconds;
    expect(pause).toBeGreaterThan(7 * daySeconds);
    expect(pause + 1.1 * sum(standardSchedule)).toBeLessThan(14 * daySeconds);
  });

  it('follow each failed attempt after the schedule’s wait and up to ten per cent, and end with the last', () => {
    fc.assert(
      fc.property(schedules, dice, (schedule, random) => {
        schedule.forEach((seconds, i) => {
          const wait = waitAfter(i + 1, schedule, () => random) as number;
          expect(wait).toBeGreaterThanOrEqual(seconds * 1000);
          expect(wait).toBeLessThanOrEqual(Math.ceil(seconds * 1100));
        });
        expect(waitAfter(attemptsOf(schedule), schedule)).toBeUndefined();
      }),
    );
  });

  it('wait in hops that SQS allows, and never come before their time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 * 24 * 3_600_000 }), (wait) => {
        let left = wait;
        let receptions = 0;
        for (; left > 0; receptions++) {
          const seconds = hop(left);
          expect(seconds).toBeGreaterThan(0);
          expect(seconds).toBeLessThan(halfDay);
          left -= seconds * 1000;
        }
        expect(left).toBeGreaterThan(-1000);
        expect(receptions).toBeLessThan(25);
      }),
    );
  });

  it('without a turn come back after it, spread the wider the longer they wait', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(300_000), dice, (receive, untilTurn, random) => {
        const seconds = detour(receive, untilTurn, () => random);
        expect(seconds * 1000).toBeGreaterThanOrEqual(untilTurn);
        expect(seconds).toBeLessThanOrEqual(untilTurn / 1000 + 901);
      }),
    );
  });

  it('without a turn wait no less long than what is tried and refused, however the dice fall', () => {
    fc.assert(
      fc.property(dice, (random) => {
        const all = Array.from({ length: mostReceptions - 2 }, (_, i) => detour(i + 1, 0, () => random));
        expect(sum(all)).toBeGreaterThanOrEqual(sum(standardSchedule));
      }),
    );
  });
});

describe('the pace of a slow department', () => {
  const share = shareOf(15_000, 5);
  const outcomes = fc.array(fc.constantFrom<Took>('quick', 'slow', 'timed-out'), { maxLength: 40 });
  const paceAfter = (list: Took[]): number => list.reduce((pace, took) => nextPace(pace, took, share), 0);

  it('lets about as many deliveries hang at the same time as are allowed, and no more', () => {
    expect(share.answerMs / share.basePace).toBe(5);
    fc.assert(
      fc.property(outcomes, (list) => {
        const pace = paceAfter([...list, 'timed-out']);
        expect(pace).toBeGreaterThanOrEqual(share.basePace);
        expect(pace).toBeLessThanOrEqual(300_000);
        expect(nextPace(pace, 'timed-out', share)).toBeGreaterThanOrEqual(pace);
        expect(nextPace(pace, 'quick', share)).toBeLessThan(pace);
      }),
    );
  });

  it('is gone after a few quick answers, whatever was before, and is not there for who is always quick', () => {
    fc.assert(
      fc.property(outcomes, (list) => {
        expect(paceAfter([...list, ...Array<Took>(12).fill('quick')])).toBe(0);
      }),
    );
    expect(paceAfter(Array<Took>(5).fill('quick'))).toBe(0);
  });

  it('is told by time alone', () => {
    expect(tookOf(2_999, false, share)).toBe('quick');
    expect(tookOf(3_000, true, share)).toBe('slow');
    expect(tookOf(15_000, false, share)).toBe('timed-out');
  });
});

describe('renewing a secret', () => {
  const hour = 3_600_000;
  const start = Date.parse('2026-11-23T00:00:00Z');
  const gaps = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 });
  const secretOf = (i: number): string => `whsec_${Buffer.from(`secret ${i}`.padEnd(32)).toString('base64')}`;
  const isValid = (list: SigningSecret[], secret: string, at: number): boolean =>
    list.some((each) => each.secret === secret && (!each.validUntil || Date.parse(each.validUntil) > at));

  it('keeps the one before valid for exactly 24 hours, however often it is renewed', () => {
    fc.assert(
      fc.property(gaps, fc.nat(48), (hours, look) => {
        let list: SigningSecret[] = [];
        let at = start;
        const madeAt: number[] = [];
        hours.forEach((gap, i) => {
          at += gap * hour;
          madeAt.push(at);
          list = rotate(list, { endOlder: false }, new Date(at), secretOf(i));
        });
        expect(list[0]?.secret).toBe(secretOf(hours.length - 1));
        expect(list.filter(({ validUntil }) => validUntil === undefined)).toHaveLength(1);
        const now = at + look * hour;
        hours.forEach((_, i) => {
          const replacedAt = madeAt[i + 1];
          const expected = replacedAt === undefined || now < replacedAt + 24 * hour;
          expect(isValid(list, secretOf(i), now), `secret ${i}`).toBe(expected);
        });
      }),
    );
  });

  it('with the same key makes one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), (keys) => {
        let list: SigningSecret[] = [];
        const made = new Map<string, string>();
        keys.forEach((key, i) => {
          const renewal = { key, endOlder: false };
          expect(madeBefore(list, renewal)).toBe(made.get(key));
          if (made.has(key)) return;
          made.set(key, secretOf(i));
          list = rotate(list, renewal, new Date(start + i), secretOf(i));
        });
        expect(list).toHaveLength(new Set(keys).size);
      }),
    );
  });

  it('may end the ones before it at once', () => {
    fc.assert(
      fc.property(gaps, (hours) => {
        const before = hours.reduce<SigningSecret[]>(
          (list, _, i) => rotate(list, { endOlder: false }, new Date(start + i), secretOf(i)),
          [],
        );
        const list = rotate(before, { endOlder: true, key: 'k' }, new Date(start + hour), secretOf(99));
        expect(list.map(({ secret }) => secret)).toEqual([secretOf(99)]);
        expect(madeBefore(list, { endOlder: true, key: 'k' })).toBe(secretOf(99));
        expect(() => madeBefore(list, { endOlder: false, key: 'k' })).toThrow('Idempotency-Key');
      }),
    );
  });

  it('never leaves a signature that was just made without a secret that accepts it', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 4 }),
        fc.string(),
        fc.nat(),
        (ids, body, n) => {
          const all = ids.map(secretOf);
          const known = all[n % all.length] as string;
          expect(verify([known], sign(all, 'msg_1', body), body)).toBe(true);
          expect(verify([known], sign(all, 'msg_1', body), `${body} `)).toBe(false);
          expect(verify([secretOf(99)], sign(all, 'msg_1', body), body)).toBe(false);
        },
      ),
    );
  });
});

describe('an event on the bus', () => {
  const facts = fc.dictionary(
    fc.constantFrom(
      'review',
      'status',
      'dueAt',
      'reason',
      'materials',
      'name',
      'phone',
      'idNumber',
      'by',
      'output',
    ),
    fc.string(),
  );

  it('has only facts of the allow-list, and an id of its own that never changes', () => {
    fc.assert(
      fc.property(
        fc.array(facts, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 999_999 }),
        (list, version) => {
          const events = list.map((each) => ({
            ...each,
            type: 'application.corrected' as const,
            dossierVersion: 2,
          }));
          const entry = {
            aggregate: 'application' as const,
            id: 'N-1',
            version,
            service: 's',
            at: '2026-11-23T02:00:00Z',
            by: { capacity: 'system' as const },
            events,
          };
          const published = cloudEvents(entry);
          expect(new Set(published.map(({ id }) => id)).size).toBe(list.length);
          expect(cloudEvents(entry)).toEqual(published);
          const allowed = [
            'application',
            'version',
            'service',
            'review',
            'status',
            'dueAt',
            'dossierVersion',
          ];
          for (const { data } of published)
            expect(allowed).toEqual(expect.arrayContaining(Object.keys(data)));
        },
      ),
    );
  });
});
