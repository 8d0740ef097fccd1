/** Health that tells the truth: what it asks, what it answers when something is away, and how seldom it asks. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { looker } from '../../functions/health/look.ts';
import { awsError, dismantle, MemoryCloud } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

afterEach(dismantle);

/** The API anew: a look is kept for a while. */
function fresh(): OneWindow {
  const here = new OneWindow();
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  now += clock;
  clock += 60_000;
  return here;
}
let clock = 60_000;

const calls: Record<string, string[]> = {
  // The catalogue lies in it.
  GetCommand: ['table', 'catalogue'],
  DescribeKeyCommand: ['keys'],
  GetQueueAttributesCommand: ['queues'],
};

describe('GET /health', () => {
  it('is 200 when everything answers, and asks each', async () => {
    const here = fresh();
    const { status, body } = await here.send('GET', '/health');
    expect([status, body]).toEqual([
      200,
      { status: 'ok', dependencies: { table: 'ok', keys: 'ok', queues: 'ok', catalogue: 'ok' } },
    ]);
    expect([...new Set(here.cloud.asked.map(({ name }) => name))].toSorted()).toEqual(
      Object.keys(calls).toSorted(),
    );
  });

  it.each(Object.entries(calls))('is 503 and says what is away when %s fails', async (call, what) => {
    const here = fresh();
    here.cloud.refuse = ({ name }) => {
      if (name === call) throw awsError('AccessDeniedException');
    };
    const { status, body, headers } = await here.send('GET', '/health');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('10');
    expect(body.status).toBe('away');
    const away = Object.entries(body.dependencies).filter(([, state]) => state === 'away');
    expect(away.map(([name]) => name)).toEqual(what);
    expect(here.cloud.counted).toEqual(what.map(() => 'DependenciesAway'));
    // It still runs.
    expect((await here.send('GET', '/health/live')).status).toBe(200);
  });

  it('is 503 when a key is disabled, although it can be described', async () => {
    const here = fresh();
    here.cloud.describeKey = () => ({ KeyMetadata: { Enabled: false, KeyState: 'PendingDeletion' } });
    expect((await here.send('GET', '/health')).body.dependencies).toMatchObject({
      keys: 'away',
      table: 'ok',
    });
  });
});

describe('a look', () => {
  beforeEach(() => {
    new MemoryCloud();
    vi.useFakeTimers();
  });

  it('is kept for ten seconds, so that asking often costs nothing', async () => {
    const question = vi.fn(async () => {});
    let now = 0;
    const look = looker({ question }, () => now);
    for (now = 0; now < 20_000; now += 500) await look();
    expect(question).toHaveBeenCalledTimes(2);
  });

  it('is one, however many ask at the same moment', async () => {
    const question = vi.fn(async () => {});
    const look = looker({ question }, () => 0);
    await Promise.all(Array.from({ length: 50 }, look));
    expect(question).toHaveBeenCalledTimes(1);
  });

  it('does not wait for what does not answer', async () => {
    const look = looker({ silent: () => new Promise(() => {}), good: async () => {} }, () => 0);
    const answer = look();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await answer).toEqual({ status: 'away', dependencies: { silent: 'away', good: 'ok' } });
  });
});
