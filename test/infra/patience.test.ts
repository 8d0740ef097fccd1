import { describe, expect, it } from 'vitest';
import { patience, patientSchedule, receptionsOf } from '../../functions/platform/patience.ts';
import { configured } from '../support/stacks.ts';

const sum = (waits: number[]): number => waits.reduce((all, each) => all + each, 0);

describe('patience', () => {
  it('lasts for most of a day, and never less than a wait that SQS allows', () => {
    expect(sum(patientSchedule)).toBeGreaterThan(12 * 3600);
    expect(sum(patientSchedule) * 1.1).toBeLessThan(24 * 3600);
    expect(patientSchedule).toEqual(patientSchedule.toSorted((a, b) => a - b));
    expect(Math.max(...patientSchedule) * 1.1).toBeLessThan(12 * 3600);
  });

  it('waits by the number of the reception, with jitter upwards', () => {
    const waits = [10, 20, 40];
    expect([1, 2, 3, 4, 9].map((receive) => patience(receive, waits, () => 0))).toEqual([10, 20, 40, 40, 40]);
    expect(patience(2, waits, () => 0.999)).toBe(22);
    expect(receptionsOf(waits)).toBe(4);
  });

  it.each(['development', 'integration', 'production'])('is that of the stage %s', (stage) => {
    expect(configured(stage).retrySeconds).toBe(patientSchedule);
  });

  it('is short on a machine of one’s own', () => {
    expect(sum(configured('local').retrySeconds)).toBeLessThan(600);
  });
});
