/** What differs between two catalogues: files, or published versions. */
import type { Service } from '../../functions/catalogue/schemas.ts';
import { differences } from '../../functions/intake/difference.ts';
import type { Editions } from './manifest.ts';

/** One of the two. */
export type Side = {
  editions: Promise<Editions>;
  service: (code: string) => Promise<Service | undefined>;
};

export type Changes = {
  added: string[];
  removed: string[];
  /** Services in both that are not the same, and where: JSON pointers, a few. */
  changed: { code: string; at: string[] }[];
};

/** More places than these say no more. */
const mostPlaces = 8;

async function placesOf(code: string, before: Side, after: Side): Promise<string[]> {
  const all = differences(await before.service(code), await after.service(code), '');
  if (all.length === 0) return ['order'];
  const more = all.length - mostPlaces;
  return [...all.slice(0, mostPlaces), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** @param before from what @param after to what */
export async function diff(before: Side, after: Side): Promise<Changes> {
  const [old, now] = await Promise.all([before.editions, after.editions]);
  const both = Object.keys(now).filter((code) => code in old && old[code] !== now[code]);
  return {
    added: Object.keys(now)
      .filter((code) => !(code in old))
      .sort(),
    removed: Object.keys(old)
      .filter((code) => !(code in now))
      .sort(),
    changed: await Promise.all(
      both.sort().map(async (code) => ({ code, at: await placesOf(code, before, after) })),
    ),
  };
}
