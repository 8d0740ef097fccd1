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
  /** Services in both that are not the same, and each place; none where only their order is another. */
  changed: { code: string; at: Difference[] }[];
};

export type Difference = {
  /** A JSON pointer. */
  pointer: string;
  /** The same for people: an item, field or material by its code in the place of its position. */
  place: string;
  before?: unknown;
  after?: unknown;
};

/** More places than these say no more. */
const mostPlaces = 8;

/** A longer value than this is not shown whole. */
const mostCharacters = 60;

const inside = (value: unknown, key: string): unknown =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : undefined;

const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

/** A place, with the code of what lies at a position of a list. */
function placeOf(service: Service, keys: string[]): string {
  const names = keys.map((key, i) => {
    const code = inside(keys.slice(0, i + 1).reduce<unknown>(inside, service), 'code');
    return typeof code === 'string' ? code : key;
  });
  return names.join('.');
}

/** An item by itself is a plan of one, which says once more what the item says. */
function isSaidTwice(
  service: Service,
  [first, second, ...rest]: string[],
  all: ReadonlySet<string>,
): boolean {
  return service.kind === 'item' && first === 'items' && second === '0' && all.has(`/${rest.join('/')}`);
}

async function differencesOf(code: string, before: Side, after: Side): Promise<Difference[]> {
  const [old, now] = [await before.service(code), await after.service(code)];
  if (!old || !now) return [];
  const pointers = differences(old, now, '');
  const all = new Set(pointers);
  return pointers
    .map((pointer) => ({ pointer, keys: keysOf(pointer) }))
    .filter(({ keys }) => !isSaidTwice(now, keys, all))
    .map(({ pointer, keys }) => ({
      pointer,
      place: placeOf(now, keys),
      before: keys.reduce<unknown>(inside, old),
      after: keys.reduce<unknown>(inside, now),
    }));
}

function inWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1)}…` : text;
}

/** What differs, a line each, for people. */
export function linesOf({ added, removed, changed }: Changes): string[] {
  const lines = [
    ...added.map((code) => `+ ${code}`),
    ...removed.map((code) => `- ${code}`),
    ...changed.flatMap(({ code, at }) => [
      `~ ${code}${at.length === 0 ? ': order' : ''}`,
      ...at
        .slice(0, mostPlaces)
        .map((each) => `    ${each.place}: ${inWords(each.before)} → ${inWords(each.after)}`),
      ...(at.length > mostPlaces ? [`    and ${at.length - mostPlaces} more`] : []),
    ]),
  ];
  return lines.length === 0 ? ['Nothing differs.'] : lines;
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
      both.sort().map(async (code) => ({ code, at: await differencesOf(code, before, after) })),
    ),
  };
}
