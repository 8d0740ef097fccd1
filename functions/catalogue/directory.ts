/** The directory: what lists and search need of each service, in one blob a version. Rules without I/O. */
import type { Limits } from '../clock/schemas.ts';
import type { LocalText } from '../platform/text.ts';
import type { Service } from './schemas.ts';

export type DirectoryEntry = Pick<
  Service,
  'code' | 'kind' | 'name' | 'summary' | 'visits' | 'fee' | 'applicants' | 'alone' | 'partOf'
> & {
  limits: Limits;
  /** Codes of the departments that decide, in the order of their items. */
  departments: string[];
  /** Everything that it is found by, in lower case. */
  text: string;
};

/** How a Chinese name is typed by its sounds. */
export type Sounds = (name: string) => { initials: string; syllables: string };

/** @param bundles names of the bundles that it is part of: who looks for one finds its items too */
export function entryOf(service: Service, bundles: LocalText[], sounds: Sounds): DirectoryEntry {
  const { code, kind, name, summary, visits, fee, applicants, alone, partOf, limits, items } = service;
  const { initials, syllables } = sounds(name.zh);
  const texts = [
    code,
    name.zh,
    name.en,
    summary.zh,
    summary.en,
    ...bundles.flatMap(({ zh, en }) => [zh, en]),
  ];
  return {
    code,
    kind,
    name,
    summary,
    visits,
    fee,
    applicants,
    alone,
    partOf,
    limits,
    departments: [...new Set(items.map(({ department }) => department))],
    text: [...texts, initials, syllables].join('\n').toLowerCase(),
  };
}

export type Sought = {
  kind?: Service['kind'] | undefined;
  department?: string | undefined;
  q?: string | undefined;
};

/**
 * The first entries from a place on that are what is sought: every word of `q` is in a name, a summary, the code or
 * the sounds (`qykb`, `qiyekaiban`).
 * @returns them, and the place after the last, when there is another behind it
 */
export function search(
  entries: readonly DirectoryEntry[],
  { kind, department, q = '' }: Sought,
  from: number,
  limit: number,
): { found: DirectoryEntry[]; next?: number } {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const found: DirectoryEntry[] = [];
  let next = from;
  for (let i = from; i < entries.length; i++) {
    const entry = entries[i] as DirectoryEntry;
    if (kind !== undefined && entry.kind !== kind) continue;
    if (department !== undefined && !entry.departments.includes(department)) continue;
    if (!words.every((word) => entry.text.includes(word))) continue;
    if (found.length === limit) return { found, next };
    found.push(entry);
    next = i + 1;
  }
  return { found };
}
