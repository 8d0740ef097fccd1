/** How things stand: what the census counts and names, in situations that the handlers themselves bring about. */
import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isUnreached } from '../../functions/approvals/census.ts';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { handler as census } from '../../functions/approvals/take-census.ts';
import { handler as deliver } from '../../functions/departments/deliver-webhook.ts';
import type { Delivery } from '../../functions/departments/deliveries.ts';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { log } from '../../functions/platform/log.ts';
import { later } from '../support/cases.ts';
import { dismantle, whsec } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
let gauges: Record<string, number>;
let line: Record<string, unknown>;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

/** Takes the census. @returns gauges that are not zero */
async function taken(): Promise<Record<string, number>> {
  gauges = {};
  vi.spyOn(Metrics.prototype, 'addMetric').mockImplementation(function (this: Metrics, name, _, value) {
    gauges[name] = value;
    return this;
  });
  vi.spyOn(log, 'info').mockImplementation((...args) => {
    line = args[1] as Record<string, unknown>;
  });
  await census();
  return Object.fromEntries(Object.entries(gauges).filter(([, value]) => value > 0));
}
const sweepAt = (minutes: number): Promise<void> => {
  vi.setSystemTime(later(minutes));
  return sweep();
};
const connect = (code: string) =>
  here.as('operator').put(`/departments/${code}`, { webhookUrl: `https://${code}.example.org/hooks` });

describe('the census', () => {
  it('finds nothing where all is well, and says so', async () => {
    await here.accepted();
    expect(await taken()).toEqual({ CasesWatched: 1 });
    expect(Object.keys(gauges)).toHaveLength(8);
    expect(line).toMatchObject({ watched: 1, late: [], stuck: [], escalated: [], unreached: [] });
  });

  it('counts what is late, escalated and stuck for as long as it is so, of departments never connected too', async () => {
    const number = await here.accepted();
    await sweepAt(61);
    await sweepAt(24 * 60 + 61);
    expect(await taken()).toMatchObject({ CasesLateNow: 1, ReviewsEscalatedNow: 1 });
    expect(line).toMatchObject({ late: [number], escalated: [`${number}-1`] });
    for (let minutes = 2_000; minutes < 3_000; minutes += 100) await sweepAt(minutes);
    expect(await taken()).toMatchObject({ CasesStuckNow: 1, ReviewsEscalatedNow: 1 });
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    expect(await taken()).toMatchObject({ CasesWatched: 1 });
    expect(gauges).toMatchObject({ CasesLateNow: 0, ReviewsEscalatedNow: 0 });
  });

  it('tells what is past the law from what is past its promise', async () => {
    const number = await here.accepted();
    for (const day of [1, 60, 61, 120]) await sweepAt(day * 24 * 60);
    expect(await taken()).toMatchObject({ CasesPastLawNow: 1, CasesLateNow: 1 });
    expect(line).toMatchObject({ pastLaw: [number], late: [] });
    expect(here.cloud.counted.filter((name) => ['CasesOverdue', 'CasesPastLaw'].includes(name))).toEqual([
      'CasesOverdue',
      'CasesPastLaw',
    ]);
  });

  it('names a parcel that was given up, also weeks later', async () => {
    const number = await here.concluded();
    await issue(here.message(number, 'application.concluded'));
    for (let n = 1; n <= 3; n++) {
      const event = {
        reference: `${number}/${n}`,
        event: 'lost',
        trackingNumber: 'EA100000017CN',
        at: later(n),
      };
      await here.signed(whsec('C'), 'POST', '/courier/events', event);
      if (n < 3) await issue(here.message(number, 'parcel.lost'));
    }
    for (const day of [1, 5, 6, 11, 12]) await sweepAt(day * 24 * 60);
    expect(await taken()).toMatchObject({ ParcelsGivenUpNow: 1 });
    expect(line).toMatchObject({ givenUp: [number] });
  });

  it('names a department whose system refuses, once more than a moment has passed', async () => {
    await connect('market-supervision');
    const number = await here.accepted();
    here.cloud.answer = () => new Response('', { status: 503 });
    for (let attempt = 1; attempt <= 3; attempt++) {
      if (attempt === 3) expect(await taken()).toEqual({ CasesWatched: 1 });
      await deliver(here.message(number, 'review.requested'));
      vi.setSystemTime(later(attempt * 60));
    }
    expect(await taken()).toMatchObject({ DepartmentsUnreachedNow: 1 });
    expect(line).toMatchObject({ unreached: ['market-supervision'] });
  });
});

const delivery = (at: string, status: Delivery['status'], failed = 0) => ({ at, status, failed }) as Delivery;

describe('a department is unreached', () => {
  it.each<[string, Delivery[], boolean]>([
    ['when nothing was ever sent', [], false],
    ['when it failed once', [delivery('1', 'failing', 1)], false],
    ['when it has failed for a while', [delivery('1', 'failing', 3)], true],
    ['when one was given up', [delivery('1', 'given-up')], true],
    ['unless it took another since', [delivery('1', 'given-up'), delivery('2', 'delivered')], false],
    ['also when it took one before', [delivery('1', 'delivered'), delivery('2', 'failing', 4)], true],
    ['not when it refuses a made-up event', [{ ...delivery('1', 'given-up'), test: true }], false],
    [
      'until it takes a made-up event',
      [delivery('1', 'given-up'), { ...delivery('2', 'delivered'), test: true }],
      false,
    ],
  ])('%s', (_, deliveries, expected) => {
    expect(isUnreached(deliveries)).toBe(expected);
  });
});
