/** The journal carried again: of one case, or of all, what was written since an instant. Harmless, however often. */
import { relayAgain } from '../approvals/traces.ts';
import { wholeJournal } from '../cases/journal.ts';
import type { Application } from '../cases/types.ts';
import { listAll } from '../intake/store.ts';

/** So many entries at a time: the stream carries them one after the other in any case. */
const sideBySide = 10;

async function touchAll(entries: { id: string; version: number }[]): Promise<void> {
  for (let i = 0; i < entries.length; i += sideBySide) {
    await Promise.all(entries.slice(i, i + sideBySide).map(({ id, version }) => relayAgain(id, version)));
  }
}

/** Carries every entry of a case's journal again. @returns how many; 0: there is no such case */
export async function replayCase(number: string): Promise<number> {
  const journal = await wholeJournal(number);
  await touchAll(journal);
  return journal.length;
}

/** The entries that a case has had since an instant. */
async function since(at: string, { number, changedAt }: Application) {
  if (changedAt < at) return [];
  return (await wholeJournal(number)).filter((entry) => entry.at >= at);
}

export type Replayed = { cases: number; entries: number; cursor?: string };

/** A part ends after so many entries, or cases looked at in pages of a hundred. */
const mostEntries = 500;
const mostPages = 10;

/**
 * One part of carrying again what was written since an instant, of all cases, the newest cases first; synthetic ones
 * are left out. Cases are found by the list of all of them: no row of any other kind is read.
 * @param now from which month the list begins
 * @param from the cursor of the part before
 * @returns without a cursor, it was the last one
 */
export async function replaySince(at: string, now: Date, from?: string): Promise<Replayed> {
  const sofar = { cases: 0, entries: 0 };
  let cursor = from;
  for (let page = 1; ; page++) {
    const found = await listAll({ limit: 100, cursor }, now);
    for (const application of found.items) {
      const entries = await since(at, application);
      await touchAll(entries.map(({ version }) => ({ id: application.number, version })));
      sofar.entries += entries.length;
      sofar.cases += entries.length > 0 ? 1 : 0;
    }
    cursor = found.cursor;
    if (!cursor) return sofar;
    if (page === mostPages || sofar.entries >= mostEntries) return { ...sofar, cursor };
  }
}
