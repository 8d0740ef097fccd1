import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hops, receptions, sendsAt, standardSchedule, waitAfter } from '../../functions/departments/retry.ts';
import { rotate } from '../../functions/departments/secrets.ts';
import type { SigningSecret } from '../../functions/platform/secrets.ts';
import { sign, verify } from '../../functions/platform/signing.ts';
import { cloudEvents } from '../../functions/relay/cloud-events.ts';

const halfDay = 12 * 3600;
const schedules = fc.array(fc.integer({ min: 1, max: 7 * 24 * 3600 }), { minLength: 1, maxLength: 12 });
const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);

describe('the retries of a webhook', () => {
  it('take 75.6 hours and ten attempts by the standard schedule', () => {
    expect(sum(standardSchedule) / 3600).toBeCloseTo(75.6, 1);
    expect(standardSchedule).toHaveLength(9);
  });

  it('wait as long as the schedule says, in hops that SQS allows', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const all = hops(schedule);
        expect(sum(all.map(({ seconds }) => seconds))).toBe(sum(schedule));
        expect(all.every(({ seconds }) => seconds > 0 && seconds <= halfDay)).toBe(true);
        expect(all.filter(({ sendsAfter }) => sendsAfter)).toHaveLength(schedule.length);
      }),
    );
  });

  it('send once more than there are waits, the first time at once', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const all = Array.from({ length: receptions(schedule) }, (_, i) => i + 1);
        expect(sendsAt(1, schedule)).toBe(true);
        expect(all.filter((receive) => sendsAt(receive, schedule))).toHaveLength(schedule.length + 1);
        expect(sendsAt(receptions(schedule), schedule)).toBe(true);
      }),
    );
  });

  it('vary by ten per cent at most and never beyond what SQS allows', () => {
    fc.assert(
      fc.property(
        schedules,
        fc.nat(40),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (schedule, n, random) => {
          const receive = n + 1;
          const wait = waitAfter(receive, schedule, () => random);
          const plain = hops(schedule)[Math.min(receive, hops(schedule).length) - 1]?.seconds as number;
          expect(wait).toBeGreaterThanOrEqual(Math.min(plain, halfDay));
          expect(wait).toBeLessThanOrEqual(Math.min(Math.round(plain * 1.1), halfDay));
        },
      ),
    );
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
          list = rotate(list, undefined, new Date(at), secretOf(i)).secrets;
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
          const result = rotate(list, key, new Date(start + i), secretOf(i));
          expect(result.secret).toBe(made.get(key) ?? secretOf(i));
          made.set(key, result.secret);
          list = result.secrets;
        });
        expect(list).toHaveLength(new Set(keys).size);
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
