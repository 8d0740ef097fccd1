/** Two thousand histories, each from a seed: whatever goes wrong in them, nothing is lost, doubled, stuck or shown. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';
import { complaint, injectedFaults } from './report.ts';
import type { SeedResult } from './seed.ts';
import { wire } from './wired.ts';

const seeds = Array.from({ length: 2_000 }, (_, i) => i + 1);
const workers = 2;

beforeAll(wire, 60_000);

describe('the simulation', () => {
  it('gives the same history to the byte for the same seed, whatever ran before it in the process', async () => {
    const digestOf = (results: SeedResult[], seed: number) =>
      results.find((result) => result.seed === seed)?.digest;
    const alone = await runCampaign({ seeds: [17], workers: 1 });
    const among = await runCampaign({ seeds: [3, 4, 5, 17, 6], workers: 1 });
    expect(digestOf(alone, 17)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf(among, 17)).toBe(digestOf(alone, 17));
    expect(digestOf(among, 3)).not.toBe(digestOf(among, 4));
  });

  it('holds every invariant in every seed', async () => {
    const results = await runCampaign({ seeds, workers });
    const failed = results.filter(({ violations }) => violations.length > 0);
    expect(failed.map(complaint).slice(0, 20).join('\n')).toBe('');
    expect(results).toHaveLength(seeds.length);
    // What is never injected is never withstood.
    expect(injectedFaults(results).size).toBeGreaterThan(30);
    const ends = results.flatMap(({ conclusions }) => conclusions);
    expect(new Set(ends).size).toBeGreaterThan(2);
    const services = results.flatMap((result) => result.services);
    expect(services.filter((code) => code === 'self-selected').length).toBeGreaterThan(100);
    expect(results.filter(({ conditionsMet }) => conditionsMet > 0).length).toBeGreaterThan(100);
    // A world in which nothing gets done breaks no rule either.
    expect(ends.filter((status) => status === 'completed').length).toBeGreaterThan(ends.length / 2);
  });
});
