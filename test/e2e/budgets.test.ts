/**
 * What one business opening may use at most, from submission to delivery, with nothing going wrong. Counts, never
 * times: they are the same on every machine.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { budgets, type Counts, countsOf, usdPerThousand } from '../../infra/bench/counts.ts';
import { countDeployed } from '../../infra/bench/meter-deployed.ts';
import { type Metered, meterOpening } from '../../infra/bench/meter-opening.ts';
import { readDeployed } from '../../infra/bench/meter-routes.ts';
import { readMachine } from '../../infra/bench/meter-transitions.ts';
import { settingsFrom } from '../../infra/local/settings.ts';

const settings = settingsFrom();
let metered: Metered;
let counts: Counts;

beforeAll(async () => {
  const deployed = readDeployed(settings);
  metered = await meterOpening(deployed);
  const machine = readMachine(readFileSync('statemachines/joint-approval.asl.json', 'utf8'));
  counts = countsOf(metered, machine, deployed);
});

describe('a business opening with five departments', () => {
  it('ends completed, so that all of it was counted', () => {
    const types = metered.journal.flatMap(({ events }) => events.map(({ type }) => type));
    expect(types.at(-1)).toBe('application.completed');
    expect(types.filter((type) => type === 'review.decided')).toHaveLength(5);
    expect(counts).toMatchObject({ departmentReads: 5, parcels: 1, messages: 3 });
  });

  it('takes few state transitions', () => {
    expect(counts.transitions).toBeLessThanOrEqual(budgets.transitions);
  });

  it('takes few invocations', () => {
    expect(counts.invocations - counts.departmentReads).toBeLessThanOrEqual(budgets.invocations);
  });

  it('runs no function more often when it is deployed', async () => {
    const runs = await countDeployed(settings);
    // How the stream cuts its records into batches is its own matter.
    const most = { ...metered.invocations, Relay: metered.streamRecords };
    for (const [id, times] of Object.entries(runs)) {
      expect(times, id).toBeLessThanOrEqual(most[id as keyof typeof runs] ?? 0);
    }
    expect(Object.keys(runs).toSorted()).toEqual(Object.keys(metered.invocations).toSorted());
  });

  it('takes few queue requests', () => {
    expect(counts.queueRequests).toBeLessThanOrEqual(budgets.queueRequests);
  });

  it('takes few requests to the table', () => {
    expect(counts.tableRequests).toBeLessThanOrEqual(budgets.tableRequests);
  });

  it.each(['apiRequests', 'busEvents', 'kmsRequests'] as const)('takes few %s', (what) => {
    expect(counts[what]).toBeLessThanOrEqual(budgets[what]);
  });

  it('takes few write units', () => {
    expect(counts.writeUnits - counts.auditUnits).toBeLessThanOrEqual(budgets.writeUnits);
  });

  it('keeps the rows that change within one write unit each', () => {
    for (const kind of ['APPLICATION', 'REVIEW', 'EVENT', 'WAIT', 'MESSAGE', 'DELIVERY']) {
      expect(metered.largestRow[kind], kind).toBeLessThanOrEqual(budgets.rowBytes);
    }
  });

  it('costs little, without SMS and courier', () => {
    expect(usdPerThousand(counts)).toBeLessThanOrEqual(budgets.usdPerThousand);
  });
});
