import { describe, expect, it } from 'vitest';
import {
  type Counts,
  costsPerThousand,
  smsUsdPerThousand,
  usdPerThousand,
} from '../../infra/bench/counts.ts';
import { median } from '../../infra/bench/load.ts';
import { parseOptions } from '../../infra/bench/run.ts';
import { Failure } from '../../infra/local/setup/progress.mjs';

const counts: Counts = {
  transitions: 11,
  invocations: 45,
  departmentReads: 5,
  apiRequests: 17,
  gigabyteSeconds: 2,
  writeUnits: 110,
  auditUnits: 5,
  readUnits: 100,
  tableRequests: 100,
  queueRequests: 42,
  busEvents: 18,
  kmsRequests: 10,
  messages: 3,
  parcels: 1,
};

describe('the cost of a thousand cases', () => {
  it('is each count at its list price', () => {
    const usd = Object.fromEntries(costsPerThousand(counts).map((line) => [line.what, line.usd]));
    expect(usd['state transitions']).toBeCloseTo(0.275);
    expect(usd['DynamoDB write units']).toBeCloseTo(0.06875);
    expect(usd['KMS requests']).toBeCloseTo(0.03);
    expect(usdPerThousand(counts)).toBeCloseTo(Object.values(usd).reduce((sum, each) => sum + each, 0));
  });

  it('has the SMS apart', () => {
    expect(smsUsdPerThousand(counts)).toBeCloseTo(18);
  });
});

describe('the median', () => {
  it('is the middle, or between the two in the middle', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe('the options of the bench', () => {
  it('are all sections with the numbers of the acceptance unless told otherwise', () => {
    expect(parseOptions([])).toMatchObject({
      json: false,
      only: ['counts', 'load', 'catalogue', 'speed'],
      cases: 400,
      clients: 8,
    });
    expect(parseOptions(['--only', 'speed', '--cases', '20', '--json'])).toMatchObject({
      json: true,
      only: ['speed'],
      cases: 20,
    });
  });

  it('are refused in one sentence', () => {
    for (const wrong of [['--only', 'all'], ['--cases', 'many'], ['--fast']]) {
      expect(() => parseOptions(wrong)).toThrow(Failure);
    }
  });
});
